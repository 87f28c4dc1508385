"""What another program knows of customers: it makes them, corrects their fields, adds addresses. Set-based.

Whoever calls holds the customers. Each change is in the chain of its field, with the program as its actor.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import insert, text

from madang.customers.identity import Address, Owner, attach, claim
from madang.customers.imports.actions.batches import CHANGES, CUSTOMERS, set_fields
from madang.customers.models import FieldChange
from madang.events.kinds import Kind
from madang.events.record import Actor, News, record_all
from madang.lib.postgres import Tx

CUSTOM = "fields."
NUMBERS = text("select nextval('customer_id_seq') from generate_series(1, :n)")

KEYS = text("""
insert into customer_outside_key (customer_id, source, value) select customer, :source, value
from unnest(cast(:customers as bigint[]), cast(:values as text[])) as n(customer, value) order by value
on conflict do nothing
""")

Changes = Mapping[int, Mapping[str, tuple[Any, Any]]]  # by customer and field: before, after


class Overruled(NamedTuple):
    """What a program had of a field that stays as it is here."""

    customer: int
    field: str
    here: Any
    there: Any


async def make(tx: Tx, actor: Actor, people: Sequence[Mapping[str, Any]], about: Mapping[str, Any]) -> list[int]:
    """New customers with these fields; ``about`` is said in the events. Returns their numbers, in order."""
    if not people:
        return []
    ids = [row[0] for row in await tx.execute(NUMBERS, {"n": len(people)})]
    given: dict[str, Any] = {"ids": ids, "ats": [None] * len(ids)}
    for column, name in (
        ("names", "name"), ("languages", "language"), ("timezones", "timezone"),
        ("companies", "company"), ("regions", "region"),
    ):  # fmt: skip
        given[column] = [one.get(name) or "" for one in people]
    given["fields"] = [msgspec.json.encode(_custom(one)).decode() for one in people]
    await tx.execute(CUSTOMERS, given)
    await record_all(tx, actor, [News(Kind.CUSTOMER_CREATED, customer=one, data=dict(about)) for one in ids])
    return ids


def _custom(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name.removeprefix(CUSTOM): value
        for name, value in fields.items()
        if name.startswith(CUSTOM) and value is not None
    }


async def number(tx: Tx, source: str, known: Mapping[str, int]) -> None:
    """By what number of theirs customers are found again, also after another connection. It proves nothing."""
    await tx.execute(KEYS, {"source": source, "customers": list(known.values()), "values": list(known)})


async def correct(tx: Tx, actor: Actor, changes: Changes, about: Mapping[str, Any]) -> None:
    """Set fields, each change in the chain of its field."""
    flat = [(who, name, *pair) for who, some in changes.items() for name, pair in some.items()]
    if not flat:
        return
    given = {
        "customers": [one[0] for one in flat],
        "fields": [one[1] for one in flat],
        "befores": [msgspec.json.encode(one[2]).decode() for one in flat],
        "afters": [msgspec.json.encode(one[3]).decode() for one in flat],
        "by": str(actor),
    }
    await tx.execute(CHANGES, given)
    await set_fields(tx, {who: {name: after for name, (_, after) in some.items()} for who, some in changes.items()})
    news = [
        News(Kind.CUSTOMER_CHANGED, customer=who, data={**{n: after for n, (_, after) in some.items()}, **about})
        for who, some in changes.items()
        if some
    ]
    await record_all(tx, actor, [replace(one, actor=None) for one in news])


async def overrule(tx: Tx, actor: Actor, some: Sequence[Overruled]) -> None:
    """Note what a program had where ours stays: a change in the chain that never stood."""
    if some:
        rows = [
            {"customer_id": one.customer, "field": one.field, "before": one.here, "after": one.there} for one in some
        ]
        await tx.execute(insert(FieldChange).values(by=actor.signed, undone=True), rows)


async def say_addresses(tx: Tx, actor: Actor, said: Sequence[tuple[Owner, str, str]], *, proof: str = "") -> None:
    """Note addresses (kind, value in its one spelling): claims, or with a ``proof`` proven ones.

    One that is somebody else's already stays hers.
    """
    if proof:
        news = await attach(tx, {Address(kind, value): owner for owner, kind, value in said}, proof)
    else:
        news = await claim(tx, list(said))
    await record_all(tx, actor, [replace(one, actor=None) for one in news])
