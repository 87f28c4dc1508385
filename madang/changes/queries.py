"""What was changed in the settings, as far as somebody may see it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, func, or_, select, true
from sqlalchemy.orm import aliased

from madang.changes.models import SettingChange
from madang.events.record import Actor
from madang.lib.errors import NotFound
from madang.lib.language import gettext as _
from madang.lib.postgres import Tx

OWN = frozenset({"account", "notifications"})  # pages whose history is everybody's own
PAGE = 40
WHO: ColumnElement[str] = func.split_part(SettingChange.actor, " ", 1)  # the token by which she did it stands behind


@dataclass(frozen=True, slots=True)
class Change:
    """One change. ``newest``: what it made of the field stands, as the history tells, so it can be taken back.

    ``token``: by which of hers a person did it, as an actor is written; '' when she did it herself.
    """

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
    token: str = ""


@dataclass(frozen=True, slots=True)
class Sees:
    """Whose history somebody may read: these pages, of these brands (None: every), and her own account's."""

    actor: Actor
    pages: frozenset[str]
    brands: frozenset[int] | None = None

    def where(self) -> ColumnElement[bool]:
        """The same, for the query."""
        shared = and_(SettingChange.page.in_(self.pages - OWN), self._brands())
        own = and_(SettingChange.page.in_(OWN), SettingChange.subject == str(self.actor))
        return or_(shared, own)

    def _brands(self) -> ColumnElement[bool]:
        one = SettingChange.brand_id
        return true() if self.brands is None else or_(one.is_(None), one.in_(self.brands))


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
        same = {SettingChange.page: self.page, SettingChange.subject: self.subject, WHO: self.actor}
        rules: list[ColumnElement[bool]] = [column == value for column, value in same.items() if value]
        if self.since is not None:
            rules.append(SettingChange.at >= self.since)
        if self.until is not None:
            rules.append(SettingChange.at < self.until)
        return [*rules, SettingChange.id < self.before] if self.before else rules


def _columns() -> Any:
    later = aliased(SettingChange)
    same = (
        later.subject == SettingChange.subject,
        later.page == SettingChange.page,
        later.field == SettingChange.field,
    )
    newer = select(later.id).where(*same, later.id > SettingChange.id)
    # What came after may have been taken back: then the last word on the field is what this one said.
    last = select(later.after).where(*same).order_by(later.id.desc()).limit(1).scalar_subquery()
    stands = and_(SettingChange.field != "", last.is_not_distinct_from(SettingChange.after))
    hidden = {"brand_id", "actor"}
    columns = [column for column in SettingChange.__table__.columns if column.name not in hidden]
    by = (WHO.label("actor"), func.split_part(SettingChange.actor, " ", 2).label("token"))
    return select(*columns, *by, or_(~newer.exists(), stands).label("newest"))


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
    return set((await tx.execute(select(WHO).where(sees.where()).distinct())).scalars())


def _change(row: Row[Any]) -> Change:
    return Change(**row._mapping)
