"""What the counter posts, typed. A type nobody knows is kept; anything else is refused in words."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import msgspec

from madang.channels.connector import Malformed

TEXT_LIMIT = 5_000  # characters of one field

Short = Annotated[str, msgspec.Meta(max_length=200)]
Words = Annotated[str, msgspec.Meta(max_length=TEXT_LIMIT)]
Key = Annotated[str, msgspec.Meta(pattern=r"\A[0-9a-f]{32}\Z")]
Id = Annotated[str, msgspec.Meta(pattern=r"\A[A-Za-z0-9_-]{1,64}\Z")]


class Frame(msgspec.Struct, frozen=True, kw_only=True):
    """``visitor`` is what this counter calls the customer; ``staff`` is who wrote it down."""

    type: Annotated[str, msgspec.Meta(max_length=40)]
    id: Id
    visitor: Id
    at: datetime
    name: Short = ""
    phone: Annotated[str, msgspec.Meta(max_length=40)] = ""
    staff: Short = ""
    store: Short = ""
    came_for: Words = ""
    done: Words = ""
    orders: Annotated[tuple[Short, ...], msgspec.Meta(max_length=20)] = ()
    files: Annotated[tuple[Key, ...], msgspec.Meta(max_length=10)] = ()


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
    if frame.type == "visit" and not (frame.came_for + frame.done).strip("\x00 \t\r\n") and not frame.files:
        raise Malformed("a visit needs words or a file")
    return frame


def text(frame: Frame) -> str:
    """What she came for, and what was done."""
    came, done = (one.replace("\r\n", "\n").strip() for one in (frame.came_for, frame.done))
    return "\n\n".join(part for part in (came, f"✓ {done}" if done else "") if part)


def data(frame: Frame) -> dict[str, Any]:
    """Who wrote it down, where, and about which orders."""
    given: dict[str, Any] = {
        "author": frame.staff,
        "store": frame.store,
        "orders": [one for one in frame.orders if one.strip()],
        "unsupported": "" if frame.type == "visit" else frame.type,
    }
    return {name: value for name, value in given.items() if value}
