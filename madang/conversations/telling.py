"""Programs tell what customers did elsewhere: by a customer's number, or by an address of hers.

The order of locks: addresses are found or made first, then their customers are held, then it is looked again.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from sqlalchemy import select

from madang.channels.connector import Kind as Proof
from madang.channels.connector import Party
from madang.channels.models import Channel
from madang.conversations import profiles
from madang.customers import identity
from madang.customers.actions import telling
from madang.customers.actions.telling import Told
from madang.customers.happenings import Happening, Unfit, check
from madang.customers.identity import Address, Owner
from madang.customers.normal import normalise
from madang.customers.trees import Moved, hold, root_of
from madang.events.record import record_all
from madang.lib.errors import Refused
from madang.lib.pace import AtOnce
from madang.lib.postgres import Tx
from madang.staff.attempts import TooMany
from madang.staff.permissions import Viewer, permit

AT_ONCE = AtOnce(4)  # batches of one caller: each is a thousand rows, and everybody needs a connection
PROOF = "program"  # a program of the company's own said whose address it is


class Whom(NamedTuple):
    """An address as a program knows it: e-mail, phone, or the user number of its own site with that site's channel."""

    kind: str
    value: str
    channel_id: int = 0
    name: str = ""


class Answer(NamedTuple):
    """What became of a batch: how many were ``new``, and the customer of each event, in order."""

    new: int
    customers: list[int]


async def tell(tx: Tx, viewer: Viewer, customer_id: int, source: str, some: Sequence[Happening]) -> Answer:
    """Tell what one customer did. A number that was merged is hers still: its rows go with it if that is undone.

    Raises NotFound, Refused, Unfit, TooMany, Moved.
    """
    permit(viewer, "customer.change")
    with AT_ONCE.one(str(viewer.actor)) as room:
        if not room:
            raise TooMany(1)
        clean = check(source, some, datetime.now(UTC))
        root = await profiles.root(tx, viewer, customer_id)
        await hold(tx, [root])
        if await root_of(tx, customer_id) != root:
            raise Moved
        owner = Owner(root, customer_id)
        new = await telling.tell(tx, viewer.actor, source, [Told(owner, one) for one in clean])
    return Answer(new, [root] * len(some))


async def tell_of(tx: Tx, viewer: Viewer, source: str, some: Sequence[tuple[Whom, Happening]]) -> Answer:
    """Tell what people did who are known by an address; nobody's address makes a customer. Raises as :func:`tell`.

    For programs that see everybody: an address would else tell whether somebody is a customer of another brand.
    """
    permit(viewer, "customer.change")
    if not viewer.scope.whole:
        raise Refused("Only who sees every customer may tell by address. Name the customer by her number.", "events")
    with AT_ONCE.one(str(viewer.actor)) as room:
        if not room:
            raise TooMany(1)
        clean = check(source, [happening for _, happening in some], datetime.now(UTC))
        addresses = await _addresses(tx, [whom for whom, _ in some])
        found = await identity.find(tx, addresses)
        groups = [(_party(whom), [one]) for (whom, _), one in zip(some, addresses, strict=True)]
        found, news = await identity.find_or_make(tx, groups, found, PROOF)
        await hold(tx, {one.customer_id for one in found.values()})
        await identity.still(tx, found.values())
        await record_all(tx, viewer.actor, news)
        owners = [Owner(found[one].customer_id, found[one].home_id) for one in addresses]
        told = [Told(owner, one) for owner, one in zip(owners, clean, strict=True)]
        new = await telling.tell(tx, viewer.actor, source, told)
    return Answer(new, [owner.customer_id for owner in owners])


def _party(whom: Whom) -> Party:
    return Party(Proof(whom.kind), whom.value, name=" ".join(whom.name.split())[:120])


async def _addresses(tx: Tx, some: Sequence[Whom]) -> list[Address]:
    """Each in its one spelling; raises Unfit naming those that are none."""
    spaces = await _spaces(tx, {whom.channel_id for whom in some if whom.channel_id})
    made: list[Address] = []
    problems: list[tuple[str, str]] = []
    for place, whom in enumerate(some):
        value = normalise(whom.kind, whom.value)
        if not value or "\0" in value:
            problems.append((f"events[{place}].{whom.kind}", WRONG[whom.kind]))
        elif whom.kind == "account" and whom.channel_id not in spaces:
            problems.append((f"events[{place}].channel", "There is no such channel. /api/v1/channels lists them."))
        made.append(Address(whom.kind, value, spaces.get(whom.channel_id, "") if whom.kind == "account" else ""))
    if problems:
        raise Unfit(problems)
    return made


WRONG = {
    "email": "This is no e-mail address. It looks like mina@naver.com.",
    "phone": "This is no phone number. Give it with its country, such as +82 10 1234 5678.",
    "account": "This is no user number of your site.",
}


async def _spaces(tx: Tx, numbers: set[int]) -> dict[int, str]:
    """In which the user numbers of a site mean something: its channel's own."""
    if not numbers:
        return {}
    rows = await tx.execute(select(Channel.id, Channel.connector, Channel.key).where(Channel.id.in_(numbers)))
    return {row.id: f"{row.connector}:{row.key}" for row in rows}
