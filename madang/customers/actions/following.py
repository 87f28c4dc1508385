"""Everything that belongs to a customer follows her: set-based, all tables in one statement."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache

from sqlalchemy import TextClause, text

from madang.customers.belonging import belongings, single_by
from madang.customers.trees import below
from madang.lib.postgres import Tx
from madang.lib.tables import Base

JOIN = """
update "{table}" t set customer_id = :to, home_id = coalesce(home_id, customer_id) where customer_id = :of
"""
PART = """
update "{table}" t set customer_id = :to, home_id = nullif(home_id, :to)
where customer_id = :of and home_id = any(cast(:homes as bigint[]))
"""
GO_HOME = """
update "{table}" t set customer_id = home_id, home_id = null
where customer_id = any(cast(:others as bigint[])) and home_id = any(cast(:homes as bigint[]))
"""
# What she can have only once stays with whom it was while the root has the same, and comes up when the root has not.
# The oldest customer's is taken, and what is at home again needs no home.
SURFACE = """
update "{table}" t set customer_id = :root, home_id = nullif(coalesce(t.home_id, t.customer_id), :root)
from (
  select distinct on ({key}) customer_id, {key} from "{table}" hidden
  where customer_id = any(cast(:below as bigint[])) and customer_id <> :root and not exists (
    select from "{table}" shown where shown.customer_id = :root and {same})
  order by {key}, coalesce(home_id, customer_id)) h
where t.customer_id = h.customer_id and {meant}
"""


async def join(tx: Tx, of: int, to: int) -> None:
    """All that ``of`` has is ``to``'s."""
    await tx.execute(_many(JOIN), {"of": of, "to": to})
    await surface(tx, to)


async def part(tx: Tx, of: int, to: int, homes: Sequence[int]) -> None:
    """What ``of`` has of ``homes`` is ``to``'s."""
    await tx.execute(_many(PART), {"of": of, "to": to, "homes": list(homes)})
    others = await below(tx, of)  # what she has only once may be with anybody who was between them
    await tx.execute(_single(GO_HOME), {"others": others, "homes": list(homes)})
    await surface(tx, of)
    await surface(tx, to)


async def surface(tx: Tx, root: int) -> None:
    """What those below have and the root has not is the root's."""
    everyone = await below(tx, root)
    await tx.execute(_single(SURFACE), {"root": root, "below": everyone})


@cache
def _many(pattern: str) -> TextClause:
    """For every table of which she may have many rows alike."""
    return _together(pattern.format(table=one.name) for one in belongings(Base.metadata) if not single_by(one))


@cache
def _single(pattern: str) -> TextClause:
    """For every table of which she has each row once."""
    made: list[str] = []
    for one in belongings(Base.metadata):
        if key := single_by(one):
            same = " and ".join(f"shown.{name} = hidden.{name}" for name in key)
            meant = " and ".join(f"t.{name} = h.{name}" for name in key)
            made.append(pattern.format(table=one.name, key=", ".join(key), same=same, meant=meant))
    return _together(made)


def _together(statements: Iterable[str]) -> TextClause:
    """One way to the server for all: none of them reads what another writes."""
    parts = ", ".join(f"t{number} as ({one.strip()})" for number, one in enumerate(statements))
    return text(f"with {parts} select")
