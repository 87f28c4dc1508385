"""The addresses of a customer, by the word of the people who speak with her."""

from __future__ import annotations

from sqlalchemy import delete, insert, select, text

from madang.customers.actions.suggesting import conflict
from madang.customers.identity import GLOBAL, Owner, claim
from madang.customers.models import Claim, Identity
from madang.customers.normal import normalise
from madang.customers.trees import hold, root_of
from madang.events.kinds import Kind
from madang.events.record import News, record, record_all
from madang.lib.errors import NotFound, Refused
from madang.lib.postgres import Tx
from madang.staff.permissions import Viewer, permit

AGENT = "an agent's word"

ONLY_MAIN = text("""
update identity set main = (id = :id) where customer_id = :customer and kind = :kind and main <> (id = :id)
""")


async def add_address(tx: Tx, viewer: Viewer, customer_id: int, kind: str, value: str, *, proven: bool) -> int:
    """Note an address: ``proven`` by the agent's word it finds her from now on, else we may only write to it.

    Returns 0, or whose a proven one is already: then it stays hers, and a person is asked whether the two are one.
    Raises NotFound, Refused for what is no address.
    """
    permit(viewer, "customer.change")
    clean = normalise(kind, value) if kind in GLOBAL else ""
    if not clean:
        raise Refused("This is no e-mail address and no phone number. Write it as mina@example.com or +82 10…", "value")
    root = await root_of(tx, customer_id)
    await hold(tx, [root])
    if not proven:
        await record_all(tx, viewer.actor, await claim(tx, [(Owner(root, root), kind, clean)]))
        return 0
    return await _own(tx, viewer, root, kind, clean)


async def _own(tx: Tx, viewer: Viewer, root: int, kind: str, value: str) -> int:
    query = select(Identity.customer_id).where(Identity.kind == kind, Identity.value == value, Identity.account == "")
    owner = (await tx.execute(query)).scalar_one_or_none()
    if owner is not None and owner != root:
        await conflict(tx, root, owner)
        return int(owner)
    if owner is None:
        row = {"customer_id": root, "kind": kind, "value": value, "proof": AGENT, "proved_by": str(viewer.actor)}
        await tx.execute(insert(Identity).values(row))
        said = (Claim.customer_id == root) & (Claim.kind == kind) & (Claim.value == value)
        await tx.execute(delete(Claim).where(said))
        news = News(Kind.IDENTITY_ADDED, customer=root, data={"kind": kind, "proof": AGENT})
        await record(tx, viewer.actor, news)
    return 0


async def take_claim(tx: Tx, viewer: Viewer, customer_id: int, kind: str, value: str) -> None:
    """She did not say this, or it is wrong: forget the claim. Raises NotFound."""
    permit(viewer, "customer.change")
    root = await root_of(tx, customer_id)
    await hold(tx, [root])
    said = (Claim.customer_id == root) & (Claim.kind == kind) & (Claim.value == value)
    if not (await tx.execute(delete(Claim).where(said))).rowcount:
        raise NotFound("There is no such address.")
    data = {"kind": kind, "claim": "forgotten"}
    await record(tx, viewer.actor, News(Kind.CUSTOMER_CHANGED, customer=root, data=data))


async def make_main(tx: Tx, viewer: Viewer, identity_id: int) -> None:
    """She is written to at this one of its kind. Raises NotFound."""
    permit(viewer, "customer.change")
    query = select(Identity.customer_id, Identity.kind).where(Identity.id == identity_id)
    row = (await tx.execute(query)).one_or_none()
    if row is None:
        raise NotFound("There is no such address.")
    await hold(tx, [row.customer_id])
    given = {"id": identity_id, "customer": row.customer_id, "kind": row.kind}
    if (await tx.execute(ONLY_MAIN, given)).rowcount:
        data = {"main": identity_id}
        await record(tx, viewer.actor, News(Kind.CUSTOMER_CHANGED, customer=row.customer_id, data=data))
