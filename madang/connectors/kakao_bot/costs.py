"""A price as the form has it: a decimal of the account's currency, Korean won."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from madang.channels.connector import Price


def price(words: object) -> Price | None:
    """None where nothing sensible is written."""
    try:
        amount = Decimal(str(words or "").strip())
    except InvalidOperation:
        return None
    good = amount.is_finite() and 0 <= amount < 1_000_000
    return Price(int(amount * 1000), "KRW") if good else None
