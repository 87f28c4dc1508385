"""A condition as rows of a form, and back: groups of questions a marketer reads, each a line.

The form posts every row with the same fields, as lists side by side, so that it works without any script. A condition
that a program wrote and that is no such list of groups is shown in words and left as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, cast

import msgspec

from madang.conversations.segments.fields import EVENT_FIELDS
from madang.lib.conditions.reading import of_data
from madang.lib.conditions.tree import All, Either, Happened, Node, Not, Test, Window
from madang.lib.conditions.values import written
from madang.lib.conditions.vocabulary import OPERATORS, Field, Type, Vocabulary

EVENT = "event:"  # before the kind of an event, where rows choose what they ask
OPEN = ("fields.", "attributes.", "spent.", EVENT + "custom.")  # what takes a name of one's own
MOST_GROUPS = 8
Group = All | Either
JOINED = {"all": All, "any": Either}
PARTS = tuple(one.name for one in EVENT_FIELDS)


@dataclass(frozen=True, slots=True)
class Row:
    """One question as the form has it; everything is text. ``own`` completes a ``what`` that is open."""

    group: str = "0"
    what: str = "region"
    own: str = ""
    op: str = ""
    value: str = ""
    many: str = "at_least"
    n: str = "1"
    window: str = "days"
    days: str = "90"
    since: str = ""
    until: str = ""
    part: str = ""
    part_own: str = ""
    part_op: str = ""
    part_value: str = ""

    @property
    def name(self) -> str:
        """The field or event it asks for."""
        return self.what + self.own.strip() if self.what in OPEN else self.what


@dataclass(frozen=True, slots=True)
class Asked:
    """The whole form: how groups are joined, how the rows of each are."""

    top: str
    joins: tuple[str, ...]
    rows: tuple[Row, ...]

    def group(self, number: int) -> list[tuple[int, Row]]:
        """The rows of one group, each with its place in the form."""
        return [(place, row) for place, row in enumerate(self.rows) if row.group == str(number)]

    def tree(self, vocabulary: Vocabulary) -> tuple[dict[str, Any], dict[str, int]]:
        """As JSON for :func:`madang.lib.conditions.reading.read`, and by place which row stands there."""
        groups = [(number, self.group(number)) for number in range(len(self.joins))]
        groups = [one for one in groups if one[1]]
        made: list[dict[str, Any]] = []
        places: dict[str, int] = {}
        for at, (number, rows) in enumerate(groups):
            join = self.joins[number]
            made.append({join: [leaf(row, vocabulary) for _place, row in rows]})
            before = f"{self.top}[{at}]." if len(groups) > 1 else ""
            places |= {f"{before}{join}[{n}]": place for n, (place, _row) in enumerate(rows)}
        if len(made) == 1:
            return made[0], places
        return ({self.top: made} if made else {"all": []}), places


class Form(msgspec.Struct):
    """What the editor posts. Only this is read, whatever else is posted."""

    name: str = ""
    top: str = "all"
    join: list[str] = []
    do: str = ""
    group: list[str] = []
    what: list[str] = []
    own: list[str] = []
    op: list[str] = []
    value: list[str] = []
    many: list[str] = []
    n: list[str] = []
    window: list[str] = []
    days: list[str] = []
    since: list[str] = []
    until: list[str] = []
    part: list[str] = []
    part_own: list[str] = []
    part_op: list[str] = []
    part_value: list[str] = []

    def asked(self) -> Asked:
        """The rows; one that came half is filled up with what a new row has."""
        columns = {name: cast(list[str], getattr(self, name)) for name in asdict(Row())}
        given = [
            {name: values[place] for name, values in columns.items() if place < len(values)}
            for place in range(min(60, len(self.what)))
        ]
        joins = tuple(one if one in JOINED else "all" for one in self.join[:MOST_GROUPS]) or ("all",)
        known = {str(number) for number in range(len(joins))}
        rows = [Row(**one) for one in given]
        placed = tuple(row if row.group in known else replace(row, group="0") for row in rows)
        return Asked(self.top if self.top in JOINED else "all", joins, placed)


def leaf(row: Row, vocabulary: Vocabulary) -> dict[str, Any]:
    """One row as JSON. What is no number where one is needed stays text: the reader says so at its place."""
    if row.what.startswith(EVENT):
        return _happened(row, vocabulary)
    return _test(vocabulary.find(row.name), row.name, row.op, row.value)


def _test(field: Field | None, name: str, op: str, value: str) -> dict[str, Any]:
    made: dict[str, Any] = {"field": name, "op": op}
    takes = OPERATORS[field.type].get(op, "") if field else ""
    if takes == "list":
        made["value"] = [word.strip() for word in value.split(",") if word.strip()]
    elif takes == "truth":
        made["value"] = value == "true"
    elif takes in ("number", "days", "scalar"):
        made["value"] = number(value)
    elif takes:
        made["value"] = value
    return made


def _happened(row: Row, vocabulary: Vocabulary) -> dict[str, Any]:
    made: dict[str, Any] = {"event": row.name.removeprefix(EVENT), row.many: number(row.n)}
    if row.window == "days":
        made["days"] = number(row.days)
    elif row.window == "between":
        made |= {name: day for name, day in (("since", row.since), ("until", row.until)) if day}
    if row.part and vocabulary.events:
        name = row.part_own.strip() if row.part == "own" else row.part
        inside = of_data(vocabulary.events)
        made["where"] = _test(inside.find(name), name, row.part_op, row.part_value)
    return made


def number(text: str) -> Any:
    """A number out of a form; anything else as it is."""
    try:
        return int(text)
    except ValueError:
        try:
            return float(text)
        except ValueError:
            return text


def asked_of(node: Node) -> Asked | None:
    """A condition as rows; None when it is no list of groups."""
    top, groups = _groups(node)
    rows: list[Row] = []
    for place, (_join, parts) in enumerate(groups):
        for part in parts:
            row = _row(part)
            if row is None:
                return None
            rows.append(replace(row, group=str(place)))
    return Asked(top, tuple(join for join, _ in groups) or ("all",), tuple(rows))


def changed(asked: Asked, do: str) -> Asked:
    """The form after one of its buttons: ``add 0`` a row to a group, ``group`` a group, ``remove 3`` a row."""
    verb, _, which = do.partition(" ")
    rows, joins = list(asked.rows), list(asked.joins)
    if verb == "add" and which.isdecimal() and int(which) < len(joins):
        rows.append(Row(group=str(int(which))))
    elif verb == "group" and len(joins) < MOST_GROUPS:
        joins.append("any")
        rows.append(Row(group=str(len(joins) - 1)))
    elif verb == "remove" and which.isdecimal() and int(which) < len(rows):
        del rows[int(which)]
    return _without_empty(replace(asked, rows=tuple(rows), joins=tuple(joins)))


def _without_empty(asked: Asked) -> Asked:
    """Groups without a row go, and the others move up; one stays."""
    used = [number for number in range(len(asked.joins)) if asked.group(number)] or [0]
    rows = tuple(replace(row, group=str(used.index(int(row.group)))) for row in asked.rows)
    return replace(asked, joins=tuple(asked.joins[number] for number in used), rows=rows)


def _groups(node: Node) -> tuple[str, list[tuple[str, tuple[Node, ...]]]]:
    if not isinstance(node, All | Either):
        return "all", [("all", (node,))]
    join = "all" if isinstance(node, All) else "any"
    groups = [("all" if isinstance(one, All) else "any", one.parts) for one in node.parts if isinstance(one, Group)]
    if not groups:
        return "all", [(join, node.parts)]
    alone = tuple(one for one in node.parts if not isinstance(one, Group))  # together they are a group of their own
    return join, [*([(join, alone)] if alone else []), *groups]


def _row(node: Node) -> Row | None:
    if isinstance(node, Test):
        what, own = _split(node.field)
        return Row(what=what, own=own, op=node.op, value=_said(node))
    if not isinstance(node, Happened):
        return None
    part = _part(node.where)
    if part is None:
        return None
    what, own = _split(EVENT + node.kind)
    return Row(what=what, own=own, many=node.many, n=str(node.n), **_window(node.window), **part)


def _part(where: Node) -> Mapping[str, str] | None:
    """What is asked of the event's data: nothing, or one thing."""
    if isinstance(where, All) and len(where.parts) == 1:
        where = where.parts[0]
    if where == All(()):
        return {}
    if not isinstance(where, Test) or isinstance(where, Not):
        return None
    part, own = (where.field, "") if where.field in PARTS else ("own", where.field)
    return {"part": part, "part_own": own, "part_op": where.op, "part_value": _said(where)}


def _window(window: Window) -> dict[str, str]:
    if window.days is not None:
        return {"window": "days", "days": str(window.days)}
    if window == Window():
        return {"window": "ever"}
    days = {name: day.isoformat() for name in ("since", "until") if (day := getattr(window, name))}
    return {"window": "between", **days}


def _split(name: str) -> tuple[str, str]:
    """What a row chooses, and what it writes out itself."""
    for prefix in OPEN:
        if name.startswith(prefix):
            return prefix, name.removeprefix(prefix)
    return name, ""


def _said(test: Test) -> str:
    value = written(test.value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return ", ".join(value) if isinstance(value, list) else "" if value is None else str(value)


def type_of(row: Row, vocabulary: Vocabulary) -> Type | None:
    """What a row asks of; None for an event. A name that is still missing is loose."""
    if row.what.startswith(EVENT):
        return None
    field = vocabulary.find(row.name) or vocabulary.find(row.what + "x")
    return field.type if field else Type.TEXT
