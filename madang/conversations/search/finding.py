"""Messages that answer a question, the newest first, at a cost that does not grow with the house.

A common word is in millions of messages: collecting and sorting them all would take seconds. A rare one may be years
old. So the search goes back in time, in stretches of message numbers, and stops when a page is full:

1. the newest :data:`RECENT` messages are looked through one by one; that fills the page for every common word, and is
   left out when days long past are asked for;
2. older ones are asked of the index, one month, then three, then nine, then all the rest.

Where only few conversations can hold a hit (one's own, one colleague's), step 2 looks through these instead. Whatever
happens, a search ends after :data:`LONGEST` and says how far back it has looked; its cursor goes on from there.
The scope is in every statement: nothing is filtered afterwards.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, cast, func, literal, select, text, true
from sqlalchemy.dialects.postgresql import ARRAY, TSQUERY
from sqlalchemy.exc import DBAPIError

from madang.conversations.models import Conversation, Message
from madang.conversations.search.asked import Asked
from madang.conversations.search.models import SearchEntry
from madang.lib.partitions import floor_of
from madang.lib.postgres import Tx
from madang.lib.search.cutting import VERSION
from madang.lib.search.question import Question
from madang.staff.permissions import Viewer

RECENT = 10_000  # messages
PER = 4
FEW = 600  # conversations that are looked through rather than the index
FEW_ENTRIES = 20_000  # that are looked at one by one rather than asking the index for beginnings
LONGEST = 0.25  # seconds after which no further stretch is begun
TIMEOUT = text("set local statement_timeout = '2s'")  # of one statement: a search takes nobody's database
NO_TIMEOUT = text("set local statement_timeout = 0")
STRETCHES = (0, 2, 8)  # months back from the one that is looked at; then all there is
NEWEST = 2**63 - 1
PLAN = text("explain (format json) select from search_entry where tokens @@ cast(:part as tsquery)")
ENTRIES = text("select below from search_backfill where what = 'message' and version = :version")


@dataclass(frozen=True, slots=True)
class Hit:
    """A message that answers the question."""

    message_id: int
    conversation_id: int


@dataclass(frozen=True, slots=True)
class Hits:
    """Hits, the newest first. ``reached``: every message from this number on has been looked at; 0 is all of them."""

    found: list[Hit]
    reached: int


async def find(tx: Tx, viewer: Viewer, asked: Asked, question: Question, before: int, limit: int) -> Hits:
    """Hits older than message ``before``, of more than ``limit`` conversations where there are so many.

    At most :data:`PER` messages are read for each of them: those who write often say a word more than once.
    """
    dated = asked.since is not None and await complete(tx)
    search = _Search(tx, viewer, asked, question, limit, dated=dated)
    newest = Hits([], before) if dated and asked.long_ago else await search.newest(before)
    if not newest.reached or search.full(newest.found):
        return newest
    few = await search.few()
    return await search.back_in_time(newest) if few is None else await search.among(few, before)


async def complete(tx: Tx) -> bool:
    """Whether every message has an entry of the present version, so that what is new in these may be asked for."""
    return (await tx.execute(ENTRIES, {"version": VERSION})).scalar_one_or_none() == 0


class _Search:
    """One question of one viewer, in one transaction."""

    def __init__(self, tx: Tx, viewer: Viewer, asked: Asked, question: Question, limit: int, *, dated: bool) -> None:
        self._tx = tx
        self._patience = Patience(tx)
        self._limit = limit
        self._most = limit * PER + 1
        self._fits = SearchEntry.tokens.op("@@")(_tsquery(asked.tsquery(viewer, question, dated=dated)))
        self._parts = asked.parts(viewer, question, dated=dated)
        self._narrowest: ColumnElement[bool] | None = None
        self._asked = asked
        self._rules = asked.of_conversation(viewer)
        self._narrow = viewer.scope.sees == "assigned" or isinstance(asked.assignee, int)

    def full(self, found: Sequence[Hit]) -> bool:
        """Whether this is enough for a page."""
        return len(found) >= self._most or len({hit.conversation_id for hit in found}) > self._limit

    async def few(self) -> list[int] | None:
        """The conversations that can hold a hit, when they are few and found by an index."""
        if not self._narrow:
            return None
        rows = await self._tx.execute(select(Conversation.id).where(*self._rules).limit(FEW + 1))
        ids = list(rows.scalars())
        return ids if len(ids) <= FEW else None

    async def among(self, conversations: Sequence[int], before: int) -> Hits:
        query = (
            select(SearchEntry.message_id, SearchEntry.conversation_id)
            .select_from(Conversation)
            .join(Message, (Message.conversation_id == Conversation.id) & (Message.id >= Conversation.first_id))
            .join(SearchEntry, SearchEntry.message_id == Message.id)
            .where(Conversation.id == func.any(cast(list(conversations), ARRAY(BigInteger))), *self._rules)
            .where(Message.id < before, self._fits)
            .order_by(SearchEntry.message_id.desc())
            .limit(self._most)
        )
        said = self._asked.of_message()
        found = await self._run(query if said is None else query.where(said))
        return self._hits(found, 0)

    async def newest(self, before: int) -> Hits:
        found = await self._run(self._recent(before))
        if found is None or len(found) >= self._most:
            return self._hits(found, before)
        return self._hits(found, await self._floor(before))

    async def back_in_time(self, newest: Hits) -> Hits:
        until = time.monotonic() + LONGEST
        await self._narrow_down()
        found, reached = list(newest.found), newest.reached
        for back in (*STRETCHES, None):
            if not reached or self.full(found) or time.monotonic() > until:
                break
            low = 0 if back is None else max(floor_of(reached - 1, back), 0)
            more = await self._run(self._older(low, reached, self._most - len(found)))
            if more is None:
                break
            found += more
            reached = low
        return self._hits(found, reached)

    def _hits(self, found: list[Hit] | None, reached: int) -> Hits:
        """A full page has looked as far as its last hit; an empty hand has looked nowhere."""
        found = found or []
        return Hits(found, found[-1].message_id if len(found) >= self._most else reached)

    def _recent(self, before: int) -> Select[*tuple[Any, ...]]:
        newest = (
            select(SearchEntry.message_id, SearchEntry.conversation_id, SearchEntry.tokens)
            .where(SearchEntry.message_id < before)
            .order_by(SearchEntry.message_id.desc())
            .limit(RECENT)
            .subquery("newest")
        )
        fits = newest.c.tokens.op("@@")(self._fits.right)
        hits = select(newest.c.message_id, newest.c.conversation_id).where(fits).subquery("hit")
        return self._seen(hits, self._most)

    async def _narrow_down(self) -> None:
        """Asked for a beginning the index reads every entry of every word that begins so, however rare the other words
        are. Where one word leaves few messages it is asked for that one, and each message is looked at for the rest."""
        if len(self._parts) < 2 or ":*" not in "".join(self._parts):
            return
        rows = {part: await self._estimate(part) for part in self._parts}
        narrowest = min(rows, key=lambda part: rows[part])
        if rows[narrowest] <= FEW_ENTRIES:
            self._narrowest = SearchEntry.tokens.op("@@")(_tsquery(narrowest))

    async def _estimate(self, part: str) -> int:
        plan = (await self._tx.execute(PLAN, {"part": part})).scalar_one()
        rows: int = plan[0]["Plan"]["Plan Rows"]
        return rows

    def _older(self, low: int, high: int, most: int) -> Select[*tuple[Any, ...]]:
        """First what fits, by the index alone; then in order; then what may be seen, until there is enough."""
        by_index: list[ColumnElement[bool]] = [self._fits]
        if self._narrowest is not None:
            by_index = [self._narrowest, func.ts_match_vq(SearchEntry.tokens, self._fits.right)]
        fits = (
            select(SearchEntry.message_id, SearchEntry.conversation_id)
            .where(*by_index, SearchEntry.message_id < high)
            .where(SearchEntry.message_id >= low if low else true())
            .cte("fits")
            .prefix_with("materialized")
        )
        ordered = select(fits).order_by(fits.c.message_id.desc()).subquery("hit")
        return self._seen(ordered, most)

    def _seen(self, hits: Any, most: int) -> Select[*tuple[Any, ...]]:
        """Those of ordered hits whose conversation fits, one look each, in their order, until there are ``most``."""
        query = select(hits.c.message_id, hits.c.conversation_id).select_from(hits)
        seen = _look(Conversation.id == hits.c.conversation_id, *self._rules).lateral("seen")
        query = query.join(seen, true())
        said = self._asked.of_message()
        if said is not None:
            query = query.join(_look(Message.id == hits.c.message_id, said).lateral("said"), true())
        return query.limit(most)

    async def _floor(self, before: int) -> int:
        """The oldest of the messages that were looked through one by one; 0 when there are no older ones."""
        newest = select(SearchEntry.message_id).where(SearchEntry.message_id < before)
        some = newest.order_by(SearchEntry.message_id.desc()).limit(RECENT).subquery()
        count, lowest = (await self._tx.execute(select(func.count(), func.min(some.c.message_id)))).one()
        return int(lowest) if count == RECENT else 0

    async def _run(self, query: Select[*tuple[Any, ...]]) -> list[Hit] | None:
        rows = await self._patience.rows(query)
        return None if rows is None else sorted((Hit(*row) for row in rows), key=lambda hit: -hit.message_id)


class Patience:
    """Runs statements that may take :data:`TIMEOUT` and not longer, whatever is asked."""

    def __init__(self, tx: Tx) -> None:
        self._tx = tx

    async def rows(self, query: Select[*tuple[Any, ...]]) -> Sequence[Any] | None:
        """None when it took too long: what was found before is an answer too."""
        try:
            async with self._tx.begin_nested():
                await self._tx.execute(TIMEOUT)
                found = (await self._tx.execute(query)).all()
                await self._tx.execute(NO_TIMEOUT)
                return found
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", "") == "57014":
                return None
            raise


def _tsquery(words: str) -> ColumnElement[Any]:
    return cast(literal(words), TSQUERY)


def _look(*rules: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    """One look into a table by its key. The limit is a fence: without it a plan may read the whole table instead."""
    return select(literal(1).label("one")).where(*rules).limit(1)
