"""The verbs of a conversation: the only writers of it beside intake and delivery.

Each checks the role and the scope itself, is one transaction's work, and records its event.
"""

from __future__ import annotations

from madang.conversations.actions.carrying_on import keep, offer
from madang.conversations.actions.chains import set_chain, set_threading
from madang.conversations.actions.closure import close, reopen
from madang.conversations.actions.draft import save_draft
from madang.conversations.actions.files import add_upload
from madang.conversations.actions.hand import assign, assign_team
from madang.conversations.actions.later import reschedule, send_now, take_back
from madang.conversations.actions.moving import move, split, undo_move
from madang.conversations.actions.say import note, reply, retry, said_under
from madang.conversations.actions.seen import mark_seen
from madang.conversations.actions.tags import set_tags

__all__ = [
    "add_upload",
    "assign",
    "assign_team",
    "close",
    "keep",
    "mark_seen",
    "move",
    "note",
    "offer",
    "reopen",
    "reply",
    "reschedule",
    "retry",
    "said_under",
    "save_draft",
    "send_now",
    "set_chain",
    "set_tags",
    "set_threading",
    "split",
    "take_back",
    "undo_move",
]
