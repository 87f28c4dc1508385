"""Delivery reports of both dealers, told apart by their shape. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import msgspec

from madang.channels.connector import Delivery, Inbound, Malformed, ReceiptState, Reply
from madang.connectors.kakao_notice import words

KEY = "madang"  # our own name for a message, in Solapi's customFields
BIZGO_DONE = "10000"
SOLAPI_DONE, SOLAPI_AT_CARRIER = "4000", "3000"
TEXT_SERVICES = {"SMS", "MMS", "LMS", "RCS"}
LONGEST = 200


def receipt_for(body: bytes) -> Reply:
    """What the dealer wants to hear: Bizgo its message key within 5 seconds (3 tries), Solapi any 200 (5 tries)."""
    try:
        said = msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError):
        return Reply()  # what it is, is said by whoever reads it
    key = said.get("msgKey") if isinstance(said, dict) else None
    if not isinstance(key, str):
        return Reply()
    return Reply(200, msgspec.json.encode({"msgKey": key}), "application/json")


def split(body: bytes) -> Sequence[Delivery]:
    """Each report on its own, with a name that a repetition has too."""
    said = _decoded(body)
    if isinstance(said, list):
        return [_solapi_delivery(one) for one in said]
    if isinstance(said, dict):
        return [Delivery(_name(said, "msgKey", "serviceType", "reportCode"), _about(said), body)]
    raise Malformed("a report is an object or an array of them")


def _solapi_delivery(one: Any) -> Delivery:
    raw = msgspec.json.encode([one])
    if not isinstance(one, dict):
        return Delivery(sha256(raw).hexdigest(), "", raw)
    data = one.get("data")
    about = _text(data, "messageId") if isinstance(data, dict) else ""
    return Delivery(_name(one, "eventDataId") or sha256(raw).hexdigest(), about, raw)


def read(delivery: Delivery, *, taken_over: bool = False) -> Sequence[Inbound]:
    """The receipts of one delivery. ``taken_over``: the dealer itself sends a text message where Kakao fails."""
    said = _decoded(delivery.body)
    if isinstance(said, dict):
        return _bizgo(said, delivery.key, taken_over)
    if isinstance(said, list):
        return [fact for place, one in enumerate(said) for fact in _solapi(one, delivery.key, place)]
    raise Malformed("a report is an object or an array of them")


def _bizgo(said: Mapping[str, Any], key: str, taken_over: bool) -> Sequence[Inbound]:
    about, code = _about(said), _text(said, "reportCode")
    if not about or not code:
        return []
    done = code == BIZGO_DONE
    if taken_over and not done and _text(said, "serviceType").upper() not in TEXT_SERVICES:
        return []  # the dealer's text message is still to come, with a report of its own
    at = _moment(_text(said, "reportTime"))
    problem = "" if done else words.told("Bizgo", code, _text(said, "reportText"))
    return [_receipt(key, at, about, "delivered" if done else "failed", problem)]


def _solapi(one: Any, key: str, place: int) -> Sequence[Inbound]:
    data = one.get("data") if isinstance(one, dict) else None
    if not isinstance(data, dict):
        return []
    fields = data.get("customFields")
    about = (_text(fields, KEY) if isinstance(fields, dict) else "") or _text(data, "messageId")
    code = _text(data, "statusCode")
    if not about or not code:
        return []  # of a group of messages, or something new: of no message of ours
    state = _solapi_state(code)
    problem = words.told("Solapi", code, _text(data, "statusMessage")) if state == "failed" else ""
    at = _moment(_text(data, "dateReceived") or _text(data, "dateReported") or _text(data, "dateProcessed"))
    return [_receipt(key if place == 0 else f"{key}.{place}", at, about, state, problem)]


def _solapi_state(code: str) -> ReceiptState:
    """2xxx is taken in, 3000 is on its way, 4000 is there; 1xxx and every other 3xxx have failed."""
    if code == SOLAPI_DONE:
        return "delivered"
    return "sent" if code.startswith("2") or code == SOLAPI_AT_CARRIER else "failed"


def _receipt(key: str, at: datetime, about: str, state: ReceiptState, problem: str) -> Inbound:
    return Inbound("receipt", key, at, about=about, state=state, text=problem)


def _about(said: Mapping[str, Any]) -> str:
    """Our own key comes back as ``ref``; a repeated send may have another ``msgKey``."""
    return _text(said, "ref") or _text(said, "msgKey")


def _name(said: Mapping[str, Any], *fields: str) -> str:
    given = [_text(said, field) for field in fields]
    return ":".join(given) if given[0] else sha256(msgspec.json.encode(said)).hexdigest()


def _text(said: Mapping[str, Any], name: str) -> str:
    value = said.get(name)
    return "".join(c for c in value[:LONGEST] if c.isprintable()).strip() if isinstance(value, str) else ""


def _decoded(body: bytes) -> Any:
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Malformed(f"the body is no JSON: {error}") from None


def _moment(text: str) -> datetime:
    """ISO 8601; the beginning of time when it says none, for the state counts and not the hour."""
    try:
        at = datetime.fromisoformat(text)
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return datetime.fromtimestamp(0, UTC)
