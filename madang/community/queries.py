"""What a board shows. A secret post has neither title nor author here, and no search finds it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text

from madang.lib.postgres import Tx

PAGE = 20

# Secret posts say nothing: their words do not leave the database, and a search does not look at them.
LIST = text("""
select id, key, case when secret then '' else title end as title, case when secret then '' else author end as author,
  secret, at
from board_post
where channel_id = :channel and deleted_at is null and (cast(:before as bigint) = 0 or id < :before)
  and (:words = '' or (not secret and strpos(lower(title || E'\n' || body || E'\n' || author), lower(:words)) > 0))
order by id desc limit :most
""")
OWN = text("""
select id, key, title, author, secret, at from board_post
where channel_id = :channel and deleted_at is null
  and ((:user <> '' and user_value = :user) or key = any(cast(:keys as text[])))
order by id desc limit 50
""")
ONE = text("""
select id, key, title, body, author, secret, password, user_value, at, edited_at from board_post
where channel_id = :channel and key = :key and deleted_at is null
""")


@dataclass(frozen=True, slots=True)
class Row:
    """A post in a list. ``title`` and ``author`` are '' where it is secret."""

    id: int
    key: str
    title: str
    author: str
    secret: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class Whole:
    """A post with all it says, and how its author proves herself."""

    id: int
    key: str
    title: str
    body: str
    author: str
    secret: bool
    password: str
    user_value: str
    at: datetime
    edited_at: datetime | None


async def page(tx: Tx, channel_id: int, *, words: str = "", before: int = 0) -> tuple[list[Row], int]:
    """The newest posts (before one), and where the next page begins, 0 at the end."""
    given = {"channel": channel_id, "words": words, "before": before, "most": PAGE + 1}
    rows = [Row(**row) for row in (await tx.execute(LIST, given)).mappings()]
    return rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else 0


async def own(tx: Tx, channel_id: int, user: str, keys: Sequence[str]) -> list[Row]:
    """The posts of a signed user, and those a browser has proven to be hers."""
    given = {"channel": channel_id, "user": user, "keys": list(keys)}
    return [Row(**row) for row in (await tx.execute(OWN, given)).mappings()]


async def one(tx: Tx, channel_id: int, key: str) -> Whole | None:
    """A post of this board by its key; the caller asks who may read it."""
    row = (await tx.execute(ONE, {"channel": channel_id, "key": key})).mappings().one_or_none()
    return Whole(**row) if row else None
