"""What others may read of macros: whose they are, which of them fit a conversation, which of them somebody uses."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select, true

from madang.conversations.rows import File
from madang.lib.errors import NotFound
from madang.lib.postgres import Tx
from madang.macros.models import Macro, MacroFile, MacroRun
from madang.staff.models import User
from madang.staff.permissions import Viewer, permit

RECENT = timedelta(days=30)  # how far back it is looked which ones somebody uses


@dataclass(frozen=True, slots=True)
class MacroRow:
    """A macro. ``mine``: hers alone; ``changeable``: by this viewer. ``files`` are those its texts name."""

    id: int
    name: str
    owner_id: int | None
    team_id: int | None
    brand_id: int | None
    steps: list[dict[str, Any]]
    uses: int
    used_at: datetime | None
    changed_at: datetime
    archived_at: datetime | None
    mine: bool
    changeable: bool
    creator: str = ""


@dataclass(frozen=True, slots=True)
class Habit:
    """How often somebody used a macro lately, and when last."""

    uses: int
    at: datetime


def _in_brands(viewer: Viewer) -> ColumnElement[bool]:
    brands = viewer.scope.brands
    return true() if brands is None else or_(Macro.brand_id.is_(None), Macro.brand_id.in_(brands))


def hers(viewer: Viewer) -> ColumnElement[bool]:
    """Whether it is her own. Who is no user has none."""
    return false() if viewer.user_id is None else Macro.owner_id == viewer.user_id


def usable(viewer: Viewer) -> ColumnElement[bool]:
    """Her own, and those shared with everybody or with her teams, within her brands: put it *in* the query."""
    teams = or_(Macro.team_id.is_(None), Macro.team_id.in_(viewer.scope.teams))
    if viewer.user_id is None and viewer.scope.sees == "all":  # a program belongs to no team
        teams = true()
    return or_(hers(viewer), and_(Macro.owner_id.is_(None), teams, _in_brands(viewer)))


def seen(viewer: Viewer) -> ColumnElement[bool]:
    """As :func:`usable`, and for whoever manages macros the shared ones of other teams."""
    if not viewer.may("macro.manage"):
        return usable(viewer)
    return or_(usable(viewer), and_(Macro.owner_id.is_(None), _in_brands(viewer)))


def _rows() -> Select[*tuple[Any, ...]]:
    return select(
        Macro.id,
        Macro.name,
        Macro.owner_id,
        Macro.team_id,
        Macro.brand_id,
        Macro.steps,
        Macro.uses,
        Macro.used_at,
        Macro.changed_at,
        Macro.archived_at,
        func.coalesce(User.name, "").label("creator"),
    ).outerjoin(User, Macro.created_by == func.concat("user:", User.id))


def _row(viewer: Viewer, row: Any) -> MacroRow:
    mine = row.owner_id is not None and row.owner_id == viewer.user_id
    shared = row.owner_id is None and viewer.may("macro.manage") and _all_hers(viewer, row.brand_id)
    return MacroRow(**row._mapping, mine=mine, changeable=viewer.may("conversation.reply") if mine else shared)


def _all_hers(viewer: Viewer, brand_id: int | None) -> bool:
    """Whether every brand in which it is offered is one of hers: what others use is not hers to change."""
    brands = viewer.scope.brands
    return brands is None or brand_id in brands


async def macros(tx: Tx, viewer: Viewer, *, archived: bool = False) -> list[MacroRow]:
    """Those she may see, by name; or those that were put away."""
    permit(viewer, "conversation.read")
    away = Macro.archived_at.is_not(None) if archived else Macro.archived_at.is_(None)
    query = _rows().where(away, seen(viewer)).order_by(func.lower(Macro.name), Macro.id)
    return [_row(viewer, row) for row in await tx.execute(query)]


async def offered(tx: Tx, viewer: Viewer, brand_id: int) -> list[MacroRow]:
    """Those she may use in a conversation of this brand, by name."""
    permit(viewer, "conversation.read")
    fits = or_(Macro.brand_id.is_(None), Macro.brand_id == brand_id)
    query = _rows().where(Macro.archived_at.is_(None), usable(viewer), fits)
    return [_row(viewer, row) for row in await tx.execute(query.order_by(func.lower(Macro.name), Macro.id))]


async def macro(tx: Tx, viewer: Viewer, macro_id: int) -> MacroRow:
    """One, put away or not; raises NotFound where she may not see it."""
    permit(viewer, "conversation.read")
    row = (await tx.execute(_rows().where(Macro.id == macro_id, seen(viewer)))).one_or_none()
    if row is None:
        raise NotFound("There is no such macro.")
    return _row(viewer, row)


async def to_use(tx: Tx, viewer: Viewer, macro_id: int, brand_id: int) -> MacroRow:
    """One that she may use here; raises NotFound."""
    fits = or_(Macro.brand_id.is_(None), Macro.brand_id == brand_id)
    rule = (Macro.id == macro_id, Macro.archived_at.is_(None), usable(viewer), fits)
    row = (await tx.execute(_rows().where(*rule))).one_or_none()
    if row is None:
        raise NotFound("There is no such macro here. It may have been put away.")
    return _row(viewer, row)


async def habits(tx: Tx, viewer: Viewer) -> dict[int, Habit]:
    """Which ones she used lately, by number. What was taken back was no use."""
    lately = MacroRun.at > func.now() - RECENT
    query = select(MacroRun.macro_id, func.count().label("uses"), func.max(MacroRun.at).label("at"))
    found = query.where(MacroRun.by == str(viewer.actor), lately, MacroRun.undone_at.is_(None)).group_by(
        MacroRun.macro_id
    )
    return {row.macro_id: Habit(row.uses, row.at) for row in await tx.execute(found)}


async def files(tx: Tx, macro_ids: Collection[int]) -> dict[str, File]:
    """The files of macros by key. The caller has checked who asks."""
    columns = (MacroFile.key, MacroFile.name, MacroFile.mime, MacroFile.size, MacroFile.sha256)
    query = select(*columns).where(MacroFile.macro_id.in_(macro_ids))
    return {row["key"]: File(**row) for row in (await tx.execute(query)).mappings()}


def same_words(rows: Collection[MacroRow]) -> dict[int, str]:
    """Which macros say what another says, by number, with that one's name: one of the two is not needed."""
    first: dict[str, MacroRow] = {}
    again: dict[int, str] = {}
    for row in sorted(rows, key=lambda one: (one.mine, one.id)):
        said = [" ".join(text.split()).casefold() for step in row.steps for text in (step.get("text") or {}).values()]
        words = "\n".join(sorted(said))
        if words and (other := first.setdefault(words, row)) is not row:
            again[row.id] = other.name
    return again
