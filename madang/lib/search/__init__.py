"""Text into search tokens, and questions into what the index understands: Korean, English and all that must match exactly."""

from __future__ import annotations

from madang.lib.search.plain import query, tokens

__all__ = ["query", "tokens"]
