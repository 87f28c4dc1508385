"""Views that are kept: somebody's own, a team's, everybody's."""

from __future__ import annotations

from typing import Any, Literal

from sqlalchemy import func, insert, select, update

from madang.changes.actions import Subject, note, note_made, note_removed
from madang.conversations.inbox.fields import vocabulary
from madang.conversations.inbox.lists import SORTS
from madang.conversations.inbox.models import SavedView
from madang.conversations.inbox.views import Saved, one, saved, visible
from madang.events.kinds import Kind
from madang.events.record import News, record
from madang.lib.conditions.reading import read, write
from madang.lib.errors import NotFound, Refused
from madang.lib.language import gettext
from madang.lib.language import marked as _
from madang.lib.postgres import Tx
from madang.staff.models import Team
from madang.staff.permissions import Viewer, permit

For = Literal["me", "all"] | int  # whose it is: hers, everybody's, or the team of this number
MOST, LONGEST = 60, 60


async def save(tx: Tx, viewer: Viewer, name: str, condition: Any, sort: str = "newest", whose: For = "me") -> int:
    """Keep a view; returns its number. Raises Refused, Wrong for a condition that cannot be understood."""
    permit(viewer, "conversation.read")
    if len(await saved(tx, viewer)) >= MOST:
        raise Refused(gettext(_("There are %(n)s views already. Remove one that nobody needs.")) % {"n": MOST}, "name")
    values = {
        **await _owned(tx, viewer, whose),
        "name": _named(name),
        "condition": await _asked(tx, viewer, condition),
        "sort": _sorted(sort),
        "created_by": str(viewer.actor),
        "place": select(func.coalesce(func.max(SavedView.place), 0) + 1).scalar_subquery(),
    }
    number: int = (await tx.execute(insert(SavedView).values(values).returning(SavedView.id))).scalar_one()
    await _tell(tx, viewer, Kind.VIEW_CREATED, number, values["name"])
    if values["owner_id"] is None:
        await note_made(tx, viewer.actor, _subject(number, values["name"]))
    return number


async def change(
    tx: Tx,
    viewer: Viewer,
    number: int,
    *,
    name: str | None = None,
    condition: Any = None,
    sort: str | None = None,
    whose: For | None = None,
) -> None:
    """Change what is given of one. Raises NotFound, NotPermitted, Refused."""
    kept = await held(tx, viewer, number)
    values: dict[str, Any] = {} if whose is None else await _owned(tx, viewer, whose)
    if name is not None:
        values["name"] = _named(name)
    if condition is not None:
        values["condition"] = await _asked(tx, viewer, condition)
    if sort is not None:
        values["sort"] = _sorted(sort)
    if values:
        await tx.execute(update(SavedView).where(SavedView.id == number).values(**values, changed_at=func.now()))
        await _tell(tx, viewer, Kind.VIEW_CHANGED, number, values.get("name", kept.name))
        await _note(tx, viewer, kept, values)


async def archive(tx: Tx, viewer: Viewer, number: int) -> None:
    """Show it no longer."""
    kept = await held(tx, viewer, number)
    await tx.execute(update(SavedView).where(SavedView.id == number).values(archived_at=func.now()))
    await _tell(tx, viewer, Kind.VIEW_ARCHIVED, number, kept.name)
    if kept.shared:
        await note_removed(tx, viewer.actor, _subject(number, kept.name))


async def restore(tx: Tx, viewer: Viewer, number: int) -> None:
    """Undo :func:`archive`; twice is once."""
    query = select(SavedView.owner_id, SavedView.name).where(SavedView.id == number, visible(viewer))
    row = (await tx.execute(query)).one_or_none()
    if row is None:
        raise NotFound("There is no such view.")
    if row.owner_id is None:
        permit(viewer, "view.manage")
    back = update(SavedView).where(SavedView.id == number, SavedView.archived_at.is_not(None)).values(archived_at=None)
    if not (await tx.execute(back)).rowcount:
        return
    await _tell(tx, viewer, Kind.VIEW_RESTORED, number, row.name)
    if row.owner_id is None:
        await note_made(tx, viewer.actor, _subject(number, row.name))


async def held(tx: Tx, viewer: Viewer, number: int) -> Saved:
    """One that she may change. Raises NotFound, NotPermitted."""
    kept = await one(tx, viewer, number)
    if kept.shared:
        permit(viewer, "view.manage")
    await tx.execute(select(SavedView.id).where(SavedView.id == number).with_for_update())
    return kept


async def _note(tx: Tx, viewer: Viewer, kept: Saved, values: dict[str, Any]) -> None:
    """What others see of it stands in the history of the settings; what is hers alone nowhere."""
    shared = values["owner_id"] is None if "owner_id" in values else kept.shared
    if not (shared or kept.shared):
        return
    before = {"shared": kept.shared} | {name: getattr(kept, name) for name in ("name", "team_id", "condition", "sort")}
    after = {name: value for name, value in values.items() if name != "owner_id"} | {"shared": shared}
    await note(tx, viewer.actor, _subject(kept.id, values.get("name", kept.name)), before, after)


def _subject(number: int, name: str) -> Subject:
    return Subject("views", f"view:{number}", name)


async def _owned(tx: Tx, viewer: Viewer, whose: For) -> dict[str, Any]:
    if whose == "me":
        if viewer.user_id is None:
            raise Refused(gettext(_("A token is nobody’s: share the view with everybody or with a team.")), "whose")
        return {"owner_id": viewer.user_id, "team_id": None}
    permit(viewer, "view.manage")
    if whose == "all":
        return {"owner_id": None, "team_id": None}
    team = select(Team.id).where(Team.id == whose, Team.retired_at.is_(None))
    if (await tx.execute(team)).scalar_one_or_none() is None:
        raise Refused(gettext(_("There is no such team. Choose another one.")), "whose")
    return {"owner_id": None, "team_id": whose}


async def _asked(tx: Tx, viewer: Viewer, condition: Any) -> dict[str, Any]:
    return write(read(condition, await vocabulary(tx, viewer)))


def _named(name: str) -> str:
    clean = " ".join(name.replace("\0", "").split())
    if not 0 < len(clean) <= LONGEST:
        raise Refused(gettext(_("Give it a name of at most 60 characters.")), "name")
    return clean


def _sorted(sort: str) -> str:
    if sort not in SORTS:
        raise Refused(gettext(_("This is not a possible answer. Choose one of those offered.")), "sort")
    return sort


async def _tell(tx: Tx, viewer: Viewer, kind: Kind, number: int, name: str) -> None:
    await record(tx, viewer.actor, News(kind, data={"view": number, "name": name}))
