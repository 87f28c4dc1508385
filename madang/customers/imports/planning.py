"""What a row does to whom: pure, so that the dry run and the run cannot differ."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from madang.customers.imports.models import Outcome
from madang.customers.imports.records import MOST_TAGS, Record

Key = tuple[str, str]  # of the source and its number; the source '' for an address
Address = tuple[str, str]  # kind, value

ANYWHERE = ""


@dataclass(slots=True)
class Standing:
    """What a customer has now, as far as an import may add to it; kept up to date while a batch is planned."""

    fields: dict[str, Any] = field(default_factory=dict)
    proven: set[Address] = field(default_factory=set)
    said: set[Address] = field(default_factory=set)
    tags: set[str] = field(default_factory=set)
    notes: set[str] = field(default_factory=set)
    blocked: bool = False


@dataclass(slots=True)
class Known:
    """Who is found by what. A new customer gets a number from ``fresh``; ``touched`` are those of earlier rows."""

    keys: dict[Key, int]
    owners: dict[Address, int]
    people: dict[int, Standing]
    touched: set[int]
    fresh: list[int]


@dataclass(slots=True)
class Step:
    """What one row does. ``fields``: name → (before, after); ``new``: she is made by this row."""

    record: Record
    outcome: Outcome
    customer: int = 0
    new: bool = False
    fields: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    proven: list[Address] = field(default_factory=list)
    said: list[Address] = field(default_factory=list)
    unsaid: list[Address] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    note: str = ""
    keys: list[Key] = field(default_factory=list)
    other: int = 0  # whom she may be too

    @property
    def adds(self) -> bool:
        """Whether it changes anything."""
        return bool(self.new or self.fields or self.proven or self.said or self.tags or self.note)

    @property
    def created_at(self) -> datetime | None:
        """Since when she is a customer, when the file says."""
        return self.record.created_at


def addresses(record: Record) -> list[Address]:
    """All it lists."""
    return [("email", one) for one in record.emails] + [("phone", one) for one in record.phones]


def keys_of(source: str, record: Record) -> list[Key]:
    """By what a later row, or a later import, finds the same person: the surest first. A phone only with the name."""
    name = "".join(str(record.fields.get("name", "")).casefold().split())
    own = [(source, record.external_id)] if record.external_id else []
    mails = [(ANYWHERE, f"email:{one}") for one in record.emails]
    return own + mails + [(ANYWHERE, f"phone:{one}:{name}") for one in record.phones]


def plan(source: str, records: Iterable[Record], known: Known, *, proven: bool, overwrite: bool) -> list[Step]:
    """What each record does, in order; ``known`` goes along with it."""
    return [_step(source, one, known, proven, overwrite) for one in records]


def _step(source: str, record: Record, known: Known, proven: bool, overwrite: bool) -> Step:
    if record.skip:
        return Step(record, Outcome.SKIPPED)
    keys = keys_of(source, record)
    found = _found(record, keys, known)
    if not found:
        step = Step(record, Outcome.NEW, known.fresh.pop(), new=True)
        known.people[step.customer] = Standing()
    else:
        step = Step(record, Outcome.SAME, found[0], other=found[1] if len(found) > 1 else 0)
    standing = known.people[step.customer]
    if standing.blocked:
        record.say("blocked")
        step.outcome, step.other = Outcome.SKIPPED, 0
        return step
    _add(step, standing, known.owners, proven, overwrite)
    step.keys = [key for key in keys if key not in known.keys]
    known.keys |= dict.fromkeys(step.keys, step.customer)
    _judge(step, known)
    known.touched.add(step.customer)
    return step


def _judge(step: Step, known: Known) -> None:
    if step.other:
        step.outcome = Outcome.CONFLICT
        step.record.say("two", f"#{step.customer} #{step.other}")
    elif not step.new and step.customer in known.touched:
        step.outcome = Outcome.REPEAT
    elif not step.new and step.adds:
        step.outcome = Outcome.CHANGED


def _found(record: Record, keys: list[Key], known: Known) -> list[int]:
    """Whom it may be, the surest first. Phones are shared: one makes nobody a second person."""
    sure = [known.keys.get(key) for key in keys if not key[1].startswith("phone:") or key[0]]
    sure += [known.owners.get(("email", one)) for one in record.emails]
    found = list(dict.fromkeys(one for one in sure if one))
    if found:
        return found
    by_phone = [known.keys.get(key) for key in keys]
    by_phone += [_namesake(record, known.owners.get(("phone", one)), known) for one in record.phones]
    return [one for one in by_phone if one][:1]


def _namesake(record: Record, customer: int | None, known: Known) -> int | None:
    if not customer:
        return None
    one, two = (
        "".join(str(has.get("name", "")).casefold().split()) for has in (record.fields, known.people[customer].fields)
    )
    return customer if not one or not two or one == two else None


def _add(step: Step, has: Standing, owners: Mapping[Address, int], proven: bool, overwrite: bool) -> None:
    record = step.record
    for name, value in record.fields.items():
        before = has.fields.get(name)
        if before != value and (overwrite or before in (None, "")):
            step.fields[name] = (before, value)
            has.fields[name] = value
    for one in addresses(record):
        _address(step, has, one, owners.get(one, 0), proven)
    step.tags = sorted({*record.tags} - has.tags)[: max(0, MOST_TAGS - len(has.tags))]
    has.tags |= {*step.tags}
    if record.note and record.note not in has.notes:
        step.note = record.note
        has.notes.add(record.note)


def _address(step: Step, has: Standing, one: Address, owner: int, proven: bool) -> None:
    theirs = owner and owner != step.customer
    if one in has.proven or (one in has.said and not proven):
        return
    if theirs and (proven or one[0] == "email"):
        step.record.say("shared", one[1])
    elif proven:
        step.proven.append(one)
        has.proven.add(one)
        if one in has.said:
            step.unsaid.append(one)
            has.said.discard(one)
    else:
        step.said.append(one)
        has.said.add(one)
