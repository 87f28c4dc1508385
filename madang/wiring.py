"""News goes up only here: which event is answered by which reaction, in order, on one screen.

Every reaction runs after commit, from the log, at its own position (events/dispatch.py).
"""

from __future__ import annotations

from madang.conversations import counting, introducing
from madang.conversations import reactions as conversations
from madang.conversations.search import reactions as search
from madang.conversations.segments import reactions as segments
from madang.conversations.segments.fields import CHANGES
from madang.crm import reactions as crm
from madang.customers import reactions as customers
from madang.events.dispatch import Reaction
from madang.events.kinds import Kind
from madang.guides import reactions as guides
from madang.notifications import reactions as notifications
from madang.push import reactions as push
from madang.webhooks import reactions as webhooks
from madang.webhooks.catalogue import CATALOGUE

SAID = frozenset(
    (Kind.MESSAGE_RECEIVED, Kind.MESSAGE_QUEUED, Kind.MESSAGE_NOTED, Kind.MESSAGE_EDITED, Kind.MESSAGE_DELETED)
)
COUNTED = frozenset((Kind.MESSAGE_RECEIVED, Kind.MESSAGE_QUEUED, Kind.CONVERSATION_OPENED, Kind.CONVERSATION_SPLIT))
KNOWN = frozenset(
    (
        Kind.CUSTOMER_CREATED,
        Kind.CUSTOMER_CHANGED,
        Kind.CUSTOMER_MERGED,
        Kind.CUSTOMER_UNMERGED,
        Kind.IDENTITY_ADDED,
        Kind.CLAIM_ADDED,
        Kind.CLAIM_FORGOTTEN,
    )
)

REACTIONS: tuple[Reaction, ...] = (
    Reaction("learn language", frozenset({Kind.CONVERSATION_OPENED}), conversations.learn_language, can_wait=True),
    Reaction("introductions", frozenset({Kind.CUSTOMER_CREATED}), introducing.ask, can_wait=True),
    Reaction("free of leavers", frozenset({Kind.USER_RETIRED, Kind.USER_CHANGED}), conversations.free_of_leavers),
    Reaction("search messages", SAID, search.index_messages, can_wait=True),
    Reaction("search customers", KNOWN, search.index_people, can_wait=True),
    Reaction("customer sums", COUNTED, counting.count_words, can_wait=True),
    Reaction("customers alike", KNOWN, customers.look_alike, can_wait=True),
    Reaction("matching thresholds", frozenset({Kind.SUGGESTION_DECIDED}), customers.learn_thresholds, can_wait=True),
    Reaction("segments", frozenset(CHANGES), segments.follow),
    Reaction("crm", KNOWN | {Kind.CUSTOMER_UNBLOCKED}, crm.look_again),
    Reaction("guides follow merges", guides.HEARD, guides.follow),
    Reaction("notifications", notifications.HEARD, notifications.tell, can_wait=True),
    Reaction("web push", frozenset({Kind.MESSAGE_STATE}), push.tell_browsers),
    Reaction("webhooks", frozenset(Kind(kind) for kind in CATALOGUE), webhooks.spread),
)
