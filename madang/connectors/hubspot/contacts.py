"""HubSpot's contacts and properties as the contract has them, and back. Pure.

What differs there: the name is in two properties, time zones are spelled ``asia_slash_seoul``, further addresses are
one text with semicolons, and days of old properties are milliseconds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import available_timezones

from madang.channels.crm import Contact, Property, PropertyKind
from madang.lib.language import gettext as _
from madang.lib.person_names import join, split

NAME = "name"  # ours: the first and the last name as one
FIRST, LAST = "firstname", "lastname"
TIMEZONE = "hs_timezone"
ALWAYS = ("email", "hs_additional_emails", "phone", "mobilephone", "hs_merged_object_ids", "lastmodifieddate")
KINDS: Mapping[str, PropertyKind] = {
    "number": "number", "date": "date", "bool": "bool", "enumeration": "choice", "phone_number": "phone"
}  # fmt: skip
LEFT_OUT = frozenset({FIRST, LAST, "email", "hs_additional_emails", "hs_object_id", "hs_merged_object_ids"})
_ZONES = {one.lower().replace("/", "_slash_"): one for one in available_timezones()}


def asked(names: Iterable[str]) -> list[str]:
    """The properties to ask HubSpot for."""
    given = {one for name in names for one in ((FIRST, LAST) if name == NAME else (name,))}
    return sorted({*given, *ALWAYS})


def contact(said: Mapping[str, Any], names: Iterable[str]) -> Contact:
    """A contact as the API answers it."""
    has = {name: str(value) for name, value in said["properties"].items() if value is not None}
    return Contact(
        id=str(said["id"]),
        values={name: _value(name, has) for name in names},
        at=moment(has.get("lastmodifieddate") or said.get("updatedAt") or said["createdAt"]),
        emails=tuple(dict.fromkeys(filter(None, [has.get("email", ""), *_several(has, "hs_additional_emails")]))),
        phones=tuple(dict.fromkeys(filter(None, [has.get("phone", ""), has.get("mobilephone", "")]))),
        merged=tuple(_several(has, "hs_merged_object_ids")),
    )


def _several(has: Mapping[str, str], name: str) -> list[str]:
    return [one.strip() for one in has.get(name, "").split(";") if one.strip()]


def _value(name: str, has: Mapping[str, str]) -> str:
    if name == NAME:
        return join(has.get(FIRST, ""), has.get(LAST, ""))
    if name == TIMEZONE:
        return _ZONES.get(has.get(name, "").lower(), has.get(name, ""))
    return has.get(name, "")


def moment(text: str) -> datetime:
    """An instant as HubSpot writes them: ISO 8601, or milliseconds."""
    if text.isdecimal():
        return datetime.fromtimestamp(int(text) / 1000, UTC)
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def written(values: Mapping[str, str]) -> dict[str, str]:
    """Values of ours as properties."""
    made: dict[str, str] = {}
    for name, value in values.items():
        if name == NAME:
            made[FIRST], made[LAST] = split(value)
        elif name == TIMEZONE:
            made[name] = value.lower().replace("/", "_slash_")
        else:
            made[name] = value
    return made


def properties(said: Sequence[Mapping[str, Any]]) -> list[Property]:
    """What can be mapped, by label; what HubSpot computes comes last."""
    made = [_property(one) for one in said if not one.get("hidden") and one["name"] not in LEFT_OUT]
    known = sorted(made, key=lambda one: (one.fixed, one.label.casefold()))
    return [Property(NAME, _("First and last name")), *known]


def _property(said: Mapping[str, Any]) -> Property:
    rights = said.get("modificationMetadata") or {}
    fixed = bool(said.get("calculated") or rights.get("readOnlyValue"))
    kind: PropertyKind = "phone" if said["name"] in ("phone", "mobilephone") else KINDS.get(said["type"], "text")
    if said["type"] == "enumeration" and said.get("fieldType") == "booleancheckbox":
        kind = "bool"
    options = said.get("options") or []
    zones = said["name"] == TIMEZONE
    choices = () if kind != "choice" or zones else tuple((str(one["value"]), str(one["label"])) for one in options)
    return Property(said["name"], said.get("label") or said["name"], "text" if zones else kind, choices, fixed)
