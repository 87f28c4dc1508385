"""From a checked body to the house's normalised fact. Pure."""

from __future__ import annotations

import mimetypes
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Literal, cast
from urllib.parse import urlsplit

from madang.channels.connector import Delivery, Inbound, Malformed, Media, Party
from madang.connectors.api import body, people
from madang.lib.uploads import media_kind


def read(delivery: Delivery, region: str) -> Inbound:
    """What one delivery says; raises :class:`Malformed`. ``region`` reads phone numbers without +."""
    given = body.read(delivery.body)
    at = _moment(given, delivery.meta)
    if isinstance(given, body.Receipt):
        receipt_id = given.id or delivery.key
        return Inbound("receipt", receipt_id, at, about=given.about, state=given.state, text=given.reason)
    party = people.party(given.sender, region)
    if isinstance(given, body.Message):
        return _message(given, party, at)
    if isinstance(given, body.Edit):
        return Inbound("edit", given.id or delivery.key, at, party, text=given.text, about=given.about)
    return Inbound("delete", given.id or delivery.key, at, party, about=given.about)


def _message(given: body.Message, party: Party, at: datetime) -> Inbound:
    data: dict[str, Any] = {"to": [given.to]} if given.to else {}
    media = tuple(_media(file) for file in given.media)
    return Inbound("message", given.id, at, party, text=given.text, subject=given.subject, media=media, data=data)


def _media(file: body.File) -> Media:
    """A file that is fetched later; its name and type are guesses until then."""
    try:
        path = urlsplit(file.url).path
    except ValueError:
        raise Malformed(f"`media` holds an address that is none: {file.url[:80]!r}") from None
    name = file.name or path.rpartition("/")[2]
    mime = file.mime or mimetypes.guess_type(path)[0] or "application/octet-stream"
    kind = cast(Literal["image", "audio", "video", "file"], media_kind(mime))
    return Media(kind, name, mime, ref=file.url)


def _moment(given: body.Body, meta: Mapping[str, str]) -> datetime:
    """When it was said: as the body says, else when the webhook was signed."""
    if given.at is None:
        return datetime.fromtimestamp(int(meta.get("at", "0")), UTC)
    try:
        return given.at.astimezone(UTC)
    except OverflowError:
        raise Malformed("`at` is no time that could have been") from None
