"""The index follows what happened: each batch of events is read, cut into tokens, and written in one statement.

What is written is what the messages are now, so that a batch may come twice. The tokens are made while the transaction
has written nothing: it holds back nobody who reads the log.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence

from sqlalchemy import RowMapping, text

from madang.conversations.search import days
from madang.events.log import Happened
from madang.lib.postgres import Tx
from madang.lib.search.cutting import forms
from madang.lib.search.korean import plainly
from madang.lib.search.people import name_tokens, person_forms
from madang.lib.search.tokeniser import Away, tokeniser

log = logging.getLogger("madang.search")

# The subject counts at the message that opens its conversation, and at one that brings another subject. What waits for
# its moment is not said yet.
MESSAGES = text("""
select m.id, m.conversation_id, m.direction, m.at, coalesce(m.channel_id, 0) as channel, v.brand_id as brand, m.text,
       case when m.direction = 'in' then m.author else '' end as author,
       case when m.id = v.first_id or strpos(lower(m.subject), lower(v.subject)) = 0 then m.subject else '' end
         as subject,
       extract(epoch from m.edited_at) as edited,
       (select string_agg(a.name, E'\\n') from attachment a where a.message_id = m.id and not a.inline) as files
from message m join conversation v on v.id = m.conversation_id
where m.id = any(cast(:ids as bigint[])) and m.deleted_at is null and not m.data ? 'later'
""")
# One that was edited or deleted since it was read is left to the event that says so.
WRITE = text("""
insert into search_entry (message_id, conversation_id, tokens)
select m.id, m.conversation_id, array_to_tsvector(string_to_array(n.tokens, ' '))
from unnest(cast(:ids as bigint[]), cast(:tokens as text[]), cast(:edited as float8[])) as n(id, tokens, edited)
join message m on m.id = n.id
where m.deleted_at is null and cast(extract(epoch from m.edited_at) as float8) is not distinct from n.edited
order by m.id
on conflict (message_id) do update set tokens = excluded.tokens
""")
REMOVE = text("""
delete from search_entry e using message m
where m.id = any(cast(:ids as bigint[])) and m.deleted_at is not null and e.message_id = m.id
""")
PEOPLE = text("""
select c.id, c.name, array(
  select value from identity where customer_id = c.id union select value from claim where customer_id = c.id
  order by 1 limit 50) as addresses
from customer c where c.id = any(cast(:ids as bigint[])) and c.merged_into is null
""")
WRITE_PEOPLE = text("""
insert into search_person (customer_id, tokens)
select n.id, array_to_tsvector(string_to_array(n.tokens, ' '))
from unnest(cast(:ids as bigint[]), cast(:tokens as text[])) as n(id, tokens) order by n.id
on conflict (customer_id) do update set tokens = excluded.tokens
""")


REMOVE_PEOPLE = text("""
delete from search_person where customer_id = any(cast(:ids as bigint[]))
and customer_id in (select id from customer where merged_into is not null)
""")


async def index_messages(tx: Tx, batch: Sequence[Happened]) -> None:
    """Messages that came, went, were noted, edited or deleted are found by what they are now."""
    ids = {event.message_id for event in batch if event.message_id}
    try:
        await index(tx, ids)
    except Away as error:
        log.error(
            "%s messages are found by their plain words only; `madang search rebuild` mends it: %s", len(ids), error
        )
        await index(tx, ids, plain=True)


async def index_people(tx: Tx, batch: Sequence[Happened]) -> None:
    """Customers are found by the names and addresses they have now."""
    others = {int(event.data["other"]) for event in batch if "other" in event.data}
    await index_customers(tx, others | {event.customer_id for event in batch if event.customer_id})


async def index(tx: Tx, ids: Iterable[int], *, plain: bool = False) -> None:
    """Write the entries of messages; remove those of deleted ones. Raises ``tokeniser.Away`` before it has written.

    ``plain``: without the analyser, by the words as they stand.
    """
    wanted = {"ids": sorted(ids)}
    rows = (await tx.execute(MESSAGES, wanted)).mappings().all()
    texts = [f"{row['subject']}\n{row['text']}\n{row['files'] or ''}" for row in rows]
    found = forms(texts, plainly) if plain else await tokeniser().forms(texts)
    places = [marks(row) for row in rows]
    names = [[token.form for token in name_tokens(row["author"])] for row in rows]
    given = {
        "ids": [row["id"] for row in rows],
        "tokens": [" ".join(dict.fromkeys([*a, *b, *c])) for a, b, c in zip(places, names, found, strict=True)],
        "edited": [None if row["edited"] is None else float(row["edited"]) for row in rows],
    }
    if rows:
        await tx.execute(WRITE, given)
    if len(rows) < len(wanted["ids"]):
        await tx.execute(REMOVE, wanted)


def marks(row: RowMapping) -> list[str]:
    """The tokens that say where and when a message stands; a filter asks for them in the same scan as the words."""
    file = ["#file"] if row["files"] is not None else []
    return [f"#b{row['brand']}", f"#c{row['channel']}", f"#{row['direction']}", *file, *days.marks(row["at"])]


async def index_customers(tx: Tx, ids: Iterable[int]) -> None:
    """Write the entries of customers."""
    wanted = {"ids": sorted(ids)}
    rows = (await tx.execute(PEOPLE, wanted)).all()
    tokens = [" ".join(person_forms(row.name, row.addresses)) for row in rows]
    if rows:
        await tx.execute(WRITE_PEOPLE, {"ids": [row.id for row in rows], "tokens": tokens})
    if len(rows) < len(wanted["ids"]):
        await tx.execute(REMOVE_PEOPLE, wanted)
