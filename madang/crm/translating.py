"""A value there as it is kept here, and one of here as it stands there. Pure; what fits nowhere says why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from babel import Locale

from madang.channels.crm import Property
from madang.crm.pairs import CUSTOM
from madang.customers import plain, typed
from madang.customers.imports import values
from madang.customers.typed import Defined
from madang.lib.errors import Refused
from madang.lib.language import marked as _

LONGEST = 5_000  # of a value of theirs that is looked at


@dataclass(frozen=True, slots=True)
class Terms:
    """Both sides' definitions."""

    fields: Mapping[str, Defined]  # of our own, by ``fields.name``
    properties: Mapping[str, Property]
    region: str = "KR"


class Unfit(ValueError):
    """It cannot be kept on the other side; the text is a msgid."""


def clean(text: str) -> str:
    """A text of theirs as it can be kept at all."""
    return text.replace("\0", "").strip()[:LONGEST]


def take(terms: Terms, field: str, name: str, text: str) -> Any:
    """What is kept here of a property's text, None for nothing. Raises Unfit."""
    if not text:
        return None
    offered = terms.properties.get(name)
    if field.startswith(CUSTOM):
        return _custom(terms, field, offered, text)
    read = {"region": values.country, "language": values.language, "timezone": values.timezone}.get(field)
    if read is None:
        try:
            return plain.clean(field, text) or None
        except Refused as error:
            raise Unfit(error.message) from None
    found = read(text) or (read(_label(offered, text)) if offered else "")
    if not found:
        raise Unfit(_UNREAD[field])
    return found


_UNREAD = {
    "region": _("This is no country. Give its two letters, such as KR."),
    "language": _("This is no language. Give its tag, such as ko or en-GB."),
    "timezone": _("This is no time zone. Give its name, such as Asia/Seoul."),
}


def _custom(terms: Terms, field: str, offered: Property | None, text: str) -> Any:
    defined = terms.fields.get(field)
    if defined is None:
        raise Unfit(_("There is no such field."))
    if defined.kind == "choice" and text not in defined.choices and offered is not None:
        text = _label(offered, text)
    if defined.kind == "date":
        text = text[:10]  # a moment is a day here
    try:
        return typed.value(defined, text)
    except Refused as error:
        raise Unfit(error.message) from None


def _label(offered: Property, text: str) -> str:
    return next((label for value, label in offered.choices if value == text), text)


def give(terms: Terms, field: str, name: str, value: Any) -> str:
    """The text that stands there for a value of ours, '' for none. Raises Unfit."""
    if value in (None, ""):
        return ""
    text = ("true" if value else "false") if isinstance(value, bool) else str(value)
    offered = terms.properties.get(name)
    if offered is None or not offered.choices:
        if field == "region" and (offered is None or offered.kind == "text"):
            return str(Locale("en").territories.get(text, text))
        return text
    return _choice(offered, field, text)


def _choice(offered: Property, field: str, text: str) -> str:
    """The one of the CRM's answers that says the same."""
    wanted = {text.casefold()}
    if field == "region":
        wanted |= {str(Locale(one).territories.get(text, text)).casefold() for one in ("en", "ko")}
    if field == "language":
        wanted |= {text.partition("-")[0].casefold()}
    for value, label in offered.choices:
        if value.casefold() == text.casefold():
            return value
        if {value.casefold(), label.casefold()} & wanted:
            return value
    raise Unfit(_("The CRM has no such answer to choose. Add it there, or change it here."))


def same(one: str, other: str) -> bool:
    """Whether two texts say the same: spaces and capitals aside, as CRMs tidy them."""
    return "".join(one.split()).casefold() == "".join(other.split()).casefold()
