"""What every verb begins with: may she, does it exist for her, and the locks in the house's order."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from madang.conversations.models import Conversation
from madang.customers.models import Customer
from madang.lib.errors import NotFound
from madang.lib.postgres import Tx
from madang.staff.permissions import Verb, Viewer, permit


@dataclass(frozen=True, slots=True)
class Held:
    """A conversation as it stands, locked until the transaction ends."""

    id: int
    customer_id: int
    brand_id: int
    status: str
    assignee_id: int | None
    team_id: int | None
    tags: list[str]
    subject: str


async def hold(tx: Tx, viewer: Viewer, verb: Verb, conversation_id: int) -> Held:
    """Lock the customer, then the conversation; raises NotPermitted or NotFound."""
    permit(viewer, verb)
    visible = viewer.scope.where(Conversation)
    owner = select(Conversation.customer_id).where(Conversation.id == conversation_id, visible)
    customer_id = (await tx.execute(owner)).scalar_one_or_none()
    if customer_id is None:
        raise NotFound("There is no such conversation.")
    await tx.execute(select(Customer.id).where(Customer.id == customer_id).with_for_update(key_share=True))
    query = (
        select(
            Conversation.id,
            Conversation.customer_id,
            Conversation.brand_id,
            Conversation.status,
            Conversation.assignee_id,
            Conversation.team_id,
            Conversation.tags,
            Conversation.subject,
        )
        .where(Conversation.id == conversation_id, visible)
        .with_for_update(key_share=True)
    )
    held = (await tx.execute(query)).one_or_none()
    if held is None:  # it left her scope between the two looks
        raise NotFound("There is no such conversation.")
    return Held(*held)
