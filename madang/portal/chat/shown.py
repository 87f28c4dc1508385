"""A message as the widget draws it."""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import Row

from madang.conversations.models import State
from madang.conversations.rows import File
from madang.lib import moments, visitor_token
from madang.portal.chat.history import Files, Rows
from madang.portal.chat.visitors import Visitor, key_of


class Author(msgspec.Struct, frozen=True):
    """Who answers: a name and the letters and hue of its tile."""

    name: str
    hue: int
    initials: str


class FileShown(msgspec.Struct, frozen=True):
    """A file she may fetch by its key."""

    key: str
    name: str
    mime: str
    size: int


class MessageShown(msgspec.Struct, frozen=True, kw_only=True):
    """``n`` orders; ``dir`` is in (hers) or out (ours); ``mark`` goes back with a receipt; ``via`` another channel."""

    id: str
    n: int
    dir: str
    sender: Author | None = msgspec.field(name="from")
    text: str
    files: list[FileShown]
    at: str
    state: str
    via: str
    chat: bool
    gone: bool
    mark: str


def author(name: str) -> Author:
    """A name as the widget shows it."""
    return Author(name, moments.hue(name), moments.initials(name))


def messages(visitor: Visitor, rows: Rows, files: Files) -> list[MessageShown]:
    """The rows as the widget takes them."""
    return [_message(visitor, row, files.get(row.id, [])) for row in rows]


def public_id(row: Row[Any]) -> str:
    """What the widget calls a message: the id it made itself, ours, or for what came another way its number."""
    return str(row.client_key or row.id)


def _message(visitor: Visitor, row: Row[Any], files: list[File]) -> MessageShown:
    ours = row.direction == "out"
    here = row.channel_id == visitor.channel_id
    gone = row.deleted_at is not None
    name = row.author or visitor.bound.row.brand_name
    given = str(row.provider_message_id) if here and not ours else public_id(row)
    return MessageShown(
        id=given,
        n=row.id,
        dir=row.direction,
        sender=author(name) if ours else None,
        text="" if gone else row.text,
        files=[] if gone else [FileShown(one.key, one.name, one.mime, one.size) for one in files if not one.inline],
        at=row.at.isoformat(),
        state=State(row.state).name.lower() if ours else "",
        via="" if here else (row.channel_name or ""),
        chat=here,
        gone=gone,
        mark=visitor_token.receipt_mark(key_of(visitor.bound), visitor.proven.who, given) if ours and here else "",
    )
