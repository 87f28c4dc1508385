"""The only writers of customers. Whether a customer is in the viewer's scope is asked one floor up."""

from __future__ import annotations

from madang.customers.actions.addresses import add_address, forget_claim, make_main, remember_claim
from madang.customers.actions.blocking import block, unblock
from madang.customers.actions.merging import merge, undo, winner_of
from madang.customers.actions.profile import change, rename, seen_online, undo_change

__all__ = [
    "add_address",
    "block",
    "change",
    "forget_claim",
    "make_main",
    "merge",
    "remember_claim",
    "rename",
    "seen_online",
    "unblock",
    "undo",
    "undo_change",
    "winner_of",
]
