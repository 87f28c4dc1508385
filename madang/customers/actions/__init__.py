"""The only writers of customers. Whether a customer is in the viewer's scope is asked one floor up."""

from __future__ import annotations

from madang.customers.actions.merging import merge, undo, winner_of
from madang.customers.actions.profile import change, rename, seen_online

__all__ = ["change", "merge", "rename", "seen_online", "undo", "winner_of"]
