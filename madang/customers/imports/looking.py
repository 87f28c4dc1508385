"""Who the people of a batch are: by the keys of earlier imports and by proven addresses; what they have now."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import text

from madang.customers.imports.planning import Address, Key, Known, Standing, addresses, keys_of
from madang.customers.imports.records import Record
from madang.customers.trees import Moved, hold
from madang.lib.postgres import Tx

BY_KEY = text("""
select k.source, k.value, k.customer_id
from unnest(cast(:sources as text[]), cast(:values as text[])) as a(source, value)
join customer_outside_key k using (source, value)
""")
BY_ADDRESS = text("""
select i.kind, i.value, i.customer_id
from unnest(cast(:kinds as text[]), cast(:values as text[])) as a(kind, value)
join identity i on i.kind = a.kind and i.value = a.value and i.account = ''
""")
PEOPLE = text("""
select id, name, language, timezone, company, region, prefers, fields, blocked_at is not null as blocked
from customer where id = any(cast(:ids as bigint[]))
""")
PROVEN = text("select customer_id, kind, value from identity where customer_id = any(cast(:ids as bigint[]))")
SAID = text("select customer_id, kind, value from claim where customer_id = any(cast(:ids as bigint[]))")
TAGS = text("select customer_id, tag from customer_tag where customer_id = any(cast(:ids as bigint[]))")
NOTES = text("""
select customer_id, text from customer_note
where customer_id = any(cast(:ids as bigint[])) and text = any(cast(:texts as text[])) and deleted_at is null
""")
TOUCHED = text("""
select distinct customer_id from customer_import_row
where import_id = :import and not dry and customer_id = any(cast(:ids as bigint[]))
""")
NUMBERS = text("select nextval('customer_id_seq') from generate_series(1, :n)")
PLAIN = ("name", "language", "timezone", "company", "region", "prefers")


async def found(tx: Tx, source: str, records: Sequence[Record]) -> tuple[dict[Key, int], dict[Address, int]]:
    """Whose the keys and the proven addresses of these records are now."""
    keys = sorted({key for one in records for key in keys_of(source, one)})
    given = {"sources": [key[0] for key in keys], "values": [key[1] for key in keys]}
    by_key = {(row[0], row[1]): row[2] for row in await tx.execute(BY_KEY, given)}
    listed = sorted({one for record in records for one in addresses(record)})
    given = {"kinds": [one[0] for one in listed], "values": [one[1] for one in listed]}
    return by_key, {(row[0], row[1]): row[2] for row in await tx.execute(BY_ADDRESS, given)}


async def known(tx: Tx, number: int, source: str, records: Sequence[Record], *, lock: bool) -> Known:
    """All that planning needs; with ``lock`` the people are held. Raises Moved when somebody was merged meanwhile."""
    keys, owners = await found(tx, source, records)
    ids = {*keys.values(), *owners.values()}
    if lock:
        await hold(tx, ids)
        if (keys, owners) != await found(tx, source, records):
            raise Moved
    people = await _standing(tx, ids, [one.note for one in records if one.note])
    touched = set((await tx.execute(TOUCHED, {"import": number, "ids": sorted(ids)})).scalars())
    some = len([one for one in records if not one.skip])
    fresh = [row[0] for row in await tx.execute(NUMBERS, {"n": some})] if lock and some else []
    return Known(keys, owners, people, touched, fresh[::-1])


async def _standing(tx: Tx, ids: Iterable[int], notes: list[str]) -> dict[int, Standing]:
    given: dict[str, Any] = {"ids": sorted(ids)}
    made: dict[int, Standing] = {}
    for row in await tx.execute(PEOPLE, given):
        fields = {name: getattr(row, name) for name in PLAIN if getattr(row, name)}
        custom = {f"fields.{name}": value for name, value in row.fields.items() if value not in (None, "")}
        made[row.id] = Standing(fields | custom, blocked=row.blocked)
    for number, kind, value in await tx.execute(PROVEN, given):
        made[number].proven.add((kind, value))
    for number, kind, value in await tx.execute(SAID, given):
        made[number].said.add((kind, value))
    for number, tag in await tx.execute(TAGS, given):
        made[number].tags.add(tag)
    if notes:
        for number, said in await tx.execute(NOTES, {**given, "texts": notes}):
            made[number].notes.add(said)
    return made
