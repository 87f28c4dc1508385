"""Macros are made, changed, put away, taken back, copied: one's own by oneself, shared ones with ``macro.manage``."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, func, insert, select, update

from madang.brands.models import Brand
from madang.changes.actions import Subject, note, note_made, note_removed
from madang.conversations import waiting
from madang.conversations.steps.checking import check
from madang.conversations.steps.vocabulary import Known
from madang.events.kinds import Kind
from madang.events.record import News, record
from madang.lib.errors import Refused
from madang.lib.language import gettext as _
from madang.lib.postgres import Tx
from madang.macros import queries
from madang.macros.models import Macro, MacroFile
from madang.macros.queries import MacroRow
from madang.staff.models import Team
from madang.staff.permissions import NotPermitted, Viewer, permit

LONGEST, MOST = 80, 500  # characters of a name, living macros of one owner


@dataclass(frozen=True, slots=True)
class Given:
    """A macro as somebody wants it. ``shared`` with everybody, or with a team, in all brands or one."""

    name: str
    steps: Sequence[Any]
    shared: bool = False
    team_id: int | None = None
    brand_id: int | None = None


async def create(tx: Tx, viewer: Viewer, given: Given, known: Known) -> int:
    """Make one; returns its number. Raises Refused with the place, NotPermitted."""
    values = await _values(tx, viewer, given, known)
    await _room(tx, values["owner_id"])
    await _free(tx, values["owner_id"], values["name"], 0)
    made = insert(Macro).values(**values, created_by=str(viewer.actor)).returning(Macro.id)
    number: int = (await tx.execute(made)).scalar_one()
    await _keep_files(tx, viewer, number, values["steps"])
    if given.shared:
        await note_made(tx, viewer.actor, _subject(number, values["name"], given.brand_id))
    await _tell(tx, viewer, Kind.MACRO_CREATED, number, values["name"], shared=given.shared)
    return number


async def change(tx: Tx, viewer: Viewer, macro_id: int, given: Given, known: Known) -> None:
    """Set all of it. What did not change is no event. Raises Refused where a shared one would be one person's own."""
    one = await _to_write(tx, viewer, macro_id)
    if one.owner_id is None and not given.shared:  # it would vanish for everybody, and nobody could look at it again
        raise Refused(
            _("Colleagues use this macro, so it stays shared. Copy it for yourself, or put it away."), "shared"
        )
    values = await _values(tx, viewer, given, known)
    await _free(tx, values["owner_id"], values["name"], macro_id)
    changed = [name for name, value in values.items() if getattr(one, name) != value]
    if changed:
        await tx.execute(update(Macro).where(Macro.id == macro_id).values(**values, changed_at=func.now()))
        await _keep_files(tx, viewer, macro_id, values["steps"])
        await _note(tx, viewer, one, values)
        more = {"shared": given.shared, "changed": sorted(changed)}
        await _tell(tx, viewer, Kind.MACRO_CHANGED, macro_id, values["name"], **more)


async def archive(tx: Tx, viewer: Viewer, macro_id: int) -> None:
    """Put it away: it is no longer offered. Twice is once."""
    one = await _to_write(tx, viewer, macro_id)
    if one.archived_at is None:
        await tx.execute(update(Macro).where(Macro.id == macro_id).values(archived_at=func.now()))
        if one.owner_id is None:
            await note_removed(tx, viewer.actor, _subject(macro_id, one.name, one.brand_id))
        await _tell(tx, viewer, Kind.MACRO_ARCHIVED, macro_id, one.name, shared=one.owner_id is None)


async def restore(tx: Tx, viewer: Viewer, macro_id: int) -> None:
    """Take it back; its name may have been given away meanwhile."""
    one = await _to_write(tx, viewer, macro_id)
    if one.archived_at is not None:
        await _free(tx, one.owner_id, one.name, macro_id)
        await tx.execute(update(Macro).where(Macro.id == macro_id).values(archived_at=None))
        if one.owner_id is None:
            await note_made(tx, viewer.actor, _subject(macro_id, one.name, one.brand_id))
        await _tell(tx, viewer, Kind.MACRO_RESTORED, macro_id, one.name, shared=one.owner_id is None)


async def duplicate(tx: Tx, viewer: Viewer, macro_id: int) -> int:
    """A copy of her own, to be changed; returns its number. Its steps are those of the first, checked or not."""
    permit(viewer, "conversation.reply")
    one = await queries.macro(tx, viewer, macro_id)
    owner = _owner(viewer, shared=False)
    await _room(tx, owner)
    keys = {key: secrets.token_hex(16) for key in await queries.files(tx, [macro_id])}
    steps = [_renamed(step, keys) for step in one.steps]
    values = {"name": await _another(tx, owner, one.name), "owner_id": owner, "brand_id": one.brand_id, "steps": steps}
    made = insert(Macro).values(**values, created_by=str(viewer.actor)).returning(Macro.id)
    number: int = (await tx.execute(made)).scalar_one()
    for key, file in (await queries.files(tx, [macro_id])).items():
        await _add_file(tx, number, keys[key], file)
    await _tell(tx, viewer, Kind.MACRO_CREATED, number, str(values["name"]), shared=False)
    return number


async def _note(tx: Tx, viewer: Viewer, one: MacroRow, values: dict[str, Any]) -> None:
    """Write down what changed of a shared one; that one's own is shared from now on is as if it were made."""
    subject = _subject(one.id, values["name"], values["brand_id"])
    if one.owner_id is None:
        await note(tx, viewer.actor, subject, {name: getattr(one, name) for name in values}, values)
    elif values["owner_id"] is None:
        await note_made(tx, viewer.actor, subject)


def _subject(number: int, name: str, brand: int | None) -> Subject:
    """For the history of the settings. What is somebody's own is nobody else's business."""
    return Subject("macros", f"macro:{number}", name, brand)


def _renamed(step: dict[str, Any], keys: dict[str, str]) -> dict[str, Any]:
    return step | {"files": [keys[key] for key in step["files"] if key in keys]} if "files" in step else step


async def _to_write(tx: Tx, viewer: Viewer, macro_id: int) -> MacroRow:
    one = await queries.macro(tx, viewer, macro_id)
    if not one.changeable and one.owner_id is None and viewer.may("macro.manage"):
        raise Refused(_("This macro is for every brand. Only who sees every brand can change it."))
    if not one.changeable:
        raise NotPermitted("macro.manage")
    return one


def _owner(viewer: Viewer, *, shared: bool) -> int | None:
    permit(viewer, "macro.manage" if shared else "conversation.reply")
    if not shared and viewer.user_id is None:
        raise Refused(_("A program has no macros of its own. Make it a shared one."), "shared")
    return None if shared else viewer.user_id


async def _values(tx: Tx, viewer: Viewer, given: Given, known: Known) -> dict[str, Any]:
    owner = _owner(viewer, shared=given.shared)
    name = " ".join(given.name.replace("\0", "").split())
    if not name:
        raise Refused(_("Give it a name, by which it is found."), "name")
    if len(name) > LONGEST:
        raise Refused(_("This is too long. Make it shorter."), "name")
    values = {"name": name, "owner_id": owner, "steps": check(given.steps, known), "brand_id": given.brand_id}
    values["team_id"] = given.team_id if given.shared else None
    await _refuse_strange(tx, viewer, values)
    return values


async def _refuse_strange(tx: Tx, viewer: Viewer, values: dict[str, Any]) -> None:
    brands, brand, team = viewer.scope.brands, values["brand_id"], values["team_id"]
    living = select(Brand.id).where(Brand.id == brand, Brand.retired_at.is_(None))
    hidden = brands is not None and brand not in brands
    if brand is not None and (hidden or not (await tx.execute(living)).first()):
        raise Refused(_("There is no such brand. Choose another one."), "brand")
    if brand is None and brands is not None and values["owner_id"] is None:
        raise Refused(_("Choose one of your brands: this would be offered in others, too."), "brand")
    there = select(Team.id).where(Team.id == team, Team.retired_at.is_(None))
    if team is not None and not (await tx.execute(there)).first():
        raise Refused(_("There is no such team. Choose another one."), "team")


async def _free(tx: Tx, owner: int | None, name: str, but: int) -> None:
    """Raise Refused where the name is taken. Two at once: the lock makes the second one look again."""
    await tx.execute(select(func.pg_advisory_xact_lock(7311)))
    if await _taken(tx, owner, name, but):
        raise Refused(_("There is a macro of this name already. Give it another one."), "name")


async def _taken(tx: Tx, owner: int | None, name: str, but: int = 0) -> bool:
    same = (func.coalesce(Macro.owner_id, 0) == (owner or 0), func.lower(Macro.name) == func.lower(name))
    query = select(Macro.id).where(*same, Macro.archived_at.is_(None), Macro.id != but)
    return (await tx.execute(query)).first() is not None


async def _another(tx: Tx, owner: int | None, name: str) -> str:
    await tx.execute(select(func.pg_advisory_xact_lock(7311)))
    number, made = 2, name
    while await _taken(tx, owner, made):
        made = f"{name[: LONGEST - 5]} ({number})"
        number += 1
    return made


async def _room(tx: Tx, owner: int | None) -> None:
    query = select(func.count()).where(func.coalesce(Macro.owner_id, 0) == (owner or 0), Macro.archived_at.is_(None))
    if (await tx.execute(query)).scalar_one() >= MOST:
        raise Refused(_("There are %(n)s macros already. Put some away that nobody uses.") % {"n": MOST}, "name")


async def _keep_files(tx: Tx, viewer: Viewer, macro_id: int, steps: Sequence[dict[str, Any]]) -> None:
    """The files its steps name become its own; those no step names any more go."""
    wanted = [key for step in steps for key in step.get("files", ())]
    there = await queries.files(tx, [macro_id])
    fresh = {file.key: file for file in await waiting.uploads(tx, viewer.actor, [k for k in wanted if k not in there])}
    if missing := set(wanted) - set(there) - set(fresh):
        place = next(n for n, step in enumerate(steps) if missing & set(step.get("files", ())))
        raise Refused(_("A file is not there any more. Please attach it again."), f"steps.{place}.files")
    await tx.execute(delete(MacroFile).where(MacroFile.macro_id == macro_id, MacroFile.key.not_in(wanted)))
    for key, file in fresh.items():
        await _add_file(tx, macro_id, key, file)


async def _add_file(tx: Tx, macro_id: int, key: str, file: Any) -> None:
    kept = {"sha256": file.sha256, "name": file.name, "mime": file.mime, "size": file.size}
    await tx.execute(insert(MacroFile).values(key=key, macro_id=macro_id, **kept))


async def _tell(tx: Tx, viewer: Viewer, kind: Kind, number: int, name: str, **more: Any) -> None:
    await record(tx, viewer.actor, News(kind, data={"macro": number, "name": name, **more}))
