"""What a board's pages post, typed. A type nobody knows is kept; anything else is refused in words."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec

from madang.channels.connector import Malformed

TEXT_LIMIT = 10_000  # characters of one post
FILES = 10

Short = Annotated[str, msgspec.Meta(max_length=200)]
Key = Annotated[str, msgspec.Meta(pattern=r"\A[0-9a-f]{32}\Z")]
Name = Annotated[str, msgspec.Meta(pattern=r"\A[0-9a-f]{32}(/[A-Za-z0-9_-]{1,40})?\Z")]


class Frame(msgspec.Struct, frozen=True, kw_only=True):
    """``type``: post, comment, edit or delete. ``post`` is the post's key; ``id`` is it too, or ``post/…``.

    ``user`` is the id of a user whom the company's server has signed; '' when she is only the one who wrote the post.
    """

    type: Annotated[str, msgspec.Meta(max_length=40)]
    id: Name
    post: Key
    at: datetime
    title: Short = ""
    text: Annotated[str, msgspec.Meta(max_length=TEXT_LIMIT)] = ""
    secret: bool = False
    author: Short = ""
    user: Short = ""
    email: Annotated[str, msgspec.Meta(max_length=254)] = ""
    files: Annotated[tuple[Key, ...], msgspec.Meta(max_length=FILES)] = ()
    url: Annotated[str, msgspec.Meta(max_length=500)] = ""
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
    if frame.id.split("/")[0] != frame.post:
        raise Malformed("`id` is not of this `post`")
    if frame.type in ("post", "comment", "edit") and not frame.text.strip("\x00 \t\r\n") and not frame.files:
        raise Malformed("a post needs words or a file")
    return frame
