"""A condition as a WHERE clause: one for a few subjects, by the indexes of theirs, one for all there are at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, not_, or_, select, true

from madang.lib.conditions.calendar import Calendar
from madang.lib.conditions.judging import holds
from madang.lib.conditions.predicates import predicate, words_of
from madang.lib.conditions.reading import of_data
from madang.lib.conditions.tree import All, Either, Happened, Node, Not, Test, Window
from madang.lib.conditions.vocabulary import OPPOSITE, Each, Events, Gathered, Vocabulary

Clause = ColumnElement[bool]


@dataclass(frozen=True, eq=False)
class Sql:
    """Conditions of one vocabulary at one moment.

    ``wide``: for a statement that looks at all subjects; what is made of other rows is then gathered once for all of
    them. Else it is looked up for each, which suits statements that name their subjects.
    """

    vocabulary: Vocabulary
    calendar: Calendar
    wide: bool = False

    def where(self, node: Node) -> Clause:
        """True or false for every subject, never null."""
        if isinstance(node, All):
            return and_(true(), *(self.where(one) for one in node.parts))
        if isinstance(node, Either):
            return or_(false(), *(self.where(one) for one in node.parts))
        if isinstance(node, Not):
            return not_(self.where(node.part))
        return self._test(node) if isinstance(node, Test) else self._happened(node)

    def kept(self, node: Node) -> Clause:
        """The same subjects for a WHERE of its own, where null leaves out as false does: this way indexes are found."""
        if isinstance(node, All):
            return and_(true(), *(self.kept(one) for one in node.parts))
        if isinstance(node, Either):
            return or_(false(), *(self.kept(one) for one in node.parts))
        if isinstance(node, Test) and node.op not in OPPOSITE:
            return self._said(node)
        return self.where(node)

    def _test(self, test: Test) -> Clause:
        if test.op in OPPOSITE:
            return not_(self._test(replace(test, op=OPPOSITE[test.op])))
        said = self._said(test)
        return func.coalesce(said, false()) if self._unsure(test) else said

    def _unsure(self, test: Test) -> bool:
        """Whether what it says may be null."""
        made = self.vocabulary.field(test.field).sql
        if isinstance(made, Each):
            return made.owner is None
        return not isinstance(made, Gathered) and getattr(made, "nullable", True) is not False

    def _said(self, test: Test) -> Clause:
        field = self.vocabulary.field(test.field)
        if isinstance(field.sql, Each):
            has = field.sql.has(None if test.op == "known" else words_of(test))
            return has if field.sql.owner is None else self._among(field.sql.owner, has)
        if isinstance(field.sql, Gathered) and field.sql.newest is not None and test.op != "known":
            return self._newest(field.sql, field.sql.newest, test)
        ask = _asking(field.type, test, self.calendar)
        if isinstance(field.sql, Gathered):
            return self._gathered(field.sql, ask, empty=holds(field.type, test, self.calendar, field.sql.empty))
        return ask(field.sql)

    def _gathered(self, made: Gathered, ask: Callable[[ColumnElement[Any]], Clause], *, empty: bool) -> Clause:
        """When none passes too, those are sought who do not pass: nobody has to look for what is not there."""
        said = ask(made.value)
        sought = func.coalesce(not_(said), true()) if empty else said
        found = self._among(made.owner, made.where, sought)
        return not_(found) if empty else found

    def _newest(self, made: Gathered, at: ColumnElement[Any], test: Test) -> Clause:
        """The newest of them is in a window when one is and none is later."""
        given: Any = test.value
        window = Window(days=given) if test.op == "within" else Window(since=given, until=given)
        since, before = self.calendar.bounds(window)
        if test.op == "after":
            return self._among(made.owner, and_(made.where, at >= before))
        if test.op == "before":
            late = self._among(made.owner, and_(made.where, at >= since))
            return and_(self._among(made.owner, and_(made.where, at < since)), not_(late))
        late = self._among(made.owner, and_(made.where, at >= before))
        return and_(self._among(made.owner, and_(made.where, at >= since)), not_(late))

    def _happened(self, node: Happened) -> Clause:
        events = self.vocabulary.events
        if events is None:
            raise LookupError("this vocabulary has no events")
        ours = during(events, node, self.calendar)
        if node.many == "at_least":
            return self._among(events.owner, ours, *([func.count() >= node.n] if node.n > 1 else []))
        if node.many == "at_most" or not node.n:
            return not_(self._among(events.owner, ours, *([func.count() > node.n] if node.n else [])))
        return self._among(events.owner, ours, func.count() == node.n)

    def _among(self, owner: ColumnElement[int], where: Clause, *having: Clause) -> Clause:
        """Whether the subject is among the owners of such rows."""
        subject = self.vocabulary.subject
        if not self.wide:
            rows: Select[Any] = select(1).select_from(owner.table).where(owner == subject, where).having(*having)
            return exists(rows.correlate(subject.table))
        some = select(owner).where(where)
        return subject.in_(some.group_by(owner).having(*having) if having else some)


def during(events: Events, node: Happened, calendar: Calendar) -> Clause:
    """The rows it counts, whoever's."""
    since, before = calendar.bounds(node.window)
    return and_(
        such(events, node, calendar),
        *([] if since is None else [events.at >= since]),
        *([] if before is None else [events.at < before]),
    )


def such(events: Events, node: Happened, calendar: Calendar) -> Clause:
    """The same, whenever they were."""
    return and_(events.kind == node.kind, Sql(of_data(events), calendar).where(node.where))


def _asking(type_: Any, test: Test, calendar: Calendar) -> Callable[[ColumnElement[Any]], Clause]:
    return lambda value: predicate(type_, test, calendar, value)
