"""A batch of customers summed up by brand, and how their marks differ from those that are kept. Only reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import text

from madang.conversations.quality.judging import JUDGED, House
from madang.lib.postgres import Tx

# What is marked otherwise now than it was: a count writes little where little has changed.
SUMS = """
, found as (
  select id as customer_id, 1::smallint as measure, brands from judged where unreachable
  union all select id, 2, brands from judged where unproven
  union all select id, 3, brands from judged where silent or returned
  union all select id, 4, coalesce(conflict_brands, '{}') from judged where asked or differs
  union all select id, 5, coalesce(question_brands, '{}') from judged where questions > 0),
stored as (
  select customer_id, measure, brands from quality_mark where customer_id > :after and customer_id <= :to),
everywhere as (select j.*, b.brand from judged j cross join lateral unnest(j.brands || cast(0 as bigint)) as b(brand)),
sums as (
  select brand, jsonb_build_object('customers', count(*), 'unreachable', count(*) filter (where unreachable),
    'unproven', count(*) filter (where unproven), 'stale', count(*) filter (where silent or returned),
    'returned', count(*) filter (where returned),
    'conflicting', count(*) filter (where (asked or differs) and (brand = 0 or brand = any(conflict_brands))),
    'duplicate', count(*) filter (where questions > 0 and (brand = 0 or brand = any(question_brands))),
    'merged', coalesce(sum(merges), 0)) as n,
    jsonb_build_object('name', count(*) filter (where plain ? 'name'),
      'company', count(*) filter (where plain ? 'company'), 'region', count(*) filter (where plain ? 'region'),
      'language', count(*) filter (where plain ? 'language'), 'timezone', count(*) filter (where plain ? 'timezone'),
      'prefers', count(*) filter (where plain ? 'prefers'),
      'email', count(*) filter (where 'email' = any(kinds) or 'email' = any(said_kinds)),
      'phone', count(*) filter (where 'phone' = any(kinds) or 'phone' = any(said_kinds))) as has
  from everywhere group by 1),
own as (
  select brand, 'fields.' || key as field, count(*) as n
  from everywhere cross join lateral jsonb_each_text(fields) f
  where fields <> '{}' and key = any(cast(:fields as text[])) and value <> '' group by 1, 2)
select
  coalesce((select jsonb_object_agg(brand, n) from sums), '{}') as sums,
  coalesce((select jsonb_object_agg(brand, has) from sums), '{}') as has,
  coalesce((select jsonb_agg(jsonb_build_array(brand, field, n)) from own), '[]') as own,
  coalesce((select jsonb_agg(jsonb_build_array(customer_id, measure, brands)) from (
    select * from found except select * from stored) m), '[]') as fresh,
  coalesce((select jsonb_agg(jsonb_build_array(customer_id, measure)) from (
    select customer_id, measure from stored except select customer_id, measure from found) m), '[]') as gone
"""
COUNTED_SQL = JUDGED + SUMS
COUNTED = text(COUNTED_SQL)


@dataclass(frozen=True, slots=True)
class Tally:
    """``sums`` by brand (``"0"`` everybody) as a snapshot keeps them; marks to set and to take away, as JSON."""

    sums: dict[str, dict[str, Any]]
    fresh: str
    gone: str


async def tally(tx: Tx, ids: Sequence[int], after: int, known: House, days: int, fields: Sequence[str]) -> Tally:
    """Of these customers, who are all there are with numbers above ``after`` up to the last of them."""
    given = {"ids": ids, "after": after, "to": ids[-1], "days": days, "fields": list(fields), **known.given}
    row = (await tx.execute(COUNTED, given)).one()
    sums = {brand: {**n, "has": dict(row.has[brand])} for brand, n in row.sums.items()}
    for brand, field, n in row.own:
        sums[str(brand)]["has"][field] = n
    return Tally(sums, _json(row.fresh), _json(row.gone))


def _json(some: list[Any]) -> str:
    return msgspec.json.encode(some).decode() if some else ""
