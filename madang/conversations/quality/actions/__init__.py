"""The only writers of counts: who asks for one, and the workers who count."""

from __future__ import annotations

from madang.conversations.quality.actions.asking import count_now

__all__ = ["count_now"]
