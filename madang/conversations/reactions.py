"""What this room does after something happened."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import text

from madang.customers.trees import hold
from madang.events.kinds import Kind
from madang.events.log import Happened
from madang.events.record import SYSTEM, News, record_all
from madang.lib.postgres import Tx

# The language a customer writes in is the one her mails and pages should speak; nobody has said otherwise yet.
LEARN = text("""
update customer c set language = v.language from conversation v
where v.customer_id = c.id and v.id = any(cast(:ids as bigint[])) and c.language = '' and v.language <> ''
returning c.id, c.language
""")


async def learn_language(tx: Tx, batch: Sequence[Happened]) -> None:
    """A customer of unknown language gets that of her conversation."""
    ids = sorted({event.conversation_id for event in batch if event.conversation_id})
    learned = (await tx.execute(LEARN, {"ids": ids})).all()
    news = [News(Kind.CUSTOMER_CHANGED, customer=row.id, data={"language": row.language}) for row in learned]
    await record_all(tx, SYSTEM, news)


# Whoever left, may only look now, or sees the brand no more, answers nobody there: what was hers goes back to where
# everybody looks.
LEFT = text("""
select v.customer_id from conversation v join "user" u on u.id = v.assignee_id
where u.id = any(cast(:users as bigint[])) and v.status = 'open' and (u.retired_at is not null or u.role = 'viewer'
  or not u.all_brands and not exists (select from user_brand b where b.user_id = u.id and b.brand_id = v.brand_id))
""")
FREE = text("""
update conversation v set assignee_id = null from "user" u
where u.id = v.assignee_id and u.id = any(cast(:users as bigint[])) and v.status = 'open'
  and (u.retired_at is not null or u.role = 'viewer'
    or not u.all_brands and not exists (select from user_brand b where b.user_id = u.id and b.brand_id = v.brand_id))
returning v.id, u.id as before
""")


async def free_of_leavers(tx: Tx, batch: Sequence[Happened]) -> None:
    """The open conversations of colleagues who can no longer answer belong to nobody again."""
    users = {"users": sorted({int(event.data["user"]) for event in batch if event.data.get("user")})}
    await hold(tx, (await tx.execute(LEFT, users)).scalars())
    freed = (await tx.execute(FREE, users)).all()
    news = [News(Kind.CONVERSATION_ASSIGNED, row.id, data={"assignee": None, "before": row.before}) for row in freed]
    await record_all(tx, SYSTEM, news)
