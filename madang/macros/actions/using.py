"""A macro is used in a conversation: its text is taken into the composer, or its steps are done. And taken back."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert

from madang.conversations import queries as conversations
from madang.conversations.rows import File, Row
from madang.conversations.scheduling import Later
from madang.conversations.steps import actions as steps
from madang.conversations.steps.vocabulary import Known
from madang.events.kinds import Kind
from madang.events.record import News, record
from madang.lib.errors import NotFound, Refused
from madang.lib.language import gettext as _
from madang.lib.postgres import Tx
from madang.macros import queries
from madang.macros.models import Macro, MacroRun
from madang.macros.queries import MacroRow
from madang.staff.permissions import Viewer, permit

WHILE = timedelta(hours=1)  # in which a use can be taken back


@dataclass(frozen=True, slots=True)
class Used:
    """A use of a macro. ``messages`` it wrote, ``changed`` by name, ``opens`` a guide; ``again``: done before."""

    name: str
    messages: tuple[int, ...] = ()
    changed: tuple[str, ...] = ()
    opens: int | None = None
    again: bool = False


async def use(
    tx: Tx,
    viewer: Viewer,
    conversation_id: int,
    macro_id: int,
    key: uuid.UUID,
    known: Known,
    *,
    said: bool = False,
    language: str = "",
    later: Later | None = None,
) -> Used:
    """Do its steps; the same ``key`` again does nothing. ``said``: the answer is written already, its text is not said.

    Under the key by which its text was inserted it is that same use, and is not counted again. Raises NotFound where
    she may not use it here, Refused where a step cannot be done: then nothing is done.
    """
    row = await conversations.one(tx, viewer, conversation_id)
    one = await queries.to_use(tx, viewer, macro_id, row.brand_id)
    begun = await _begin(tx, viewer, conversation_id, macro_id, key)
    if not begun and not await _goes_on(tx, viewer, conversation_id, macro_id, key):
        return await _earlier(tx, viewer, conversation_id, one, key)
    files = await queries.files(tx, [macro_id])
    more: Any = {"files": files, "said": said, "language": language, "later": later}
    done = await steps.run(tx, viewer, conversation_id, one.steps, known, key, **more)
    kept = {"messages": done.messages, "changed": done.changed, "opens": done.opens}
    await tx.execute(update(MacroRun).where(MacroRun.key == key).values(done=kept))
    did = [step["do"] for step in one.steps if not (said and step["do"] == "say")]
    more = {"steps": did, "changed": sorted(done.changed)}
    if begun:
        await _count(tx, macro_id)
    await _tell(tx, viewer, row, one, key, Kind.MACRO_USED, **more)
    return Used(one.name, tuple(done.messages), tuple(sorted(done.changed)), done.opens)


async def insert_text(tx: Tx, viewer: Viewer, conversation_id: int, macro_id: int, key: uuid.UUID) -> list[File]:
    """Its text goes into the composer, and its files wait for her message; returns those.

    That is a use already, whatever becomes of its other steps; the same ``key`` again counts once. Raises NotFound
    where she may not use it.
    """
    permit(viewer, "conversation.reply")
    row = await conversations.one(tx, viewer, conversation_id)
    one = await queries.to_use(tx, viewer, macro_id, row.brand_id)
    if await _begin(tx, viewer, conversation_id, macro_id, key):
        await _count(tx, macro_id)
        await _tell(tx, viewer, row, one, key, Kind.MACRO_INSERTED)
    else:
        await _earlier(tx, viewer, conversation_id, one, key)
    files = await queries.files(tx, [macro_id])
    wanted = [files[name] for step in one.steps for name in step.get("files", ()) if name in files]
    waiting = await steps.attach(tx, viewer, wanted)
    return [File(key, file.name, file.mime, file.size) for key, file in zip(waiting, wanted, strict=True)]


async def take_back(tx: Tx, viewer: Viewer, conversation_id: int, key: uuid.UUID) -> list[str]:
    """Put back what her use changed, where nothing has changed it since; returns the names of what stays.

    What was said stays said. It is counted as a use no longer. Raises NotFound, Refused when it is too long ago. Twice
    is once.
    """
    row = await conversations.one(tx, viewer, conversation_id)
    mine = (MacroRun.key == key, MacroRun.conversation_id == conversation_id, MacroRun.by == str(viewer.actor))
    columns = (MacroRun.done, MacroRun.undone_at, MacroRun.macro_id, (MacroRun.at < func.now() - WHILE).label("old"))
    query = select(*columns, Macro.name).join(Macro, Macro.id == MacroRun.macro_id).where(*mine)
    run = (await tx.execute(query.with_for_update(of=MacroRun))).one_or_none()
    if run is None:
        raise NotFound("There is nothing to take back.")
    if run.undone_at is not None:
        return []
    if run.old:
        raise Refused(_("This is too long ago to be taken back at once. Change what you want by hand."))
    stays = await steps.undo(tx, viewer, conversation_id, run.done.get("changed", {}))
    await tx.execute(update(MacroRun).where(MacroRun.key == key).values(undone_at=func.now()))
    await _count(tx, run.macro_id, -1)
    data = {"macro": run.macro_id, "name": run.name, "run": str(key), "stays": stays}
    await record(tx, viewer.actor, News(Kind.MACRO_UNDONE, conversation_id, customer=row.customer_id, data=data))
    return stays


async def _begin(tx: Tx, viewer: Viewer, conversation_id: int, macro_id: int, key: uuid.UUID) -> bool:
    """Whether this key is new. Two at once: the second waits here until the first is done."""
    given = {"key": key, "macro_id": macro_id, "conversation_id": conversation_id, "by": str(viewer.actor), "done": {}}
    made = insert(MacroRun).values(**given).on_conflict_do_nothing(index_elements=["key"]).returning(MacroRun.key)
    return (await tx.execute(made)).scalar_one_or_none() is not None


async def _goes_on(tx: Tx, viewer: Viewer, conversation_id: int, macro_id: int, key: uuid.UUID) -> bool:
    """Whether its text was inserted under this key and the rest is still to be done. Two at once: as :func:`_begin`.

    The draft may have come into another conversation meanwhile, by a merge: its use is there then.
    """
    hers = (MacroRun.key == key, MacroRun.macro_id == macro_id, MacroRun.by == str(viewer.actor))
    open_ = (MacroRun.done == {}, MacroRun.undone_at.is_(None))
    now = {"conversation_id": conversation_id, "at": func.now()}
    return bool((await tx.execute(update(MacroRun).where(*hers, *open_).values(**now))).rowcount)


async def _earlier(tx: Tx, viewer: Viewer, conversation_id: int, one: MacroRow, key: uuid.UUID) -> Used:
    same = (MacroRun.conversation_id == conversation_id, MacroRun.macro_id == one.id, MacroRun.by == str(viewer.actor))
    done: Mapping[str, Any] | None = (
        await tx.execute(select(MacroRun.done).where(MacroRun.key == key, *same))
    ).scalar_one_or_none()
    if done is None:
        raise Refused(_("This key was used for something else already. Reload the page and try again."), "key")
    changed = tuple(sorted(done.get("changed", {})))
    return Used(one.name, tuple(done.get("messages", ())), changed, done.get("opens"), again=True)


async def _count(tx: Tx, macro_id: int, by: int = 1) -> None:
    now = {"used_at": func.now()} if by > 0 else {}
    await tx.execute(update(Macro).where(Macro.id == macro_id).values(uses=func.greatest(Macro.uses + by, 0), **now))


async def _tell(tx: Tx, viewer: Viewer, place: Row, one: MacroRow, key: uuid.UUID, kind: Kind, **more: Any) -> None:
    data = {"macro": one.id, "name": one.name, "run": str(key), **more}
    await record(tx, viewer.actor, News(kind, place.id, customer=place.customer_id, data=data))
