"""What every verb begins with: may she, does it exist for her, and the locks in the house's order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select, text

from madang.conversations.models import Conversation
from madang.customers.models import Customer
from madang.lib.errors import NotFound, Refused
from madang.lib.language import gettext as _
from madang.lib.postgres import Tx
from madang.staff.permissions import Verb, Viewer, permit

OWNERS = text("select id from conversation where id = any(cast(:ids as bigint[])) order by customer_id, id")


class MergedAway(Refused):
    """It went into another, ``into``: a door may ask the same of that one."""

    def __init__(self, into: int) -> None:
        super().__init__(_("This conversation was merged into another. Open it again: it leads there."))
        self.into = into


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
    merged_into_id: int | None = None


async def hold(tx: Tx, viewer: Viewer, verb: Verb, conversation_id: int, *, merged: bool = False) -> Held:
    """Lock the customer, then the conversation; raises NotPermitted or NotFound.

    One that was merged away is left alone: MergedAway, unless ``merged``.
    """
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
            Conversation.merged_into_id,
        )
        .where(Conversation.id == conversation_id, visible)
        .with_for_update(key_share=True)
    )
    held = (await tx.execute(query)).one_or_none()
    if held is None:  # it left her scope between the two looks
        raise NotFound("There is no such conversation.")
    if held.merged_into_id is not None and not merged:
        raise MergedAway(held.merged_into_id)
    return Held(*held)


async def hold_all(
    tx: Tx, viewer: Viewer, verb: Verb, conversations: Iterable[int], *, merged: bool = False
) -> dict[int, Held]:
    """As :func:`hold`, several, in the house's order: customers before conversations, each by number."""
    wanted = set(conversations)
    order = list((await tx.execute(OWNERS, {"ids": sorted(wanted)})).scalars())
    if len(order) != len(wanted):
        raise NotFound("There is no such conversation.")
    return {number: await hold(tx, viewer, verb, number, merged=merged) for number in order}
