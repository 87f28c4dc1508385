"""What one WhatsApp message holds, by its type ("Messages webhook reference"): words, files, and what else to show."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import msgspec

from madang.channels.connector import Media
from madang.lib.meta.shapes import items, obj, said

Raw = Mapping[str, Any]


# What WhatsApp sends without a name.
_ENDINGS = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/webp": ".webp",
    "video/mp4": ".mp4",
    "video/3gpp": ".3gp",
    "audio/ogg": ".ogg",
    "audio/mpeg": ".mp3",
    "audio/mp4": ".m4a",
    "audio/aac": ".aac",
    "audio/amr": ".amr",
}


@dataclass(frozen=True, slots=True)
class Content:
    """Under the names of Inbound. ``data`` has ``postback`` when she pressed a button."""

    text: str = ""
    media: tuple[Media, ...] = ()
    data: dict[str, Any] = field(default_factory=dict)


def read(message: Raw) -> Content:
    """The content of a message; a type nobody knows is kept by its name."""
    kind = said(message.get("type")) or "message"
    reader = _READERS.get(kind)
    made = reader(obj(message.get(kind))) if reader else _lists(message, kind)
    data = made.data | _advert(obj(message.get("referral"))) | _group(message)
    return Content(made.text, made.media, data)


def _text(given: Raw) -> Content:
    return Content(said(given.get("body")))


def _file(kind: Literal["image", "audio", "video", "file"]) -> Callable[[Raw], Content]:
    def read_file(given: Raw) -> Content:
        mime = said(given.get("mime_type")).partition(";")[0].strip() or "application/octet-stream"
        name = said(given.get("filename")) or f"{kind}{_ENDINGS.get(mime, '')}"
        ref = said(given.get("id"))
        media = (Media(kind, name[:200], mime, ref=ref),) if ref else ()
        return Content(said(given.get("caption")), media, {} if ref else {"unsupported": kind})

    return read_file


def _sticker(given: Raw) -> Content:
    made = _file("image")(given)
    return Content("", made.media, {"sticker": {"id": said(given.get("sha256")) or said(given.get("id"))}})


def _location(given: Raw) -> Content:
    place = {"lat": given.get("latitude"), "lng": given.get("longitude")}
    told = {"title": said(given.get("name")), "address": said(given.get("address"))}
    return Content(data={"location": place | {key: one for key, one in told.items() if one}})


def _button(given: Raw) -> Content:
    """A quick reply of a template."""
    return Content(said(given.get("text")), data={"postback": said(given.get("payload"))})


def _interactive(given: Raw) -> Content:
    kind = said(given.get("type"))
    reply = obj(given.get(kind))
    if kind in ("button_reply", "list_reply"):
        return Content(said(reply.get("title")), data={"postback": said(reply.get("id"))})
    if kind == "nfm_reply":
        return Content(_flow(said(reply.get("response_json"))), data={"postback": said(reply.get("name"))})
    return Content(data={"unsupported": kind or "interactive"})


def _flow(answers: str) -> str:
    """The answers of a form, a line each."""
    try:
        given = obj(msgspec.json.decode(answers))
    except (msgspec.DecodeError, RecursionError):
        return ""
    return "\n".join(f"{name}: {one}" for name, one in given.items() if name != "flow_token")


def _order(given: Raw) -> Content:
    """A basket from the catalogue."""
    lines = [
        f"{said(one.get('quantity'))} × {said(one.get('product_retailer_id'))}"
        f" ({one.get('item_price')} {said(one.get('currency'))})"
        for one in items(given.get("product_items"))
    ]
    return Content("\n".join([*filter(None, [said(given.get("text"))]), *lines]))


def _unsupported(given: Raw) -> Content:
    return Content(data={"unsupported": said(given.get("type")) or "message"})


def _lists(message: Raw, kind: str) -> Content:
    """Contacts stand in a list; anything else is unknown."""
    cards = [_card(one) for one in items(message.get("contacts"))] if kind == "contacts" else []
    if not cards:
        return Content(data={"unsupported": kind})
    more = "\n".join(" ".join([card["name"], *card["phones"], *card["emails"]]) for card in cards[1:])
    return Content(more, data={"contact": cards[0]})


def _card(given: Raw) -> dict[str, Any]:
    return {
        "name": said(obj(given.get("name")).get("formatted_name")),
        "phones": [said(one.get("phone")) for one in items(given.get("phones"))],
        "emails": [said(one.get("email")) for one in items(given.get("emails"))],
    }


def _advert(referral: Raw) -> dict[str, Any]:
    """The advertisement she came from."""
    if not referral:
        return {}
    return {"page": {"url": said(referral.get("source_url")), "title": said(referral.get("headline"))}}


def _group(message: Raw) -> dict[str, Any]:
    """Said in a group: an answer would go to her alone."""
    return {"unsupported": "group"} if message.get("group_id") else {}


_READERS: dict[str, Callable[[Raw], Content]] = {
    "text": _text,
    "image": _file("image"),
    "video": _file("video"),
    "audio": _file("audio"),
    "document": _file("file"),
    "sticker": _sticker,
    "location": _location,
    "button": _button,
    "interactive": _interactive,
    "order": _order,
    "unsupported": _unsupported,
}
