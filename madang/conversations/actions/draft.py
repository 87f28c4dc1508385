"""What an agent has written and not sent: hers alone, and no event."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import delete, func, select, update
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


@dataclass(frozen=True, slots=True)
class Kept:
    """A draft as it is kept. ``rev`` names its state, 0 when there is none. ``other``: (words, kind, milliseconds) that
    were written elsewhere meanwhile and are not lost."""

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
    """Keep a draft (kind reply or note); an empty one is dropped.

    ``base``: the state it was written on. Where another tab or machine has written meanwhile, the newer words stand
    and the others are kept beside them.
    """
    permit(viewer, "conversation.reply")
    await one(tx, viewer, conversation_id)
    if viewer.user_id is None:
        return Kept(0)
    mine = (Draft.user_id == viewer.user_id, Draft.conversation_id == conversation_id)
    row = (await tx.execute(select(Draft.text, Draft.kind, Draft.data).where(*mine).with_for_update())).one_or_none()
    data = _checked(beside or {})
    if not words.strip() and not data.get("files"):
        await tx.execute(delete(Draft).where(*mine))
        return Kept(0)
    other = row.data.get(OTHER) if row else None
    if row and base is not None and row.data.get(REV) != base and row.text.strip() not in ("", words.strip()):
        other = {"text": row.text, "kind": row.kind, "at": row.data.get(REV, 0)}
    rev = time.time_ns() // 1_000_000
    data |= {REV: rev} | ({OTHER: other} if other else {})
    values = {"text": words[:LONGEST], "kind": "note" if kind == "note" else "reply", "at": func.now(), "data": data}
    statement = insert(Draft).values(user_id=viewer.user_id, conversation_id=conversation_id, **values)
    await tx.execute(statement.on_conflict_do_update(index_elements=["user_id", "conversation_id"], set_=values))
    return Kept(rev, other)


async def forget_other(tx: Tx, viewer: Viewer, conversation_id: int) -> None:
    """The words that were written elsewhere are not wanted."""
    permit(viewer, "conversation.reply")
    await one(tx, viewer, conversation_id)
    mine = (Draft.user_id == (viewer.user_id or 0), Draft.conversation_id == conversation_id)
    row = (await tx.execute(select(Draft.data).where(*mine).with_for_update())).one_or_none()
    if row is not None:
        data = {name: value for name, value in row.data.items() if name != OTHER}
        await tx.execute(update(Draft).where(*mine).values(data=data))


async def put_back(tx: Tx, viewer: Viewer, conversation_id: int, words: str, beside: Mapping[str, Any]) -> None:
    """What was to be sent is a draft again, before whatever was written since, with the files of both.

    A note that was begun since is no part of an answer: it is kept beside it, and so is what would make it too long.
    """
    mine = (Draft.user_id == (viewer.user_id or 0), Draft.conversation_id == conversation_id)
    row = (await tx.execute(select(Draft.text, Draft.kind, Draft.data).where(*mine).with_for_update())).one_or_none()
    since = row.text if row and row.text.strip() != words.strip() else ""
    if row and (row.kind == "note" or len(words) + len(since) > LONGEST - 2):
        await save_draft(tx, viewer, conversation_id, words, "reply", beside, base=0)
        return
    files = [*beside.get("files", ()), *(row.data.get("files", ()) if row else ())]
    both = f"{words}\n\n{since}" if since.strip() else words
    await save_draft(tx, viewer, conversation_id, both, "reply", {**beside, "files": files})


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


def _checked(beside: Mapping[str, Any]) -> dict[str, Any]:
    kept = {name: beside[name] for name in _Beside.__struct_fields__ if beside.get(name)}
    try:
        msgspec.convert(kept, _Beside)
    except msgspec.ValidationError:
        raise Refused(_("This draft could not be read. Reload the page."), "data") from None
    if len(msgspec.json.encode(kept)) > MOST:
        raise Refused(_("This is too long. Make it shorter."), "data")
    return kept
