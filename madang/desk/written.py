"""What an agent has written, as the composer hands it over: for the preview and for sending, the same."""

from __future__ import annotations

import re
import uuid
from datetime import UTC, datetime
from itertools import zip_longest

import msgspec

from madang.channels.connector import Button
from madang.desk.page import number
from madang.lib.errors import Refused
from madang.lib.language import gettext as _

ADDRESS = re.compile(r"[^@<>\"\\\s,;]{1,64}@[^@<>\"\\.\s]{1,63}(?:\.[^@<>\"\\.\s]{1,63}){1,8}")
MOST_ADDRESSES = 20


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
    subject: str = ""
    sender: str = ""
    to: str = ""
    cc: str = ""
    bcc: str = ""

    def buttons(self) -> list[Button]:
        """What the customer can press; pressing one says its own words to us, or opens its link."""
        pairs = list(zip_longest(self.button, self.link[: len(self.button)], fillvalue=""))
        return [Button(label, "" if url else label, url) for label, url in pairs if label.strip()]

    def chosen(self) -> tuple[int, dict[str, str]] | None:
        """The template by its number, and what stands in its places. Raises Refused for what is no number."""
        chosen = number(self.template, "template")
        return None if chosen is None else (chosen, dict(zip(self.place, self.value, strict=False)))


def key_of(text: str) -> uuid.UUID | None:
    """The key a browser made for a message, None for ''. Raises Refused for what is none."""
    try:
        return uuid.UUID(text) if text else None
    except ValueError:
        raise Refused(_("This message has no valid key. Reload the page and send it again."), "key") from None


def addresses_of(text: str, field: str) -> list[str]:
    """Mail addresses by comma, semicolon or space. Raises Refused naming the first that is none."""
    found = list(dict.fromkeys(re.split(r"[,;\s]+", text.strip()))) if text.strip() else []
    wrong = next((one for one in found if not ADDRESS.fullmatch(one)), "")
    if wrong:
        said = {"address": wrong[:80]}
        raise Refused(_("%(address)s is no mail address. Correct it and send again.") % said, field)
    if len(found) > MOST_ADDRESSES:
        raise Refused(_("A mail goes to at most %(n)s addresses a line.") % {"n": MOST_ADDRESSES}, field)
    return found


def moment_of(text: str) -> datetime:
    """A moment with its zone, ISO 8601. Raises Refused for what is none."""
    try:
        made = datetime.fromisoformat(text)
    except ValueError:
        made = datetime.min
    if made.tzinfo is None or not 1 < made.year < 9_999:  # at the edges there is no such moment in every zone
        raise Refused(_("This moment is not understood. Choose one that is offered."), "later")
    return made.astimezone(UTC)
