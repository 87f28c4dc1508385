"""The contract between the house and any provider. A connector is pure protocol: it knows no database.

What only some can do is in ``abilities.py`` and ``inventory.py``.
What a provider cannot do is absent from ``caps``, never a stub. Errors carry the policy (:class:`SendError`).
"""

from __future__ import annotations

from abc import ABC
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Flag, auto
from typing import Any, ClassVar, Literal

from madang.channels.form import Field as Field
from madang.channels.form import SetupError as SetupError
from madang.channels.form import Step as Step
from madang.channels.parts import Button as Button
from madang.channels.parts import Kind as Kind
from madang.channels.parts import KnownTemplate as KnownTemplate
from madang.channels.parts import Media as Media
from madang.channels.parts import Party as Party
from madang.channels.parts import Price as Price
from madang.channels.parts import Template as Template
from madang.channels.parts import TemplateState as TemplateState


class Cap(Flag):
    """What a channel can carry or do."""

    TEXT = auto()
    HTML = auto()
    IMAGE = auto()
    AUDIO = auto()
    VIDEO = auto()
    FILE = auto()
    BUTTONS = auto()
    TEMPLATE = auto()  # carries approved templates, also where nothing else may be said
    QUOTE = auto()
    SUBJECT = auto()
    REACT = auto()
    EDIT = auto()
    DELETE = auto()
    TYPING = auto()
    MARK_READ = auto()
    DELIVERED = auto()
    READ = auto()
    USER_EDIT = auto()
    USER_DELETE = auto()
    USER_REACT = auto()
    USER_TYPING = auto()
    HIDE = auto()  # a public message of hers can be hidden
    PUBLIC = auto()  # what is said here, everybody reads
    INITIATE = auto()  # may write first, without an open session
    CLOSE = auto()
    IDEMPOTENT = auto()  # the provider drops a repeated key
    VERIFY = auto()  # may carry a one-time code to an address of ``identity`` that nobody has proven yet


InboundType = Literal[
    "message", "edit", "delete", "reaction", "receipt", "typing", "postback", "session", "call", "echo", "consent"
]
ReceiptState = Literal["sent", "delivered", "read", "failed"]
Reach = Literal["open", "closed", "blocked", "allowed"]


@dataclass(frozen=True, slots=True)
class Inbound:
    """One normalised fact from a provider.

    ``id`` is the provider's message id (unique in the channel). ``about`` names the message a receipt, edit or
    reaction concerns: the id :meth:`Connector.send` returned, or one of the ``aliases``. By type:
    **postback** a button she pressed: ``text`` its label, ``data.postback`` its value, ``about`` the message it was on;
    **receipt** without ``about``: all that we said to ``party`` until ``at``; **reaction** ``text`` is the emoji, ''
    takes it back; **echo** our own side wrote elsewhere, in the provider's own tool: ``party`` is whom to,
    ``data.author`` who, when known; **session** and **consent** a fact about the person and this door, without a
    message: ``reach`` open/closed a session began or ended, blocked/allowed she wants nothing more by this door, or
    does again. ``docs/connectors.md`` lists what ``data`` may hold.
    """

    type: InboundType
    id: str
    at: datetime  # aware, UTC
    party: Party | None = None
    text: str = ""  # what to show: quotes and signatures cut
    full_text: str = ""  # everything, when more than ``text``
    html: str = ""  # raw and hostile; sanitised only when shown
    subject: str = ""
    media: tuple[Media, ...] = ()
    about: str = ""
    state: ReceiptState | None = None
    conversation: int | None = None  # proven by a signed token that we issued; never by a bare number
    references: tuple[str, ...] = ()  # provider ids of earlier messages of this thread
    auto: bool = False  # made by a machine: nothing may auto-answer it
    reach: Reach | None = None
    carry: str = ""  # the code of a carry-on link she came by: proves who she is where it is still good
    data: Mapping[str, Any] = field(default_factory=dict)  # JSON: to, cc, page, location, orders, unsupported, …


@dataclass(frozen=True, slots=True)
class Request:
    """A webhook as it came off the wire: signatures need the exact bytes and the URL."""

    method: str
    path: str
    headers: Mapping[str, str]  # names in lower case
    body: bytes
    query: Mapping[str, str] = field(default_factory=dict)
    remote: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """What a webhook answers: a challenge, an ack body. ``store`` False answers without an envelope."""

    status: int = 200
    body: bytes = b"ok"
    mime: str = "text/plain; charset=utf-8"
    headers: tuple[tuple[str, str], ...] = ()
    store: bool = True


@dataclass(frozen=True, slots=True)
class Delivery:
    """One sender's part of a raw delivery, as it is stored: an envelope before it has a number.

    ``key`` makes it idempotent in its channel. ``sender`` only decides the lane; empty when it cannot be told.
    """

    key: str
    sender: str
    body: bytes
    meta: Mapping[str, str] = field(default_factory=dict)  # what parse() needs beside the body: headers, IMAP UID
    place: tuple[str, int] | None = None  # (stream, number) in the provider's own counting: what never came is a gap


@dataclass(frozen=True, slots=True)
class Outbound:
    """What an agent, a bot or a rule wants said, already fitted to the channel by :func:`madang.channels.fit.fit`."""

    key: str  # idempotency key: the message's client key
    to: Party
    text: str
    conversation: int
    message: int
    html: str = ""
    subject: str = ""
    media: tuple[Media, ...] = ()
    reply_to: str = ""  # provider id of the message this one answers
    references: tuple[str, ...] = ()  # provider ids of the thread, oldest first
    sender_name: str = ""
    history: tuple[tuple[str, datetime, str], ...] = ()  # (author, at, text) of what is quoted below, newest first
    language: str = ""
    auto: bool = False
    unsubscribe: str = ""  # an address that ends such messages with one POST (RFC 8058), where the channel can say it
    buttons: tuple[Button, ...] = ()
    template: Template | None = None  # ``text`` is then how it reads with its places filled
    heard: Mapping[str, Any] = field(default_factory=dict)  # ``data`` of the last she said to us by this channel
    heard_at: datetime | None = None  # and when
    data: Mapping[str, Any] = field(default_factory=dict)  # to, cc chosen by the agent
    tries: int = 1  # the how-manieth time it is handed over; an earlier one may have reached the provider under ``key``


@dataclass(frozen=True, slots=True)
class Sent:
    """The provider took it. ``id`` is what receipts and answers will name; ``aliases`` are further names."""

    id: str
    aliases: tuple[str, ...] = ()
    state: Literal["sent", "delivered", "read"] = "sent"


SendWhy = Literal["window", "blocked", "invalid", "rate", "auth", "down", "policy", "unsure"]


class SendError(Exception):
    """A send that failed, and what to do about it.

    window/blocked/invalid/policy: not by this channel (next in the chain, or fail visibly); rate/down: again after
    ``retry``; auth: pause the channel and tell the administrators; unsure: the provider may have taken it, ask
    before repeating.
    """

    def __init__(self, why: SendWhy, detail: str, *, retry: timedelta | None = None) -> None:
        super().__init__(f"{why}: {detail}")
        self.why: SendWhy = why
        self.detail = detail
        self.retry = retry


class Forged(Exception):
    """The delivery does not prove that it is the provider's: answered 403, nothing is stored."""


class Malformed(Exception):
    """The body cannot mean anything: answered 400 with the reason at the door, quarantined behind it."""


@dataclass(frozen=True, slots=True)
class Config:
    """One channel, as its connector sees it. ``token_key`` signs reply tokens; ``host`` is our public base URL."""

    id: int
    key: str  # public: names the hook URL
    name: str
    settings: Mapping[str, Any]
    secrets: Mapping[str, str]
    host: str = ""
    token_key: bytes = b""
    brand: Mapping[str, Any] = field(default_factory=dict)  # name, hue, chroma, language, signature
    allow_hosts: tuple[str, ...] = ()  # private hosts and networks that lib.http may call


@dataclass(frozen=True, slots=True)
class Limits:
    """Hard bounds of the provider. ``text`` counts in ``encoding`` units: characters for utf-8, bytes for cp949."""

    text: int = 10_000
    media_bytes: int = 25 << 20  # of one file
    message_bytes: int = 64 << 20  # of all files of one message together, where they come with their content
    body_bytes: int = 1 << 20  # of one webhook
    per_second: float = 20.0
    window: timedelta | None = None  # how long after the customer's last message we may write
    encoding: Literal["utf-8", "cp949"] = "utf-8"
    buttons: int = 0  # so many at most; what is more becomes numbered lines
    button_text: int = 20  # characters of a button's label


class Connector(ABC):
    """One provider's protocol, bound to one channel. Pure but for ``send``, ``fetch`` and ``check``."""

    name: ClassVar[str]
    caps: ClassVar[Cap] = Cap.TEXT
    limits: ClassVar[Limits] = Limits()
    identity: ClassVar[Kind] = Kind.SCOPED  # the kind of address this channel writes to
    streams: ClassVar[bool] = False  # send() reads files by Media.stream(); else each comes with its content, whole
    bars: ClassVar[bool] = True  # its facts may have ``reach``; where none ever has, intake need not look for it
    live: ClassVar[bool] = False  # reaches only a customer who is looking now (Presence); else another way is better

    def __init__(self, config: Config) -> None:
        self.config = config

    def verify(self, request: Request) -> Reply:
        """Prove the raw request is the provider's, in constant time; raises :class:`Forged`. Returns the answer."""
        raise Forged(f"the {self.name} connector receives nothing by webhook")

    def split(self, request: Request) -> Sequence[Delivery]:
        """Cheap and pure: a verified request as deliveries, one a sender. Raises :class:`Malformed`."""
        raise Malformed(f"the {self.name} connector receives nothing by webhook")

    def parse(self, delivery: Delivery) -> Sequence[Inbound]:
        """Pure: what a stored delivery means. Raises :class:`Malformed`."""
        raise NotImplementedError

    async def send(self, out: Outbound) -> Sent:
        """Say it at the provider. Raises :class:`SendError`."""
        raise SendError("policy", f"the {self.name} connector cannot send")

    async def fetch(self, media: Media) -> AsyncIterator[bytes]:
        """Stream a provider-held file. Raises :class:`SendError`."""
        raise SendError("invalid", f"the {self.name} connector holds no files")
        yield b""

    async def check(self) -> None:
        """Test the set-up against the provider; raises :class:`SetupError` in plain words."""

    async def close(self) -> None:
        """Let go of connections."""
