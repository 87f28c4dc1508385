"""What an agent has written, as the composer hands it over: for the preview and for sending, the same."""

from __future__ import annotations

from itertools import zip_longest

import msgspec

from madang.channels.connector import Button
from madang.desk.page import number


class Written(msgspec.Struct):
    """``button`` and ``link`` belong together by their places, and so do ``place`` and ``value`` of a template."""

    text: str = ""
    channel: str = ""
    upload: list[str] = []
    button: list[str] = []
    link: list[str] = []
    template: str = ""
    place: list[str] = []
    value: list[str] = []
    private: str = ""

    def buttons(self) -> list[Button]:
        """What the customer can press; pressing one says its own words to us, or opens its link."""
        pairs = list(zip_longest(self.button, self.link[: len(self.button)], fillvalue=""))
        return [Button(label, "" if url else label, url) for label, url in pairs if label.strip()]

    def chosen(self) -> tuple[int, dict[str, str]] | None:
        """The template by its number, and what stands in its places. Raises Refused for what is no number."""
        chosen = number(self.template, "template")
        return None if chosen is None else (chosen, dict(zip(self.place, self.value, strict=False)))
