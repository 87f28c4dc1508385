"""What the desk says of who somebody is: fields, proofs, reasons, how sure it is. Filters of its templates."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

from babel import Locale
from babel.numbers import format_decimal

from madang.customers import normal
from madang.customers.matching.words import OWN, WORDS
from madang.customers.proving.queries import Asked
from madang.customers.queries import Address, Person
from madang.desk.happened_words import by_token
from madang.desk.wording import language_name
from madang.lib import moments
from madang.lib.language import gettext, reader
from madang.lib.language import marked as _

FIELDS = {
    "name": _("Name"),
    "company": _("Company"),
    "region": _("Country"),
    "language": _("Language"),
    "timezone": _("Time zone"),
    "prefers": _("Preferred channel"),
    "address": _("Proven address"),
    "email": _("E-mail"),
    "phone": _("Phone"),
    "email at home": _("E-mail"),
    "reached": _("Phone and home"),
    "birth": _("Date of birth"),
    "number": _("Customer number"),
}
WAYS = {
    "email": _("E-mail"),
    "phone": _("Phone"),
    "account": _("Chat, signed in"),
    "scoped": _("Messenger account"),
    "cookie": _("Browser"),
}
PROOFS = {
    "channel": _("The channel proved it"),
    "signed reply": _("Proved by an answer with our signed link"),
    "an agent's word": _("A colleague’s word"),
    "import": _("From an import"),
    "crm": _("From the CRM"),
    "code": _("Proved by a one-time code"),
}
REASONS = {
    "an agent's word": _("A colleague’s word"),
    "the same proven address": _("Both proved the same address"),
    "suggestion: match": _("Suggested because they are alike"),
    "automatic": _("Merged by itself: all but certain"),
    "suggestion: conflict": _("Both proved the same address"),
}
LEVELS = {
    "both proved it": _("Both proved it"),
    "one row of an import": _("Both stand in one row of an import"),
    "one contact of the CRM": _("The CRM says that they are one contact"),
    "same": _("The same"),
    "alike": _("Alike"),
    "different": _("Different"),
}
ACTORS = {
    "system": _("Madang"),
    "token": _("A program"),
    "customer": _("The customer"),
    "bot": _("A bot"),
    "crm": _("The CRM"),
    "user": _("A colleague"),
}
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def field_name(field: str) -> str:
    """A field as people call it; one of the company's own by its own name."""
    return gettext(FIELDS[field]) if field in FIELDS else field.removeprefix("fields.").replace("_", " ")


def field_value(value: Any, field: str) -> str:
    """What a field holds, in words; '' for nothing."""
    if value is None or value == "":
        return ""
    words = {"language": language_name, "region": region_name, "prefers": way_name}.get(field)
    return words(str(value)) if words else own_value(value)


def own_value(value: Any, kind: str = "") -> str:
    """What a field of the company's own holds, as people write it; '' for nothing. Without a kind: told by itself."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return gettext(_("Yes") if value else _("No"))
    if isinstance(value, int | float):
        return str(format_decimal(value, locale=reader().language, decimal_quantization=False))
    if kind in ("", "date") and _DAY.fullmatch(str(value)):
        return _day(str(value))
    return str(value)


def _day(text: str) -> str:
    """A day as people write it; what only looks like one as it is."""
    try:
        return moments.date(datetime.combine(date.fromisoformat(text), time(12), reader().zone))
    except (ValueError, OverflowError):
        return text


def region_name(code: str) -> str:
    """The country in the reader's language: 대한민국, South Korea."""
    return str(Locale(reader().language).territories.get(code, code))


def way_name(kind: str) -> str:
    """A kind of address in words."""
    return gettext(WAYS[kind]) if kind in WAYS else kind


def address_word(one: Address) -> str:
    """An address as people read it."""
    return gettext(_("A browser")) if one.kind == "cookie" else normal.shown(one.kind, one.value)


def proof_word(one: Address) -> str:
    """How an address was proved."""
    return gettext(PROOFS.get(one.proof, PROOFS["channel"]))


CODES = {
    "asked": _("A code is on its way."),
    "sent": _("A code was sent %(ago)s. It is valid for 10 minutes."),
    "expired": _("The code of %(ago)s was not used in time."),
    "tries": _("Too many wrong codes were typed."),
    "failed": _("The code could not be sent: %(why)s"),
}


def code_word(one: Asked) -> str:
    """What became of a code that was asked for."""
    given = {"ago": moments.ago(one.sent_at or one.at), "why": gettext(one.problem)}
    return gettext(CODES[one.state]) % given if one.state in CODES else ""


def reason_word(reason: str) -> str:
    """Why two are one, in words."""
    return gettext(REASONS[reason]) if reason in REASONS else reason


def level_word(level: str, field: str = "") -> str:
    """How alike two values are, of a field the matching compares in its words."""
    known = WORDS.get(field, {}).get(level) or LEVELS.get(level)
    return gettext(known) if known else level


def fact_of(person: Person, field: str) -> str:
    """What somebody has of what the matching compares, where the evidence itself does not say it."""
    known = [*person.identities, *person.claims]
    own = [str(person.fields[name]) for name in OWN.get(field, ()) if person.fields.get(name)]
    kinds = {"email": ("email",), "email at home": ("email",), "reached": ("phone",)}.get(field, ())
    plain = {"name": person.name, "company": person.company}.get(field, "")
    return ", ".join(filter(None, [plain, *(one.value for one in known if one.kind in kinds), *own]))


def actor_word(actor: str, names: Mapping[str, str], token: str = "") -> str:
    """Who did it, by name where that is known; and the token that spoke for her."""
    kind = actor.split(":")[0]
    who = names.get(actor) or gettext(ACTORS.get(kind, ACTORS["system"]))
    return by_token(who, names.get(token, "")) if token else who


def percent(score: float) -> str:
    """How sure it is, rounded down: nothing is 100% that was not proved."""
    return f"{min(int(score * 100), 99)}%"


def strength(weight: float | None) -> int:
    """How long the bar of a weight is, 0 to 10: ten bits are a thousand to one."""
    return 10 if weight is None else min(10, round(abs(weight)))


FILTERS = {
    one.__name__: one
    for one in (
        actor_word,
        address_word,
        code_word,
        fact_of,
        field_name,
        field_value,
        level_word,
        own_value,
        percent,
        proof_word,
        reason_word,
        region_name,
        strength,
        way_name,
    )
}
