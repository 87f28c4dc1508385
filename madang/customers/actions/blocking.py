"""A customer whose messages shall disturb nobody: they are still taken in, and marked."""

from __future__ import annotations

from sqlalchemy import func, update

from madang.customers.models import Customer
from madang.customers.trees import hold, root_of
from madang.events.kinds import Kind
from madang.events.record import News, record
from madang.lib.postgres import Tx
from madang.staff.permissions import Viewer, permit


async def block(tx: Tx, viewer: Viewer, customer_id: int) -> None:
    """Mark her as blocked; one who is, stays it. Raises NotFound."""
    await _set(tx, viewer, customer_id, blocked=True)


async def unblock(tx: Tx, viewer: Viewer, customer_id: int) -> None:
    """Take the mark off. Raises NotFound."""
    await _set(tx, viewer, customer_id, blocked=False)


async def _set(tx: Tx, viewer: Viewer, customer_id: int, *, blocked: bool) -> None:
    permit(viewer, "customer.change")
    root = await root_of(tx, customer_id)
    await hold(tx, [root])
    other = Customer.blocked_at.is_(None) if blocked else Customer.blocked_at.is_not(None)
    change = update(Customer).where(Customer.id == root, other).values(blocked_at=func.now() if blocked else None)
    if (await tx.execute(change)).rowcount:
        kind = Kind.CUSTOMER_BLOCKED if blocked else Kind.CUSTOMER_UNBLOCKED
        await record(tx, viewer.actor, News(kind, customer=root))
