"""From JSON to nodes and back.

``{"all": […]}`` ``{"any": […]}`` ``{"not": {…}}`` · ``{"field": "region", "op": "is", "value": "KR"}`` ·
``{"event": "order", "at_least": 2, "days": 90, "where": {…}}``: ``at_most`` or ``exactly`` instead of ``at_least``,
``since`` and ``until`` (dates, both within) instead of ``days``, ``where`` asks of the data of each event.
"""

from __future__ import annotations

from typing import Any, get_args

from sqlalchemy import ColumnElement, type_coerce
from sqlalchemy.dialects.postgresql import JSONB

from madang.lib.conditions import values
from madang.lib.conditions.tree import All, Either, Happened, Many, Node, Not, Test, Window
from madang.lib.conditions.values import Wrong
from madang.lib.conditions.vocabulary import Events, Field, Type, Vocabulary, operators
from madang.lib.language import gettext as _

DEEPEST, MOST = 6, 60  # nodes within nodes, and all of them
MANY: tuple[Many, ...] = get_args(Many)
MOST_EVENTS = 100_000
_COUNTED = {"event", "days", "since", "until", "where", *MANY}


def read(given: Any, vocabulary: Vocabulary) -> Node:
    """A condition as a program or a screen wrote it; raises :class:`Wrong`, whose ``field`` says where it is wrong."""
    return _Reader(vocabulary).node(given, "", 1)


def within(place: str, step: str) -> str:
    """The place of a part: ``all[1]`` and ``value`` are ``all[1].value``."""
    return f"{place}.{step}" if place else step


def of_data(events: Events) -> Vocabulary:
    """What may be asked of one event: its columns, and every name in its data as what it is asked for."""
    return Vocabulary(events.owner, events.fields, {"": lambda name: _datum(events.data, name)})


def _datum(data: ColumnElement[Any], name: str) -> Field:
    return Field(name, Type.LOOSE, name, type_coerce(data, JSONB)[name])


class _Reader:
    """Reads one condition; counts its nodes."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._count = 0

    def node(self, given: Any, place: str, depth: int) -> Node:
        self._count += 1
        if self._count > MOST:
            raise Wrong(_("This is too much. Use at most %(n)s conditions.") % {"n": MOST}, place)
        if depth > DEEPEST:
            raise Wrong(_("Groups stand within each other too deeply."), place)
        if not isinstance(given, dict):
            raise Wrong(_("A condition is an object with all, any, not, field or event."), place)
        for name in ("all", "any", "not", "field", "event"):
            if name in given:
                return self._one(name, given, place, depth)
        raise Wrong(_("A condition is an object with all, any, not, field or event."), place)

    def _one(self, name: str, given: dict[str, Any], place: str, depth: int) -> Node:
        if name == "field":
            return self._test(given, place)
        if name == "event":
            return self._event(given, place, depth)
        _only(given, {name}, place)
        if name == "not":
            return Not(self.node(given["not"], within(place, "not"), depth + 1))
        parts = self._parts(given[name], within(place, name), depth)
        if name == "any" and not parts:
            raise Wrong(_("Say at least one condition here."), within(place, "any"))
        return All(parts) if name == "all" else Either(parts)

    def _parts(self, given: Any, place: str, depth: int) -> tuple[Node, ...]:
        if not isinstance(given, list):
            raise Wrong(_("Give a list of conditions here."), place)
        return tuple(self.node(one, f"{place}[{at}]", depth + 1) for at, one in enumerate(given))

    def _test(self, given: dict[str, Any], place: str) -> Test:
        _only(given, {"field", "op", "value"}, place)
        name = given["field"]
        field = self._vocabulary.find(name) if isinstance(name, str) and "\0" not in name else None
        if field is None:
            told = {"name": str(name)[:60]}
            raise Wrong(_("There is no field %(name)s.") % told, within(place, "field"))
        takes = operators(field)
        op = given.get("op")
        if not isinstance(op, str) or op not in takes:
            told = {"ops": ", ".join(takes)}
            raise Wrong(_("This cannot be asked of it. Choose one of: %(ops)s.") % told, within(place, "op"))
        return Test(field.name, op, _value(field, takes[op], given, within(place, "value")))

    def _event(self, given: dict[str, Any], place: str, depth: int) -> Happened:
        _only(given, _COUNTED, place)
        events = self._vocabulary.events
        if events is None:
            raise Wrong(_("Events cannot be asked for here."), within(place, "event"))
        kind = values.word(given["event"], within(place, "event"))
        many, n = _many(given, place)
        reader = _Reader(of_data(events))
        reader._count = self._count
        where = reader.node(given.get("where", {"all": []}), within(place, "where"), depth + 1)
        self._count = reader._count
        return Happened(kind, many, n, _window(given, place), where)


def _value(field: Field, takes: str, given: dict[str, Any], place: str) -> Any:
    if not takes:
        if given.get("value") is not None:
            raise Wrong(_("This takes no value."), place)
        return None
    if given.get("value") is None:
        raise Wrong(_("A value is missing here."), place)
    value = values.READERS[takes](given["value"], place)
    allowed = {key for key, _words in field.choices} if field.named or (field.closed and field.choices) else None
    for one in value if isinstance(value, tuple) else (value,):
        if allowed is not None and one not in allowed:
            told = {"choices": ", ".join(sorted(allowed))}
            raise Wrong(_("This is not one of its values. Choose one of: %(choices)s.") % told, place)
    return value


def _many(given: dict[str, Any], place: str) -> tuple[Many, int]:
    said = [name for name in MANY if name in given]
    if len(said) > 1:
        raise Wrong(_("Give only one of at_least, at_most and exactly."), within(place, said[1]))
    if not said:
        return "at_least", 1
    least = 1 if said[0] == "at_least" else 0
    return said[0], values.whole(given[said[0]], within(place, said[0]), least, MOST_EVENTS)


def _window(given: dict[str, Any], place: str) -> Window:
    if "days" in given and ("since" in given or "until" in given):
        raise Wrong(_("Give either days, or since and until."), within(place, "days"))
    days = values.days(given["days"], within(place, "days")) if "days" in given else None
    since = values.day(given["since"], within(place, "since")) if "since" in given else None
    until = values.day(given["until"], within(place, "until")) if "until" in given else None
    if since and until and until < since:
        raise Wrong(_("This day is before the first."), within(place, "until"))
    return Window(days, since, until)


def _only(given: dict[str, Any], known: set[str], place: str) -> None:
    for name in given:
        if name not in known:
            told = {"name": str(name)[:60]}
            raise Wrong(_("Nobody knows %(name)s here.") % told, within(place, str(name)[:60]))


def write(node: Node) -> dict[str, Any]:
    """Undo :func:`read`."""
    if isinstance(node, All):
        return {"all": [write(one) for one in node.parts]}
    if isinstance(node, Either):
        return {"any": [write(one) for one in node.parts]}
    if isinstance(node, Not):
        return {"not": write(node.part)}
    if isinstance(node, Test):
        made: dict[str, Any] = {"field": node.field, "op": node.op}
        return made if node.value is None else {**made, "value": values.written(node.value)}
    made = {"event": node.kind, node.many: node.n}
    window = {name: getattr(node.window, name) for name in ("days", "since", "until")}
    made |= {name: values.written(value) for name, value in window.items() if value is not None}
    return made if node.where == All(()) else {**made, "where": write(node.where)}
