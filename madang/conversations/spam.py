"""Somebody who only sends advertising: blocked, and what is open of her closed, by one press. It can be taken back."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import exists, select

from madang.conversations import actions, profiles
from madang.conversations.models import Conversation
from madang.customers import actions as customers
from madang.customers.models import Customer
from madang.events import log
from madang.events.kinds import Kind
from madang.events.models import Event
from madang.events.record import News, record
from madang.lib.errors import NotFound
from madang.lib.postgres import Tx
from madang.staff.permissions import Viewer, permit

MOST = 200  # open conversations of one customer that are closed with it


async def mark(tx: Tx, viewer: Viewer, customer_id: int) -> int:
    """Block her and close what the viewer sees of her; returns the event by which it is taken back. Raises NotFound."""
    permit(viewer, "customer.change")
    root = await profiles.root(tx, viewer, customer_id)
    mine = (Conversation.customer_id == root, Conversation.status == "open", viewer.scope.where(Conversation))
    query = select(Conversation.id).where(*mine).order_by(Conversation.id).limit(MOST)
    blocked = (await tx.execute(select(Customer.blocked_at).where(Customer.id == root))).scalar_one() is not None
    await customers.block(tx, viewer, root)
    closed = list((await tx.execute(query)).scalars())
    for number in closed:
        await actions.close(tx, viewer, number)
    data = {"closed": closed, "was_blocked": blocked}
    return (await record(tx, viewer.actor, News(Kind.CUSTOMER_SPAM, customer=root, data=data)))[0]


async def take_back(tx: Tx, viewer: Viewer, customer_id: int, event_id: int) -> None:
    """It was none: unblock her, and open again what was closed with it, as far as nobody has done either anew since.

    Twice is once. Raises NotFound.
    """
    permit(viewer, "customer.change")
    root = await profiles.root(tx, viewer, customer_id)
    found = [one for one in await log.by_id(tx, [event_id]) if one.kind == Kind.CUSTOMER_SPAM and one.customer_id]
    if not found or await profiles.root(tx, viewer, found[0].customer_id or 0) != root:
        raise NotFound("There is nothing here to take back.")
    still = select(Customer.id).where(Customer.id == root, Customer.blocked_at <= found[0].at)
    if not found[0].data["was_blocked"] and (await tx.execute(still)).first() is not None:
        await customers.unblock(tx, viewer, root)
    for number in await _still_closed(tx, viewer, found[0].data["closed"], event_id):
        await actions.reopen(tx, viewer, number)


async def _still_closed(tx: Tx, viewer: Viewer, closed: Sequence[int], event_id: int) -> list[int]:
    """Those that have stayed so since, are where they were, and are hers to see."""
    again = exists().where(
        Event.conversation_id == Conversation.id, Event.kind == Kind.CONVERSATION_CLOSED, Event.id > event_id
    )
    there = (Conversation.id.in_(closed), Conversation.status == "closed", Conversation.merged_into_id.is_(None))
    query = select(Conversation.id).where(*there, viewer.scope.where(Conversation), ~again)
    return list((await tx.execute(query.order_by(Conversation.id))).scalars())
