"""Prices as people type them."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

_GROUPED = re.compile(r"\d{1,3}(,\d{3})+(\.\d*)?")  # 1,234.5; any other comma is a decimal one
_MOST = 10**9  # thousandths: nobody pays so much for a message, it is a slip


def thousandths(words: object) -> int | None:
    """What "8.4" or "8,4" is in thousandths, 8400; None for nothing, and for what is no price."""
    text = str(words if words is not None else "").strip()
    text = text.replace(",", "") if _GROUPED.fullmatch(text) else text.replace(",", ".")
    try:
        amount = Decimal(text)
    except InvalidOperation:
        return None
    return round(amount * 1000) if amount.is_finite() and 0 <= amount * 1000 < _MOST else None
