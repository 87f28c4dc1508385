"""A batch of rows into the house: set-based, one transaction, the position with it, so that a kill doubles nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import text

from madang.customers.actions.suggesting import Pair, suggest
from madang.customers.imports.models import Outcome
from madang.customers.imports.planning import Step
from madang.events.kinds import Kind
from madang.events.record import Actor, News, record_all
from madang.lib.postgres import Tx

PROOF = "import"
LIKELY = 0.9  # both are listed as one in somebody's records

CUSTOMERS = text("""
insert into customer (id, name, language, timezone, company, region, fields, created_at)
select id, name, language, timezone, company, region, fields::jsonb, coalesce(at, now())
from unnest(cast(:ids as bigint[]), cast(:names as text[]), cast(:languages as text[]), cast(:timezones as text[]),
            cast(:companies as text[]), cast(:regions as text[]), cast(:fields as text[]), cast(:ats as timestamptz[]))
  as n(id, name, language, timezone, company, region, fields, at)
""")
CHANGES = text("""
with made as (
  insert into field_change (customer_id, field, before, after, by)
  select customer, field, before::jsonb, after::jsonb, :by
  from unnest(cast(:customers as bigint[]), cast(:fields as text[]), cast(:befores as text[]), cast(:afters as text[]))
    with ordinality as n(customer, field, before, after, place)
  order by place returning id)
select id from made order by id
""")
SET = text("""
update customer c set
  name = coalesce(g.v->>'name', c.name), language = coalesce(g.v->>'language', c.language),
  timezone = coalesce(g.v->>'timezone', c.timezone), company = coalesce(g.v->>'company', c.company),
  region = coalesce(g.v->>'region', c.region), fields = jsonb_strip_nulls(c.fields || coalesce(g.v->'fields', '{}'))
from (select id, v::jsonb as v from unnest(cast(:ids as bigint[]), cast(:values as text[])) as n(id, v)) g
where c.id = g.id
""")
PROVEN = text("""
insert into identity (customer_id, kind, value, proof, proved_by)
select customer, kind, value, :proof, :by
from unnest(cast(:customers as bigint[]), cast(:kinds as text[]), cast(:values as text[])) as n(customer, kind, value)
order by kind, value on conflict do nothing returning kind, value, id
""")
SAID = text("""
insert into claim (customer_id, kind, value) select customer, kind, value
from unnest(cast(:customers as bigint[]), cast(:kinds as text[]), cast(:values as text[])) as n(customer, kind, value)
order by 1, 2, 3 on conflict do nothing
""")
UNSAID = text("""
delete from claim c using unnest(cast(:customers as bigint[]), cast(:kinds as text[]), cast(:values as text[]))
  as n(customer, kind, value) where c.customer_id = n.customer and c.kind = n.kind and c.value = n.value
""")
TAGS = text("""
insert into customer_tag (customer_id, tag, by) select customer, tag, :by
from unnest(cast(:customers as bigint[]), cast(:tags as text[]))
  as n(customer, tag) order by 1, 2 on conflict do nothing
""")
NOTES = text("""
with made as (
  insert into customer_note (customer_id, text, by, author) select customer, note, :by, :author
  from unnest(cast(:customers as bigint[]), cast(:notes as text[])) with ordinality as n(customer, note, place)
  order by place returning id)
select id from made order by id
""")
KEYS = text("""
insert into customer_outside_key (customer_id, source, value, import_id) select customer, source, value, :import
from unnest(cast(:customers as bigint[]), cast(:sources as text[]), cast(:values as text[]))
  as n(customer, source, value) order by source, value on conflict do nothing
""")
ROWS = text("""
insert into customer_import_row (import_id, dry, row, outcome, customer_id, made, problems, troubled)
select :import, :dry, row, outcome, nullif(customer, 0), made::jsonb, problems::jsonb, troubled
from unnest(cast(:rows as int[]), cast(:outcomes as smallint[]), cast(:customers as bigint[]), cast(:made as text[]),
            cast(:problems as text[]), cast(:troubled as boolean[]))
  as n(row, outcome, customer, made, problems, troubled)
""")


class Who(NamedTuple):
    """For whom rows are written: the import, its actor and how she is called."""

    number: int
    actor: Actor
    author: str


Made = dict[
    int, dict[str, list[Any]]
]  # by row: f field changes, i identities, c claims, u claims taken, t tags, n notes


async def write(tx: Tx, who: Who, steps: Sequence[Step]) -> Counter[str]:
    """Do what was planned; the caller holds the people. Returns how often each outcome was."""
    made: Made = {one.record.row: {} for one in steps}
    await _customers(tx, [one for one in steps if one.new])
    await _fields(tx, who, [one for one in steps if one.fields and not one.new], made)
    await _addresses(tx, who, steps, made)
    await _words(tx, who, steps, made)
    await _keys(tx, who, steps)
    await suggest(tx, [_pair(one) for one in steps if one.other])
    await rows(tx, who.number, steps, made, dry=False)
    await record_all(tx, who.actor, list(_news(who, steps)))
    return Counter(one.outcome.name.lower() for one in steps)


def _pair(step: Step) -> Pair:
    return Pair(step.customer, step.other, LIKELY, [{"field": "address", "level": "one row of an import"}])


async def _customers(tx: Tx, steps: Sequence[Step]) -> None:
    if not steps:
        return
    has = [{name: after for name, (_, after) in one.fields.items()} for one in steps]
    given = {
        "ids": [one.customer for one in steps],
        "names": [one.get("name", "") for one in has],
        "languages": [one.get("language", "") for one in has],
        "timezones": [one.get("timezone", "") for one in has],
        "companies": [one.get("company", "") for one in has],
        "regions": [one.get("region", "") for one in has],
        "fields": [_json(_custom(one)) for one in has],
        "ats": [one.created_at for one in steps],
    }
    await tx.execute(CUSTOMERS, given)


def _custom(fields: dict[str, Any]) -> dict[str, Any]:
    return {name.removeprefix("fields."): value for name, value in fields.items() if name.startswith("fields.")}


async def _fields(tx: Tx, who: Who, steps: Sequence[Step], made: Made) -> None:
    """Each change in the chain of its field; the last of a batch is what she has."""
    flat = [(one, name, *change) for one in steps for name, change in one.fields.items()]
    if not flat:
        return
    given = {
        "customers": [one.customer for one, *_ in flat],
        "fields": [name for _, name, *_ in flat],
        "befores": [_json(before) for *_, before, _ in flat],
        "afters": [_json(after) for *_, after in flat],
        "by": str(who.actor),
    }
    for (one, *_), number in zip(flat, (await tx.execute(CHANGES, given)).scalars(), strict=True):
        made[one.record.row].setdefault("f", []).append(number)
    now: dict[int, dict[str, Any]] = {}
    for one, name, _before, after in flat:
        now.setdefault(one.customer, {})[name] = after
    await set_fields(tx, now)


async def set_fields(tx: Tx, now: dict[int, dict[str, Any]]) -> None:
    """Let customers have these values; the caller holds them and has noted the changes."""
    values = [
        _json(
            {name: value or "" for name, value in has.items() if not name.startswith("fields.")}
            | {"fields": _custom(has)}
        )
        for has in now.values()
    ]
    await tx.execute(SET, {"ids": list(now), "values": values})


async def _addresses(tx: Tx, who: Who, steps: Sequence[Step], made: Made) -> None:
    unsaid = [(one, address) for one in steps for address in one.unsaid]
    if unsaid:
        await tx.execute(UNSAID, _columns(unsaid))
    proven = [(one, address) for one in steps for address in one.proven]
    if proven:
        given = {**_columns(proven), "proof": PROOF, "by": str(who.actor)}
        numbers = {(row[0], row[1]): row[2] for row in await tx.execute(PROVEN, given)}
        for one, address in proven:
            if address in numbers:
                made[one.record.row].setdefault("i", []).append(numbers[address])
            else:  # a rival was first
                one.record.say("shared", address[1])
    said = [(one, address) for one in steps for address in one.said]
    if said:
        await tx.execute(SAID, _columns(said))
    for name, some in (("c", said), ("u", unsaid)):
        for one, address in some:
            made[one.record.row].setdefault(name, []).append(address)


async def _words(tx: Tx, who: Who, steps: Sequence[Step], made: Made) -> None:
    tags = [(one, tag) for one in steps for tag in one.tags]
    if tags:
        given = {"customers": [one.customer for one, _ in tags], "tags": [tag for _, tag in tags], "by": str(who.actor)}
        await tx.execute(TAGS, given)
    for one, tag in tags:
        made[one.record.row].setdefault("t", []).append(tag)
    noted = [one for one in steps if one.note]
    if noted:
        given = {"customers": [one.customer for one in noted], "notes": [one.note for one in noted]}
        numbers = (await tx.execute(NOTES, {**given, "by": str(who.actor), "author": who.author})).scalars()
        for one, number in zip(noted, numbers, strict=True):
            made[one.record.row]["n"] = [number]


async def _keys(tx: Tx, who: Who, steps: Sequence[Step]) -> None:
    flat = [(one.customer, *key) for one in steps for key in one.keys]
    given = {
        "customers": [one[0] for one in flat],
        "sources": [one[1] for one in flat],
        "values": [one[2] for one in flat],
    }
    await tx.execute(KEYS, {**given, "import": who.number})


async def rows(tx: Tx, number: int, steps: Sequence[Step], made: Made, *, dry: bool) -> None:
    """Keep what each row became; of a dry run only those with something to say."""
    kept = [one for one in steps if one.record.problems] if dry else list(steps)
    given = {
        "rows": [one.record.row for one in kept],
        "outcomes": [int(one.outcome) for one in kept],
        "customers": [0 if dry and one.new else one.customer for one in kept],
        "made": [_json(made.get(one.record.row, {})) for one in kept],
        "problems": [_json({"of": one.record.problems}) for one in kept],
        "troubled": [bool(one.record.problems) for one in kept],
    }
    await tx.execute(ROWS, {"import": number, "dry": dry, **given})


def _news(who: Who, steps: Iterable[Step]) -> Iterable[News]:
    """She who is new is told of once; of who was known, what was added."""
    of = {"import": who.number}
    fresh = {one.customer for one in steps if one.new}
    for one in steps:
        if one.new:
            yield News(Kind.CUSTOMER_CREATED, customer=one.customer, data=of)
        elif one.customer not in fresh and one.outcome != Outcome.SKIPPED and one.adds:
            yield News(
                Kind.CUSTOMER_CHANGED,
                customer=one.customer,
                data={**of, "fields": sorted(one.fields)},
            )
            if one.tags:
                yield News(Kind.CUSTOMER_TAGGED, customer=one.customer, data={**of, "added": one.tags})
            for kind, _value in one.proven:
                yield News(Kind.IDENTITY_ADDED, customer=one.customer, data={**of, "kind": kind, "proof": PROOF})
            for kind, _value in one.said:
                yield News(Kind.CLAIM_ADDED, customer=one.customer, data={**of, "kind": kind})


def _columns(some: Sequence[tuple[Step, tuple[str, str]]]) -> dict[str, list[Any]]:
    return {
        "customers": [one.customer for one, _ in some],
        "kinds": [address[0] for _, address in some],
        "values": [address[1] for _, address in some],
    }


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()
