"""A webhook of either dealer, read: keys in snake_case, what it is about, who it is of, and when.

Sources: the payload classes of Bizgo's SDK (``bizgo.webhooks``), and Happytalk's developer centre, KakaoWebhook v3.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import msgspec

from madang.channels.connector import Delivery, Malformed

# Bizgo says it in the body, Happytalk by the path alone.
RESULTS = {"write": "result", "end": "ended", "endwithbot": "ended", "result": "result"}
NEVER = datetime(1970, 1, 1, tzinfo=UTC)  # a fixture without a time


@dataclass(frozen=True, slots=True)
class Told:
    """One webhook. ``kind``: message, reference, expired_session, seen_info, personal_info, cert_result, result,
    ended, channel, or a name that we do not know."""

    kind: str
    user: str
    key: str
    at: datetime
    body: Mapping[str, Any]

    def words(self, name: str) -> str:
        """A field as text; '' when it is missing or something else."""
        return text(self.body.get(name))


def text(value: Any) -> str:
    """A JSON value as text; numbers too, because dealers differ in how they write their keys."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    return str(value).replace("\x00", "")


def read(delivery: Delivery) -> Told:
    """What a stored delivery says. Raises :class:`Malformed`."""
    body = load(delivery.body)
    kind, user = kind_of(body, delivery.meta.get("kind", "")), text(body.get("user_key"))
    return Told(kind, user, key_of(body, kind), time_of(body, delivery.meta.get("at", "")), body)


def load(raw: bytes) -> dict[str, Any]:
    """The JSON object, its own keys in snake_case."""
    try:
        body = msgspec.json.decode(raw)
    except (msgspec.DecodeError, RecursionError) as error:
        raise Malformed(f"the body is no JSON: {error}") from None
    if not isinstance(body, dict):
        raise Malformed("the body is no JSON object")
    return {re.sub(r"(?<=[a-z0-9])[A-Z]", lambda found: "_" + found[0].lower(), key): body[key] for key in body}


def kind_of(body: Mapping[str, Any], path: str) -> str:
    """By what the body says of itself, else by the path it came to, else by its shape."""
    said = text(body.get("request_type")).lower() or path
    if said:
        return RESULTS.get(said, said)
    if "event" in body and "id_type" in body:
        return "channel"
    shapes = {"contents": "message", "content": "message", "reference": "reference", "personal_info": "personal_info"}
    found = next((kind for name, kind in shapes.items() if name in body), "")
    return found or ("expired_session" if "session_id" in body and len(body) <= 5 else "")


def key_of(body: Mapping[str, Any], kind: str) -> str:
    """Unique in the channel, the same when the dealer repeats it."""
    own = text(body.get("msg_key")) or text(body.get("serial_number"))
    return own or ":".join(text(body.get(name)) for name in ("user_key", "session_id", "time")) + f":{kind}"


def time_of(body: Mapping[str, Any], arrived: str) -> datetime:
    """When Kakao passed it on, else the dealer, else when it came to us."""
    if (stamp := text(body.get("time"))).isdecimal() and len(stamp) <= 14:
        return datetime.fromtimestamp(int(stamp) / 1000, UTC)
    for name in ("kakao_time", "send_time", "report_time", "updated_at"):
        if (found := moment(text(body.get(name)))) is not None:
            return found
    return moment(arrived) or NEVER


def moment(words: str) -> datetime | None:
    """An ISO 8601 time; without an offset it is Korean time."""
    try:
        found = datetime.fromisoformat(words)
        return (found if found.tzinfo else datetime.fromisoformat(words + "+09:00")).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
