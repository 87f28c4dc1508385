"""What others may read of customers. Whether a customer is in a viewer's scope is asked one floor up."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, text

from madang.customers.joining import Standing
from madang.customers.models import Claim, Customer, Identity, Presence
from madang.lib.errors import NotFound
from madang.lib.postgres import Tx


@dataclass(frozen=True, slots=True)
class Address:
    """A proven address as screens show it."""

    kind: str
    value: str
    proof: str


@dataclass(frozen=True, slots=True)
class Person:
    """A customer, her addresses (proven) and claims (said), and whether she is looking at us now."""

    id: int
    name: str
    language: str
    timezone: str
    attributes: dict[str, Any]
    created_at: datetime
    identities: list[Address]
    claims: list[Address]
    online: bool
    page: str


STANDING = text("""
select customer_id, bool_and(kind = 'cookie') as nobody,
  coalesce(array_agg(distinct account) filter (where kind = 'account'), '{}') as accounts
from identity where customer_id = any(cast(:ids as bigint[])) group by 1
""")


async def standing(tx: Tx, ids: Iterable[int]) -> dict[int, Standing]:
    """What else is known of customers, for whoever has to decide between them."""
    rows = await tx.execute(STANDING, {"ids": sorted(ids)})
    return {row.customer_id: Standing(row.nobody, frozenset(row.accounts)) for row in rows}


async def person(tx: Tx, customer_id: int) -> Person:
    """One customer; raises NotFound. The caller has checked the scope."""
    columns = (
        Customer.id,
        Customer.name,
        Customer.language,
        Customer.timezone,
        Customer.attributes,
        Customer.created_at,
    )
    row = (await tx.execute(select(*columns).where(Customer.id == customer_id))).mappings().one_or_none()
    if row is None:
        raise NotFound("There is no such customer.")
    identities = (
        select(Identity.kind, Identity.value, Identity.proof)
        .where(Identity.customer_id == customer_id)
        .order_by(Identity.id)
    )
    claims = select(Claim.kind, Claim.value).where(Claim.customer_id == customer_id).order_by(Claim.at)
    present = (
        select(Presence.page)
        .join(Identity, Identity.id == Presence.identity_id)
        .where(Identity.customer_id == customer_id, Presence.until > func.now())
    )
    page = (await tx.execute(present.limit(1))).scalar_one_or_none()
    return Person(
        **row,
        identities=[Address(*one) for one in await tx.execute(identities)],
        claims=[Address(one.kind, one.value, "") for one in await tx.execute(claims)],
        online=page is not None,
        page=page or "",
    )
