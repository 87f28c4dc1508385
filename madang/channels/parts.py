"""What messages are made of, on their way in and out. Part of the contract; connectors take it from ``connector``."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum, auto
from typing import Literal


class Kind(StrEnum):
    """What a channel proves about a person."""

    EMAIL = auto()
    PHONE = auto()
    SCOPED = auto()  # an id that means something only inside this channel's account
    ACCOUNT = auto()  # a signed user id of the company's own site or app
    COOKIE = auto()  # a browser, nothing more


@dataclass(frozen=True, slots=True)
class Party:
    """Who speaks. ``also`` holds further *proven* addresses, ``claims`` addresses the person only said."""

    kind: Kind
    value: str
    name: str = ""
    also: tuple[tuple[Kind, str], ...] = ()
    claims: tuple[tuple[Kind, str], ...] = ()
    language: str = ""  # BCP 47, when the provider says


@dataclass(frozen=True, slots=True)
class Media:
    """A file with a message. Coming in: its bytes when the delivery carries them, else a provider ``ref`` to fetch.

    ``ref`` ``upload:<key>``: what the same sender has uploaded to us before. Going out: :meth:`stream`, and
    ``content`` too unless the connector says that it ``streams``; ``link`` is where the provider can fetch it.
    """

    kind: Literal["image", "audio", "video", "file"]
    name: str
    mime: str
    content: bytes | None = None
    ref: str = ""
    size: int = 0
    content_id: str = ""  # an inline image's Content-ID, without <>
    inline: bool = False
    source: Callable[[], AsyncIterator[bytes]] | None = field(default=None, repr=False, compare=False)
    link: str = ""

    def stream(self) -> AsyncIterator[bytes]:
        """Its bytes in parts of at most 1 MiB, from the beginning at each call."""
        return self.source() if self.source is not None else _whole(self.content or b"")


async def _whole(content: bytes) -> AsyncIterator[bytes]:
    yield content


@dataclass(frozen=True, slots=True)
class Button:
    """What the customer may press: it says ``value`` to us (a postback), or opens ``url``."""

    label: str
    value: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Template:
    """A text that the provider has approved, with its places filled. ``id`` is the provider's own name for it."""

    id: str
    language: str = ""  # as the provider writes it
    values: Mapping[str, str] = field(default_factory=dict)  # by the name of the place: "1", "name", …
    category: str = ""  # as its KnownTemplate says: some providers take their price by it


TemplateState = Literal["approved", "pending", "rejected", "paused", "gone"]


@dataclass(frozen=True, slots=True)
class KnownTemplate:
    """A template as the provider has it now. In ``body`` a place is written ``#{name}``, whatever the provider's way.

    ``wait``: it has places only the provider's own tools can fill, and cannot be sent from here; says why.
    """

    id: str
    name: str
    body: str
    state: TemplateState
    language: str = ""
    category: str = ""
    places: tuple[str, ...] = ()
    buttons: tuple[Button, ...] = ()
    problem: str = ""  # why it was rejected or paused, in the provider's words
    wait: str = ""


@dataclass(frozen=True, slots=True)
class Price:
    """What a message costs: ``amount`` in thousandths of the currency's main unit, so that 8.4 KRW is 8400."""

    amount: int
    currency: str  # ISO 4217
