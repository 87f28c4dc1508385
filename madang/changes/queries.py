"""What was changed in the settings, as far as somebody may see it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, or_, select
from sqlalchemy.orm import aliased

from madang.changes.models import SettingChange
from madang.events.record import Actor
from madang.lib.errors import NotFound
from madang.lib.language import gettext as _
from madang.lib.postgres import Tx

OWN = "account"  # a page whose history is everybody's own
PAGE = 40


@dataclass(frozen=True, slots=True)
class Change:
    """One change. ``newest``: nothing came after it, so it can be taken back."""

    id: int
    at: datetime
    actor: str
    page: str
    subject: str
    name: str
    field: str
    before: Any
    after: Any
    secret: bool
    undone_by: str
    undone_at: datetime | None
    newest: bool


@dataclass(frozen=True, slots=True)
class Sees:
    """Whose history somebody may read: these pages, of these brands (None: every), and her own account's."""

    actor: Actor
    pages: frozenset[str]
    brands: frozenset[int] | None = None

    def where(self) -> ColumnElement[bool]:
        """The same, for the query."""
        shared = and_(SettingChange.page.in_(self.pages - {OWN}), self._brands())
        own = and_(SettingChange.page == OWN, SettingChange.subject == str(self.actor))
        return or_(shared, own)

    def _brands(self) -> ColumnElement[bool]:
        one = SettingChange.brand_id
        return or_(one.is_(None), one.in_(self.brands)) if self.brands is not None else one.is_not_distinct_from(one)


@dataclass(frozen=True, slots=True)
class Asked:
    """What of it: '' and None narrow nothing. ``before`` is the number of the oldest one already shown."""

    page: str = ""
    subject: str = ""
    actor: str = ""
    since: datetime | None = None
    until: datetime | None = None
    before: int = 0

    def where(self) -> Collection[ColumnElement[bool]]:
        """The same, for the query."""
        row = SettingChange
        wanted: list[tuple[Any, ColumnElement[bool]]] = [
            (self.page, row.page == self.page),
            (self.subject, row.subject == self.subject),
            (self.actor, row.actor == self.actor),
            (self.since, row.at >= self.since),
            (self.until, row.at < self.until),
            (self.before, row.id < self.before),
        ]
        return [rule for given, rule in wanted if given]


def _columns() -> Any:
    later = aliased(SettingChange)
    newer = select(later.id).where(
        later.subject == SettingChange.subject,
        later.page == SettingChange.page,
        later.field == SettingChange.field,
        later.id > SettingChange.id,
    )
    hidden = {"brand_id"}
    columns = [column for column in SettingChange.__table__.columns if column.name not in hidden]
    return select(*columns, (~newer.exists()).label("newest"))


async def changes(tx: Tx, sees: Sees, asked: Asked, limit: int = PAGE) -> list[Change]:
    """The newest first, at most ``limit``."""
    query = _columns().where(sees.where(), *asked.where()).order_by(SettingChange.id.desc()).limit(limit)
    return [_change(row) for row in await tx.execute(query)]


async def one(tx: Tx, sees: Sees, number: int) -> Change:
    """One of them; raises NotFound, also for one that is not hers to see."""
    row = (await tx.execute(_columns().where(SettingChange.id == number, sees.where()))).one_or_none()
    if row is None:
        raise NotFound(_("There is no such change."))
    return _change(row)


async def actors(tx: Tx, sees: Sees) -> set[str]:
    """Everybody who has changed something she may see."""
    return set((await tx.execute(select(SettingChange.actor).where(sees.where()).distinct())).scalars())


def _change(row: Row[Any]) -> Change:
    return Change(**row._mapping)
