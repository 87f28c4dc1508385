"""What others may read of customers. Whether a customer is in a viewer's scope is asked one floor up."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, text

from madang.customers.defined import without
from madang.customers.joining import Standing
from madang.customers.models import Claim, Customer, Identity, Presence
from madang.customers.trees import below
from madang.lib.errors import NotFound
from madang.lib.postgres import Tx


@dataclass(frozen=True, slots=True)
class Address:
    """An address as screens show it: what proved it ('' when she only said so), by whose word, since when.

    ``id`` is 0 for what is kept as a claim.
    """

    kind: str
    value: str
    proof: str
    id: int
    account: str
    proved_by: str
    main: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class Person:
    """A customer, her addresses (proven) and claims (said), and whether she is looking at us now.

    ``merged`` are the numbers of all who were found to be her, ``also`` what they are called where that differs.
    """

    id: int
    name: str
    language: str
    timezone: str
    company: str
    region: str
    prefers: str
    attributes: dict[str, Any]
    fields: dict[str, Any]
    blocked_at: datetime | None
    created_at: datetime
    identities: list[Address]
    claims: list[Address]
    merged: list[int]
    also: list[str]
    online: bool
    page: str


STANDING = text("""
select customer_id, bool_and(kind = 'cookie') as nobody, bool_and(kind in ('cookie', 'scoped')) as faint,
  coalesce(array_agg(distinct account) filter (where kind = 'account'), '{}') as accounts
from identity where customer_id = any(cast(:ids as bigint[])) group by 1
""")


async def standing(tx: Tx, ids: Iterable[int]) -> dict[int, Standing]:
    """What else is known of customers, for whoever has to decide between them."""
    rows = await tx.execute(STANDING, {"ids": sorted(ids)})
    return {row.customer_id: Standing(row.nobody, frozenset(row.accounts), row.faint) for row in rows}


PLAIN = ("id", "name", "language", "timezone", "company", "region", "prefers", "attributes")
COLUMNS = tuple(getattr(Customer, name) for name in (*PLAIN, "blocked_at", "created_at"))
NOW_HERE = select(Presence.page).join(Identity, Identity.id == Presence.identity_id)


async def person(tx: Tx, customer_id: int, hidden: Collection[str] = ()) -> Person:
    """One customer, by the number of the root, without the ``hidden`` fields; raises NotFound.

    The caller has checked the scope.
    """
    query = select(*COLUMNS, without(hidden).label("fields")).where(Customer.id == customer_id)
    row = (await tx.execute(query)).mappings().one_or_none()
    if row is None:
        raise NotFound("There is no such customer.")
    merged = [number for number in await below(tx, customer_id) if number != customer_id]
    present = NOW_HERE.where(Identity.customer_id == customer_id, Presence.until > func.now())
    page = (await tx.execute(present.limit(1))).scalar_one_or_none()
    proven, said = await _addresses(tx, customer_id)
    return Person(
        **row,
        identities=proven,
        claims=said,
        merged=merged,
        also=await _names(tx, merged, row["name"]) if merged else [],
        online=page is not None,
        page=page or "",
    )


async def names(tx: Tx, ids: Iterable[int]) -> dict[int, str]:
    """What customers are called, by number. The caller has checked the scope."""
    query = select(Customer.id, Customer.name).where(Customer.id.in_(set(ids)))
    return {row.id: row.name for row in await tx.execute(query)}


async def _addresses(tx: Tx, customer_id: int) -> tuple[list[Address], list[Address]]:
    """What is proven, and what was only said: the main one of each kind first, then as they became known.

    What was proven of her and of another too stands among the proven, and looks like them: whoever does not see that
    other one is not told of her.
    """
    one = Identity
    columns = (one.kind, one.value, one.proof, one.id, one.account, one.proved_by, one.main, one.created_at)
    hers = [Address(*row) for row in await tx.execute(select(*columns).where(one.customer_id == customer_id))]
    own = {(each.kind, each.value) for each in hers if not each.account}
    said = (Claim.kind, Claim.value, Claim.proof, Claim.proved_by, Claim.main, Claim.at)
    for kind, value, proof, by, main, at in await tx.execute(select(*said).where(Claim.customer_id == customer_id)):
        if (kind, value) not in own:
            hers.append(Address(kind, value, proof, 0, "", by, main, at))
    hers.sort(key=lambda each: (not each.main, each.at, each.id))
    return [each for each in hers if each.proof or each.id], [each for each in hers if not each.proof and not each.id]


async def _names(tx: Tx, ids: Iterable[int], but: str) -> list[str]:
    found = await names(tx, ids)
    return sorted({name for name in found.values() if name and name != but})
