"""The matching as administrators look at it: what is chosen, what the decisions say, which weights, each run."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Row, select

from madang.customers import decisions
from madang.customers.learned import MatchingModel, MatchingRun, MatchingSettings
from madang.customers.matching.thresholds import Band, bands
from madang.customers.matching.weights import shape
from madang.customers.matchmaking.quality import Quality
from madang.customers.weighing import automatic_from
from madang.lib.postgres import Tx

SHOWN = 10  # of weights, and of runs


@dataclass(frozen=True, slots=True)
class Model:
    """Learned weights. ``fits``: they are for this version of Madang."""

    id: int
    at: datetime
    customers: int
    fate: int
    fits: bool
    quality: Quality | None


@dataclass(frozen=True, slots=True)
class State:
    """Everything of the page. ``automatic``: from which chance two are merged by themselves now, None when never."""

    chosen: Row[Any]
    automatic: float | None
    bands: list[Band]
    models: list[Model]
    runs: list[Row[Any]]


async def state(tx: Tx) -> State:
    """As it is."""
    chosen = (await tx.execute(select(*MatchingSettings.__table__.columns))).one()
    by_itself = automatic_from(chosen.automatic, chosen.confirmed, chosen.borne_from)
    counted = await decisions.counted(tx)
    runs = select(*MatchingRun.__table__.columns).order_by(MatchingRun.id.desc()).limit(SHOWN)
    return State(chosen, by_itself, bands(counted), await _models(tx), list(await tx.execute(runs)))


async def _models(tx: Tx) -> list[Model]:
    one = MatchingModel
    columns = (one.id, one.at, one.customers, one.fate, (one.shape == shape()).label("fits"), one.quality)
    rows = await tx.execute(select(*columns).order_by(one.id.desc()).limit(SHOWN))
    return [Model(*row[:5], _quality(row.quality)) for row in rows]


def _quality(kept: dict[str, Any]) -> Quality | None:
    return msgspec.convert(kept, Quality) if kept else None
