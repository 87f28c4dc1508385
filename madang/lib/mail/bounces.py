"""Mails that say another mail did not arrive: RFC 3464 reports, Gmail's empty one, and plain words from a daemon."""

from __future__ import annotations

import re
from collections.abc import Iterator

from madang.lib.mail.addresses import parse_addresses
from madang.lib.mail.automatic import DAEMON
from madang.lib.mail.fields import readable
from madang.lib.mail.model import Bounce
from madang.lib.mail.structure import Part, Reader

MAX_REPORT = 256 << 10
MESSAGE_ID = re.compile(r"<[^<>\s]{1,900}>")
STATUS = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
SMTP_CODE = re.compile(r"(?:^|[\s:(<#])([45])\d\d[ -]")
ADDRESS = re.compile(r"[A-Za-z0-9._%+=-]{1,64}@[A-Za-z0-9.-]{1,190}\.[A-Za-z]{2,24}")
EMBEDDED_ID = re.compile(r"^[>\s]*Message-ID:\s*(<[^<>\s]{1,900}>)", re.IGNORECASE | re.MULTILINE)
FAILURE = re.compile(
    r"undeliver|delivery status notification|returned mail|failure notice|delivery fail|delivery has failed"
    r"|mail delivery"
    r"|could not be delivered|not delivered|rejected|returned to sender|delivery problem|non remis"
    r"|(?:전송|발송)\s*(?:실패|불가)|배달\s*(?:실패|불가|되지|할 수 없)|전달\s*(?:실패|되지|할 수 없)"
    r"|반송|수신\s*거부|보내지 못",
    re.IGNORECASE,
)
SAYS_SO = re.compile(
    r"qmail-send program|did not reach the following|could not be delivered|wasn't able to deliver"
    r"|permanent (?:error|failure)|delivery to the following recipients? failed"
    r"|배달(?:하지|되지) 못|전달(?:하지|되지) 못|수신자가 존재하지",
    re.IGNORECASE,
)
LATER = re.compile(r"\b(?:delayed|warning|will be retried|still being retried)\b|지연", re.IGNORECASE)


def read_bounce(root: Part, sender: str, text: str) -> Bounce | None:
    """What failed, None when this mail reports no final failure. ``text`` is the mail's body."""
    status_parts = list(reports(root))
    fields = [block for part in status_parts for block in blocks(part)]
    actions = {block.get("action", "").strip().lower() for block in fields if "action" in block}
    if actions and "failed" not in actions:
        return None  # delayed, relayed, delivered: not a failure, or not yet
    if not status_parts and not from_a_daemon(root, sender, text):
        return None
    failed = [block for block in fields if block.get("action", "failed").strip().lower() == "failed"]
    recipient = (
        first(failed, "final-recipient") or first(failed, "original-recipient") or named_recipient(root, sender, text)
    )
    status = first_status(failed) or status_in(text)
    return Bounce(recipient, status, concerned(root, text))


def reports(root: Part) -> Iterator[Part]:
    """Every delivery-status part."""
    for part in walk(root):
        if part.content_type.value in ("message/delivery-status", "message/global-delivery-status"):
            yield part


def walk(part: Part) -> Iterator[Part]:
    """The part and all below it."""
    yield part
    for child in part.children:
        yield from walk(child)


def blocks(part: Part) -> list[dict[str, str]]:
    """The groups of fields of a delivery-status part: the message's, then one a recipient."""
    content = part.content()[:MAX_REPORT].replace(b"\r\n", b"\n")
    found = []
    for block in re.split(rb"\n[ \t]*\n", content)[:100]:
        fields, _ = Reader(block.strip(b"\n")).header(0, len(block.strip(b"\n")))
        values = {name: readable(value) for name, value in reversed(fields)}
        if values:
            found.append(values)
    return found


def first(found: list[dict[str, str]], name: str) -> str | None:
    """The first address of that field, without its type: ``rfc822; who@example.com``."""
    for block in found:
        value = block.get(name, "").rpartition(";")[2].strip().strip("<>").strip()
        if value:
            return value
    return None


def first_status(found: list[dict[str, str]]) -> str | None:
    """The first RFC 3463 code, looked for in the diagnosis too."""
    for name in ("status", "diagnostic-code"):
        for block in found:
            if match := STATUS.search(block.get(name, "")):
                return match[1]
    return None


def status_in(text: str) -> str | None:
    """A code in the words of the report; a bare SMTP code says only permanent or not."""
    head = text[:MAX_REPORT]
    if match := STATUS.search(head):
        return match[1]
    match = SMTP_CODE.search(head)
    return f"{match[1]}.0.0" if match else None


def from_a_daemon(root: Part, sender: str, text: str) -> bool:
    """A report without the report: who sent it and what the subject says."""
    if root.first("x-failed-recipients") is not None:
        return True
    subject = root.text("subject")
    from_daemon = bool(DAEMON.match(sender.partition("@")[0])) or root.text("return-path").replace(" ", "") == "<>"
    if not from_daemon or LATER.search(subject):
        return False
    if FAILURE.search(subject):
        return True
    # An absence note comes with an empty Return-Path too: its words are not read, those of a mail system are.
    return bool(DAEMON.match(sender.partition("@")[0])) and bool(SAYS_SO.search(text[:2000]))


def named_recipient(root: Part, sender: str, text: str) -> str | None:
    """Gmail's X-Failed-Recipients, else the first address in the words that is not ours or the daemon's."""
    value = root.first("x-failed-recipients")
    if value is not None and (named := parse_addresses(value)):
        return named[0].address or None
    ours = {address.address.lower() for address in parse_addresses(root.first("to") or b"")} | {sender.lower()}
    for match in ADDRESS.finditer(text[:MAX_REPORT]):
        address = match[0].strip(".-")
        if address.lower() not in ours and not DAEMON.match(address.partition("@")[0]):
            return address
    return None


def concerned(root: Part, text: str) -> str | None:
    """The Message-ID of the mail that failed: from its copy, from the words, from References."""
    for part in walk(root):
        if part.content_type.value in (
            "message/rfc822",
            "text/rfc822-headers",
            "message/global",
            "message/global-headers",
        ):
            content = part.content()[:MAX_REPORT].lstrip(b"\r\n")
            fields, _ = Reader(content).header(0, len(content))
            for name, value in fields:
                if name == "message-id" and (match := MESSAGE_ID.search(readable(value))):
                    return match[0]
    if match := EMBEDDED_ID.search(text[:MAX_REPORT]):
        return match[1]
    for name in ("in-reply-to", "references"):
        if found := MESSAGE_ID.findall(root.text(name)):
            return str(found[-1])
    return None
