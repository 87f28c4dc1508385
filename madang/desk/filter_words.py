"""Filters of the list as addresses, chips and editors have them: each is one test of the condition language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote

from madang.desk.segment_rows import Row, number
from madang.desk.segment_words import OPS, sentence
from madang.lib.conditions.reading import read
from madang.lib.conditions.tree import All, Node, Test
from madang.lib.conditions.values import Wrong, written
from madang.lib.conditions.vocabulary import OPERATORS, Field, Type, Vocabulary, operators
from madang.lib.language import gettext
from madang.lib.language import marked as _

MOST = 20
GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        _("Handling"),
        ("status", "assignee", "team", "priority", "tags", "unread", "following", "mentioned", "draft", "scheduled"),
    ),
    (_("Where it came in"), ("kind", "channel", "brand", "language", "topic", "subject")),
    (_("When"), ("waiting", "waiting_since", "last_by", "last", "created")),
    (_("The customer"), ("segment",)),
)
ICONS = {
    "status": "circle-dot",
    "assignee": "user-round",
    "team": "users-round",
    "priority": "flag",
    "tags": "tag",
    "unread": "mail",
    "following": "eye",
    "mentioned": "at-sign",
    "draft": "pencil",
    "scheduled": "calendar-clock",
    "kind": "cable",
    "channel": "cable",
    "brand": "store",
    "language": "languages",
    "topic": "message-square",
    "subject": "text",
    "waiting": "hourglass",
    "waiting_since": "hourglass",
    "last_by": "message-square",
    "last": "clock",
    "created": "clock",
    "segment": "target",
}
FIRST = {Type.CHOICE: "any_of", Type.WORDS: "has_any", Type.NUMBER: "more_than", Type.MOMENT: "within"}
NOT = {"true": "%(field)s", "false": _("Not: %(field)s")}


@dataclass(frozen=True, slots=True)
class Chip:
    """One filter. ``said`` is how addresses write it; '' for a condition that a program wrote."""

    said: str
    field: str
    words: str
    icon: str = "filter"


@dataclass(frozen=True, slots=True)
class Editor:
    """How one filter is edited: what may be asked, and what control takes its value."""

    field: str
    words: str
    ops: list[tuple[str, str]]
    op: str
    takes: str
    choices: list[tuple[str, str]]
    values: list[str]


def said(test: Test) -> str:
    """A test as an address has it: ``tags:has_any:환불,교환``, each value quoted."""
    value = written(test.value)
    some = value if isinstance(value, list) else [] if value is None else [value]
    texts = [("true" if one else "false") if isinstance(one, bool) else str(one) for one in some]
    return ":".join((quote(test.field, safe="."), test.op, ",".join(quote(one, safe="") for one in texts)))


def heard(given: Sequence[str], known: Vocabulary) -> tuple[list[Test], int]:
    """The tests that addresses say, and how many of them nobody understands: of a field that is gone, a value."""
    made: list[Test] = []
    lost = 0
    for one in [text for text in given if text][:MOST]:
        try:
            node = read(_json(one, known), known)
        except Wrong:
            node = None
        if isinstance(node, Test):
            made.append(node)
        else:
            lost += 1
    return made, lost


def _json(one: str, known: Vocabulary) -> dict[str, Any]:
    name, _sep, rest = one[:2_000].partition(":")
    op, _sep, values = rest.partition(":")
    field = known.find(unquote(name))
    takes = OPERATORS[field.type].get(op, "") if field else ""
    some = [unquote(value) for value in values.split(",")] if values else []
    made: dict[str, Any] = {"field": unquote(name), "op": op}
    if takes == "list":
        made["value"] = some
    elif takes == "truth":
        made["value"] = some == ["true"]
    elif takes in ("number", "days", "scalar"):
        made["value"] = number(some[0]) if some else None
    elif takes:
        made["value"] = some[0] if some else None
    return made


def flat(node: Node) -> list[Test] | None:
    """A condition as filters that all hold; None when it is no such list."""
    parts = node.parts if isinstance(node, All) else (node,)
    tests = [part for part in parts if isinstance(part, Test)]
    return tests if len(tests) == len(parts) else None


def chip(test: Test, known: Vocabulary) -> Chip:
    """It as a chip, in words."""
    return Chip(said(test), test.field, words(test, known), ICONS.get(test.field, "filter"))


def words(test: Test, known: Vocabulary) -> str:
    """One test in words."""
    value = written(test.value)
    if isinstance(value, bool):
        field = known.field(test.field)
        return gettext(NOT["true" if value else "false"]) % {"field": gettext(field.words)}
    text = ", ".join(value) if isinstance(value, list) else "" if value is None else str(value)
    return sentence(Row(what=test.field, op=test.op, value=text), known)


def groups(known: Vocabulary) -> list[tuple[str, list[tuple[str, str, str]]]]:
    """What may be asked, in groups: name, words, icon."""
    made = [(gettext(title), [_offer(known.fields[name]) for name in names]) for title, names in GROUPS]
    own = [_offer(one) for name, one in known.fields.items() if name.startswith("fields.")]
    return [*made, (gettext("Fields of your own"), own)] if own else made


def _offer(field: Field) -> tuple[str, str, str]:
    return field.name, gettext(field.words), ICONS.get(field.name, "filter")


def editor(field: Field, op: str, values: Sequence[str]) -> Editor:
    """Of one field; with ``values`` it is one that is changed."""
    takes = operators(field)
    some = [(one, gettext(OPS[one])) for one in takes if not (field.type is Type.CHOICE and one in ("is", "is_not"))]
    first = FIRST.get(field.type, next(iter(takes)))
    chosen = op if op in takes else first
    if (chosen, gettext(OPS[chosen])) not in some:
        some.insert(0, (chosen, gettext(OPS[chosen])))
    choices = [(value, gettext(text)) for value, text in field.choices]
    return Editor(field.name, gettext(field.words), some, chosen, takes[chosen], choices, list(values))
