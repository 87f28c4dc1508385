"""What may stand in the body of an incoming webhook, and what it means. Pure."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct, field

from madang.channels.connector import Malformed

Name = Annotated[str, Meta(min_length=1, max_length=256)]
Short = Annotated[str, Meta(max_length=256)]
Moment = Annotated[datetime, Meta(tz=True)]
Sequence = Annotated[int, Meta(ge=1, le=2**53)]


class From(Struct, frozen=True):
    """Who speaks."""

    kind: Literal["email", "phone", "scoped"]
    value: Name
    name: Short = ""


class File(Struct, frozen=True):
    """A file of a message, to be fetched from its address."""

    url: Annotated[str, Meta(min_length=8, max_length=2048, pattern=r"\Ahttps?://[^/\x00-\x20][^\x00-\x1f]*\Z")]
    name: Short = ""
    mime: Annotated[str, Meta(max_length=127)] = ""


class Message(Struct, frozen=True, tag_field="type", tag="message"):
    """A customer said something."""

    id: Name
    sender: From = field(name="from")
    text: str
    at: Moment | None = None
    subject: Annotated[str, Meta(max_length=500)] = ""
    media: Annotated[tuple[File, ...], Meta(max_length=20)] = ()
    to: Short = ""
    sequence: Sequence | None = None
    stream: Short = ""


class Edit(Struct, frozen=True, tag_field="type", tag="edit"):
    """A customer changed what she had said: ``about`` is the id of her message."""

    about: Name
    sender: From = field(name="from")
    text: str
    id: Name | None = None
    at: Moment | None = None
    sequence: Sequence | None = None
    stream: Short = ""


class Delete(Struct, frozen=True, tag_field="type", tag="delete"):
    """A customer took back what she had said: ``about`` is the id of her message."""

    about: Name
    sender: From = field(name="from")
    id: Name | None = None
    at: Moment | None = None
    sequence: Sequence | None = None
    stream: Short = ""


class Receipt(Struct, frozen=True, tag_field="type", tag="receipt"):
    """What became of an answer of ours: ``about`` is its id."""

    about: Name
    state: Literal["sent", "delivered", "read", "failed"]
    reason: Annotated[str, Meta(max_length=1000)] = ""
    id: Name | None = None
    at: Moment | None = None
    sequence: Sequence | None = None
    stream: Short = ""


Body = Message | Edit | Delete | Receipt
TYPES: dict[str, type[Body]] = {"message": Message, "edit": Edit, "delete": Delete, "receipt": Receipt}


class _Tag(Struct):
    type: str


_TAG = msgspec.json.Decoder(_Tag)
_DECODERS: dict[str, msgspec.json.Decoder[Body]] = {name: msgspec.json.Decoder(kind) for name, kind in TYPES.items()}


class _Place(Struct):
    sequence: int | None = None
    stream: str = ""


def place(raw: bytes, sender: str) -> tuple[str, int] | None:
    """Where a body that was read stands in its sender's counting: (stream, number); None when it does not count."""
    given = msgspec.json.decode(raw, type=_Place)
    return None if given.sequence is None else (given.stream or sender, given.sequence)


def read(raw: bytes) -> Body:
    """The body, every field checked; raises :class:`Malformed` in words for whoever wrote the sender."""
    try:
        tag = _TAG.decode(raw).type
        if tag not in TYPES:
            raise Malformed(f"there is no type {tag[:40]!r}; known are: {', '.join(TYPES)}")
        body = _DECODERS[tag].decode(raw)
    except msgspec.ValidationError as error:
        raise Malformed(f"the body does not fit: {error}") from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Malformed(f"the body is not JSON: {error}") from None
    _refuse_odd_names(body)
    if isinstance(body, Message) and not body.text.strip() and not body.media:
        raise Malformed("the message says nothing: give `text`, or `media`")
    return body


def _refuse_odd_names(body: Body) -> None:
    """An id is stored and compared: no control characters, and not only blanks."""
    for name, value in (("id", body.id), ("about", getattr(body, "about", None))):
        if value is not None and (not value.isprintable() or not value.strip()):
            raise Malformed(f"`{name}` holds characters that cannot be part of an id")
