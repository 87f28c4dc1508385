"""What a message costs by the set-up's price list. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from madang.channels.connector import Outbound, Price
from madang.lib.money import thousandths

CATEGORIES = ("utility", "marketing", "authentication")
FIELDS = ("price_service", *(f"price_{one}" for one in CATEGORIES))


def of(part: Outbound, settings: Mapping[str, Any]) -> Price | None:
    """A template costs by its category; where nobody says which it is, the dearest of the list: at most so much."""
    currency = str(settings.get("currency") or "").strip().upper()
    if part.template is None:
        amounts = [thousandths(settings.get("price_service"))]
    else:
        category = part.template.category
        some = (category,) if category in CATEGORIES else CATEGORIES
        amounts = [thousandths(settings.get(f"price_{one}")) for one in some]
    said = [one for one in amounts if one is not None]
    return Price(max(said), currency) if said and len(currency) == 3 else None
