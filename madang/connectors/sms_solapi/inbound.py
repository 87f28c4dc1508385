"""From Solapi's reports to the house's facts. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Literal

import msgspec

from madang.channels.connector import Delivery, Inbound, Kind, Malformed, Party
from madang.lib import sms

HOME = "KR"
State = Literal["sent", "delivered", "failed"]
# Accepted by Solapi, taken by the network, received by the phone; every other code is a failure.
STATES: Mapping[str, State] = {"2000": "sent", "3000": "sent", "4000": "delivered"}
OPT_OUT = ("수신거부", "수신 거부", "무료거부")  # in the words of a failure: she has opted out by the free number
MOST = 1_000  # reports in one webhook

Report = Mapping[str, Any]


def reports(body: bytes) -> list[Report]:
    """The reports of a webhook (a list), or of a stored delivery (one). Raises :class:`Malformed`."""
    try:
        read = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        raise Malformed("the body is no JSON") from None
    some = read if isinstance(read, list) else [read]
    if len(some) > MOST or not all(isinstance(one, dict) for one in some):
        raise Malformed("the body is no list of reports")
    return some


def delivery(report: Report, at: int) -> Delivery:
    """One report as it is stored. A repeated one has the same key, whatever else changed in it."""
    data, body = _data(report), msgspec.json.encode(report)
    name = _text(report, "eventDataId")
    if not name:
        known = f"{_text(data, 'messageId')}:{_text(data, 'statusCode')}"
        name = known if len(known) > 1 else hashlib.sha256(body).hexdigest()
    sender = _text(data, "from") if _is_unknown(data) else _text(data, "to")
    return Delivery(name[:200], sender[:100], body, {"at": str(at)})


def facts(report: Report, key: str, seen: datetime) -> Sequence[Inbound]:
    """What became of a message, and an opt-out; a kind of report that we do not know is kept where somebody wrote."""
    data = _data(report)
    name, code = _text(data, "messageId"), _text(data, "statusCode")
    at = _moment(data, seen)
    if name and code:
        return _receipt(data, name, code, at)
    party = _party(_text(data, "from"))
    if party is None or not _is_unknown(data):
        return []
    kind = _text(report, "eventId") or _text(data, "type") or "report"
    identifier = _text(report, "eventDataId") or key
    return [Inbound("message", identifier, at, party, data={"unsupported": kind[:100]})]


def _receipt(data: Report, name: str, code: str, at: datetime) -> list[Inbound]:
    state: State = STATES.get(code, "failed")
    said = _text(data, "statusMessage")[:300]
    why = (f"{said} (Solapi {code})" if said else f"Solapi {code}") if state == "failed" else ""
    made = [Inbound("receipt", f"{name}:{code}", at, about=name, state=state, text=why)]
    party = _party(_text(data, "to"))
    if state == "failed" and party and any(word in said for word in OPT_OUT):
        made.append(Inbound("consent", f"{name}:{code}:blocked", at, party, reach="blocked"))
    return made


def _is_unknown(data: Report) -> bool:
    """Neither a report of one message nor of a group."""
    return not _text(data, "messageId") and not _text(data, "groupId")


def _data(report: Report) -> Report:
    data = report.get("data")
    return data if isinstance(data, dict) else {}


def _text(given: Report, name: str) -> str:
    value = given.get(name)
    return value if isinstance(value, str) else ""


def _party(number: str) -> Party | None:
    read = sms.e164(number, HOME)
    return Party(Kind.PHONE, read) if read else None


def _moment(data: Report, seen: datetime) -> datetime:
    for name in ("dateReported", "dateReceived", "dateProcessed"):
        try:
            at = datetime.fromisoformat(_text(data, name))
            return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
        except (ValueError, OverflowError):
            continue
    return seen
