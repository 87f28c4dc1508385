"""A raw mail as a delivery: its key, its sender, what parsing needs beside it. Only the header is read."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

from madang.channels.connector import Delivery
from madang.connectors.email.flood import Floods
from madang.lib.mail.addresses import parse_addresses
from madang.lib.mail.structure import MAX_HEADER, Reader


def envelope(
    raw: bytes,
    place: str | tuple[str, int],
    floods: Floods,
    at: datetime | None = None,
    recipients: tuple[str, ...] = (),
) -> Delivery:
    """``place`` is where it lay: (UIDVALIDITY, UID) of a mailbox, else words for people who look into it.

    ``recipients`` are those of the SMTP envelope.
    The key is the mail's own digest: fetched twice, under whatever number, it is one delivery.
    """
    where = place if isinstance(place, str) else f"{place[0]}:{place[1]}"
    received = (at or datetime.now(UTC)).astimezone(UTC)
    sender = sender_of(raw)
    meta = {"place": where, "received": received.isoformat()}
    if recipients:
        meta["recipients"] = " ".join(recipients)
    if floods.too_many(sender, received):
        meta["flood"] = "yes"
    key = hashlib.sha256(raw).hexdigest() if raw else f"empty:{where}"
    return Delivery(key, sender, raw, meta, None if isinstance(place, str) else place)


def sender_of(raw: bytes) -> str:
    """The From address in lower case, '' when there is none. One sender's mails stay in order."""
    head = raw[:MAX_HEADER]
    fields, _ = Reader(head).header(0, len(head))
    for name, value in fields:
        if name == "from":
            found = [address.address.lower() for address in parse_addresses(value) if address.address]
            return found[0] if found else ""
    return ""
