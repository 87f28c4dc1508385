"""The only writers of codes: asked for, handed over, tried, proven, withdrawn."""

from __future__ import annotations

from madang.customers.proving.actions.answering import CODE, ask, count, prove, withdraw

__all__ = ["CODE", "ask", "count", "prove", "withdraw"]
