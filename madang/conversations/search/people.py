"""Customers by name, 초성 and address: those of whom the viewer may see a conversation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, cast, literal, select, text, true
from sqlalchemy.dialects.postgresql import TSQUERY

from madang.conversations.models import Conversation
from madang.conversations.search.asked import LONGEST
from madang.conversations.search.finding import RECENT, Patience
from madang.conversations.search.found import FoundCustomer
from madang.conversations.search.models import SearchPerson
from madang.customers.models import Customer
from madang.lib.postgres import Tx
from madang.lib.search.cutting import Token, cut
from madang.lib.search.excerpt import excerpt, marks
from madang.lib.search.people import name_tokens, person_question
from madang.lib.search.question import Question
from madang.staff.permissions import Viewer, permit

MOST = 40  # candidates that are weighed

ADDRESSES = text("""
select customer_id, value
from (select customer_id, kind, value from identity union select customer_id, kind, value from claim) known
where customer_id = any(cast(:ids as bigint[])) and kind in ('email', 'phone')
""")


async def find_customers(tx: Tx, viewer: Viewer, words: str, *, limit: int = 5) -> list[FoundCustomer]:
    """The customers whose names or addresses begin with every word: who is named exactly first, then the newest."""
    permit(viewer, "customer.read")
    question = person_question(words[:LONGEST])
    if not question:
        return []
    fits = SearchPerson.tokens.op("@@")(cast(literal(question.tsquery()), TSQUERY))
    newest = select(SearchPerson).order_by(SearchPerson.customer_id.desc()).limit(RECENT).subquery("newest")
    recent = select(newest.c.customer_id).where(newest.c.tokens.op("@@")(fits.right)).subquery("hit")
    every = select(SearchPerson.customer_id).where(fits).cte("fits").prefix_with("materialized")
    patience = Patience(tx)
    rows = await patience.rows(_seen(viewer, recent)) or []
    if len(rows) < limit:
        older = select(every).order_by(every.c.customer_id.desc()).subquery("hit")
        rows = await patience.rows(_seen(viewer, older)) or rows
    return await _drawn(tx, question, rows, limit)


def _seen(viewer: Viewer, hits: Any) -> Select[*tuple[Any, ...]]:
    """Of ordered hits those with a conversation in scope, and the newest of these."""
    latest = (
        select(Conversation.id.label("conversation_id"), Conversation.last_at)
        .where(Conversation.customer_id == hits.c.customer_id, viewer.scope.where(Conversation))
        .order_by(Conversation.last_at.desc())
        .limit(1)
        .lateral("latest")
    )
    query = select(hits.c.customer_id, latest.c.conversation_id, latest.c.last_at, Customer.name)
    return query.select_from(hits).join(latest, true()).join(Customer, Customer.id == hits.c.customer_id).limit(MOST)


async def _drawn(tx: Tx, question: Question, rows: Sequence[Any], limit: int) -> list[FoundCustomer]:
    addresses: dict[int, list[str]] = {}
    for number, value in await tx.execute(ADDRESSES, {"ids": [row.customer_id for row in rows]}):
        addresses.setdefault(number, []).append(value)
    made = [(_exactly(question, row.name), row.last_at, _customer(question, row, addresses)) for row in rows]
    made.sort(key=lambda one: one[:2], reverse=True)
    return [customer for _, _, customer in made[:limit]]


def _exactly(question: Question, name: str) -> bool:
    forms = {token.form for token in name_tokens(name)}
    return all(term.form in forms for term in question.terms())


def _customer(question: Question, row: Any, addresses: dict[int, list[str]]) -> FoundCustomer:
    known = addresses.get(row.customer_id, [])
    known.sort(key=lambda value: (not marks(value, _address_tokens(value), question), value))
    address = known[0] if known else ""
    return FoundCustomer(
        row.customer_id,
        excerpt(row.name, marks(row.name, name_tokens(row.name), question)),
        excerpt(address, marks(address, _address_tokens(address), question)),
        row.conversation_id,
        row.last_at,
    )


def _address_tokens(value: str) -> list[Token]:
    return [Token(form, one.start, one.end) for one in cut(value).pieces for form in (one.text, *one.forms)]
