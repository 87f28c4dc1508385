"""Lists and carousels, given as data with a message: ``{"list": {"header", "items": [{"title", "text"}]}}`` or
``{"carousel": [{"title", "text", "buttons": [{"label", "url"}]}]}``, whose pictures are the message's own, in order.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from madang.channels.connector import Button, Outbound

FEWEST, MOST = 2, 10  # Kakao's bounds for both
NAMES = ("list", "carousel")


def settle(out: Outbound) -> Outbound:
    """``out`` with its cards where Kakao can show them, else with their words as lines; never both, never neither."""
    rest = {name: value for name, value in out.data.items() if name not in NAMES}
    if items(out) is not None or carousel(out) is not None:
        return out
    lines = "\n".join(line for name in NAMES for line in _lines(out.data.get(name)))
    return replace(out, text=f"{out.text}\n{lines}".strip(), data=rest) if lines else replace(out, data=rest)


def items(out: Outbound) -> list[dict[str, str]] | None:
    """The entries of a list that Kakao can show; None where there is none."""
    given = out.data.get("list")
    some = _cards(given.get("items") if isinstance(given, Mapping) else None)
    if out.media or not all(card.get("title") for card in some) or not FEWEST <= len(some) <= MOST:
        return None
    return [{"title": str(card["title"]), "description": str(card.get("text", ""))} for card in some]


def carousel(out: Outbound) -> list[Mapping[str, Any]] | None:
    """The cards of a carousel that Kakao can show: each has its picture."""
    some = _cards(out.data.get("carousel"))
    pictured = len(some) == len(out.media) and all(media.kind == "image" for media in out.media)
    return some if pictured and FEWEST <= len(some) <= MOST else None


def buttons(card: Mapping[str, Any]) -> list[Button]:
    """The buttons of one card, at most two as Kakao allows."""
    return [Button(str(one.get("label", "")), url=str(one.get("url", ""))) for one in _cards(card.get("buttons"))][:2]


def header(out: Outbound) -> str:
    """What stands over a list."""
    given = out.data.get("list")
    return str(given.get("header", "")) if isinstance(given, Mapping) else ""


def _cards(given: Any) -> list[Mapping[str, Any]]:
    some = isinstance(given, Sequence) and not isinstance(given, str)
    return [one for one in given if isinstance(one, Mapping)] if some else []


def _lines(given: Any) -> list[str]:
    some = given.get("items") if isinstance(given, Mapping) else given
    words = [(str(card.get("title", "")), str(card.get("text", ""))) for card in _cards(some)]
    return [": ".join(filter(None, pair)) for pair in words if any(pair)]
