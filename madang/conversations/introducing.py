"""Whose name only the provider knows: it is asked once she has come in, and she waits for nothing."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, text

from madang.channels.abilities import Introduces
from madang.channels.book import Book
from madang.channels.connector import Kind as Proof
from madang.channels.connector import Party, SendError
from madang.channels.registry import entries, get
from madang.customers import identity
from madang.customers.trees import hold
from madang.events.log import Happened
from madang.events.record import SYSTEM, record_all
from madang.ground import Ground
from madang.lib.postgres import Tx

log = logging.getLogger("madang.introducing")

TRIES = 5
ASK = text("""
insert into introduction (identity_id)
select i.id from identity i join customer c on c.id = i.customer_id
where c.id = any(cast(:ids as bigint[])) and c.name = '' and i.kind = 'scoped'
  and split_part(i.account, ':', 1) = any(cast(:connectors as text[]))
on conflict do nothing
""")
CLAIM = text("""
with due as (select identity_id from introduction where due <= now() order by due limit 10 for update skip locked)
update introduction n set due = now() + interval '1 minute' * power(4, n.tries), tries = n.tries + 1
from due, identity i where n.identity_id = due.identity_id and i.id = n.identity_id
returning i.id, i.value, i.account, i.customer_id, n.tries
""")
DONE = text("delete from introduction where identity_id = :id")
OWNER = text("select customer_id from identity where id = :id")
SPEAK = text("update customer set language = :language where id = :id and language = ''")


def able() -> list[str]:
    """The connectors whose provider says more of a person when asked."""
    return [name for name in entries() if issubclass(get(name), Introduces)]


async def ask(tx: Tx, batch: Sequence[Happened]) -> None:
    """New customers without a name: their provider is to be asked."""
    ids = sorted({event.customer_id for event in batch if event.customer_id})
    await tx.execute(ASK, {"ids": ids, "connectors": able()})


async def go(ground: Ground, book: Book) -> int:
    """Ask for those who are due; returns how many."""
    async with ground.database.begin() as tx:
        rows = (await tx.execute(CLAIM)).all()
    for row in rows:
        await _one(ground, book, row)
    return len(rows)


async def _one(ground: Ground, book: Book, row: Row[Any]) -> None:
    bound = await book.by_key(row.account.partition(":")[2])
    if bound is None or not isinstance(bound.connector, Introduces):
        return await _over(ground, row)
    try:
        party = await bound.connector.introduce(Party(Proof.SCOPED, row.value))
    except SendError as error:
        log.info("channel %s does not say who somebody is: %s", bound.row.id, error)
        if error.why in ("invalid", "blocked", "policy") or row.tries >= TRIES:
            await _over(ground, row)
        return None
    except Exception as error:  # whatever one provider does, the others are asked
        log.warning("channel %s: asking who somebody is failed: %s", bound.row.id, error)
        if row.tries >= TRIES:
            await _over(ground, row)
        return None
    return await _learn(ground, row, party)


async def _learn(ground: Ground, row: Row[Any], party: Party) -> None:
    async with ground.database.begin() as tx:
        customer_id: int = (await tx.execute(OWNER, {"id": row.id})).scalar_one()
        await hold(tx, [customer_id])
        if party.language:
            await tx.execute(SPEAK, {"id": customer_id, "language": party.language})
        news = await identity.learn(tx, [identity.Told(customer_id, party.name)]) if party.name else []
        await record_all(tx, SYSTEM, news)
        await tx.execute(DONE, {"id": row.id})


async def _over(ground: Ground, row: Row[Any]) -> None:
    async with ground.database.begin() as tx:
        await tx.execute(DONE, {"id": row.id})
