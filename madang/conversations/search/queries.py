"""What others may ask of the search. The scope is in every statement.

Conversations come by their newest message that answers, so the newest matter comes first. Within a page those come up
that say the question word for word, in the subject first, then in the message, then those whose customer is meant.
A conversation stands on one page only, however many of its messages answer.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import TextClause, cast, literal, select, text
from sqlalchemy.dialects.postgresql import TSQUERY

from madang.conversations.models import Message
from madang.conversations.queries import rows_of
from madang.conversations.rows import Row, Said
from madang.conversations.search import finding
from madang.conversations.search.asked import LONGEST, Asked
from madang.conversations.search.finding import NEWEST, Hits
from madang.conversations.search.found import Behind, Found, FoundConversation
from madang.conversations.search.models import SearchEntry
from madang.conversations.threads import said
from madang.lib import paging
from madang.lib.pace import AtOnce
from madang.lib.postgres import Tx
from madang.lib.search.excerpt import excerpt, marks
from madang.lib.search.excerpt import literal as literally
from madang.lib.search.people import name_tokens
from madang.lib.search.question import Question
from madang.lib.search.tokeniser import tokeniser
from madang.staff.attempts import TooMany
from madang.staff.permissions import Viewer, permit

CAP = 10_000  # of what is behind
AT_ONCE = AtOnce(6)  # searches of one caller: each holds a connection, and everybody needs one

NEW = text("""
select count(*) from (
  select 1 from event e join reaction_position p on p.reaction = 'search messages'
  where (e.tx, e.id) > (p.tx, p.id)
    and e.kind in ('message.received', 'message.queued', 'message.noted', 'message.edited', 'message.deleted')
  limit :most) found
""")
OLD = text("""
select count(*) from (
  select 1 from message where id < (select below from search_backfill where what = 'message') limit :most) found
""")


async def find(tx: Tx, viewer: Viewer, asked: Asked, *, limit: int = 20, cursor: str | None = None) -> Found:
    """A page of at most ``limit`` conversations; raises BadCursor, TooMany. Words that ask nothing find nothing."""
    permit(viewer, "conversation.read")
    with AT_ONCE.one(str(viewer.actor)) as room:
        if not room:
            raise TooMany(1)
        return await _find(tx, viewer, asked, limit, cursor)


async def _find(tx: Tx, viewer: Viewer, asked: Asked, limit: int, cursor: str | None) -> Found:
    before: int = paging.decode(cursor, (int,))[0] if cursor else NEWEST
    question = await tokeniser().question(asked.words[:LONGEST])
    if not question:
        return Found([], None, None)
    hits = await finding.find(tx, viewer, asked, question, before, limit)
    shown, reached = _first(hits, limit)
    partly = reached and len(shown) < limit
    if before != NEWEST:
        shown = await _not_before(tx, viewer, asked, question, shown, before)
    found = await _drawn(tx, viewer, question, shown)
    return Found(found, paging.encode((reached,)) if reached else None, await _said_at(tx, reached) if partly else None)


async def behind(tx: Tx) -> Behind:
    """How many messages are not indexed yet. For the search page, the ledger and the doctor."""
    return Behind(await _count(tx, NEW), await _count(tx, OLD))


async def _count(tx: Tx, statement: TextClause) -> int:
    number: int = (await tx.execute(statement, {"most": CAP + 1})).scalar_one()
    return number


def _first(hits: Hits, limit: int) -> tuple[dict[int, list[int]], int]:
    """The hits of the first ``limit`` conversations, by conversation; and how far that went back."""
    shown: dict[int, list[int]] = {}
    for hit in hits.found:
        if hit.conversation_id not in shown and len(shown) == limit:
            return shown, hit.message_id + 1
        shown.setdefault(hit.conversation_id, []).append(hit.message_id)
    return shown, hits.reached


async def _not_before(
    tx: Tx, viewer: Viewer, asked: Asked, question: Question, shown: dict[int, list[int]], before: int
) -> dict[int, list[int]]:
    """Without those that stood on a page before this one, by a newer message."""
    newer = (
        select(SearchEntry.conversation_id)
        .join(Message, Message.id == SearchEntry.message_id)
        .where(Message.conversation_id.in_(shown), Message.id >= before, SearchEntry.message_id >= before)
        .where(SearchEntry.tokens.op("@@")(cast(literal(asked.tsquery(viewer, question, dated=False)), TSQUERY)))
    )
    said_when = asked.of_message()
    rows = await tx.execute((newer if said_when is None else newer.where(said_when)).distinct())
    known = set(rows.scalars())
    return {number: ids for number, ids in shown.items() if number not in known}


async def _said_at(tx: Tx, message_id: int) -> Any:
    query = select(Message.at).where(Message.id >= message_id).order_by(Message.id).limit(1)
    return (await tx.execute(query)).scalar_one_or_none()


async def _drawn(tx: Tx, viewer: Viewer, question: Question, shown: dict[int, list[int]]) -> list[FoundConversation]:
    rows = {row.id: row for row in await rows_of(tx, viewer, list(shown))}
    newest = {one.conversation_id: one for one in await said(tx, [ids[0] for ids in shown.values()])}
    wanted = [(rows[number], newest[number]) for number in shown if number in rows and number in newest]
    tokens = await tokeniser().tokens([part for row, one in wanted for part in (one.text, row.subject)])
    made: list[tuple[int, FoundConversation]] = []
    for place, (row, one) in enumerate(wanted):
        text_marks = marks(one.text, tokens[2 * place], question)
        subject_marks = marks(row.subject, tokens[2 * place + 1], question)
        name_marks = marks(row.customer_name, name_tokens(row.customer_name), question)
        found = FoundConversation(
            row,
            one.id,
            one.direction,
            one.author,
            one.at,
            one.channel,
            excerpt(one.text, text_marks),
            excerpt(row.subject, subject_marks),
            excerpt(row.customer_name, name_marks),
            len(shown[row.id]) - 1,
        )
        made.append((_weight(question, row, one, bool(name_marks)), found))
    return [found for _, found in sorted(made, key=lambda pair: -pair[0])]


def _weight(question: Question, row: Row, one: Said, named: bool) -> int:
    """Word for word in the subject, word for word in the message, the customer's name; the rest by time alone."""
    return 4 * literally(row.subject, question) + 2 * literally(one.text, question) + named
