"""What the desk says of a door to a customer: how long it is open, what it costs, what it carries, what gets lost."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from babel.numbers import format_currency, format_decimal

from madang.channels.parts import Price
from madang.channels.registry import get
from madang.conversations.previews import Part
from madang.conversations.ways import ENDED, THERE, Way
from madang.lib.language import gettext, ngettext, reader
from madang.lib.language import marked as _

LOST = {  # capability: what becomes of what needs it, where a door lacks it
    "buttons": _("Buttons become numbered lines."),
    "file": _("Files become links."),
}
WHOLE = ("KRW", "JPY", "VND")  # currencies without a smaller coin
PICTURES_ONLY = _("Pictures go along; other files become links.")
STATES = {
    "approved": (_("Approved"), "ok"),
    "pending": (_("In review"), "warn"),
    "rejected": (_("Rejected"), "bad"),
    "paused": (_("Paused by the provider"), "warn"),
    "gone": (_("Gone"), "bad"),
}


@dataclass(frozen=True, slots=True)
class Door:
    """A way as the menu draws it."""

    best: str  # why it is the best one; '' when it is not
    until: datetime | None
    facts: tuple[str, ...]  # price, presence, success
    limits: str
    lost: tuple[str, ...]
    needs_template: bool
    templates: bool  # whether it carries any
    public: bool
    alone: bool  # whether what is public can also be answered privately
    shut: bool  # nothing can be sent there now
    encoding: str
    carries: str  # kinds of files that travel; others become links
    most_bytes: int


def door(way: Way) -> Door:
    """Everything the menu says of a way."""
    facts = [price_words(way.price)] if way.price is not None else []
    if way.present and way.why_best != THERE:
        facts.append(gettext(THERE))
    if success := success_words(way):
        facts.append(success)
    return Door(
        best=gettext(way.why_best) if way.why_best else gettext(_("Proposed")) if way.default else "",
        until=way.until,
        facts=tuple(facts),
        limits=limit_words(way),
        lost=tuple(lost_words(way)),
        needs_template=way.needs_template,
        templates="template" in way.can,
        public="public" in way.can,
        alone="public" in way.can and "hide" in way.can,
        shut=way.blocked or way.why_not == ENDED,
        encoding=way.parts_by,
        carries="all" if "file" in way.can else " ".join(one for one in ("image", "audio", "video") if one in way.can),
        most_bytes=get(way.connector).limits.media_bytes,
    )


def left_words(until: datetime) -> str:
    """How long a door is still open, as the script goes on to say it."""
    minutes = math.ceil((until - reader().now).total_seconds() / 60)
    if minutes <= 0:
        return gettext(_("closed"))
    if minutes < 60:
        return gettext(_("%(n)s min left")) % {"n": minutes}
    if minutes < 48 * 60:
        return gettext(_("%(n)s h left")) % {"n": minutes // 60}
    return gettext(_("%(n)s days left")) % {"n": minutes // 1440}


def price_words(price: Price) -> str:
    """What it costs, in the provider's currency: ₩8.4."""
    if not price.amount:
        return gettext(_("free"))
    pattern = "¤#,##0.###" if price.currency in WHOLE else "¤#,##0.00#"
    amount = Decimal(price.amount) / 1000
    return format_currency(amount, price.currency, pattern, reader().language, currency_digits=False)


def limit_words(way: Way) -> str:
    """How much one message takes: characters or bytes, files, buttons."""
    amount = format_decimal(way.text_limit, locale=reader().language)
    text = _("%(n)s bytes a message") if way.parts_by == "cp949" else _("%(n)s characters a message")
    parts = [gettext(text) % {"n": amount}]
    if way.buttons:
        parts.append(ngettext("%(n)s button", "%(n)s buttons", way.buttons) % {"n": way.buttons})
    return " · ".join(parts)


def part_words(part: Part, encoding: str) -> list[str]:
    """What one part of an answer takes: 84 of 90 bytes, ₩8.4."""
    words = _("%(n)s of %(most)s bytes") if encoding == "cp949" else _("%(n)s of %(most)s characters")
    n, most = (format_decimal(number, locale=reader().language) for number in (part.length, part.limit))
    facts = [gettext(words) % {"n": n, "most": most}] if part.text else []
    return facts + ([price_words(part.price)] if part.price is not None else [])


def lost_words(way: Way) -> list[str]:
    """What this door cannot show as it is written."""
    found = [gettext(words) for name, words in LOST.items() if name not in way.can]
    if "file" not in way.can and "image" in way.can:
        found[-1] = gettext(PICTURES_ONLY)
    return found


def success_words(way: Way) -> str:
    """How many of our messages arrived there; '' where nobody knows."""
    return "" if way.success is None else gettext(_("%(n)s%% arrived")) % {"n": math.floor(way.success * 100)}


def template_state(state: str) -> str:
    """What the provider says of a template."""
    return gettext(STATES[state][0]) if state in STATES else state


def template_tone(state: str) -> str:
    """How that looks."""
    return STATES[state][1] if state in STATES else ""


def template_parts(body: str) -> list[tuple[str, str]]:
    """A template's body as (text, place) pairs: the text before a place, and the place's name; '' at the end."""
    made, rest = [], body
    while "#{" in rest and "}" in rest.partition("#{")[2]:
        before, _mark, after = rest.partition("#{")
        name, _end, rest = after.partition("}")
        made.append((before, name.strip()))
    return [*made, (rest, "")]


def place_guess(name: str, customer: Any) -> str:
    """What most likely belongs in a place of a template: the customer's name where the place asks for one."""
    plain = name.casefold().replace("_", "").replace(" ", "")
    asks = plain in ("name", "customer", "customername", "1") or plain in ("이름", "고객명", "고객", "고객이름", "성함")
    return str(customer or "") if asks and plain != "1" else ""


FILTERS = {
    one.__name__: one
    for one in (
        door,
        left_words,
        place_guess,
        price_words,
        template_parts,
        template_state,
        template_tone,
    )
}
