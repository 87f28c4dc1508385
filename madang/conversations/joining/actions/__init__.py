"""The verbs: two conversations are one, or two again; two have to do with each other."""

from __future__ import annotations

from madang.conversations.joining.actions.linking import link, unlink
from madang.conversations.joining.actions.merging import merge, undo

__all__ = ["link", "merge", "undo", "unlink"]
