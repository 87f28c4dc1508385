"""What a raw mail means, as the document that ``madang inspect email`` prints."""

from __future__ import annotations

from typing import Any

from madang.lib.mail import Address, Attachment, Bounce, Mail, parse


def inspect(raw: bytes) -> dict[str, Any]:
    """The mail as JSON-ready data. Raises :class:`madang.lib.mail.NotAMail`."""
    return document(parse(raw))


def document(mail: Mail) -> dict[str, Any]:
    """Absent header values are None; ids keep their angle brackets; the date is RFC 3339 with the sender's offset."""
    return {
        "from": person(mail.sender),
        "to": [person(address) for address in mail.to],
        "cc": [person(address) for address in mail.cc],
        "reply_to": mail.reply_to.address or None if mail.reply_to else None,
        "subject": mail.subject,
        "date": mail.date.isoformat() if mail.date else None,
        "message_id": mail.message_id,
        "in_reply_to": mail.in_reply_to,
        "references": list(mail.references),
        "text": mail.text,
        "reply_text": mail.reply_text,
        "html": mail.html,
        "attachments": [file(attachment) for attachment in mail.attachments],
        "auto": mail.auto,
        "bounce": failure(mail.bounce) if mail.bounce else None,
    }


def person(address: Address) -> dict[str, str | None]:
    return {"address": address.address or None, "name": address.name or None}


def file(attachment: Attachment) -> dict[str, Any]:
    return {
        "name": attachment.name,
        "mime": attachment.mime,
        "size": attachment.size,
        "inline": attachment.inline,
        "sha256": attachment.sha256,
    }


def failure(bounce: Bounce) -> dict[str, str | None]:
    return {"recipient": bounce.recipient, "status": bounce.status, "message_id": bounce.message_id}
