"""A raw mail to a :class:`Mail`: pure, never failing on what has a header, bounded in time."""

from __future__ import annotations

import re

from madang.lib.mail.addresses import parse_addresses
from madang.lib.mail.automatic import is_automatic
from madang.lib.mail.bodies import attachments, gather
from madang.lib.mail.bounces import read_bounce
from madang.lib.mail.dates import parse_date
from madang.lib.mail.model import Address, Mail
from madang.lib.mail.reply import cut_reply
from madang.lib.mail.structure import Part, read_structure

MAX_REFERENCES = 200
MESSAGE_ID = re.compile(r"<[^<>\s]{1,900}>")
LOOSE_ID = re.compile(r"[^\s<>,;\"]{1,900}@[^\s<>,;\"]{1,255}")
DELIVERED = ("delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "x-delivered-to", "x-rcpt-to")


class NotAMail(ValueError):
    """The bytes hold no header field, so they are no mail; the message says it in plain words."""


def parse(raw: bytes) -> Mail:
    """Read a mail as it came off the wire. Raises :class:`NotAMail`."""
    if not raw.strip(b" \t\r\n\0"):
        raise NotAMail("it is empty")
    root, notices = read_structure(raw)
    if not root.fields:
        raise NotAMail("it has no header line such as “From: …”")
    sender = first_address(root, "from") or first_address(root, "sender") or Address("")
    body = gather(root)
    text, html = body.text(), body.html()
    files = attachments(body, html)
    notes = "\n".join(file.note for file in files if file.note)
    text = text or notes
    return Mail(
        sender=sender,
        to=addresses(root, "to"),
        cc=addresses(root, "cc"),
        reply_to=first_address(root, "reply-to"),
        delivered_to=delivered_to(root),
        subject=optional(root, "subject"),
        date=parse_date(root.text("date")),
        message_id=first_id(root, "message-id"),
        in_reply_to=first_id(root, "in-reply-to"),
        references=all_ids(root, "references"),
        text=text,
        reply_text=cut_reply(text, html),
        html=html,
        attachments=files,
        auto=is_automatic(root, sender.address),
        bounce=read_bounce(root, sender.address, text),
        loop=tuple(value for value in (root.text("x-loop"), root.text("x-madang-loop")) if value),
        notices=tuple(notices),
    )


def optional(root: Part, name: str) -> str | None:
    """A field's text, None when there is no such field."""
    return None if root.first(name) is None else root.text(name)


def addresses(root: Part, name: str) -> tuple[Address, ...]:
    """The mailboxes of every field of that name, each once."""
    found = [address for value in root.all(name)[:20] for address in parse_addresses(value)]
    return tuple(dict.fromkeys(found))


def first_address(root: Part, name: str) -> Address | None:
    """The first mailbox that has an address, else the first name."""
    found = addresses(root, name)
    return next((item for item in found if item.address), found[0] if found else None)


def delivered_to(root: Part) -> tuple[str, ...]:
    """The addresses this copy was really delivered to, as the servers on the way noted them."""
    found = [item.address for name in DELIVERED for item in addresses(root, name)]
    return tuple(dict.fromkeys(address for address in found if address))


def first_id(root: Part, name: str) -> str | None:
    """The field's first message id with its brackets, None when absent or empty."""
    found = all_ids(root, name)
    return found[0] if found else None


def all_ids(root: Part, name: str) -> tuple[str, ...]:
    """The message ids of a field in order, each once; ids whose brackets were lost get them back."""
    text = root.text(name)
    found = MESSAGE_ID.findall(text) or [f"<{match}>" for match in LOOSE_ID.findall(text)]
    distinct = list(dict.fromkeys(found))
    # The newest ids matter most for threading; the first one names the thread.
    return tuple(distinct if len(distinct) <= MAX_REFERENCES else distinct[:1] + distinct[1 - MAX_REFERENCES :])
