"""What DuckDB is asked. Names of tables and columns come from the declarations of this package, never from outside."""

from __future__ import annotations

from collections.abc import Sequence

from madang.customers.matching.blocking import Key
from madang.customers.matching.comparisons import COMPARISONS, RAREST, Comparison
from madang.customers.matching.record import COLUMNS, LISTS

# ruff: noqa: S608

TAKE = "insert into person select * from part"
READ = "insert into person select * from read_parquet(?)"
SHARED = "create or replace temp table shared (id bigint, key ubigint)"
PAIRS = """
create or replace table pair as
select distinct a.id as join_key_l, b.id as join_key_r, '0' as match_key
from shared a join shared b on a.key = b.key and a.id < b.id
"""
DECISIONS = "create or replace temp table decision (l bigint, r bigint, same boolean)"
DECIDE = "insert into decision values (?, ?, ?)"
LABELS = "create or replace table label (id_l bigint, id_r bigint)"
LABEL = "insert into label values (?, ?)"
TOLD = "create or replace temp table told (value varchar, share double)"
TELL = "insert into told select unnest(?), unnest(?)"
RARE = sorted({level.rare for one in COMPARISONS for level in one.levels if level.rare})


def person() -> str:
    """The table of all records."""
    columns = ", ".join(f'"{one}" varchar[]' if one in LISTS else f'"{one}" varchar' for one in COLUMNS)
    return f"create table person (id bigint, {columns})"


def sharing(key: Key, records: int) -> str:
    """Who shares a key with others, of so many records; a key that too many have is left out."""
    return f"""
    insert into shared with keyed as (select distinct id, hash(key) as key from ({key.sql()}))
    select id, key from keyed qualify count(*) over (partition by key) between 2 and {key.shared_by(records)}
    """


def patterns(part: int) -> str:
    """(level of each comparison, decision, how many) of one of so many parts of the pairs, and of all decisions."""
    levels = ", ".join(f'{_level(one)} as "{one.field}"' for one in COMPARISONS)
    return f"""
    select {levels}, same, count(*) from (
      select join_key_l, join_key_r, null::boolean as same from pair
      where hash(join_key_l, join_key_r) % {part} = 0
      and not exists (from decision where l = join_key_l and r = join_key_r)
      union all from decision) pair
    join ({_side("l")}) l on l.id_l = join_key_l join ({_side("r")}) r on r.id_r = join_key_r group by all
    """


def known() -> str:
    """By comparison, in which part of all pairs it counts: of the pairs among a thousand records."""
    counts = ", ".join(f"avg(({_level(one)} is not null)::int)" for one in COMPARISONS)
    return f"""
    with few as (select * from person using sample reservoir(1000 rows) repeatable (1))
    select {counts} from ({_side("l", "few")}) l join ({_side("r", "few")}) r on l.id_l < r.id_r
    """


def shares(column: str) -> str:
    """(value, its share of all records that have one) of the more frequent values."""
    return f"""
    select "{column}", count(*) / sum(count(*)) over () as share from person
    where "{column}" is not null group by 1 qualify share > {RAREST} order by 1
    """


def agreeing(columns: Sequence[str]) -> str:
    """How many pairs agree in all of the columns."""
    listed, said = ", ".join(columns), " and ".join(f"{one} is not null" for one in columns)
    counted = f"select count(*) as n from person where {said} group by {listed}"
    return f"select coalesce(sum(n * (n - 1) // 2), 0) from ({counted})"


def frequencies(column: str) -> str:
    """The table tf_… that Splink takes: the share of every value there is, from the table ``told``."""
    return f"""
    create or replace table tf_{column} as
    select p."{column}", coalesce(t.share, {RAREST}) as tf_{column}
    from (select distinct "{column}" from person where "{column}" is not null) p
    left join told t on t.value = p."{column}"
    """


def matches(table: str) -> str:
    """(smaller id, larger id, weight, chance) of a table of Splink's, the likeliest first."""
    return f"""
    select least(id_l, id_r), greatest(id_l, id_r), match_weight, match_probability from {table} order by 3 desc, 1, 2
    """


def _level(comparison: Comparison) -> str:
    """The number of the level a pair stands on; null where it does not count."""
    said = [
        f"{f'when {level.when.sql()} then' if level.when else 'else'} {number if level.counts else 'null'}"
        for number, level in enumerate(comparison.levels)
    ]
    return f"(case {' '.join(said)} end)"


def _side(side: str, table: str = "person") -> str:
    return f'select columns(*) as "\\0_{side}" from {table}'
