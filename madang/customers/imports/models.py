"""An import, what each row of its file became, and by which keys of the file somebody is found again."""

from __future__ import annotations

from datetime import datetime
from enum import IntEnum

from sqlalchemy import ForeignKey, Index, Integer, SmallInteger, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from madang.customers.belonging import Belongs
from madang.lib.tables import Base, Id, Json, Now


class State(IntEnum):
    """How far an import is. CHECKING, RUNNING and UNDOING are the workers'; all else waits for a person."""

    MAPPING = 0
    CHECKING = 1
    CHECKED = 2
    RUNNING = 3
    PAUSED = 4
    DONE = 5
    STOPPED = 6
    UNDOING = 7
    UNDONE = 8
    FAILED = 9


class Outcome(IntEnum):
    """What became of a row. REPEAT: the same person as an earlier row of this file. CONFLICT: its addresses are two
    people's; it went to the surer one, and a person is asked."""

    NEW = 0
    CHANGED = 1
    SAME = 2
    REPEAT = 3
    CONFLICT = 4
    SKIPPED = 5


class Import(Base):
    """One file. ``mapping`` is a list of targets, one a column; ``options`` how its values are meant.

    ``position`` is the last row that is done (0: none, the header is row 1). ``counts``: by outcome, and what an undo
    did. ``checked`` is the same of the dry run.
    """

    __tablename__ = "customer_import"
    __table_args__ = (Index("customer_import_work_idx", "id", postgresql_where=text("state in (1, 3, 7)")),)

    id: Mapped[Id]
    name: Mapped[str]
    sha256: Mapped[str]
    size: Mapped[int]
    format: Mapped[Json]
    source: Mapped[str]
    mapping: Mapped[Json]
    options: Mapped[Json]
    state: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    rows: Mapped[int] = mapped_column(server_default="0")
    position: Mapped[int] = mapped_column(server_default="0")
    counts: Mapped[Json]
    checked: Mapped[Json]
    problem: Mapped[str] = mapped_column(server_default="")
    by: Mapped[str]
    author: Mapped[str]
    created_at: Mapped[Now]
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class ImportRow(Base):
    """What a row became: ``customer_id`` is a bare number, because she may be taken back. ``made`` is what it added
    (identities, claims, fields, tags, notes), ``problems`` what could not be used. ``dry``: of the dry run."""

    __tablename__ = "customer_import_row"
    __table_args__ = (
        Index("customer_import_row_whose_idx", "import_id", "customer_id", postgresql_where=text("not dry")),
        Index("customer_import_row_problem_idx", "import_id", "dry", "row", postgresql_where=text("troubled")),
    )

    import_id: Mapped[int] = mapped_column(ForeignKey(Import.id), primary_key=True)
    dry: Mapped[bool] = mapped_column(primary_key=True)
    row: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    outcome: Mapped[int] = mapped_column(SmallInteger)
    customer_id: Mapped[int | None]
    made: Mapped[Json]
    problems: Mapped[Json]
    troubled: Mapped[bool] = mapped_column(server_default="false")  # there is something to say about it


class ImportMapping(Base):
    """How a source's columns were understood the last time. ``columns`` is a digest of their names."""

    __tablename__ = "customer_import_mapping"

    columns: Mapped[str] = mapped_column(primary_key=True)
    source: Mapped[str]
    mapping: Mapped[Json]
    options: Mapped[Json]
    by: Mapped[str]
    at: Mapped[Now]


class OutsideKey(Belongs, Base):
    """By what a file or another program names her: its own id, or the address it lists. Finds her in the next import
    of the same source and nowhere else; it proves nothing."""

    __tablename__ = "customer_outside_key"
    __table_args__ = (
        UniqueConstraint("source", "value"),
        Index(None, "customer_id"),
        Index("customer_outside_key_home_idx", "home_id", postgresql_where=text("home_id is not null")),
        Index(None, "import_id"),
    )

    id: Mapped[Id]
    source: Mapped[str]
    value: Mapped[str]
    import_id: Mapped[int | None] = mapped_column(ForeignKey(Import.id))
    at: Mapped[Now]
