"""What is known of people, as the matching compares them: of a few by their numbers, of everybody in one stream."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from typing import Any

import asyncpg
import msgspec
from sqlalchemy import text

from madang.customers.matching.record import Known
from madang.lib.postgres import Tx

# Everything she is called and reached by, she and who is merged into her. Claims count: they are only looked at.
KNOWN = text("""
select c.id, c.name, array(
  with recursive below (id, name) as (
    select k.id, k.name from customer k where k.merged_into = c.id
    union all select k.id, k.name from below join customer k on k.merged_into = below.id)
  select name from below) as also,
  array(select value from identity where customer_id = c.id and kind = 'email' union
        select value from claim where customer_id = c.id and kind = 'email' order by 1 limit 20) as emails,
  array(select value from identity where customer_id = c.id and kind = 'phone' union
        select value from claim where customer_id = c.id and kind = 'phone' order by 1 limit 20) as phones, c.company,
  coalesce(nullif(c.fields ->> 'birth', ''), c.fields ->> 'birthday', '') as birth,
  coalesce(c.fields ->> 'address', '') as address, coalesce(c.fields ->> 'number', '') as number
from customer c where c.id = any(cast(:ids as bigint[])) and c.merged_into is null
""")
# As she was before she was merged: what is at home with her.
APART = text("""
select c.id, c.name, array[]::text[] as also,
  array(select value from identity where coalesce(home_id, customer_id) = c.id and kind = 'email'
    and (customer_id = c.id or home_id = c.id) order by 1 limit 20) as emails,
  array(select value from identity where coalesce(home_id, customer_id) = c.id and kind = 'phone'
    and (customer_id = c.id or home_id = c.id) order by 1 limit 20) as phones, c.company,
  coalesce(nullif(c.fields ->> 'birth', ''), c.fields ->> 'birthday', '') as birth,
  coalesce(c.fields ->> 'address', '') as address, coalesce(c.fields ->> 'number', '') as number
from customer c where c.id = any(cast(:ids as bigint[]))
""")
EVERYBODY = """
with recursive under (root, id, name) as (
  select r.id, c.id, c.name from customer c join customer r on r.id = c.merged_into where r.merged_into is null
  union all select under.root, c.id, c.name from under join customer c on c.merged_into = under.id),
also as (select root, array_agg(name) as names from under group by 1),
reach as (
  select customer_id, array_agg(value order by value) filter (where kind = 'email') as emails,
    array_agg(value order by value) filter (where kind = 'phone') as phones
  from (select customer_id, kind, value from identity where kind in ('email', 'phone')
        union select customer_id, kind, value from claim where kind in ('email', 'phone')) a group by 1)
select json_build_array(c.id, c.name, coalesce(a.names, '{}'), coalesce(r.emails[:20], '{}'),
  coalesce(r.phones[:20], '{}'), w.company, w.birth, w.address, w.number)
from customer c left join also a on a.root = c.id left join reach r on r.customer_id = c.id
cross join lateral (select c.company,
  coalesce(nullif(c.fields ->> 'birth', ''), c.fields ->> 'birthday', '') as birth,
  coalesce(c.fields ->> 'address', '') as address, coalesce(c.fields ->> 'number', '') as number) w
where c.merged_into is null
"""


class _Row(msgspec.Struct, array_like=True):
    id: int
    name: str
    also: list[str]
    emails: list[str]
    phones: list[str]
    company: str
    birth: str
    address: str
    number: str


def _known(row: Any) -> Known:
    return Known(
        names=tuple(sorted({one for one in (row.name, *row.also) if one})),
        emails=tuple(row.emails),
        phones=tuple(row.phones),
        birth=row.birth,
        address=row.address,
        company=row.company,
        number=row.number,
    )


async def known(tx: Tx, ids: Iterable[int]) -> dict[int, Known]:
    """What is known of persons; those who were merged are left out."""
    rows = await tx.execute(KNOWN, {"ids": sorted(set(ids))})
    return {row.id: _known(row) for row in rows}


async def apart(tx: Tx, ids: Iterable[int]) -> dict[int, Known]:
    """What is known of each of these by itself, as if she had never been merged."""
    rows = await tx.execute(APART, {"ids": sorted(set(ids))})
    return {row.id: _known(row) for row in rows}


async def everybody(connection: asyncpg.Connection, take: Callable[[list[tuple[int, Known]]], Awaitable[None]]) -> None:
    """Everybody as :func:`known` knows them, as they are at one moment, handed over as they come."""
    left = b""

    async def part(data: bytes) -> None:
        nonlocal left
        *lines, left = (left + data).split(b"\n")
        if lines:
            await take([_line(one) for one in lines])

    await connection.copy_from_query(EVERYBODY, output=part)


_DECODE = msgspec.json.Decoder(_Row)


def _line(line: bytes) -> tuple[int, Known]:
    """A line of COPY: in JSON nothing but the backslash is written otherwise there."""
    row = _DECODE.decode(line.replace(b"\\\\", b"\\"))
    return row.id, _known(row)
