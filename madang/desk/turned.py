"""What is known of who a customer is turned out otherwise: the conversations that look different from now on."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from madang.conversations.models import Conversation
from madang.customers.trees import roots
from madang.events.kinds import Kind
from madang.events.log import Happened
from madang.lib.postgres import Tx

ASKED = {Kind.CUSTOMER_CONFLICT, Kind.SUGGESTION_MADE, Kind.SUGGESTION_DECIDED}
MERGED = {Kind.CUSTOMER_MERGED, Kind.CUSTOMER_UNMERGED} | ASKED
KEPT = {
    Kind.CUSTOMER_NOTED,
    Kind.CUSTOMER_NOTE_CHANGED,
    Kind.CUSTOMER_NOTE_DELETED,
    Kind.CUSTOMER_NOTE_RESTORED,
    Kind.CUSTOMER_TAGGED,
    Kind.CUSTOMER_FILED,
    Kind.CUSTOMER_FILE_DELETED,
    Kind.CUSTOMER_FILE_RESTORED,
}
PROVEN = {Kind.IDENTITY_ADDED, Kind.CLAIM_ADDED, Kind.CLAIM_FORGOTTEN}
CHANGED = {Kind.CUSTOMER_CHANGED, Kind.CUSTOMER_BLOCKED, Kind.CUSTOMER_UNBLOCKED} | KEPT | PROVEN
MOVED = {
    Kind.CONVERSATION_MOVED,
    Kind.CONVERSATION_MOVED_BACK,
    Kind.CONVERSATION_MERGED,
    Kind.CONVERSATION_UNMERGED,
}
MOST = 100  # conversations of a batch that are looked at again; who shows an older one sees it anew on opening it


def turns(event: Happened) -> bool:
    """Whether it says something of who a customer is. What her own channel told is news of her messages already."""
    return event.kind in MERGED or (event.kind in CHANGED and not event.actor.startswith("customer"))


def parted(batch: Sequence[Happened]) -> set[int]:
    """The conversations out of which messages went to others, or into which others came."""
    gave = {int(event.data["from"]) for event in batch if event.kind == Kind.CONVERSATION_SPLIT}
    return gave | {event.conversation_id for event in batch if event.kind in MOVED and event.conversation_id}


async def concerned(tx: Tx, batch: Sequence[Happened]) -> set[int]:
    """The newest conversations of everybody about whom something was said."""
    people = {event.customer_id for event in batch if turns(event) and event.customer_id}
    people |= {int(event.data["other"]) for event in batch if event.kind in MERGED and event.data.get("other")}
    if not people:
        return set()
    now = set((await roots(tx, people)).values())
    query = select(Conversation.id).where(Conversation.customer_id.in_(now)).order_by(Conversation.last_at.desc())
    return set((await tx.execute(query.limit(MOST))).scalars())
