"""Words to a mail that can be sent: text with a plain HTML twin, files, threading fields, quoted history.

Every value that becomes a header field is refused when it holds a line break (:class:`ComposeError`): a name or a
subject must never add a field of its own.
"""

from __future__ import annotations

import mimetypes
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from madang.lib.mail.header_encoding import encode_mailboxes, encode_text, encode_tokens
from madang.lib.mail.model import Address
from madang.lib.mail.names import clean_name
from madang.lib.mail.quoting import Said, quoted_html, quoted_text, text_to_html

POLICY = SMTP.clone(cte_type="7bit", max_line_length=76)
MAX_REFERENCES = 20
BREAK = re.compile(r"[\r\n\0\x0b\x0c\x85\u2028\u2029]")
ADDRESS = re.compile(r"[^\s<>(),;:\"\[\]\\@]{1,64}@[^\s<>(),;:\"\[\]\\@]{1,253}")
MESSAGE_ID = re.compile(r"<[^<>\s]{1,900}>")
LINK = re.compile(r"https?://[^\s<>\"]{1,900}")


class ComposeError(ValueError):
    """What was given cannot become a mail; the message names the field."""


@dataclass(frozen=True, slots=True)
class File:
    """A file to go along; with a ``content_id`` it stands inside the HTML."""

    name: str
    mime: str
    content: bytes
    content_id: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """Everything a mail says. ``html`` is made from ``text`` when empty; ``history`` is quoted below, newest first."""

    sender: Address
    to: tuple[Address, ...]
    subject: str
    text: str
    message_id: str
    html: str = ""
    cc: tuple[Address, ...] = ()
    reply_to: Address | None = None
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    files: tuple[File, ...] = ()
    history: tuple[Said, ...] = ()
    signature: str = ""
    language: str = "en"
    automatic: bool = False
    unsubscribe: str = ""
    loop: str = ""
    date: datetime = field(default_factory=lambda: datetime.now(UTC))


def compose(draft: Draft) -> bytes:
    """The mail as bytes with CRLF line ends, 7-bit throughout. Raises :class:`ComposeError`."""
    header = "".join(f"{line}\r\n" for line in fields(draft))
    message = EmailMessage(policy=POLICY)
    message.set_content(body_text(draft))
    message.add_alternative(body_html(draft), subtype="html")
    add_files(message, draft.files)
    return header.encode("ascii") + message.as_bytes()


def fields(draft: Draft) -> Iterator[str]:
    """The header's fields, every value checked; empty ones left out."""
    if not draft.to:
        raise ComposeError("To: nobody to send to")
    yield mailboxes("From", (draft.sender,))
    yield mailboxes("To", draft.to)
    if draft.cc:
        yield mailboxes("Cc", draft.cc)
    if draft.reply_to:
        yield mailboxes("Reply-To", (draft.reply_to,))
    yield encode_text("Subject", one_line("Subject", draft.subject).strip())
    yield f"Date: {format_datetime(draft.date)}"
    yield f"Message-ID: {identifier('Message-ID', draft.message_id)}"
    if draft.in_reply_to:
        yield f"In-Reply-To: {identifier('In-Reply-To', draft.in_reply_to)}"
    if known := threading(draft.references):
        yield encode_tokens("References", known)
    if draft.loop:
        yield encode_text("X-Loop", one_line("X-Loop", draft.loop))
    if draft.unsubscribe:  # RFC 8058: one click, without a page
        yield f"List-Unsubscribe: <{link('List-Unsubscribe', draft.unsubscribe)}>"
        yield "List-Unsubscribe-Post: List-Unsubscribe=One-Click"
    if draft.automatic:
        yield "Auto-Submitted: auto-generated"
        yield "X-Auto-Response-Suppress: All"


def one_line(name: str, value: str) -> str:
    """The value, refused when it would break out of its field."""
    if BREAK.search(value):
        raise ComposeError(f"{name}: a line break is not allowed here")
    return value


def mailboxes(name: str, addresses: tuple[Address, ...]) -> str:
    """An address field, every name and address checked."""
    return encode_mailboxes(name, [checked(name, address) for address in addresses])


def checked(name: str, address: Address) -> Address:
    """The address with its domain in ASCII; raises :class:`ComposeError` when it is none."""
    one_line(name, address.name)
    if not ADDRESS.fullmatch(one_line(name, address.address)):
        raise ComposeError(f"{name}: {address.address!r} is not an e-mail address")
    local, _, domain = address.address.rpartition("@")
    if not local.isascii():
        raise ComposeError(f"{name}: {address.address!r} has letters before the @ that many mail systems refuse")
    try:
        return Address(f"{local}@{domain if domain.isascii() else domain.encode('idna').decode()}", address.name)
    except UnicodeError as error:
        raise ComposeError(f"{name}: {address.address!r} is not an e-mail address") from error


def identifier(name: str, value: str) -> str:
    if not value.isascii() or not MESSAGE_ID.fullmatch(one_line(name, value)):
        raise ComposeError(f"{name}: {value!r} is not a message id")
    return value


def link(name: str, value: str) -> str:
    if not value.isascii() or not LINK.fullmatch(one_line(name, value)):
        raise ComposeError(f"{name}: {value!r} is no web address")
    return value


def threading(references: tuple[str, ...]) -> list[str]:
    """The thread's first mail and its newest ones; ids of other channels are no message ids and are left out."""
    found = [value for value in dict.fromkeys(references) if MESSAGE_ID.fullmatch(value) and value.isascii()]
    return found if len(found) <= MAX_REFERENCES else found[:1] + found[1 - MAX_REFERENCES :]


def body_text(draft: Draft) -> str:
    """The words, the signature behind its delimiter, what is answered below."""
    pieces = [draft.text.replace("\r\n", "\n").rstrip()]
    if draft.signature.strip():
        pieces.append(f"-- \n{draft.signature.strip()}")
    if draft.history:
        pieces.append(quoted_text(draft.history, draft.language))
    return "\n\n".join(pieces) + "\n"


def body_html(draft: Draft) -> str:
    """The same as HTML that every mail client shows alike: no style sheet, no outside image."""
    words = draft.html or text_to_html(draft.text.replace("\r\n", "\n").rstrip())
    signature = f"<p>-- <br>{text_to_html(draft.signature.strip())}</p>" if draft.signature.strip() else ""
    history = quoted_html(draft.history, draft.language) if draft.history else ""
    language = draft.language if re.fullmatch(r"[A-Za-z-]{2,20}", draft.language) else "en"
    return (
        f'<!doctype html>\n<html lang="{language}"><body>\n<div>{words}</div>\n{signature}\n{history}\n</body></html>\n'
    )


def add_files(message: EmailMessage, files: tuple[File, ...]) -> None:
    """Pictures of the text beside the HTML, everything else behind the words."""
    for file in files:
        main, sub = media_type(file)
        name = clean_name(file.name) or f"file{mimetypes.guess_extension(file.mime) or ''}"
        if file.content_id:
            part = message.get_body(("html",))
            content_id = f"<{one_line('Content-ID', file.content_id).strip('<>')}>"
            target = part if isinstance(part, EmailMessage) else message
            target.add_related(file.content, main, sub, cid=content_id, filename=name, disposition="inline")
    for file in files:
        if not file.content_id:
            main, sub = media_type(file)
            message.add_attachment(file.content, main, sub, filename=clean_name(file.name) or "file")


def media_type(file: File) -> tuple[str, str]:
    """Type and subtype; what is not one, and a mail or multipart that would be taken apart, goes as plain bytes."""
    match = re.fullmatch(r"([a-z]+)/([a-z0-9.+-]+)", file.mime.lower())
    if match is None or match[1] in ("multipart", "message"):
        return "application", "octet-stream"
    return match[1], match[2]
