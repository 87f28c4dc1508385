"""What may be asked: fields and events, declared by the rooms that know them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, true

from madang.lib.conditions.tree import Happened, Node, Test, leaves


class Type(StrEnum):
    """Of a field's values. In Python: str, str, int or float, datetime, str as 2026-03-02, bool, list of str, any."""

    TEXT = "text"  # compared in NFC, whatever the case of the letters A to Z
    CHOICE = "choice"  # one of a list, compared as it is
    NUMBER = "number"
    MOMENT = "moment"  # a time; asked by days
    DAY = "day"  # a date, without a zone
    TRUTH = "truth"
    WORDS = "words"  # any number of words: tags, kinds of address
    LOOSE = "loose"  # JSON nobody has declared: its type is what it is asked for


# By type the operators in the order in which screens offer them, each with what value it takes.
_WORDS = {"is": "word", "is_not": "word", "any_of": "list", "none_of": "list"}
_KNOWN = {"known": "", "unknown": ""}
_DATES = {"on": "date", "before": "date", "after": "date", "within": "days", "not_within": "days"}
_NUMBERS = dict.fromkeys(("is", "is_not", "more_than", "less_than", "at_least", "at_most"), "number")
OPERATORS: dict[Type, dict[str, str]] = {
    Type.TEXT: _WORDS | {"contains": "word", "begins": "word"} | _KNOWN,
    Type.CHOICE: _WORDS | _KNOWN,
    Type.NUMBER: _NUMBERS | _KNOWN,
    Type.MOMENT: _DATES | _KNOWN,
    Type.DAY: _DATES | _KNOWN,
    Type.TRUTH: {"is": "truth"},
    Type.WORDS: {"has": "word", "has_not": "word", "has_any": "list"} | _KNOWN,
}
OPERATORS[Type.LOOSE] = OPERATORS[Type.TEXT] | OPERATORS[Type.NUMBER] | OPERATORS[Type.DAY]
OPERATORS[Type.LOOSE] |= {"is": "scalar", "is_not": "scalar"}
OPPOSITE = {"is_not": "is", "none_of": "any_of", "has_not": "has", "not_within": "within", "unknown": "known"}


@dataclass(frozen=True, eq=False)
class Gathered:
    """A value made of many rows of the subject's, such as ``count(*)``; ``empty`` is it when there are none."""

    owner: ColumnElement[int]  # the subject they belong to
    value: ColumnElement[Any]  # an aggregate
    empty: Any = None
    where: ColumnElement[bool] = field(default_factory=true)
    newest: ColumnElement[Any] | None = None  # the column, where the value is its maximum: then nothing need be grouped


@dataclass(frozen=True, eq=False)
class Each:
    """Words on rows of the subject's. ``has`` says whether a row has one of some words; None: any at all.

    ``owner`` None: they stand on the subject's own row, where ``has`` looks.
    """

    owner: ColumnElement[int] | None
    has: Callable[[Sequence[str] | None], ColumnElement[bool]]


@dataclass(frozen=True, eq=False)
class Field:
    """One thing that may be asked of the subject.

    ``words`` is its name for people, an English msgid. ``sql`` is a column of the subject's own row (one that cannot
    be null says so), or made of rows elsewhere. ``reads`` names what has to change for it to change.
    """

    name: str
    type: Type
    words: str
    sql: ColumnElement[Any] | Gathered | Each
    reads: str = ""
    choices: tuple[tuple[str, str], ...] = ()  # value and its name for people
    closed: bool = False  # whether only these choices may be asked for
    named: bool = False  # only by these choices, not whether there is any: that would tell of others


@dataclass(frozen=True, eq=False)
class Events:
    """What happened to a subject: a table of rows with a kind, a time, columns that may be asked for, and data."""

    owner: ColumnElement[int]
    kind: ColumnElement[str]
    at: ColumnElement[Any]
    data: ColumnElement[Any]
    fields: Mapping[str, Field] = field(default_factory=dict)  # columns of theirs; every other name is one of the data
    kinds: tuple[tuple[str, str], ...] = ()  # those that are known, for screens
    reads: str = "events"


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """All that may be asked of one kind of subject. ``open`` makes fields of names that begin with a prefix, or None.

    ``secret`` are names of which whoever asks may not know.
    """

    subject: ColumnElement[int]
    fields: Mapping[str, Field]
    open: Mapping[str, Callable[[str], Field | None]] = field(default_factory=dict)
    events: Events | None = None
    secret: frozenset[str] = frozenset()

    def find(self, name: str) -> Field | None:
        """The field of that name, if there is one."""
        if name in self.secret:
            return None
        if name in self.fields:
            return self.fields[name]
        for prefix, make in self.open.items():
            if name.startswith(prefix) and len(prefix) < len(name) <= len(prefix) + 60:
                return make(name.removeprefix(prefix))
        return None

    def field(self, name: str) -> Field:
        """As :meth:`find`; raises KeyError."""
        if (found := self.find(name)) is None:
            raise KeyError(name)
        return found

    def reads(self, node: Node) -> frozenset[str]:
        """What has to change for the verdict to change, time apart."""
        return frozenset(self._reads(leaf) for leaf in leaves(node))

    def _reads(self, leaf: Test | Happened) -> str:
        if isinstance(leaf, Happened):
            return self.events.reads if self.events else ""
        return self.field(leaf.field).reads


def operators(field: Field) -> dict[str, str]:
    """Those that may be asked of it, each with what value it takes."""
    return {op: takes for op, takes in OPERATORS[field.type].items() if takes or not field.named}


def asked_as(type_: Type, test: Test) -> Type:
    """The type a test asks for: of loose fields what its operator and its value say."""
    if type_ is not Type.LOOSE:
        return type_
    if test.op in _DATES:
        return Type.DAY
    if isinstance(test.value, bool):
        return Type.TRUTH
    return Type.NUMBER if isinstance(test.value, int | float) else Type.TEXT


def moves(node: Node) -> bool:
    """Whether time alone can change the verdict."""
    return any(
        leaf.window.days is not None if isinstance(leaf, Happened) else leaf.op in ("within", "not_within")
        for leaf in leaves(node)
    )
