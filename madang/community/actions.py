"""The only writers of boards. Each stores, in one transaction, what the page shows and the envelope that says it."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, update
from sqlalchemy.dialects.postgresql import insert

from madang.channels.book import Bound
from madang.channels.inside import bring
from madang.community.models import Post
from madang.community.queries import Whole
from madang.events.kinds import Kind
from madang.events.record import Actor, News, record
from madang.ground import Ground
from madang.lib.postgres import Tx

VISITOR = Actor("customer")  # who she is, intake finds out


@dataclass(frozen=True, slots=True)
class Written:
    """A new post as its form says it, checked. ``password`` is hashed."""

    key: str
    title: str
    text: str
    author: str = ""
    email: str = ""
    secret: bool = False
    password: str = ""
    user: str = ""
    files: Sequence[str] = ()
    language: str = ""


@dataclass(frozen=True, slots=True)
class Board:
    """Where it is written."""

    ground: Ground
    bound: Bound

    def url(self, key: str) -> str:
        """The page of a post."""
        return f"{self.ground.settings.public_url}/board/{self.bound.row.key}/{key}"


async def write(tx: Tx, board: Board, one: Written) -> None:
    """A new post; the same key again changes nothing."""
    values = {
        "key": one.key,
        "channel_id": board.bound.row.id,
        "title": one.title,
        "body": one.text,
        "author": one.author,
        "secret": one.secret,
        "password": one.password,
        "user_value": one.user,
    }
    fresh = (await tx.execute(insert(Post).values(values).on_conflict_do_nothing().returning(Post.id))).scalar()
    if fresh is None:
        return
    said = {"title": one.title, "text": one.text, "secret": one.secret, "author": one.author, "user": one.user}
    more = {"email": one.email, "files": list(one.files), "url": board.url(one.key), "language": one.language}
    await _bring(tx, board, "post", one.key, one.key, said | more)
    await _record(tx, board, Kind.BOARD_POSTED, one.key)


async def add(tx: Tx, board: Board, post: Whole, words: str, files: Sequence[str], name: str) -> None:
    """Her author says more below a post of hers; ``name`` is the form's, so that twice is once."""
    said = {"text": words, "files": list(files), "author": post.author, "user": post.user_value}
    await _bring(tx, board, "comment", post.key, f"{post.key}/{name}", said | {"secret": post.secret})


async def change(tx: Tx, board: Board, post: Whole, title: str, words: str, *, secret: bool) -> None:
    """Its author says it otherwise."""
    values = {"title": title, "body": words, "secret": secret, "edited_at": func.now()}
    await tx.execute(update(Post).where(Post.id == post.id).values(values))
    if (title, words) != (post.title, post.body):
        said = {"title": title if title != post.title else "", "text": words}
        whose = {"author": post.author, "user": post.user_value}
        await _bring(tx, board, "edit", post.key, _again(post.key), said | whose)
    await _record(tx, board, Kind.BOARD_EDITED, post.key)


async def delete(tx: Tx, board: Board, post: Whole) -> None:
    """Its author takes it back: nothing of it stays on the board, and its words go from the conversation too."""
    gone = {"title": "", "body": "", "author": "", "password": "", "deleted_at": func.now()}
    await tx.execute(update(Post).where(Post.id == post.id).values(gone))
    await _bring(tx, board, "delete", post.key, _again(post.key), {"user": post.user_value})
    await _record(tx, board, Kind.BOARD_DELETED, post.key)


def _again(key: str) -> str:
    return f"{key}/{secrets.token_hex(8)}"


async def _bring(tx: Tx, board: Board, kind: str, post: str, name: str, said: Mapping[str, Any]) -> None:
    head = {"type": kind, "id": name, "post": post, "at": datetime.now(UTC).isoformat()}
    await bring(tx, board.ground, board.bound, head | dict(said))


async def _record(tx: Tx, board: Board, kind: Kind, key: str) -> None:
    await record(tx, VISITOR, News(kind, data={"channel": board.bound.row.id, "post": key}))
