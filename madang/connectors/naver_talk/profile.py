"""The profile event: nickname, phone number or address that a customer agreed to hand over. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from madang.channels.connector import Inbound, Kind, Party

_MOBILE = re.compile(r"0(1[016789]\d{7,8})")


def read(options: Mapping[str, Any], key: str, at: datetime, user: str) -> Sequence[Inbound]:
    """The phone number is proven: Naver sent a code to it within the last 30 days (profile_api_v1.md).

    The address is what she chose just now, so it is something she says. A refusal says nothing.
    """
    if options.get("result") != "SUCCESS":
        return []
    name, phone, address = (options.get(field) for field in ("nickname", "cellphone", "address"))
    found = _MOBILE.fullmatch(phone.replace("-", "").strip()) if isinstance(phone, str) else None
    also = ((Kind.PHONE, f"+82{found[1]}"),) if found else ()
    party = Party(Kind.SCOPED, user, _text(name), also=also)
    if isinstance(address, dict):
        return [Inbound("message", key, at, party, data={"location": _location(address)})]
    return [Inbound("session", key, at, party)] if party.name or also else []


def _location(address: Mapping[str, Any]) -> dict[str, Any]:
    whole = " ".join(filter(None, (_text(address.get(name)) for name in ("zipNo", "roadAddr", "detAddr"))))
    made: dict[str, Any] = {"title": "", "address": whole}
    try:
        made |= {"lat": float(address["latitude"]), "lng": float(address["longitude"])}
    except (KeyError, TypeError, ValueError):
        return made  # a place without a point on the map
    return made


def _text(value: object) -> str:
    return " ".join(value.split())[:200] if isinstance(value, str) else ""
