"""What a mail says, decoded: the shapes :func:`madang.lib.mail.parse` returns."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Address:
    """One mailbox. ``address`` is ``local@domain`` as written, '' when only a name was given; ``name`` is decoded."""

    address: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A part that is not the body. ``name`` is safe to show and to save; ``sha256`` is hex of ``content``.

    ``inline`` means that it belongs inside the text. ``note`` is a readable line for what a person could not read
    otherwise (an invitation: what, when, where).
    """

    name: str
    mime: str
    size: int
    inline: bool
    sha256: str
    content: bytes = field(repr=False)
    content_id: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Bounce:
    """A delivery that failed for good (RFC 3464 and what is sent instead of it); a field is None when not told.

    ``message_id`` is the Message-ID of the mail that did not arrive, with its angle brackets.
    """

    recipient: str | None
    status: str | None
    message_id: str | None


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail. Header values that are absent are None; ids keep their angle brackets; ``date`` is aware.

    ``text`` is all of it, ``reply_text`` what its author wrote this time. ``html`` is raw and hostile. ``auto`` says
    that a machine sent it (RFC 3834 and friends). ``notices`` tell what could not be read as it stood.
    """

    sender: Address
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    reply_to: Address | None = None
    delivered_to: tuple[str, ...] = ()
    subject: str | None = None
    date: datetime | None = None
    message_id: str | None = None
    in_reply_to: str | None = None
    references: tuple[str, ...] = ()
    text: str = ""
    reply_text: str = ""
    html: str | None = None
    attachments: tuple[Attachment, ...] = ()
    auto: bool = False
    bounce: Bounce | None = None
    loop: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()
