"""Customers in a test's database, as many as are wanted."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from sqlalchemy import text

from madang.customers.matching.record import Known
from madang.lib.postgres import Database

CUSTOMERS = text("""
insert into customer (name, company, fields)
select name, company, fields::jsonb
from unnest(cast(:names as text[]), cast(:companies as text[]), cast(:fields as text[]))
  with ordinality as n(name, company, fields, place) order by place returning id
""")
IDENTITIES = text("""
insert into identity (customer_id, kind, value)
select * from unnest(cast(:customers as bigint[]), cast(:kinds as text[]), cast(:values as text[]))
on conflict do nothing
""")
CLAIMS = text("""
insert into claim (customer_id, kind, value)
select * from unnest(cast(:customers as bigint[]), cast(:kinds as text[]), cast(:values as text[]))
on conflict do nothing
""")


async def fill(database: Database, people: Sequence[Known]) -> list[int]:
    """Their numbers; each has proven the first address she gave, if nobody else had, and said the others."""
    async with database.begin() as tx:
        given = {
            "names": [_name(one) for one in people],
            "companies": [one.company for one in people],
            "fields": [msgspec.json.encode(_fields(one)).decode() for one in people],
        }
        ids = list((await tx.execute(CUSTOMERS, given)).scalars())
        both = list(zip(ids, people, strict=True))
        reached = [(who, "email", one) for who, known in both for one in known.emails]
        reached += [(who, "phone", one) for who, known in both for one in known.phones]
        columns = {
            "customers": [one[0] for one in reached],
            "kinds": [one[1] for one in reached],
            "values": [one[2] for one in reached],
        }
        await tx.execute(IDENTITIES, columns)
        await tx.execute(CLAIMS, columns)
        for table in ("customer", "identity", "claim"):
            await tx.execute(text(f"analyze {table}"))
    return ids


def _name(one: Known) -> str:
    return one.names[0] if one.names else f"{one.family}{one.given}"


def _fields(one: Known) -> dict[str, str]:
    address = one.address or " ".join(filter(None, (one.town, one.street, one.house)))
    given = {"birth": one.birth, "address": address, "number": one.number}
    return {name: value for name, value in given.items() if value}
