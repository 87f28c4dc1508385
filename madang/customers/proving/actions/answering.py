"""A code is asked for, tried, proven, withdrawn."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, delete, func, insert, select, text, update

from madang.customers import identity, joining
from madang.customers.actions import merging, suggesting
from madang.customers.actions.merging import PROOF, Why
from madang.customers.identity import Address, Found, Owner
from madang.customers.joining import Standing
from madang.customers.models import Claim
from madang.customers.proving import code as codes
from madang.customers.proving import limits
from madang.customers.proving.models import LASTS, TRIES, Challenge
from madang.customers.queries import standing
from madang.customers.trees import Moved, hold, root_of
from madang.events.kinds import Kind
from madang.events.record import SYSTEM, Actor, News, record, record_all
from madang.lib.errors import Refused
from madang.lib.postgres import Tx

CODE = "code"  # the proof, as identities name it
NOBODY = Address("cookie", "", "")  # who has said it without any address of her own

COUNT = text("""
update challenge set tries = tries + 1
where id = :id and outcome = '' and digest <> '' and expires_at > now() and tries < :most
returning digest, tries, customer_id
""")
WAKE = text("select pg_notify('codes', '')")


async def ask(tx: Tx, actor: Actor, owner: Owner, address: Address, channel_id: int, language: str) -> int:
    """Have a code sent to an address she said is hers; an earlier one to it counts no more. Returns its number.

    Raises :class:`TooMany`, :class:`Moved`, Refused when nobody said so any more.
    """
    await hold(tx, [owner.customer_id])
    if await root_of(tx, owner.customer_id) != owner.customer_id:
        raise Moved
    if (await tx.execute(select(Claim.kind).where(_said(owner.customer_id, address)))).first() is None:
        raise Refused("This address was proven or taken back meanwhile. Look again.", "value")
    await limits.asking(tx, owner.customer_id, address.kind, address.value)
    await _close(tx, owner.customer_id, address)
    row = {
        "customer_id": owner.customer_id,
        "home_id": None if owner.home_id == owner.customer_id else owner.home_id,
        "kind": address.kind,
        "value": address.value,
        "channel_id": channel_id,
        "language": language,
        "by": str(actor),
        "expires_at": func.now() + LASTS,
    }
    number: int = (await tx.execute(insert(Challenge).values(row).returning(Challenge.id))).scalar_one()
    data = {"challenge": number, "kind": address.kind}
    await record(tx, actor, News(Kind.PROOF_ASKED, customer=owner.customer_id, data=data))
    await tx.execute(WAKE)
    return number


async def count(tx: Tx, actor: Actor, challenge_id: int, key: bytes, typed: str) -> int | None:
    """Count a try, then compare. Returns the tries left: -1 when it was right, None when the code is over.

    Counted and committed before anything is told, so that many at once are not more tries than there are.
    """
    row = (await tx.execute(COUNT, {"id": challenge_id, "most": TRIES})).one_or_none()
    if row is None:
        return None
    if codes.right(key, challenge_id, typed, row.digest):
        return -1
    if row.tries == TRIES:
        await _over(tx, challenge_id, "tries")
        data = {"challenge": challenge_id, "why": "tries"}
        await record(tx, actor, News(Kind.PROOF_FAILED, customer=row.customer_id, data=data))
    return TRIES - int(row.tries)


async def prove(tx: Tx, actor: Actor, challenge_id: int, key: bytes, typed: str, speaker: Address | None) -> bool:
    """The code was right: the address is hers from now on. False when another was quicker; raises :class:`Moved`.

    Whose it is otherwise turns out to be her, or a person is asked (``joining.py``). ``speaker`` is the address by
    which she said the code; without one the strongest she has.
    """
    query = select(*Challenge.__table__.columns).where(Challenge.id == challenge_id)
    row = (await tx.execute(query)).one()
    if not codes.right(key, challenge_id, typed, row.digest):
        return False
    address, owner = Address(row.kind, row.value), Owner(row.customer_id, row.home_id or row.customer_id)
    if not await _stands(tx, owner.customer_id, address):
        return False
    news = await identity.attach(tx, {address: owner}, CODE, by=str(actor))  # identity before customer: the one order
    found = (await identity.find(tx, [address]))[address]
    await hold(tx, {owner.customer_id, found.customer_id})
    await identity.still(tx, [found])
    same = await root_of(tx, owner.customer_id) == owner.customer_id and await _stands(tx, owner.customer_id, address)
    if not same or not await _over(tx, challenge_id, "proven", row.digest):
        raise Moved  # somebody was quicker: nothing of this stands
    if found.customer_id == owner.customer_id:
        await tx.execute(delete(Claim).where(_said(owner.customer_id, address)))
    else:
        await _two(tx, actor, owner.customer_id, address, found, speaker)
    data = {"challenge": challenge_id, "kind": address.kind}
    await record_all(tx, actor, [*news, News(Kind.PROOF_GIVEN, customer=owner.customer_id, data=data)])
    return True


async def withdraw(tx: Tx, actor: Actor, challenge_id: int) -> None:
    """She says the address is wrong: the code counts no more, and what she had said is forgotten. Twice is once."""
    query = select(Challenge.customer_id, Challenge.kind, Challenge.value).where(Challenge.id == challenge_id)
    row = (await tx.execute(query)).one()
    await hold(tx, [row.customer_id])
    if await _over(tx, challenge_id, "withdrawn"):
        said = _said(row.customer_id, Address(row.kind, row.value)) & (Claim.proof == "")
        await tx.execute(delete(Claim).where(said))
        data = {"challenge": challenge_id, "why": "withdrawn"}
        await record(tx, actor, News(Kind.PROOF_FAILED, customer=row.customer_id, data=data))


async def _two(tx: Tx, actor: Actor, root: int, address: Address, found: Found, speaker: Address | None) -> None:
    """Both have proved the same address: one person, or a question to people."""
    stand = await standing(tx, {root, found.customer_id})
    by = speaker or await _strongest(tx, root)
    known = {address: found, by: Found(0, root, False, root)}
    verdict = joining.decide([address, by], known, {root: Standing(nobody=True)} | stand)
    if verdict.joins and verdict.owner is not None:
        await tx.execute(delete(Claim).where(_said(root, address)))
        for other in verdict.joins:
            await merging.merge(tx, SYSTEM, verdict.owner.customer_id, other, why=Why(PROOF))
        return
    proven = update(Claim).where(_said(root, address)).values(proof=CODE, proved_by=str(actor))
    await tx.execute(proven)
    await suggesting.conflict(tx, root, found.customer_id)


async def _stands(tx: Tx, root: int, address: Address) -> bool:
    """Whether she still says that it is hers, or it is proven by now."""
    said = (await tx.execute(select(Claim.kind).where(_said(root, address)))).first()
    found = (await identity.find(tx, [address])).get(address)
    return said is not None or (found is not None and found.customer_id == root)


async def _strongest(tx: Tx, root: int) -> Address:
    rows = await tx.execute(identity.OF_CUSTOMER, {"customer": root})
    return max((Address(*row) for row in rows), key=joining.strength, default=NOBODY)


def _said(root: int, address: Address) -> Any:
    return (Claim.customer_id == root) & (Claim.kind == address.kind) & (Claim.value == address.value)


async def _close(tx: Tx, root: int, address: Address) -> None:
    mine = (Challenge.customer_id == root, Challenge.kind == address.kind, Challenge.value == address.value)
    values = {"outcome": "replaced", "over_at": func.now(), "digest": ""}
    await tx.execute(update(Challenge).where(*mine, Challenge.outcome == "").values(values))


async def _over(tx: Tx, challenge_id: int, outcome: str, digest: str | None = None) -> Row[Any] | None:
    """End it, once; with ``digest`` only while that is the code which went out last."""
    rules = [Challenge.id == challenge_id, Challenge.outcome == ""]
    if digest is not None:
        rules.append(Challenge.digest == digest)
    values = {"outcome": outcome, "over_at": func.now(), "digest": ""}
    return (await tx.execute(update(Challenge).where(*rules).values(values).returning(Challenge.id))).one_or_none()
