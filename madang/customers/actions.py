"""The only writers of customers."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import text, update

from madang.customers.models import Customer
from madang.events.kinds import Kind
from madang.events.record import News, record
from madang.lib.errors import NotFound, Refused
from madang.lib.postgres import Tx
from madang.staff.permissions import Viewer, permit

ONLINE = text("""
insert into presence (identity_id, until, page) values (:identity, :until, :page)
on conflict (identity_id) do update set until = excluded.until, page = excluded.page
""")


async def rename(tx: Tx, viewer: Viewer, customer_id: int, name: str) -> None:
    """Correct a customer's name. The caller has shown that she is in the viewer's scope."""
    permit(viewer, "customer.change")
    clean = " ".join(name.split())[:120]
    if not clean:
        raise Refused("Please give a name.", "name")
    statement = update(Customer).where(Customer.id == customer_id).values(name=clean)
    if not (await tx.execute(statement)).rowcount:
        raise NotFound("There is no such customer.")
    await record(tx, viewer.actor, News(Kind.CUSTOMER_CHANGED, customer=customer_id, data={"name": clean}))


async def seen_online(tx: Tx, identity_id: int, until: datetime, page: str = "") -> None:
    """She is looking at us until then (now or earlier: she left). Presence, not history: no event."""
    await tx.execute(ONLINE, {"identity": identity_id, "until": until, "page": page[:500]})
