"""What the widget posts, typed. Anything else is refused in words that say what is wrong, and nothing of ourselves."""

from __future__ import annotations

import uuid
from typing import Annotated, Literal

import msgspec

from madang.channels.connector import Malformed

TEXT_LIMIT = 10_000  # characters of one message
FILES = 10

Short = Annotated[str, msgspec.Meta(max_length=120)]
Key = Annotated[str, msgspec.Meta(pattern=r"\A[0-9a-f]{32}\Z")]
Words = Annotated[str, msgspec.Meta(max_length=500)]


class Page(msgspec.Struct, frozen=True):
    """Where on the site she is: the address without query and fragment, and its title."""

    url: Words = ""
    title: Annotated[str, msgspec.Meta(max_length=200)] = ""


class About(msgspec.Struct, frozen=True, kw_only=True):
    """What the page says of its visitor. None of it is proven but ``was``: the token of the browser she used before
    she signed in.
    """

    page: Page = Page()
    language: Annotated[str, msgspec.Meta(max_length=35)] = ""
    timezone: Annotated[str, msgspec.Meta(max_length=64)] = ""
    name: Short = ""
    email: Annotated[str, msgspec.Meta(max_length=254)] = ""
    was: Annotated[str, msgspec.Meta(max_length=200)] = ""
    attributes: Annotated[dict[Annotated[str, msgspec.Meta(max_length=64)], Words], msgspec.Meta(max_length=50)] = {}


class Message(About, frozen=True, kw_only=True, tag="message"):
    """``files`` are keys of her uploads."""

    id: uuid.UUID
    text: Annotated[str, msgspec.Meta(max_length=TEXT_LIMIT)] = ""
    files: Annotated[tuple[Key, ...], msgspec.Meta(max_length=FILES)] = ()


class Profile(About, frozen=True, kw_only=True, tag="profile"):
    """Who she says she is, without a message."""

    id: uuid.UUID


class Mark(msgspec.Struct, frozen=True):
    """A message of ours, and the mark that came with it: only who was shown it knows that."""

    id: Words
    mark: Annotated[str, msgspec.Meta(max_length=64)]


class Receipt(msgspec.Struct, frozen=True, kw_only=True, tag="receipt"):
    """Messages of ours that she has, or has read."""

    about: Annotated[tuple[Mark, ...], msgspec.Meta(min_length=1, max_length=50)]
    state: Literal["delivered", "read"]


Frame = Message | Profile | Receipt
_DECODER: msgspec.json.Decoder[Frame] = msgspec.json.Decoder(Frame)


def read(body: bytes) -> Frame:
    """The frame in ``body``; raises :class:`Malformed`."""
    try:
        frame = _DECODER.decode(body)
    except msgspec.ValidationError as error:
        raise Malformed(f"this frame is not understood: {error}") from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Malformed("this is not JSON") from None
    if isinstance(frame, Message) and not frame.text.strip("\x00 \t\r\n") and not frame.files:
        raise Malformed("a message needs words or a file")
    return frame
