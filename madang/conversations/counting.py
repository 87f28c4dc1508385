"""What was said counts for whoever it was said by or to: the sums follow the log, each event once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import Row, text

from madang.customers.actions.counting import Counted, count, week
from madang.customers.identity import Owner
from madang.customers.trees import hold
from madang.events.kinds import Kind
from madang.events.log import Happened
from madang.lib.postgres import Tx

# A message is of the home of the address it came from or goes to. An answer that is not out yet has none: it will go
# to whoever wrote last; where nobody did, it is of the conversation's.
SAID = text("""
select m.id, m.at, m.direction = 'in' as hers,
  case when i.customer_id = v.customer_id then i.customer_id else v.customer_id end as customer,
  case when i.customer_id = v.customer_id then coalesce(i.home_id, i.customer_id)
    else coalesce(v.home_id, v.customer_id) end as home
from message m join conversation v on v.id = m.conversation_id
left join lateral (
  select identity_id from message b
  where m.identity_id is null and b.conversation_id = v.id and b.id >= v.first_id and b.id < m.id
    and b.identity_id is not null order by b.id desc limit 1) before on true
left join identity i on i.id = coalesce(m.identity_id, before.identity_id)
where m.id = any(cast(:ids as bigint[])) and m.direction <> 'note'
""")
BEGUN = text("""
select customer_id as customer, coalesce(home_id, customer_id) as home, created_at as at
from conversation where id = any(cast(:ids as bigint[]))
""")


async def count_words(tx: Tx, batch: Sequence[Happened]) -> None:
    """Messages and conversations of a batch of events are added to the sums of their customers."""
    messages = {"ids": sorted({one.message_id for one in batch if _is_message(one) and one.message_id})}
    begun = {"ids": sorted({one.conversation_id for one in batch if _is_begun(one) and one.conversation_id})}
    some = {row.customer for row in (await tx.execute(SAID, messages)).all()}
    await hold(tx, some | {row.customer for row in (await tx.execute(BEGUN, begun)).all()})
    said = (await tx.execute(SAID, messages)).all()  # whose they are now that nobody can be merged
    opened = (await tx.execute(BEGUN, begun)).all()
    counted = [one for row in said for one in _said(row)]
    await count(tx, counted + [Counted(Owner(row.customer, row.home), "conversations", row.at) for row in opened])


def _is_message(one: Happened) -> bool:
    return one.kind in (Kind.MESSAGE_RECEIVED, Kind.MESSAGE_QUEUED) and not one.data.get("retry")


def _is_begun(one: Happened) -> bool:
    return one.kind in (Kind.CONVERSATION_OPENED, Kind.CONVERSATION_SPLIT)


def _said(row: Row[tuple[object, ...]]) -> Iterator[Counted]:
    owner = Owner(row.customer, row.home)
    yield Counted(owner, "messages", row.at)
    yield Counted(owner, week(row.at), row.at)
    if row.hers:
        yield Counted(owner, "seen", row.at)
