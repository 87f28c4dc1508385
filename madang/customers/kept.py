"""Notes, tags, files and sums of a customer, as screens and programs see them. Scope is asked one floor up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import func, select

from madang.customers.records import CustomerFile, CustomerNote, CustomerTag, CustomerTally
from madang.lib.errors import NotFound
from madang.lib.postgres import Tx

WEEKS = 52


@dataclass(frozen=True, slots=True)
class Note:
    """What a colleague wrote. ``by`` is the event actor, who may change it."""

    id: int
    customer_id: int
    text: str
    by: str
    author: str
    at: datetime
    edited_at: datetime | None
    deleted_at: datetime | None


@dataclass(frozen=True, slots=True)
class File:
    """A file kept with her; ``key`` names its URL."""

    id: int
    customer_id: int
    key: str
    sha256: str
    name: str
    mime: str
    size: int
    by: str
    author: str
    at: datetime
    deleted_at: datetime | None


@dataclass(frozen=True, slots=True)
class Facts:
    """What there was in all. ``spent`` in minor units by currency; ``weeks`` the last 52, the newest last.

    ``first_at`` and ``last_at`` are when she was first and last seen; None for whom we only wrote to.
    """

    first_at: datetime | None = None
    last_at: datetime | None = None
    conversations: int = 0
    messages: int = 0
    spent: dict[str, int] = field(default_factory=dict)
    weeks: Sequence[int] = ()


NOTE = tuple(getattr(CustomerNote, name) for name in Note.__slots__)
FILE = tuple(getattr(CustomerFile, name) for name in File.__slots__)


async def notes(tx: Tx, customer_id: int, limit: int = 100) -> list[Note]:
    """Her notes, newest first, without the deleted ones."""
    mine = (CustomerNote.customer_id == customer_id, CustomerNote.deleted_at.is_(None))
    query = select(*NOTE).where(*mine).order_by(CustomerNote.at.desc(), CustomerNote.id.desc()).limit(limit)
    return [Note(*row) for row in await tx.execute(query)]


async def note(tx: Tx, note_id: int) -> Note:
    """One note, deleted or not; raises NotFound."""
    row = (await tx.execute(select(*NOTE).where(CustomerNote.id == note_id))).one_or_none()
    if row is None:
        raise NotFound("There is no such note.")
    return Note(*row)


async def tags(tx: Tx, customer_id: int) -> list[str]:
    """Her tags, sorted."""
    query = select(CustomerTag.tag).where(CustomerTag.customer_id == customer_id)
    return sorted((await tx.execute(query)).scalars())


async def files(tx: Tx, customer_id: int, limit: int = 100) -> list[File]:
    """Her files, newest first, without the deleted ones."""
    mine = (CustomerFile.customer_id == customer_id, CustomerFile.deleted_at.is_(None))
    query = select(*FILE).where(*mine).order_by(CustomerFile.at.desc(), CustomerFile.id.desc()).limit(limit)
    return [File(*row) for row in await tx.execute(query)]


async def file(tx: Tx, *, number: int = 0, key: str = "") -> File:
    """One file by its number or its key, deleted or not; raises NotFound."""
    rule = CustomerFile.id == number if number else CustomerFile.key == key
    row = (await tx.execute(select(*FILE).where(rule))).one_or_none()
    if row is None:
        raise NotFound("There is no such file.")
    return File(*row)


async def facts(tx: Tx, customer_id: int, today: date | None = None) -> Facts:
    """The sums of all she is: a few rows of each home, however much there was."""
    monday = (today or datetime.now(UTC).date()) - timedelta(days=(today or datetime.now(UTC).date()).weekday())
    first = monday - timedelta(weeks=WEEKS - 1)
    old = CustomerTally.what.like("week %") & (CustomerTally.what < f"week {first}")
    sums = (func.sum(CustomerTally.n), func.min(CustomerTally.first_at), func.max(CustomerTally.last_at))
    query = select(CustomerTally.what, *sums).where(CustomerTally.customer_id == customer_id, ~old)
    found = {row[0]: row for row in await tx.execute(query.group_by(CustomerTally.what))}
    seen = found.get("seen")
    weeks = [f"week {first + timedelta(weeks=place)}" for place in range(WEEKS)]
    return Facts(
        first_at=seen[2] if seen else None,
        last_at=seen[3] if seen else None,
        conversations=int(found["conversations"][1]) if "conversations" in found else 0,
        messages=int(found["messages"][1]) if "messages" in found else 0,
        spent={what[6:]: int(row[1]) for what, row in sorted(found.items()) if what.startswith("spent ")},
        weeks=[int(found[week][1]) if week in found else 0 for week in weeks],
    )
