"""Items of a guide as rows of a form, and back: every item posts the same fields as lists side by side."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any

import msgspec

from madang.guides.actions import MOST, SORTS, Given
from madang.guides.fitting import GuideRow, Item
from madang.lib.language import marked as _
from madang.lib.lists import moved

WORDS = {
    "heading": (_("Heading"), "heading"),
    "say": (_("Say this"), "message-square"),
    "ask": (_("Ask"), "message-circle-question"),
    "check": (_("Do"), "square-check"),
    "link": (_("Link"), "link"),
}


class Form(msgspec.Struct):
    """What the editor posts. ``topics`` stand with commas between."""

    name: str = ""
    in_brand: str = ""
    topics: str = ""
    connectors: list[str] = []
    language: str = ""
    act: str = ""
    key: list[str] = []
    sort: list[str] = []
    text: list[str] = []
    url: list[str] = []

    def topic_list(self) -> list[str]:
        """Each by itself."""
        return [topic.strip() for topic in self.topics.split(",") if topic.strip()]

    def items(self) -> list[Item]:
        """As many as there are sorts; what a list lacks is empty."""
        some = [[*getattr(self, name), *[""] * MOST] for name in ("key", "text", "url")]
        return [
            Item(some[0][at], sort, some[1][at], some[2][at])
            for at, sort in enumerate(self.sort[: MOST + 1])
            if sort in SORTS
        ]

    def given(self, items: Sequence[Item], brand: int | None) -> Given:
        """What is to be kept."""
        kept: list[dict[str, Any]] = [
            {"key": one.key, "sort": one.sort, "text": one.text, "url": one.url} for one in items
        ]
        return Given(self.name, kept, brand, self.topic_list(), self.connectors, self.language)


def form_of_guide(one: GuideRow) -> Form:
    """What is saved, as the form has it."""
    return Form(one.name, str(one.brand_id or ""), ", ".join(one.topics), list(one.connectors), one.language)


def changed(items: list[Item], act: str) -> list[Item]:
    """The items after one of the editor's own buttons."""
    word, _space, rest = act.partition(" ")
    if word == "add" and rest in SORTS and len(items) < MOST:
        return [*items, Item(secrets.token_hex(4), rest, "")]  # its key stays through every saving of the same page
    return moved(items, act)
