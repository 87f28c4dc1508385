"""What the desk says of segments: what may be asked, how, and a condition in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from madang.conversations.segments.fields import COUNTED, EVENT_WORDS, OF_BRAND
from madang.desk.segment_rows import EVENT, PARTS, Asked, Row, type_of
from madang.lib.conditions.reading import of_data
from madang.lib.conditions.vocabulary import OPERATORS, Field, Type, Vocabulary
from madang.lib.language import gettext, ngettext
from madang.lib.language import marked as _

GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (_("Who she is"), ("name", "company", "language", "region", "timezone", "created", "tags", "blocked", "prefers")),
    (_("Addresses"), ("proven", "left")),
    (
        _("Conversations"),
        ("conversations", "open_conversations", "last_said", "topics", "channel", "brand"),
    ),
)
OPEN_WORDS = {
    "fields.": _("A field of your own…"),
    "attributes.": _("What a page said of her…"),
    "spent.": _("Sum of her orders in…"),
    EVENT + "custom.": _("An event of your own…"),
}
OPS = {
    "is": _("is"),
    "is_not": _("is not"),
    "any_of": _("is one of"),
    "none_of": _("is none of"),
    "contains": _("contains"),
    "begins": _("begins with"),
    "known": _("is known"),
    "unknown": _("is not known"),
    "more_than": _("is more than"),
    "less_than": _("is less than"),
    "at_least": _("is at least"),
    "at_most": _("is at most"),
    "on": _("was on"),
    "before": _("was before"),
    "after": _("was after"),
    "within": _("was in the last days:"),
    "not_within": _("was not in the last days:"),
    "has": _("includes"),
    "has_not": _("does not include"),
    "has_any": _("includes one of"),
}
SENTENCES = {
    "is": _("%(field)s is %(value)s"),
    "is_not": _("%(field)s is not %(value)s"),
    "any_of": _("%(field)s is one of %(value)s"),
    "none_of": _("%(field)s is none of %(value)s"),
    "contains": _("%(field)s contains %(value)s"),
    "begins": _("%(field)s begins with %(value)s"),
    "known": _("%(field)s is known"),
    "unknown": _("%(field)s is not known"),
    "more_than": _("%(field)s is more than %(value)s"),
    "less_than": _("%(field)s is less than %(value)s"),
    "at_least": _("%(field)s is at least %(value)s"),
    "at_most": _("%(field)s is at most %(value)s"),
    "on": _("%(field)s on %(value)s"),
    "before": _("%(field)s before %(value)s"),
    "after": _("%(field)s after %(value)s"),
    "within": _("%(field)s in the last %(value)s days"),
    "not_within": _("%(field)s not in the last %(value)s days"),
    "has": _("%(field)s includes %(value)s"),
    "has_not": _("%(field)s does not include %(value)s"),
    "has_any": _("%(field)s includes one of %(value)s"),
}


@dataclass(frozen=True, slots=True)
class Shape:
    """How one row is drawn: which operators it may have, and what control takes its value."""

    ops: list[tuple[str, str]]
    op: str
    takes: str
    choices: list[tuple[str, str]]
    closed: bool = False


def whats(known: Vocabulary, what: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """What a row may ask of, in groups: value and words; ``what`` it asks of now. A group of nothing is not there.

    Where there is only one brand, and all of it is hers to ask, nobody asks of conversations with one brand.
    """
    fields = known.fields
    made = [
        (title, [(name, gettext(fields[name].words)) for name in names if name in fields]) for title, names in GROUPS
    ]
    brand = [(name, fields[name].words) for name in fields if name.startswith(OF_BRAND)]
    if len(brand) > len(COUNTED) or "conversations" not in fields or what.startswith(OF_BRAND):
        made.append((_("Conversations with one brand"), brand))
    made = [(gettext(title), options) for title, options in made if options]
    did = [(EVENT + kind, gettext(words)) for kind, words in EVENT_WORDS.items()]
    more = [(prefix, gettext(words)) for prefix, words in OPEN_WORDS.items()]
    return [*made, (gettext("What she did"), did), (gettext("More"), more)]


def parts(vocabulary: Vocabulary) -> list[tuple[str, str]]:
    """What a row may ask of an event's own columns: value and words."""
    return [(name, gettext(vocabulary.events.fields[name].words)) for name in PARTS] if vocabulary.events else []


def shape(row: Row, vocabulary: Vocabulary) -> Shape:
    """Of a row that asks of a field."""
    field = vocabulary.find(row.name)
    return _shape(field, type_of(row, vocabulary) or Type.TEXT, row.op)


def part_shape(row: Row, vocabulary: Vocabulary) -> Shape:
    """Of what a row asks of an event's data."""
    name = row.part_own if row.part == "own" else row.part
    field = of_data(vocabulary.events).find(name or "x") if vocabulary.events else None
    return _shape(field, field.type if field else Type.LOOSE, row.part_op)


def _shape(field: Field | None, type_: Type, chosen: str) -> Shape:
    closed = bool(field and field.closed)
    takes = {op: value for op, value in OPERATORS[type_].items() if not closed or value != "list" or op == chosen}
    op = chosen if chosen in takes else next(iter(takes))
    choices = [(value, gettext(words)) for value, words in field.choices] if field else []
    return Shape([(one, gettext(OPS[one])) for one in takes], op, takes[op], choices, closed)


def sentence(row: Row, vocabulary: Vocabulary) -> str:
    """One row in words."""
    return _of_event(row, vocabulary) if row.what.startswith(EVENT) else _of_field(row, vocabulary)


def sentences(asked: Asked, vocabulary: Vocabulary) -> list[list[str]]:
    """The rows of each group in words."""
    groups = [[sentence(row, vocabulary) for _, row in asked.group(number)] for number in range(len(asked.joins))]
    return [group for group in groups if group]


def _of_field(row: Row, vocabulary: Vocabulary) -> str:
    field = vocabulary.find(row.name)
    words = gettext(field.words) if field else row.name
    return _test(words, row.op, row.value, dict(field.choices) if field else {})


def _test(words: str, op: str, value: str, choices: dict[str, str]) -> str:
    some = ", ".join(gettext(choices[one]) if one in choices else one for one in value.split(", "))
    if value in ("true", "false"):
        some = gettext("yes") if value == "true" else gettext("no")
    return gettext(SENTENCES.get(op, "%(field)s is %(value)s")) % {"field": words, "value": some}


def _of_event(row: Row, vocabulary: Vocabulary) -> str:
    kind = row.name.removeprefix(EVENT)
    n = int(row.n) if row.n.isdecimal() else 1
    told: dict[str, Any] = {"event": gettext(EVENT_WORDS[kind]) if kind in EVENT_WORDS else kind, "num": n}
    if row.many == "at_most":
        times = ngettext("%(event)s at most %(num)d time", "%(event)s at most %(num)d times", n)
    elif row.many == "exactly":
        times = ngettext("%(event)s exactly %(num)d time", "%(event)s exactly %(num)d times", n)
    else:
        times = ngettext("%(event)s at least %(num)d time", "%(event)s at least %(num)d times", n)
    parts = [times % told, _when(row), _with(row, vocabulary)]
    return ", ".join(part for part in parts if part)


def _when(row: Row) -> str:
    if row.window == "days":
        return gettext("in the last %(days)s days") % {"days": row.days}
    if row.window == "between" and row.since and row.until:
        return gettext("from %(since)s to %(until)s") % {"since": row.since, "until": row.until}
    if row.window == "between":
        told = {"day": row.since or row.until}
        return (gettext("since %(day)s") if row.since else gettext("until %(day)s")) % told
    return ""


def _with(row: Row, vocabulary: Vocabulary) -> str:
    if not row.part or vocabulary.events is None:
        return ""
    name = row.part_own if row.part == "own" else row.part
    field = of_data(vocabulary.events).find(name)
    return _test(gettext(field.words) if field else name, row.part_op, row.part_value, {})
