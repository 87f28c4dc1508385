"""What the house says, as the Cloud API wants it ("Messages": text, media, interactive, template). Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from madang.channels.connector import Button, Kind, Media, Outbound, Party, SendError, Template
from madang.channels.fit import lines
from madang.connectors._meta.saying import numbered

CAPTION = 1_024  # characters
BODY = 1_024  # of a message with buttons; one with a list has 4,096
REPLIES = 3  # buttons; more become a list
_TITLE = 20
_MENU = {"ko": "선택하기", "ja": "選ぶ"}

# What the API takes as such, and how large ("Supported media types"); everything else goes as a document.
_AS_SUCH: dict[str, tuple[frozenset[str], int]] = {
    "image": (frozenset({"image/jpeg", "image/png"}), 5 << 20),
    "video": (frozenset({"video/mp4", "video/3gpp"}), 16 << 20),
    "audio": (frozenset({"audio/aac", "audio/mp4", "audio/mpeg", "audio/amr", "audio/ogg"}), 16 << 20),
}


def fitted(part: Outbound) -> list[Outbound]:
    """One call of the API each: a file with its caption, words with their buttons."""
    if part.template is not None:
        return [part]
    if not _shows(part):
        part = replace(part, text=(part.text + lines(part.buttons)).strip(), buttons=())
    made = [replace(part, text="", media=(one,), buttons=()) for one in part.media]
    alone = len(made) == 1 and not part.buttons and len(part.text) <= CAPTION and kind_of(part.media[0]) != "audio"
    if alone:
        made = [part]
    elif part.text or not made:
        made.append(replace(part, media=()))
    return numbered(made)


def _shows(part: Outbound) -> bool:
    """Whether its buttons are ones WhatsApp has: one link alone, or answers only."""
    links = [one for one in part.buttons if one.url]
    if not part.buttons or not part.text:
        return not part.buttons
    if links:
        return len(part.buttons) == 1 and len(part.text) <= BODY
    return len({one.label for one in part.buttons}) == len(part.buttons)


def kind_of(media: Media) -> str:
    """image, video, audio or document."""
    mimes, most = _AS_SUCH.get(media.kind, (frozenset(), 0))
    return media.kind if media.mime.partition(";")[0] in mimes and media.size <= most else "document"


def address(to: Party) -> dict[str, str]:
    """A phone number in ``to``, a business-scoped user id in ``recipient``."""
    value = to.value.removeprefix("+")
    if to.kind not in (Kind.SCOPED, Kind.PHONE):
        raise SendError("invalid", f"WhatsApp cannot write to {to.kind}")
    return {"to": value} if value.isdecimal() else {"recipient": to.value}


def message(part: Outbound, uploaded: Mapping[str, str] | None) -> dict[str, Any]:
    """The body of POST /{phone}/messages. ``uploaded`` is its file as the API knows it: id or link."""
    made: dict[str, Any] = {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        **address(part.to),
        "biz_opaque_callback_data": part.key[:512],
    }
    quoted = part.data.get("quote")
    if quoted:
        made["context"] = {"message_id": part.reply_to if quoted is True else str(quoted)}
    kind, content = _content(part, uploaded)
    return made | {"type": kind, kind: content}


def _content(part: Outbound, uploaded: Mapping[str, str] | None) -> tuple[str, dict[str, Any]]:
    if part.template is not None:
        return "template", template(part.template)
    if uploaded is not None:
        return _file(part, uploaded)
    if part.buttons:
        return "interactive", _interactive(part)
    return "text", {"body": part.text, "preview_url": "://" in part.text}


def _file(part: Outbound, uploaded: Mapping[str, str]) -> tuple[str, dict[str, Any]]:
    (media,) = part.media
    kind, content = kind_of(media), dict(uploaded)
    if part.text:
        content["caption"] = part.text
    if kind == "document":
        content["filename"] = media.name
    return kind, content


def _interactive(part: Outbound) -> dict[str, Any]:
    body = {"text": part.text}
    if part.buttons[0].url:
        (one,) = part.buttons
        shown = {"display_text": one.label, "url": one.url}
        return {"type": "cta_url", "body": body, "action": {"name": "cta_url", "parameters": shown}}
    if len(part.buttons) <= REPLIES and len(part.text) <= BODY:
        replies = [{"type": "reply", "reply": _row(one, n)} for n, one in enumerate(part.buttons)]
        return {"type": "button", "body": body, "action": {"buttons": replies}}
    rows = [_row(one, n) for n, one in enumerate(part.buttons)]
    menu = _MENU.get(part.language.partition("-")[0], "Choose")
    return {"type": "list", "body": body, "action": {"button": menu, "sections": [{"title": menu, "rows": rows}]}}


def _row(button: Button, place: int) -> dict[str, str]:
    """Ids differ within a message."""
    return {"id": (button.value or button.label or str(place))[:200], "title": button.label[:_TITLE]}


def template(chosen: Template) -> dict[str, Any]:
    """A template with its places filled; see ``templates.py`` for what a place is called."""
    name, _, language = chosen.id.partition("/")
    components: list[dict[str, Any]] = []
    header = [_filled(place.removeprefix("header."), one) for place, one in _of(chosen, "header.")]
    if header:
        components.append({"type": "header", "parameters": header})
    body = [_filled(place, one) for place, one in _of(chosen, "")]
    if body:
        components.append({"type": "body", "parameters": body})
    for place, one in _of(chosen, "button."):
        index = place.removeprefix("button.")
        components.append({"type": "button", "sub_type": "url", "index": index, "parameters": [_filled("1", one)]})
    made: dict[str, Any] = {"name": name, "language": {"code": chosen.language or language}}
    return made | ({"components": components} if components else {})


def _of(chosen: Template, prefix: str) -> Sequence[tuple[str, str]]:
    """The places of one component, in order: numbers as numbers."""
    some = [
        (place, one)
        for place, one in chosen.values.items()
        if (place.startswith(prefix) if prefix else not place.startswith(("header.", "button.")))
    ]
    return sorted(some, key=lambda pair: int(pair[0]) if pair[0].isdecimal() else 0)


def _filled(place: str, value: str) -> dict[str, str]:
    named = {} if place.isdecimal() else {"parameter_name": place}
    return {"type": "text", **named, "text": value}
