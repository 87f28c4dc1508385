"""A mail as the house's facts: a message, or what became of one of ours."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from madang.channels.connector import Delivery, Inbound, Kind, Malformed, Media, Party
from madang.connectors.email.account import Account
from madang.lib.mail import Address, Attachment, Bounce, Mail, NotAMail, parse
from madang.lib.mail.reply_token import conversation_of_address, own_message, without_token

SOON = timedelta(hours=1)  # a sender's clock may be ahead by this much, and a mail may take MAX_WAY
MAX_WAY = timedelta(days=7)
ADDRESS = re.compile(r"[^\s@<>]{1,200}@[^\s@<>]{1,253}")
NOT_A_PERSON = re.compile(r"(?:no-?reply|do-?not-?reply|donotreply|noreply|mailer|form|webmaster)(?:[.+_-].*)?\Z", re.I)


def facts(account: Account, key: bytes, delivery: Delivery) -> Sequence[Inbound]:
    """What a stored mail means; nothing for one of our own that came back. Raises :class:`Malformed`."""
    try:
        mail = parse(delivery.body)
    except NotAMail as error:
        raise Malformed(f"This is no mail: {error}.") from None
    at = moment(mail, delivery)
    bounced = failed(mail, mail.bounce, key, at) if mail.bounce else None
    if bounced is not None:
        return [bounced]
    if mail.message_id and own_message(key, mail.message_id):
        return []  # a list or a copy to ourselves brought back what we sent
    return [message(account, key, delivery, mail, at)]


def message(account: Account, key: bytes, delivery: Delivery, mail: Mail, at: datetime) -> Inbound:
    """A customer's mail."""
    party = who(account, mail)
    if party is None:
        raise Malformed("The mail names no sender that could be answered.")
    notes = [file.note for file in mail.attachments if file.note and file.note not in mail.text]
    text = "\n\n".join([mail.reply_text, *dict.fromkeys(notes)]).strip()
    return Inbound(
        type="message",
        id=mail.message_id or f"sha256:{hashlib.sha256(delivery.body).hexdigest()}",
        at=at,
        party=party,
        text=text,
        full_text="" if mail.text in (text, mail.reply_text) else mail.text,
        html=mail.html or "",
        subject=mail.subject or "",
        media=tuple(media(file, mail.html or "") for file in mail.attachments),
        conversation=conversation(key, mail, delivery),
        references=tuple(dict.fromkeys((*mail.references, *((mail.in_reply_to,) if mail.in_reply_to else ())))),
        auto=mail.auto or returned(account, mail) or bool(delivery.meta.get("flood")),
        data=about(mail),
    )


def who(account: Account, mail: Mail) -> Party | None:
    """The sender. Where a machine sends for a person (a form, an address of ours), Reply-To is that person.

    Else Reply-To is only something the sender says: it never makes them somebody else.
    """
    sender, wanted = mail.sender, mail.reply_to
    if wanted is not None and wanted.address.lower() == sender.address.lower():
        wanted = None
    if wanted is not None and reaches(wanted) and for_somebody(account, sender):
        return Party(Kind.EMAIL, wanted.address.lower(), wanted.name or sender.name)
    if not reaches(sender):
        return None
    claims = ((Kind.EMAIL, wanted.address.lower()),) if wanted is not None and reaches(wanted) else ()
    return Party(Kind.EMAIL, sender.address.lower(), sender.name, claims=claims)


def for_somebody(account: Account, sender: Address) -> bool:
    """Whether the From address is a machine's that writes in another's name."""
    return not reaches(sender) or ours(account, sender.address) or bool(NOT_A_PERSON.match(local(sender)))


def reaches(address: Address) -> bool:
    """Whether an answer could be sent there."""
    return bool(ADDRESS.fullmatch(address.address))


def local(address: Address) -> str:
    return address.address.rpartition("@")[0]


def ours(account: Account, address: str) -> bool:
    """Whether it is one of this channel's own addresses."""
    plain = without_token(address).lower()
    return plain == account.address.lower() or plain in (*account.listener.addresses, *map(str.lower, account.aliases))


def returned(account: Account, mail: Mail) -> bool:
    """Whether we sent it ourselves, or it says that it passed through us: answering would never end."""
    loops = any(ours(account, value.strip("<> ")) for value in mail.loop)
    return loops or ours(account, mail.sender.address)


def conversation(key: bytes, mail: Mail, delivery: Delivery) -> int | None:
    """What a token of ours proves: in the address it was sent to, else in the newest Message-ID it answers."""
    sent_to = [address.address for address in (*mail.to, *mail.cc)]
    for address in (*sent_to, *mail.delivered_to, *delivery.meta.get("recipients", "").split()):
        found = conversation_of_address(key, address)
        if found is not None:
            return found
    answered = (*mail.references, mail.in_reply_to or "")
    for name in reversed(answered):
        proven = own_message(key, name)
        if proven is not None:
            return proven[0]
    return None


def failed(mail: Mail, bounce: Bounce, key: bytes, at: datetime) -> Inbound | None:
    """The bounce as a receipt, None when it concerns no mail that is provably ours."""
    about_id = bounce.message_id or ""
    if not own_message(key, about_id):
        return None
    said = " ".join(piece for piece in (bounce.status, bounce.recipient) if piece)
    reason = next((line.strip() for line in mail.text.split("\n") if bounce.recipient and bounce.recipient in line), "")
    return Inbound(
        type="receipt",
        id=mail.message_id or f"bounce:{about_id}",
        at=at,
        about=about_id,
        state="failed",
        text=f"{said}: {reason[:300]}" if reason else said,
        auto=True,
    )


def moment(mail: Mail, delivery: Delivery) -> datetime:
    """When it was sent, where that can be true; else when it came."""
    received = received_at(delivery)
    if mail.date is None:
        return received
    at = mail.date.astimezone(UTC)
    return at if received - MAX_WAY < at < received + SOON else received


def received_at(delivery: Delivery) -> datetime:
    """When it arrived in the mailbox."""
    written = delivery.meta.get("received", "")
    return datetime.fromisoformat(written) if written else datetime.now(UTC)


def media(file: Attachment, html: str) -> Media:
    """An attachment with its bytes. Inline is only what the HTML shows: everything else must stay reachable."""
    main = file.mime.partition("/")[0]
    kind: Literal["image", "audio", "video", "file"] = main if main in ("image", "audio", "video") else "file"  # type: ignore[assignment]
    shown = bool(file.content_id) and f"cid:{file.content_id}" in html
    return Media(
        kind=kind,
        name=file.name,
        mime=file.mime,
        content=file.content,
        size=file.size,
        content_id=file.content_id,
        inline=shown,
    )


def about(mail: Mail) -> dict[str, Any]:
    """To whom it went, and what could not be read."""
    told = {
        "to": [shown(address) for address in mail.to],
        "cc": [shown(address) for address in mail.cc],
        "notices": list(mail.notices),
    }
    return {name: value for name, value in told.items() if value}


def shown(address: Address) -> dict[str, str]:
    return {"address": without_token(address.address), "name": address.name}
