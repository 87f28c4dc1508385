"""The set-up of one SMPP account, read once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from madang.channels.connector import Config, SendError
from madang.lib import sms
from madang.lib.language import marked


@dataclass(frozen=True, slots=True)
class Account:
    """Where to connect and how they have it there. ``region`` is upper case, '' when none is given."""

    host: str
    port: int
    tls: bool
    system_id: str
    password: str
    system_type: str
    sender: str
    region: str
    separate: bool  # a receiver and transmitters, else transceivers
    national: bool
    alphabet: str
    payload: bool
    receipt_ids: str
    per_second: int
    window: int
    allow: tuple[str, ...]

    def called(self, number: str) -> str:
        """A customer's number as the SMSC writes it. Raises SendError."""
        try:
            _, inside = sms.national(number)
        except ValueError:
            raise SendError("invalid", marked("This is no phone number.")) from None
        return inside if self.national else number.removeprefix("+")

    def customer(self, address: str, kind: int) -> str:
        """An address of theirs as E.164, '' when it is none; ``kind`` is its type of number (1: with the country)."""
        spelled = f"+{address.removeprefix('+')}" if kind == 1 else address
        number = sms.e164(spelled, self.region)
        return number or (sms.e164(f"+{address}", "") if address.isdecimal() and len(address) > 8 else "")


def account_of(config: Config) -> Account:
    """The account of a channel."""
    given: Mapping[str, Any] = config.settings

    def said(name: str) -> str:
        return str(given.get(name) or "").strip()

    return Account(
        host=said("host"),
        port=int(given.get("port") or 2775),
        tls=said("security") != "none",
        system_id=said("system_id"),
        password=config.secrets.get("password", ""),
        system_type=said("system_type"),
        sender=said("sender"),
        region=said("region").upper(),
        separate=said("binds") != "transceiver",
        national=said("numbers") == "national",
        alphabet=said("alphabet") or "gsm",
        payload=said("long") == "payload",
        receipt_ids=said("receipt_ids") or "same",
        per_second=max(1, int(given.get("per_second") or 10)),
        window=max(1, int(given.get("window") or 10)),
        allow=tuple(config.allow_hosts),
    )
