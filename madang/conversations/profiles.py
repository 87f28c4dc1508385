"""A customer as somebody may see her: when one of her conversations is in the viewer's scope.

Leads and administrators to whom everything exists see customers without a conversation too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, exists, select, true

from madang.conversations.models import Conversation
from madang.customers import actions, defined, identity, queries
from madang.customers.models import Customer
from madang.customers.queries import Person
from madang.customers.trees import Moved, root_of
from madang.lib.errors import NotFound, Refused
from madang.lib.postgres import Tx
from madang.staff.permissions import Viewer, permit


def seen(viewer: Viewer, customer: Any) -> ColumnElement[bool]:
    """The rule as SQL over a column with the numbers of roots: put it *in* the query."""
    everything = viewer.scope.sees == "all" and viewer.scope.brands is None
    if everything and viewer.role in ("lead", "administrator"):
        return true()
    return exists().where(Conversation.customer_id == customer, viewer.scope.where(Conversation))


async def visible(tx: Tx, viewer: Viewer, ids: Iterable[int]) -> set[int]:
    """Those of these roots whom the viewer sees."""
    query = select(Customer.id).where(Customer.id.in_(set(ids)), seen(viewer, Customer.id))
    return set((await tx.execute(query)).scalars())


async def check(tx: Tx, viewer: Viewer, customer_id: int) -> None:
    """Raise NotFound unless the viewer sees her; ``customer_id`` is a root."""
    if (await tx.execute(_her(viewer), {"customer": customer_id})).scalar_one_or_none() is None:
        raise NotFound("There is no such customer.")


@lru_cache(64)  # to build it takes longer than to run it
def _her(viewer: Viewer) -> Select[int]:
    return select(Customer.id).where(Customer.id == bindparam("customer"), seen(viewer, Customer.id))


async def root(tx: Tx, viewer: Viewer, customer_id: int) -> int:
    """Who a number stands for now, when the viewer sees her; raises NotFound."""
    permit(viewer, "customer.read")
    number = await root_of(tx, customer_id)
    await check(tx, viewer, number)
    return number


async def person(tx: Tx, viewer: Viewer, customer_id: int) -> Person:
    """The customer a number stands for, when she is in scope."""
    return await queries.person(tx, await root(tx, viewer, customer_id), await defined.hidden(tx, viewer))


async def change(tx: Tx, viewer: Viewer, customer_id: int, given: Mapping[str, str]) -> None:
    """Correct plain fields of hers, when she is in scope."""
    await actions.change(tx, viewer, await root(tx, viewer, customer_id), given)


async def rename(tx: Tx, viewer: Viewer, customer_id: int, name: str) -> None:
    """Correct her name, when she is in scope."""
    await actions.rename(tx, viewer, await root(tx, viewer, customer_id), name)


async def undo_change(tx: Tx, viewer: Viewer, customer_id: int, change_id: int) -> None:
    """Take an edit of hers back, when she is in scope."""
    await actions.undo_change(tx, viewer, await root(tx, viewer, customer_id), change_id)


async def block(tx: Tx, viewer: Viewer, customer_id: int, *, blocked: bool) -> None:
    """Block her or take that back, when she is in scope."""
    verb = actions.block if blocked else actions.unblock
    await verb(tx, viewer, await root(tx, viewer, customer_id))


async def add_address(tx: Tx, viewer: Viewer, customer_id: int, kind: str, value: str, *, proven: bool) -> bool:
    """Note an address of hers, when she is in scope; returns whether it is proven to be somebody else's whom the viewer
    sees too. Of somebody she does not see she is told nothing: the answer and the page are those for any address."""
    number = await root(tx, viewer, customer_id)
    with moving():
        other = await actions.add_address(tx, viewer, number, kind, value, proven=proven)
    return bool(other and await visible(tx, viewer, [other]))


async def disputed(tx: Tx, viewer: Viewer, person: Person) -> set[tuple[str, str]]:
    """Those of her proven addresses that are proven to be another's too, whom the viewer sees; else nothing is said."""
    kept = [identity.Address(one.kind, one.value) for one in person.identities if not one.id]
    if not kept:
        return set()
    owners = {one: found.customer_id for one, found in (await identity.find(tx, kept)).items()}
    known = await visible(tx, viewer, owners.values())
    return {(one.kind, one.value) for one, owner in owners.items() if owner in known and owner != person.id}


async def forget_claim(tx: Tx, viewer: Viewer, customer_id: int, kind: str, value: str) -> int:
    """Forget what she said of an address, when she is in scope; returns the event by which it comes back."""
    return await actions.forget_claim(tx, viewer, await root(tx, viewer, customer_id), kind, value)


async def remember_claim(tx: Tx, viewer: Viewer, customer_id: int, event_id: int) -> None:
    """Take that back, when she is in scope."""
    await actions.remember_claim(tx, viewer, await root(tx, viewer, customer_id), event_id)


async def make_main(tx: Tx, viewer: Viewer, customer_id: int, kind: str, value: str) -> None:
    """Write to her at this one, when she is in scope."""
    await actions.make_main(tx, viewer, await root(tx, viewer, customer_id), kind, value)


@contextmanager
def moving() -> Iterator[None]:
    """Somebody else was quicker: a word for people."""
    try:
        yield
    except Moved:
        raise Refused("Somebody else has just merged this customer. Look again.", "value") from None
