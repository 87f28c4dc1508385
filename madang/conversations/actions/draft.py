"""What an agent has written and not sent: hers alone, and no event."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Row, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from madang.conversations.models import Draft
from madang.conversations.queries import one
from madang.lib.errors import Refused
from madang.lib.language import gettext as _
from madang.lib.postgres import Tx
from madang.staff.permissions import Viewer, permit

LONGEST = 50_000
MOST = 20_000  # bytes of what belongs to it beside words
REV, OTHER = "rev", "other"
APART = "apart"  # these words stand in no composer that was sent or emptied here: nothing done there is meant for them

_Row = Row[str, str, dict[str, Any]]  # words, kind, data


@dataclass(frozen=True, slots=True)
class Kept:
    """A draft as it is kept. ``rev`` names its state, 0 when there is none. ``other``: {text, kind, at, data}, what was
    written elsewhere meanwhile and is not lost."""

    rev: int
    other: Mapping[str, Any] | None = None


async def save_draft(
    tx: Tx,
    viewer: Viewer,
    conversation_id: int,
    words: str,
    kind: str = "reply",
    beside: Mapping[str, Any] | None = None,
    base: int | None = None,
) -> Kept:
    """Keep a draft (kind reply or note); an empty one is dropped, and what was written elsewhere takes its place.

    ``base``: the state it was written on. Where another tab or machine has written meanwhile, the newer words stand
    and the others are kept beside them; an empty one changes nothing then.
    """
    permit(viewer, "conversation.reply")
    await one(tx, viewer, conversation_id)
    if viewer.user_id is None:
        return Kept(0)
    row = await _locked(tx, viewer, conversation_id)
    data = _checked(beside or {})
    if not words.strip() and not data.get("files"):
        return await _let_go(tx, viewer, conversation_id, row, stale=_stale(row, base))
    other = row.data.get(OTHER) if row else None
    if row and _stale(row, base) and row.text.strip() not in ("", words.strip()):
        other = _aside(row)
    rev = _now()
    data |= {REV: rev} | ({OTHER: other} if other else {})
    values = {"text": words[:LONGEST], "kind": "note" if kind == "note" else "reply", "at": func.now(), "data": data}
    statement = insert(Draft).values(user_id=viewer.user_id, conversation_id=conversation_id, **values)
    await tx.execute(statement.on_conflict_do_update(index_elements=["user_id", "conversation_id"], set_=values))
    return Kept(rev, other)


async def spend(tx: Tx, viewer: Viewer, conversation_id: int, words: str, base: int | None = 0) -> None:
    """With a message of these words its draft is none any more; what was written elsewhere stays, or takes its place.

    ``base``: the state that was sent; None is any, 0 none that is known. The caller has checked the conversation.
    """
    if row := await _locked(tx, viewer, conversation_id):
        # Of an earlier state of the same words, still on its way when they were sent, nothing is lost.
        stale = _stale(row, base) and row.text.strip() not in words
        await _let_go(tx, viewer, conversation_id, row, stale=stale)


async def forget_other(tx: Tx, viewer: Viewer, conversation_id: int) -> None:
    """The words that were written elsewhere are not wanted."""
    permit(viewer, "conversation.reply")
    await one(tx, viewer, conversation_id)
    row = await _locked(tx, viewer, conversation_id)
    if row is not None and row.data.get(APART):
        await tx.execute(delete(Draft).where(*_mine(viewer, conversation_id)))
    elif row is not None:
        data = {name: value for name, value in row.data.items() if name != OTHER}
        await tx.execute(update(Draft).where(*_mine(viewer, conversation_id)).values(data=data))


async def put_back(tx: Tx, viewer: Viewer, conversation_id: int, words: str, beside: Mapping[str, Any]) -> None:
    """What was to be sent is a draft again, before whatever was written since, with the files of both.

    A note that was begun since is no part of an answer, nor is what was written elsewhere: it is kept beside it, and
    so is what would make it too long.
    """
    row = await _locked(tx, viewer, conversation_id)
    since = row.text if row and row.text.strip() != words.strip() else ""
    if row and (row.kind == "note" or row.data.get(APART) or len(words) + len(since) > LONGEST - 2):
        await save_draft(tx, viewer, conversation_id, words, "reply", beside, base=0)
        return
    more = row.data if row else {}
    files = [*beside.get("files", ()), *more.get("files", ())]
    private = bool(beside.get("private") or more.get("private"))  # neither is said to everybody by being joined
    both = f"{words}\n\n{since}" if since.strip() else words
    await save_draft(tx, viewer, conversation_id, both, "reply", {**beside, "files": files, "private": private})


def _mine(viewer: Viewer, conversation_id: int) -> tuple[ColumnElement[bool], ...]:
    return Draft.user_id == (viewer.user_id or 0), Draft.conversation_id == conversation_id


async def _locked(tx: Tx, viewer: Viewer, conversation_id: int) -> _Row | None:
    query = select(Draft.text, Draft.kind, Draft.data).where(*_mine(viewer, conversation_id))
    return (await tx.execute(query.with_for_update())).one_or_none()


def _stale(row: _Row | None, base: int | None) -> bool:
    return row is not None and base is not None and row.data.get(REV) != base


async def _let_go(tx: Tx, viewer: Viewer, conversation_id: int, row: _Row | None, *, stale: bool) -> Kept:
    """What stood in the composer goes. ``stale``: that was not what is kept."""
    mine = _mine(viewer, conversation_id)
    if row is None:
        return Kept(0)
    if stale:
        await tx.execute(update(Draft).where(*mine).values(data={**row.data, APART: True}))
        return Kept(0, _aside(row))
    other = row.data.get(OTHER)
    if not other:
        await tx.execute(delete(Draft).where(*mine))
        return Kept(0)
    values = {"text": other["text"], "kind": other["kind"], "at": func.now()}
    data = {**other.get("data", {}), REV: _now(), APART: True}
    await tx.execute(update(Draft).where(*mine).values(data=data, **values))
    return Kept(0, other)


def _aside(row: _Row) -> dict[str, Any]:
    """A whole draft, to stand beside another."""
    data = {name: row.data[name] for name in _Beside.__struct_fields__ if name in row.data}
    return {"text": row.text, "kind": row.kind, "at": row.data.get(REV, 0), "data": data}


def _now() -> int:
    return time.time_ns() // 1_000_000


class _Beside(msgspec.Struct):
    channel: int = 0
    sender: str = ""
    to: list[str] | str = ""
    cc: list[str] | str = ""
    bcc: list[str] | str = ""
    subject: str = ""
    buttons: list[dict[str, Any]] = []
    files: list[dict[str, Any]] = []
    private: bool = False
    plan: list[str] = []  # a macro that goes along: its number, its name, what it does in words, the key of its use


def _checked(beside: Mapping[str, Any]) -> dict[str, Any]:
    kept = {name: beside[name] for name in _Beside.__struct_fields__ if beside.get(name)}
    try:
        msgspec.convert(kept, _Beside)
    except msgspec.ValidationError:
        raise Refused(_("This draft could not be read. Reload the page."), "data") from None
    if len(msgspec.json.encode(kept)) > MOST:
        raise Refused(_("This is too long. Make it shorter."), "data")
    return kept
