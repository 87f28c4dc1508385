"""From stored PDUs to the house's facts. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from madang.channels.connector import Delivery, Inbound, Kind, Malformed, Party
from madang.connectors.sms_smpp.account import Account
from madang.connectors.sms_smpp.heard import Heard, heard
from madang.connectors.sms_smpp.pdu import Garbled, split
from madang.connectors.sms_smpp.receipts import receipt
from madang.connectors.sms_smpp.texts import decoded
from madang.lib import sms

GAP = "[…]"  # where a part never came


def facts(account: Account, delivery: Delivery) -> Sequence[Inbound]:
    """A message and what she wishes by it, or a receipt. Raises :class:`Malformed`."""
    try:
        parts = [heard(raw) for raw in split(delivery.body)]
    except Garbled as error:
        raise Malformed(str(error)) from None
    if not parts:
        raise Malformed("there is no PDU")
    at = _moment(delivery.meta)
    return _receipt(parts[0], at) if parts[0].is_receipt else _message(account, delivery.key, parts, at)


def _moment(meta: Mapping[str, str]) -> datetime:
    stamp = meta.get("at", "0")
    return datetime.fromtimestamp(int(stamp) if stamp.isdecimal() else 0, UTC)


def _receipt(one: Heard, at: datetime) -> list[Inbound]:
    found = receipt(one)
    if found is None:
        return []
    name, state, why = found
    return [Inbound("receipt", f"{name}:{state}", at, about=name, state=state, text=why)]


def _message(account: Account, key: str, parts: Sequence[Heard], at: datetime) -> list[Inbound]:
    first = parts[0]
    party = _party(account, first)
    words = _words(parts, account.alphabet)
    data: dict[str, object] = {"to": [first.to]} if first.to else {}
    if words is None:
        data["unsupported"] = f"data_coding {first.coding}"
    elif not words:
        data["unsupported"] = "empty"
    if missing := _missing(parts):
        data["missing_parts"] = missing
    text, code = sms.carried(words or "")
    made = [Inbound("message", key, at, party, text=text, carry=code, data=data)]
    wish = sms.wish(text)
    return [*made, Inbound("consent", f"{key}:{wish}", at, party, reach=wish)] if wish else made


def _party(account: Account, one: Heard) -> Party:
    number = account.customer(one.source, one.source_kind)
    if number:
        return Party(Kind.PHONE, number)
    if not one.source or not one.source.isprintable():
        raise Malformed("the message does not say who wrote it")
    return Party(Kind.SCOPED, one.source)


def _words(parts: Sequence[Heard], alphabet: str) -> str | None:
    """The whole text; None when it is no text. Bytes are joined first: a letter may lie across two parts."""
    runs: list[bytes | None] = [None] * (parts[0].place.total if parts[0].place else 1)
    for one in parts:
        runs[one.place.number - 1 if one.place and one.place.number <= len(runs) else 0] = one.text
    made, run = "", b""
    for each in [*runs, b""]:
        if each is not None:
            run += each
            continue
        said = decoded(run, parts[0].coding, alphabet)
        made, run = f"{made}{said or ''}{GAP}", b""
    last = decoded(run, parts[0].coding, alphabet)
    return None if last is None else made + last


def _missing(parts: Sequence[Heard]) -> list[int]:
    if parts[0].place is None:
        return []
    there = {one.place.number for one in parts if one.place}
    return [number for number in range(1, parts[0].place.total + 1) if number not in there]
