"""Bodies of the Send API (POST /{account}/messages), as Messenger and Instagram share them. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

WINDOW = timedelta(hours=24)
HUMAN_WINDOW = timedelta(days=7)
QUICK = 13  # quick replies of a message
LINKS = 3  # buttons of a template
TEMPLATE_TEXT = 640  # characters beside a template's buttons
OURS = "madang:"  # how metadata of our own messages begins: their echoes are no news

_PUBLIC = re.compile(r"\d+(_\d+)*")

Pressed = tuple[str, str, str]  # label, value, url


def is_public(id: str) -> bool:
    """Whether a name is that of a comment or post: digits. A private message's has letters."""
    return _PUBLIC.fullmatch(id) is not None


def kind_of_choice(text: str, buttons: Sequence[Pressed]) -> str:
    """``quick`` replies, a ``template`` with links, or '' when neither can show them."""
    links = [one for one in buttons if one[2]]
    if not buttons or not text:
        return ""
    if links:
        return "template" if len(buttons) <= LINKS and len(text) <= TEMPLATE_TEXT else ""
    return "quick" if len(buttons) <= QUICK else ""


def words(text: str, buttons: Sequence[Pressed]) -> dict[str, Any]:
    """The ``message`` of words, with what she may press."""
    kind = kind_of_choice(text, buttons)
    if kind == "quick":
        quick = [{"content_type": "text", "title": label, "payload": value or label} for label, value, _ in buttons]
        return {"text": text, "quick_replies": quick}
    if kind == "template":
        shown = [_button(*one) for one in buttons]
        payload = {"template_type": "button", "text": text, "buttons": shown}
        return {"attachment": {"type": "template", "payload": payload}}
    return {"text": text}


def _button(label: str, value: str, url: str) -> dict[str, str]:
    if url:
        return {"type": "web_url", "url": url, "title": label}
    return {"type": "postback", "title": label, "payload": value or label}


def kind(since: timedelta | None, *, human: bool, machine: bool) -> dict[str, str]:
    """RESPONSE within a day of what she said last; after it a person's answer carries the tag, where it is allowed."""
    if since is not None and since > WINDOW and human and not machine:
        return {"messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT"}
    return {"messaging_type": "RESPONSE"}


def since(heard_at: datetime | None, now: datetime) -> timedelta | None:
    """How long ago she spoke, where that is known."""
    return now - heard_at if heard_at is not None else None


def action(person: str, verb: str, about: str, text: str) -> dict[str, Any]:
    """A sender action: typing, read, react."""
    made: dict[str, Any] = {"recipient": {"id": person}}
    if verb == "react":
        payload = {"message_id": about} | ({"reaction": text} if text else {})
        return made | {"sender_action": "react" if text else "unreact", "payload": payload}
    return made | {"sender_action": "typing_on" if verb == "typing" else "mark_seen"}
