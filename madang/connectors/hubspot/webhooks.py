"""HubSpot's webhooks: whether they are its own (signature v3), and which contacts they are about. Pure.

Source: developers.hubspot.com, "Validating requests" and "Webhooks API". The signature is HMAC-SHA256 with the app's
client secret over method, address, body and time, in base64; the time is in milliseconds and at most five minutes ago.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from madang.channels.connector import Forged, Malformed, Request
from madang.channels.crm import Heard

OLDEST = timedelta(minutes=5)
CONTACTS = "0-1"  # the type of contacts, where one subscription is for all kinds of records
NEWS = frozenset({"creation", "propertyChange", "deletion", "privacyDeletion", "merge", "restore"})
MOST = 1_000  # HubSpot sends at most a hundred in one request


class _Said(msgspec.Struct):
    """One event. Of ``merge`` the contacts are in fields of their own."""

    subscriptionType: str
    objectId: int | str | None = None
    objectTypeId: str = ""
    primaryObjectId: int | str | None = None
    newObjectId: int | str | None = None
    mergedObjectIds: list[int | str] = []


_DECODER = msgspec.json.Decoder(list[_Said])


def prove(secret: str, address: str, request: Request, now: datetime) -> None:
    """Raise Forged unless HubSpot signed exactly this request within five minutes."""
    given = request.headers.get("x-hubspot-signature-v3", "")
    at = request.headers.get("x-hubspot-request-timestamp", "")
    if not secret:
        raise Forged("there is no client secret to prove webhooks with")
    if not given or not (at.isascii() and at.isdecimal() and len(at) < 16):
        raise Forged("X-HubSpot-Signature-v3 or X-HubSpot-Request-Timestamp is missing")
    if abs(now.timestamp() * 1000 - int(at)) > OLDEST.total_seconds() * 1000:
        raise Forged("the webhook is older than five minutes")
    if not hmac.compare_digest(sign(secret, request.method, address, request.body, at).encode(), given.encode()):
        raise Forged("the signature does not fit")


def sign(secret: str, method: str, address: str, body: bytes, at: str) -> str:
    """The signature v3 of a request to ``address``, the whole URL."""
    source = f"{method}{address}".encode() + body + at.encode()
    return base64.b64encode(hmac.new(secret.encode(), source, hashlib.sha256).digest()).decode()


def hear(body: bytes) -> Sequence[Heard]:
    """Which contacts to look at, each once. Raises Malformed."""
    try:
        said = _DECODER.decode(body)
    except msgspec.DecodeError as error:
        raise Malformed(f"this is no list of events: {error}") from None
    if len(said) > MOST:
        raise Malformed(f"these are more than {MOST} events")
    made: dict[str, Heard] = {}
    for one in said:
        noun, _, verb = one.subscriptionType.partition(".")
        if verb not in NEWS or not (noun == "contact" or (noun == "object" and one.objectTypeId == CONTACTS)):
            continue
        for number in (one.objectId, one.primaryObjectId, one.newObjectId, *one.mergedObjectIds):
            if number is not None and str(number).isdecimal() and len(str(number)) < 20:
                erased = verb == "privacyDeletion" or (str(number) in made and made[str(number)].what == "erased")
                made[str(number)] = Heard(str(number), "erased" if erased else "changed")
    return list(made.values())
