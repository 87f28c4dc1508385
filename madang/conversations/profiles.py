"""A customer as an agent may see her: only when one of her conversations is in the agent's scope."""

from __future__ import annotations

from sqlalchemy import exists, select

from madang.conversations.models import Conversation
from madang.customers import actions, queries
from madang.customers.queries import Person
from madang.lib.errors import NotFound
from madang.lib.postgres import Tx
from madang.staff.permissions import Viewer, permit


async def check(tx: Tx, viewer: Viewer, customer_id: int) -> None:
    """Raise NotFound unless a conversation of hers is in the viewer's scope."""
    seen = exists().where(Conversation.customer_id == customer_id, viewer.scope.where(Conversation))
    if not (await tx.execute(select(seen))).scalar_one():
        raise NotFound("There is no such customer.")


async def person(tx: Tx, viewer: Viewer, customer_id: int) -> Person:
    """The customer, when she is in scope."""
    permit(viewer, "customer.read")
    await check(tx, viewer, customer_id)
    return await queries.person(tx, customer_id)


async def rename(tx: Tx, viewer: Viewer, customer_id: int, name: str) -> None:
    """Correct her name, when she is in scope."""
    await check(tx, viewer, customer_id)
    await actions.rename(tx, viewer, customer_id, name)
