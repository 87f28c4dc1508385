"""The addresses of a customer, by the word of the people who speak with her."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import select, text, update

from madang.customers import identity
from madang.customers.actions.following import surface
from madang.customers.actions.suggesting import conflict
from madang.customers.identity import GLOBAL, Address, Owner
from madang.customers.models import Claim, Customer
from madang.customers.normal import normalise
from madang.customers.trees import Moved, below, hold, root_of, roots
from madang.events import log
from madang.events.kinds import Kind
from madang.events.record import News, record, record_all
from madang.lib.errors import NotFound, Refused
from madang.lib.postgres import Tx
from madang.staff.permissions import Viewer, permit

AGENT = "an agent's word"

ONLY_MAIN = (
    text("""
    update identity set main = (value = :value)
    where customer_id = :customer and kind = :kind and account = '' and main <> (value = :value) returning id
    """),
    text("""
    update claim set main = (value = :value)
    where customer_id = :customer and kind = :kind and main <> (value = :value) returning customer_id
    """),
)
FORGET = text("""
delete from claim where customer_id = any(cast(:ids as bigint[])) and kind = :kind and value = :value
returning coalesce(home_id, customer_id) as home, proof, proved_by, main, at
""")
REMEMBER = text("""
insert into claim (customer_id, kind, value, proof, proved_by, main, at)
values (:home, :kind, :value, :proof, :proved_by, :main, :at)
on conflict do nothing
""")


async def add_address(tx: Tx, viewer: Viewer, customer_id: int, kind: str, value: str, *, proven: bool) -> int:
    """Note an address: ``proven`` by the agent's word it finds her from now on, else we may only write to it.

    Returns 0, or whose a proven one is already: then it stays hers, the word is kept as a claim with its proof, and a
    person is asked whether the two are one. Raises NotFound, :class:`Moved`, Refused for what is no address.
    """
    permit(viewer, "customer.change")
    root = await root_of(tx, customer_id)
    region = (await tx.execute(select(Customer.region).where(Customer.id == root))).scalar_one()
    clean = normalise(kind, value, region) if kind in GLOBAL else ""
    if not clean:
        raise Refused("This is no e-mail address and no phone number. Write it as mina@example.com or +82 10…", "value")
    owner = Owner(root, root)
    news = await identity.attach(tx, {Address(kind, clean): owner}, AGENT, by=str(viewer.actor)) if proven else []
    found = (await identity.find(tx, [Address(kind, clean)])).get(Address(kind, clean))
    await hold(tx, {root} | ({found.customer_id} if found else set()))
    if await root_of(tx, customer_id) != root:
        raise Moved
    if found is not None and found.customer_id == root:
        await tx.execute(FORGET, {"ids": [root], "kind": kind, "value": clean})
        await record_all(tx, viewer.actor, news)
        return 0
    news = [replace(one, actor=None) for one in await identity.claim(tx, [(owner, kind, clean)])]
    await record_all(tx, viewer.actor, news)
    if found is None or not proven:
        return 0
    mine = (Claim.customer_id == root) & (Claim.kind == kind) & (Claim.value == clean) & (Claim.proof == "")
    await tx.execute(update(Claim).where(mine).values(proof=AGENT, proved_by=str(viewer.actor)))
    await conflict(tx, root, found.customer_id)
    return found.customer_id


async def forget_claim(tx: Tx, viewer: Viewer, customer_id: int, kind: str, value: str) -> int:
    """She did not say this, or it is wrong: of all she is. Returns the event that brings it back; raises NotFound."""
    permit(viewer, "customer.change")
    root = await root_of(tx, customer_id)
    await hold(tx, [root])
    given = {"ids": await below(tx, root), "kind": kind, "value": value}
    gone = (await tx.execute(FORGET, given)).mappings().all()
    if not gone:
        raise NotFound("There is no such address.")
    data = {"kind": kind, "value": value, "claims": [_kept(row) for row in gone]}
    return (await record(tx, viewer.actor, News(Kind.CLAIM_FORGOTTEN, customer=root, data=data)))[0]


def _kept(row: Any) -> dict[str, Any]:
    return {**row, "at": row["at"].isoformat()}


async def remember_claim(tx: Tx, viewer: Viewer, customer_id: int, event_id: int) -> None:
    """Take back that a claim was forgotten: it is as it was. Twice is once. Raises NotFound."""
    permit(viewer, "customer.change")
    root = await root_of(tx, customer_id)
    found = [one for one in await log.by_id(tx, [event_id]) if one.kind == Kind.CLAIM_FORGOTTEN and one.customer_id]
    if not found or await root_of(tx, found[0].customer_id or 0) != root:
        raise NotFound("There is nothing here to take back.")
    data = found[0].data
    now = await roots(tx, [one["home"] for one in data["claims"]])
    await hold(tx, {root, *now.values()})
    made = 0
    for one in data["claims"]:
        given = {"kind": data["kind"], "value": data["value"], **one}
        given["at"] = datetime.fromisoformat(one["at"])
        made += (await tx.execute(REMEMBER, given)).rowcount
    for number in sorted(set(now.values())):
        await surface(tx, number)
    if made:
        news = News(Kind.CLAIM_ADDED, customer=root, data={"kind": data["kind"], "remembered": event_id})
        await record(tx, viewer.actor, news)


async def make_main(tx: Tx, viewer: Viewer, customer_id: int, kind: str, value: str) -> None:
    """She is written to at this one of its kind, proven or said. Raises NotFound."""
    permit(viewer, "customer.change")
    root = await root_of(tx, customer_id)
    await hold(tx, [root])
    given = {"customer": root, "kind": kind, "value": value}
    if kind not in GLOBAL or (await tx.execute(HERS, given)).first() is None:
        raise NotFound("There is no such address.")
    changed: Sequence[Any] = [row for statement in ONLY_MAIN for row in await tx.execute(statement, given)]
    if changed:
        news = News(Kind.CUSTOMER_CHANGED, customer=root, data={"main": kind})
        await record(tx, viewer.actor, news)


HERS = text("""
select 1 from identity where customer_id = :customer and kind = :kind and value = :value and account = ''
union all select 1 from claim where customer_id = :customer and kind = :kind and value = :value
""")
