"""What the desk says of a customer's timeline: kinds, their icons, money, her year as a line. Filters of templates."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from babel.numbers import format_currency, get_currency_precision

from madang.conversations.timeline import Entry
from madang.lib.language import gettext, reader
from madang.lib.language import marked as _

KINDS = {
    "in": ("message-square", _("Message")),
    "out": ("reply", _("Answer")),
    "note": ("sticky-note", _("Internal note")),
    "noted": ("notebook-pen", _("Note about the customer")),
    "opened": ("inbox", _("Conversation began")),
    "closed": ("circle-check", _("Conversation closed")),
    "merged": ("merge", _("Merged")),
    "parted": ("undo-2", _("Merge undone")),
    "order": ("shopping-bag", _("Order")),
    "page": ("eye", _("Page view")),
    "visit": ("store", _("Visit")),
    "call": ("phone", _("Call")),
    "survey": ("star", _("Survey")),
    "campaign": ("megaphone", _("Campaign")),
}
# What the timeline can be narrowed to, in the order of its chips.
CHIPS = {
    "message": _("Messages"),
    "note": _("Notes"),
    "order": _("Orders"),
    "page": _("Pages"),
    "visit": _("Visits"),
    "call": _("Calls"),
    "survey": _("Surveys"),
    "campaign": _("Campaigns"),
    "custom": _("Other"),
    "conversation": _("Conversations"),
    "merge": _("Merges"),
}
WIDE, HIGH = 260, 36  # of the line, in its own units


def entry_icon(entry: Entry) -> str:
    """A drawing for a kind."""
    return KINDS.get(entry.kind, ("sparkles", ""))[0]


def entry_word(entry: Entry) -> str:
    """A kind in words; the company's own by the name it was told under."""
    known = KINDS.get(entry.kind)
    return gettext(known[1]) if known else entry.kind.removeprefix("custom.").replace("_", " ")


def money(amount: int, currency: str) -> str:
    """Minor units as people write them: ₩39,000."""
    value = Decimal(amount).scaleb(-get_currency_precision(currency))
    return str(format_currency(value, currency, locale=reader().language))


def chips() -> dict[str, str]:
    """Their words."""
    return {kind: gettext(text) for kind, text in CHIPS.items()}


def sparkline(weeks: Sequence[int]) -> str:
    """The points of a line over the year, as SVG takes them."""
    top, step = max([1, *weeks]), WIDE / max(1, len(weeks) - 1)
    return " ".join(f"{place * step:.1f},{HIGH - 1 - (HIGH - 3) * n / top:.1f}" for place, n in enumerate(weeks))


FILTERS = {"entry_icon": entry_icon, "entry_word": entry_word, "money": money, "sparkline": sparkline}
ICONS = {icon for icon, _text in KINDS.values()}
