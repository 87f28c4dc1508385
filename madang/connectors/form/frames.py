"""What a form's page posts, typed. A type nobody knows is kept; anything else is refused in words."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import msgspec

from madang.channels.connector import Malformed

TEXT_LIMIT = 10_000  # characters of one message
FILES = 10

Short = Annotated[str, msgspec.Meta(max_length=200)]
Key = Annotated[str, msgspec.Meta(pattern=r"\A[0-9a-f]{32}\Z")]
Name = Annotated[str, msgspec.Meta(pattern=r"\A[0-9a-f]{32}(/[A-Za-z0-9_-]{1,40})?\Z")]


class Page(msgspec.Struct, frozen=True):
    """Where the form stands: the address without query and fragment."""

    url: Annotated[str, msgspec.Meta(max_length=500)] = ""
    title: Short = ""


class Frame(msgspec.Struct, frozen=True, kw_only=True):
    """``case`` is what the form was given out under; ``id`` is the case itself, or ``case/…`` for what she adds."""

    type: Annotated[str, msgspec.Meta(max_length=40)]
    id: Name
    case: Key
    at: datetime
    number: Short = ""
    name: Short = ""
    email: Annotated[str, msgspec.Meta(max_length=254)] = ""
    phone: Annotated[str, msgspec.Meta(max_length=40)] = ""
    topic: Short = ""
    orders: Annotated[tuple[Short, ...], msgspec.Meta(max_length=20)] = ()
    text: Annotated[str, msgspec.Meta(max_length=TEXT_LIMIT)] = ""
    files: Annotated[tuple[Key, ...], msgspec.Meta(max_length=FILES)] = ()
    consent: Annotated[str, msgspec.Meta(max_length=2_000)] = ""
    page: Page = Page()
    language: Annotated[str, msgspec.Meta(max_length=35)] = ""


_DECODER: msgspec.json.Decoder[Frame] = msgspec.json.Decoder(Frame)


def read(body: bytes) -> Frame:
    """The frame in ``body``; raises :class:`Malformed`."""
    try:
        frame = _DECODER.decode(body)
    except msgspec.ValidationError as error:
        raise Malformed(f"this is not understood: {error}") from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Malformed("this is not JSON") from None
    if frame.at.tzinfo is None:
        raise Malformed("`at` needs a time zone")
    if frame.id.split("/")[0] != frame.case:
        raise Malformed("`id` is not of this `case`")
    if frame.type == "message" and not frame.text.strip("\x00 \t\r\n") and not frame.files:
        raise Malformed("a message needs words or a file")
    return frame


def data(frame: Frame) -> dict[str, Any]:
    """What an agent may want to know beside the words."""
    given: dict[str, Any] = {
        "topic": frame.topic,
        "orders": [one for one in frame.orders if one.strip()],
        "page": {"url": frame.page.url, "title": frame.page.title} if frame.page.url else {},
        "consent": {"to": frame.consent, "at": frame.at.isoformat()} if frame.consent else {},
        "unsupported": "" if frame.type == "message" else frame.type,
    }
    return {name: value for name, value in given.items() if value}
