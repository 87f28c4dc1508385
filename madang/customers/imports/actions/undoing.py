"""An import taken back, a batch of rows at a time from its end: whoever it made and nobody has touched since goes,
whoever it changed has again what she had, and whatever people or customers did since stays."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Row, TextClause, text

from madang.customers.imports.actions.batches import Who, set_fields
from madang.customers.imports.models import Outcome
from madang.customers.trees import hold, roots
from madang.events.kinds import Kind
from madang.events.record import News, record_all
from madang.lib.postgres import Tx
from madang.lib.tables import Base

BATCH = 500
DERIVED = (
    "customer_tally",
    "segment_member",
    "segment_due",
    "search_person",
)  # made anew from the rest, and no reason to stay
OURS = {"identity", "claim", "customer_tag", "customer_note", "customer_outside_key", "field_change", "suggestion"}

ROWS = text("""
select row, outcome, customer_id, made from customer_import_row
where import_id = :import and not dry and row <= :position order by row desc limit :limit
""")
OF_CREATED = text("""
select customer_id, made from customer_import_row
where import_id = :import and not dry and customer_id = any(cast(:ids as bigint[]))
""")
CREATED = text("""
select customer_id from customer_import_row
where import_id = :import and not dry and outcome = 0 and customer_id = any(cast(:ids as bigint[]))
""")
CHAIN = text("""
select f.customer_id, f.field, f.id, f.before, f.after, f.undone
from field_change f join (
  select distinct customer_id, field from field_change where id = any(cast(:ids as bigint[]))) o
  using (customer_id, field)
order by f.id
""")
UNDONE = text("update field_change set undone = true where id = any(cast(:ids as bigint[]))")
NOW = text("""
select id, name, language, timezone, company, region, prefers, fields from customer
where id = any(cast(:ids as bigint[]))
""")
UNUSED = text("""
delete from identity i where i.id = any(cast(:ids as bigint[]))
and not exists (select from message m where m.identity_id = i.id)
and not exists (select from presence p where p.identity_id = i.id)
""")
UNSAID = text("""
delete from claim c using unnest(cast(:homes as bigint[]), cast(:kinds as text[]), cast(:values as text[]))
  as n(home, kind, value) where coalesce(c.home_id, c.customer_id) = n.home and c.kind = n.kind and c.value = n.value
""")
SAID_AGAIN = text("""
insert into claim (customer_id, home_id, kind, value) select root, nullif(home, root), kind, value
from unnest(cast(:roots as bigint[]), cast(:homes as bigint[]), cast(:kinds as text[]), cast(:values as text[]))
  as n(root, home, kind, value) on conflict do nothing
""")
UNTAGGED = text("""
delete from customer_tag c using unnest(cast(:homes as bigint[]), cast(:tags as text[])) as n(home, tag)
where coalesce(c.home_id, c.customer_id) = n.home and c.tag = n.tag
""")
UNNOTED = text("delete from customer_note where id = any(cast(:ids as bigint[])) and edited_at is null")
UNKEYED = text("""
delete from customer_outside_key
where import_id = :import and coalesce(home_id, customer_id) = any(cast(:ids as bigint[]))
""")
# What an import gives, beside what somebody else gave: her own rows are named by the lists.
TOUCHED = """
select c.id from customer c where c.id = any(cast(:ids as bigint[])) and (
c.blocked_at is not null
or exists (select from identity t where t.customer_id = c.id and t.id <> all(cast(:i as bigint[])))
or exists (select from customer_note t where t.customer_id = c.id
           and (t.id <> all(cast(:n as bigint[])) or t.edited_at is not null))
or exists (select from field_change t where t.customer_id = c.id and t.id <> all(cast(:f as bigint[])))
or exists (select from customer_outside_key t where t.customer_id = c.id and t.import_id is distinct from :import)
or exists (select from suggestion t where c.id in (t.one_id, t.two_id) and t.state <> 0)
or exists (select from claim t where t.customer_id = c.id
           and (t.customer_id || ' ' || t.kind || ' ' || t.value) <> all(cast(:c as text[])))
or exists (select from customer_tag t where t.customer_id = c.id
           and (t.customer_id || ' ' || t.tag) <> all(cast(:t as text[])))
{others})
"""
HAS_ROW = 'or exists (select from "{table}" t where t."{column}" = c.id)\n'
FORGET = 'delete from "{table}" where customer_id = any(cast(:ids as bigint[]))'
GONE = (
    text("delete from suggestion where one_id = any(cast(:ids as bigint[])) or two_id = any(cast(:ids as bigint[]))"),
    text("delete from identity where customer_id = any(cast(:ids as bigint[]))"),
    text("delete from claim where customer_id = any(cast(:ids as bigint[]))"),
    text("delete from customer_tag where customer_id = any(cast(:ids as bigint[]))"),
    text("delete from customer_note where customer_id = any(cast(:ids as bigint[]))"),
    text("delete from field_change where customer_id = any(cast(:ids as bigint[]))"),
    text("delete from customer_outside_key where customer_id = any(cast(:ids as bigint[]))"),
)
GOES = text("delete from customer where id = any(cast(:ids as bigint[]))")


async def take_back(tx: Tx, who: Who, position: int) -> tuple[int, Counter[str]] | None:
    """Take back the rows up to ``position``, a batch of them; returns the new position (0: that was all) and what was
    done. None when somebody was merged meanwhile: try again."""
    rows = (await tx.execute(ROWS, {"import": who.number, "position": position, "limit": BATCH})).all()
    ids = {row.customer_id for row in rows if row.customer_id}
    now = await roots(tx, ids)
    await hold(tx, {*now, *now.values()})
    if await roots(tx, ids) != now:
        return None
    given = {"import": who.number, "ids": sorted(ids)}
    created = set((await tx.execute(CREATED, given)).scalars())
    mine = [row for row in rows if row.customer_id in now and row.customer_id not in created]
    done, news = await _restore(tx, who, mine, now)
    fresh = [row.customer_id for row in rows if row.outcome == Outcome.NEW and row.customer_id in now]
    gone = await _remove(tx, who, fresh)
    await tx.execute(UNKEYED, {"import": who.number, "ids": sorted({row.customer_id for row in mine})})
    news += [News(Kind.CUSTOMER_REMOVED, customer=one, data={"import": who.number}) for one in gone]
    await record_all(tx, who.actor, news)
    done.update(removed=len(gone), stayed=len(fresh) - len(gone))
    return (rows[-1].row - 1 if len(rows) == BATCH else 0), done


async def _restore(
    tx: Tx, who: Who, rows: Sequence[Row[Any]], now: Mapping[int, int]
) -> tuple[Counter[str], list[News]]:
    """Give customers who were there before the import what they had."""
    made = [(row.customer_id, row.made) for row in rows if row.made]
    changes = [number for _, one in made for number in one.get("f", [])]
    done = Counter(fields=await _fields(tx, changes))
    numbers = [number for _, one in made for number in one.get("i", [])]
    if numbers:
        await tx.execute(UNUSED, {"ids": numbers})
    said = [(customer, *pair) for customer, one in made for pair in one.get("c", [])]
    await tx.execute(UNSAID, _three(said))
    again = [(customer, *pair) for customer, one in made for pair in one.get("u", [])]
    await tx.execute(SAID_AGAIN, {**_three(again), "roots": [now[one[0]] for one in again]})
    tags = [(customer, tag) for customer, one in made for tag in one.get("t", [])]
    await tx.execute(UNTAGGED, {"homes": [one for one, _ in tags], "tags": [tag for _, tag in tags]})
    await tx.execute(UNNOTED, {"ids": [number for _, one in made for number in one.get("n", [])]})
    people = sorted({now[customer] for customer, _ in made})
    done["restored"] = len(people)
    of = {"import": who.number}
    untagged = {now[customer] for customer, _ in tags}
    news = [News(Kind.CUSTOMER_CHANGED, customer=one, data=of) for one in people]
    return done, news + [News(Kind.CUSTOMER_TAGGED, customer=one, data=of) for one in sorted(untagged)]


def _three(some: Iterable[tuple[int, str, str]]) -> dict[str, list[Any]]:
    columns = list(zip(*some, strict=True)) or [(), (), ()]
    return dict(zip(("homes", "kinds", "values"), map(list, columns), strict=True))


async def _fields(tx: Tx, changes: list[int]) -> int:
    """Undo changes of fields: each is then what the newest standing change says. What was edited since stays."""
    if not changes:
        return 0
    chains: dict[tuple[int, str], list[Row[Any]]] = defaultdict(list)
    for row in await tx.execute(CHAIN, {"ids": changes}):
        chains[row.customer_id, row.field].append(row)
    have = {row.id: row for row in await tx.execute(NOW, {"ids": sorted({one for one, _ in chains})})}
    await tx.execute(UNDONE, {"ids": changes})
    mine, now = set(changes), dict[int, dict[str, Any]]()
    for (customer, name), chain in chains.items():
        before, after = _says(chain, set()), _says(chain, mine)
        if customer in have and before != after and (_has(have[customer], name) or None) == (before or None):
            now.setdefault(customer, {})[name] = after
    await set_fields(tx, now)
    return sum(map(len, now.values()))


def _says(chain: Sequence[Row[Any]], without: set[int]) -> Any:
    standing = [row for row in chain if not row.undone and row.id not in without]
    return standing[-1].after if standing else chain[0].before


def _has(row: Row[Any], name: str) -> Any:
    return row.fields.get(name.removeprefix("fields.")) if name.startswith("fields.") else getattr(row, name)


async def _remove(tx: Tx, who: Who, ids: Sequence[int]) -> list[int]:
    """Those of the customers an import made whom nobody has touched go, with all it gave them."""
    if not ids:
        return []
    lists: dict[str, list[Any]] = {name: [] for name in "ifnct"}
    for row in await tx.execute(OF_CREATED, {"import": who.number, "ids": list(ids)}):
        for name in "ifn":
            lists[name] += row.made.get(name, [])
        lists["c"] += [f"{row.customer_id} {kind} {value}" for kind, value in row.made.get("c", [])]
        lists["t"] += [f"{row.customer_id} {tag}" for tag in row.made.get("t", [])]
    given = {"ids": list(ids), "import": who.number, **lists}
    touched = set((await tx.execute(_touched(), given)).scalars())
    gone = {"ids": [one for one in ids if one not in touched]}
    for statement in (*GONE, *_derived(), GOES):
        await tx.execute(statement, gone)
    return gone["ids"]


@cache
def _touched() -> TextClause:
    """Who has a row in any table of any room that this import has not made."""
    columns = [
        column
        for table in Base.metadata.sorted_tables
        if table.name not in (*OURS, *DERIVED)
        for column in table.columns
        if any(key.target_fullname == "customer.id" for key in column.foreign_keys)
    ]
    others = "".join(HAS_ROW.format(table=one.table.name, column=one.name) for one in columns)
    return _statement(TOUCHED, others=others)


@cache
def _derived() -> tuple[TextClause, ...]:
    there = [name for name in DERIVED if name in Base.metadata.tables]
    return tuple(_statement(FORGET, table=one) for one in there)


def _statement(pattern: str, **names: str) -> TextClause:
    """Names of our own tables in a pattern of ours: nothing from outside."""
    statement = pattern.format(**names)
    return text(statement)
