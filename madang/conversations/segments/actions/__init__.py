"""The only writers of segments: who saves them, and who keeps who is in them."""

from __future__ import annotations

from madang.conversations.segments.actions.saving import archive, change, create, restore

__all__ = ["archive", "change", "create", "restore"]
