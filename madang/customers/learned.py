"""What the matching has learned in this house: weights, thresholds, what administrators chose, and each time it ran."""

from __future__ import annotations

from datetime import datetime
from enum import IntEnum

from sqlalchemy import CheckConstraint, Double, ForeignKey, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from madang.lib.tables import Base, Id, Json, Now


class Fate(IntEnum):
    """What became of learned weights."""

    TAKEN = 0  # they were put to use when they were learned, or by an administrator
    HELD = 1  # they judge what people decided worse than the ones before: somebody has to say so first


class Phase(IntEnum):
    """How a run stands."""

    RUNNING = 0
    ENDED = 1
    BROKEN = 2  # it was killed, or failed; nothing of it counts


class MatchingModel(Base):
    """Weights learned from all customers. ``shape`` is the hash of the comparisons they are for.

    ``quality`` is JSON: see :class:`madang.customers.matchmaking.quality.Quality`.
    """

    __tablename__ = "matching_model"

    id: Mapped[Id]
    shape: Mapped[str]
    weights: Mapped[Json]
    customers: Mapped[int]
    quality: Mapped[Json]
    fate: Mapped[int] = mapped_column(SmallInteger)
    at: Mapped[Now]


class MatchingSettings(Base):
    """One row. ``model_id`` null: the weights Madang comes with.

    ``suggest`` null: learned from decisions; ``automatic`` null: nobody is merged by itself. ``suggest_from``,
    ``borne_from``, ``decided`` and ``accepted`` are derived from the decisions. ``hour`` is of ``timezone``.
    """

    __tablename__ = "matching_settings"
    __table_args__ = (CheckConstraint("id = 1", name="one"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, server_default="1")
    model_id: Mapped[int | None] = mapped_column(ForeignKey(MatchingModel.id))
    learns: Mapped[bool] = mapped_column(server_default="true")
    nightly: Mapped[bool] = mapped_column(server_default="true")
    hour: Mapped[int] = mapped_column(SmallInteger, server_default="3")
    timezone: Mapped[str] = mapped_column(server_default="Asia/Seoul")
    suggest: Mapped[float | None] = mapped_column(Double)
    automatic: Mapped[float | None] = mapped_column(Double)
    confirmed: Mapped[bool] = mapped_column(server_default="false")  # knowing that the decisions do not bear it
    suggest_from: Mapped[float] = mapped_column(Double, server_default="0.9")
    borne_from: Mapped[float | None] = mapped_column(Double)
    decided: Mapped[int] = mapped_column(server_default="0")
    accepted: Mapped[int] = mapped_column(server_default="0")
    asked_at: Mapped[datetime | None]
    since: Mapped[Now]


class MatchingRun(Base):
    """One time everybody was compared with everybody. ``counts`` says how many of what; ``step`` what is being done."""

    __tablename__ = "matching_run"

    id: Mapped[Id]
    phase: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    step: Mapped[str] = mapped_column(server_default="")
    counts: Mapped[Json]
    model_id: Mapped[int | None] = mapped_column(ForeignKey(MatchingModel.id))
    problem: Mapped[str] = mapped_column(server_default="")
    by: Mapped[str]
    at: Mapped[Now]
    ended_at: Mapped[datetime | None]
