"""What is wrong with some customers' data: one statement that only reads, for a count and for a list alike."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, text

from madang.channels.connector import Cap, Kind
from madang.channels.models import Channel
from madang.channels.registry import entries, get
from madang.conversations.quality.measures import Measure
from madang.lib.postgres import Tx

# Everything of a customer has the number of the root; questions and merges name customers as they were, so these are
# looked up by all she is. A claim with a proof was proven of somebody else too. Of a question both must be seen in a
# brand to be asked there.
JUDGED = """
with recursive c as materialized (
  select id, created_at, fields, attributes, jsonb_strip_nulls(jsonb_build_object(
      'name', nullif(name, ''), 'company', nullif(company, ''), 'region', nullif(region, ''),
      'language', nullif(language, ''), 'timezone', nullif(timezone, ''), 'prefers', nullif(prefers, ''))) as plain
  from customer where id = any(cast(:ids as bigint[])) and merged_into is null),
members (root, id) as (
  select id, id from c union all select m.root, k.id from members m join customer k on k.merged_into = m.id),
seen as (
  select customer_id, max(last_at) as at from customer_tally
  where customer_id = any(cast(:ids as bigint[])) and what = 'seen' group by 1),
proven as (
  select i.customer_id, bool_or(i.kind <> 'cookie') as known,
    bool_or(case i.kind when 'email' then cast(:email as boolean) when 'phone' then cast(:phone as boolean)
      when 'cookie' then false else i.account = any(cast(:accounts as text[])) end) as reached,
    array_agg(distinct i.kind) as kinds, max(b.at) as returned_at,
    array_agg(i.value order by b.at desc) filter (where b.at is not null) as returned
  from identity i left join quality_bounce b on b.identity_id = i.id
  where i.customer_id = any(cast(:ids as bigint[])) group by 1),
said as (
  select customer_id, array_agg(distinct kind) as kinds,
    array_agg(value order by at desc) filter (where proof = '') as values, bool_or(proof <> '') as known,
    bool_or(proof <> '' and case kind when 'email' then cast(:email as boolean)
      when 'phone' then cast(:phone as boolean) else false end) as reached
  from claim where customer_id = any(cast(:ids as bigint[])) group by 1),
places as (
  select customer_id, array_agg(distinct brand_id) as brands,
    bool_or(channel_ids && cast(:channels as bigint[])) as spoke
  from conversation where customer_id = any(cast(:ids as bigint[])) group by 1),
question as (
  select m.root, s.id, s.score, s.conflict, o.id as other from members m
  cross join lateral (
    select id, score, reason = 'conflict' as conflict, two_id as other from suggestion
    where one_id = m.id and state = 0
    union all
    select id, score, reason = 'conflict', one_id from suggestion where two_id = m.id and state = 0) s
  cross join lateral (
    with recursive up (id, merged_into) as (
      select id, merged_into from customer where id = s.other
      union all select k.id, k.merged_into from up join customer k on k.id = up.merged_into)
    select id from up where merged_into is null) o
  where o.id <> m.root),
shared as (
  select q.root, q.conflict, w.brand_id from question q join conversation v on v.customer_id = q.root
  join conversation w on w.customer_id = q.other and w.brand_id = v.brand_id group by 1, 2, 3),
open as (
  select root, count(*) as n, bool_or(conflict) as conflict,
    (array_agg(id order by conflict desc, score desc, id))[1] as question,
    array(select distinct brand_id from shared h where h.root = q.root) as brands,
    array(select distinct brand_id from shared h where h.root = q.root and h.conflict) as conflict_brands
  from question q group by 1),
told as (
  select c.id as root, a.key from c cross join lateral jsonb_each_text(c.attributes) a
  join lateral jsonb_each_text(c.plain || c.fields) f using (key)
  where c.attributes <> '{}' and a.key <> 'name' and a.value <> ''
    and lower(btrim(a.value)) <> lower(btrim(f.value))),
chosen as (
  select m.root, h.key from members m join merge g on g.loser_id = m.id and g.undone_at is null
  cross join lateral jsonb_each(
    case jsonb_typeof(g.why -> 'choices') when 'object' then g.why -> 'choices' else '{}' end) h
  where h.key <> 'name' and h.value ->> 'winner' <> '' and h.value ->> 'loser' <> ''
    and not exists (
      select from field_change f where f.customer_id = m.root and f.field = h.key and f.merge_id is null
        and not f.undone and f.at > g.at)),
disagree as (
  select root, array_agg(distinct key order by key) as fields from (
    select root, key from told union all select root, key from chosen) d group by 1),
merged as (
  select m.root, count(*) as n, max(g.at) as at from members m
  join merge g on g.loser_id = m.id and g.undone_at is null and g.at > now() - make_interval(days => :days) group by 1),
judged as (
  select c.id, c.plain, c.fields, coalesce(places.brands, '{}') as brands,
    not coalesce(
      proven.reached or said.reached or (proven.known or said.known) and places.spoke, false) as unreachable,
    not coalesce(proven.known or said.known, false) as unproven,
    coalesce(seen.at, c.created_at) < cast(:before as timestamptz) as silent,
    coalesce(proven.returned_at > coalesce(seen.at, '-infinity'), false) as returned,
    coalesce(open.conflict, false) as asked, disagree.fields is not null as differs,
    case when disagree.fields is not null then coalesce(places.brands, '{}') else open.conflict_brands end
      as conflict_brands,
    coalesce(open.n, 0) as questions, open.question, open.brands as question_brands,
    coalesce(proven.kinds, '{}') as kinds, coalesce(said.kinds, '{}') as said_kinds,
    coalesce(said.values, '{}') as said_values, coalesce(proven.returned, '{}') as returned_from, seen.at as seen_at,
    c.created_at, coalesce(disagree.fields, '{}') as disagree, coalesce(merged.n, 0) as merges, merged.at as merged_at
  from c left join places on places.customer_id = c.id left join seen on seen.customer_id = c.id
  left join proven on proven.customer_id = c.id left join said on said.customer_id = c.id
  left join open on open.root = c.id left join disagree on disagree.root = c.id left join merged on merged.root = c.id)
"""
SOME_SQL = (
    JUDGED
    + """
select j.id, k.name, j.brands, j.unreachable, j.unproven, j.silent, j.returned, j.asked, j.differs, j.conflict_brands,
  j.questions, j.question, j.question_brands, j.kinds, j.said_values, j.returned_from, j.seen_at, j.created_at,
  j.disagree, j.merges, j.merged_at
from judged j join customer k on k.id = j.id
"""
)
SOME = text(SOME_SQL)
BEFORE = text("select now() - make_interval(months => :months)")


@dataclass(frozen=True, slots=True)
class House:
    """What of the house decides: which addresses its channels in use can write to first; since when one is stale."""

    email: bool
    phone: bool
    accounts: tuple[str, ...]
    channels: tuple[int, ...]
    before: datetime

    @property
    def given(self) -> dict[str, Any]:
        """As the statement takes it."""
        lists = {"accounts": list(self.accounts), "channels": list(self.channels)}
        return {"email": self.email, "phone": self.phone, "before": self.before, **lists}


@dataclass(frozen=True, slots=True)
class Judged:
    """One customer and what is wrong with her data. ``question`` is the number of the one to decide first."""

    id: int
    name: str
    brands: list[int]
    unreachable: bool
    unproven: bool
    silent: bool
    returned: bool
    asked: bool
    differs: bool
    conflict_brands: list[int] | None
    questions: int
    question: int | None
    question_brands: list[int] | None
    kinds: list[str]
    said: list[str]
    returned_from: list[str]
    seen_at: datetime | None
    created_at: datetime
    disagree: list[str]
    merges: int
    merged_at: datetime | None

    def has(self, measure: Measure, brand_id: int) -> bool:
        """Whether she has the problem now, as it counts for a brand; 0: for everybody."""
        match measure:
            case Measure.UNREACHABLE:
                return self.unreachable and self._of(self.brands, brand_id)
            case Measure.UNPROVEN:
                return self.unproven and self._of(self.brands, brand_id)
            case Measure.STALE:
                return (self.silent or self.returned) and self._of(self.brands, brand_id)
            case Measure.CONFLICTING:
                return (self.asked or self.differs) and self._of(self.conflict_brands, brand_id)
            case Measure.DUPLICATE:
                return self.questions > 0 and self._of(self.question_brands, brand_id)

    @staticmethod
    def _of(brands: Collection[int] | None, brand_id: int) -> bool:
        return not brand_id or brand_id in (brands or ())


async def house(tx: Tx, months: int) -> House:
    """What channels are in use now: neither retired nor paused, and able to write first."""
    before = (await tx.execute(BEFORE, {"months": months})).scalar_one()
    email = phone = False
    accounts: list[str] = []
    channels: list[int] = []
    columns = (Channel.id, Channel.connector, Channel.key)
    query = select(*columns).where(Channel.retired_at.is_(None), Channel.paused_at.is_(None)).order_by(Channel.id)
    for number, connector, key in await tx.execute(query):
        made = get(connector) if connector in entries() else None
        if made is not None and Cap.INITIATE in made.caps:
            email, phone = email or made.identity == Kind.EMAIL, phone or made.identity == Kind.PHONE
            accounts.append(f"{connector}:{key}")
            channels.append(number)
    return House(email, phone, tuple(accounts), tuple(channels), before)


async def judge(tx: Tx, ids: Collection[int], known: House, days: int) -> dict[int, Judged]:
    """What is wrong with each of these now; who was merged into somebody is left out."""
    if not ids:
        return {}
    rows = await tx.execute(SOME, {"ids": list(ids), "days": days, **known.given})
    return {row.id: Judged(*row) for row in rows}
