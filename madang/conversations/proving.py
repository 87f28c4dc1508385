"""Asking for proof of an address: for a viewer who sees the customer, and for the visitor herself in the chat."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select, text

from madang.conversations import profiles
from madang.conversations.models import Conversation
from madang.customers.actions.merging import PROOF
from madang.customers.identity import Address, Found, Owner
from madang.customers.models import Customer
from madang.customers.normal import normalise
from madang.customers.proving import actions, code, entering, limits, queries
from madang.customers.proving.entering import Answer
from madang.customers.proving.queries import Asked
from madang.customers.trees import Moved, hold, proven_homes, root_of
from madang.events.record import Actor
from madang.ground import Ground
from madang.lib.errors import NotFound, Refused
from madang.lib.language import marked as _
from madang.lib.postgres import Tx
from madang.staff.permissions import Viewer, permit

NO_WAY = _("No channel of this brand can send a code to such an address. Connect one, such as e-mail.")
MOVED = _("Somebody else has just merged this customer. Look again.")
SHOWN = ("asked", "sent", "failed", "expired", "tries")  # states in which the form stands in the chat


async def of_customer(tx: Tx, viewer: Viewer, customer_id: int) -> dict[tuple[str, str], Asked]:
    """The newest code of each address of a customer in scope; raises NotFound."""
    return await queries.of_customer(tx, await profiles.root(tx, viewer, customer_id))


async def able(tx: Tx, viewer: Viewer, root: int) -> frozenset[str]:
    """The kinds of addresses to which a code can be sent to her."""
    return frozenset(await queries.carriers(tx, await _brands(tx, viewer, root)))


async def ask(tx: Tx, viewer: Viewer, customer_id: int, kind: str, value: str) -> int:
    """Send a code to an address she said is hers; its number. Raises NotFound, Refused, TooMany."""
    permit(viewer, "customer.change")
    root = await profiles.root(tx, viewer, customer_id)
    row = (await tx.execute(CLAIMED, {"customer": root, "kind": kind, "value": value})).one_or_none()
    if row is None:
        raise NotFound("There is no such address.")
    channel = (await queries.carriers(tx, await _brands(tx, viewer, root))).get(kind)
    if channel is None:
        raise Refused(NO_WAY, "value")
    await limits.by_colleague(tx, str(viewer.actor))
    with profiles.moving():
        owner = Owner(root, row.home)
        return await actions.ask(tx, viewer.actor, owner, Address(kind, value), channel, await _language(tx, root))


async def enter(ground: Ground, viewer: Viewer, customer_id: int, challenge_id: int, typed: str) -> Answer:
    """She told the code to a colleague, who types it in. Raises NotFound, TooMany."""
    permit(viewer, "customer.change")
    async with ground.database.begin() as tx:
        root = await profiles.root(tx, viewer, customer_id)
        asked = await queries.one(tx, challenge_id)
    if asked.customer_id != root:
        raise NotFound("There is no such code.")
    return await entering.enter(ground, viewer.actor, asked, typed)


@dataclass(frozen=True, slots=True)
class Form:
    """What stands in a visitor's chat: to which address (masked) a code went, and what became of it."""

    to: str
    state: str
    left: int


async def shown(tx: Tx, home_id: int) -> tuple[Asked, Form] | None:
    """The code that a visitor is asked for; None when she is asked for none.

    Hers by proof only: whom a colleague took her for is not told to her, nor which addresses that one has.
    """
    asked = await queries.of_homes(tx, await proven_homes(tx, home_id, PROOF))
    if asked is None or asked.state not in SHOWN:
        return None
    return asked, Form(code.masked(asked.kind, asked.value), asked.state, asked.left)


async def ask_herself(tx: Tx, found: Found, brand_id: int, value: str) -> int | None:
    """A visitor wants to prove an address she has left. None when it is hers already; raises NotFound when she has not
    said it (yet), Refused, TooMany. Whether it is anybody's nobody learns from the answer."""
    customer = await root_of(tx, found.customer_id)
    await hold(tx, [customer])
    kind = "email" if "@" in value else "phone"
    said = normalise(kind, value, await _region(tx, customer))
    given = {"customer": customer, "kind": kind, "value": said}
    homes = await proven_homes(tx, found.home_id, PROOF)
    if (await tx.execute(OWN, given | {"homes": homes})).first() is not None:
        return None
    row = (await tx.execute(CLAIMED, given)).one_or_none()
    if row is None:
        raise NotFound("This address is not known yet.")
    return await _again(tx, Owner(customer, found.home_id), Address(kind, said), [brand_id])


async def again_herself(tx: Tx, asked: Asked, brand_id: int) -> int | None:
    """She wants the code once more. Raises Refused, TooMany."""
    return await _again(tx, Owner(asked.customer_id, asked.home_id), Address(asked.kind, asked.value), [brand_id])


async def _again(tx: Tx, owner: Owner, address: Address, brands: Sequence[int]) -> int | None:
    if await _blocked(tx, owner.customer_id):  # nobody tells her so, and nothing goes out
        return None
    channel = (await queries.carriers(tx, brands)).get(address.kind)
    if channel is None:
        raise Refused(NO_WAY, "value")
    actor = Actor("customer", owner.customer_id)
    try:
        return await actions.ask(tx, actor, owner, address, channel, await _language(tx, owner.customer_id))
    except Moved:
        raise Refused(MOVED, "value") from None


CLAIMED = text("""
select coalesce(home_id, customer_id) as home from claim
where customer_id = :customer and kind = :kind and value = :value
""")
OWN = text("""
select 1 from identity where kind = :kind and value = :value and account = ''
  and coalesce(home_id, customer_id) = any(cast(:homes as bigint[]))
""")


async def _brands(tx: Tx, viewer: Viewer, root: int) -> list[int] | None:
    """The brands that know her, the last she spoke with first; for a customer without a conversation all he sees."""
    mine = (Conversation.customer_id == root, viewer.scope.where(Conversation))
    query = select(Conversation.brand_id).where(*mine).group_by(Conversation.brand_id)
    found = list((await tx.execute(query.order_by(func.max(Conversation.last_at).desc()))).scalars())
    if found:
        return found
    return None if viewer.scope.brands is None else sorted(viewer.scope.brands)


async def _language(tx: Tx, root: int) -> str:
    """Hers, else that of her last conversation; '' when neither is known."""
    spoken = select(Conversation.language).where(Conversation.customer_id == root, Conversation.language != "")
    last = spoken.order_by(Conversation.last_at.desc()).limit(1).scalar_subquery()
    query = select(func.coalesce(func.nullif(Customer.language, ""), last, "")).where(Customer.id == root)
    return str((await tx.execute(query)).scalar_one())


async def _blocked(tx: Tx, root: int) -> bool:
    query = select(Customer.id).where(Customer.id == root, Customer.blocked_at.is_not(None))
    return (await tx.execute(query)).first() is not None


async def _region(tx: Tx, root: int) -> str:
    return str((await tx.execute(select(Customer.region).where(Customer.id == root))).scalar_one())
