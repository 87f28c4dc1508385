"""Who speaks in each arrival of a batch, made where unknown, joined where proven to be one. Part of intake.

A batch is read first, then locked in the one order of the house, then looked at again: whoever was merged in between
makes the whole batch begin anew (:class:`madang.customers.trees.Moved`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from madang.channels.connector import Kind as Proof
from madang.conversations.arrivals import Arrival
from madang.customers import identity, joining
from madang.customers.actions import merging, suggesting
from madang.customers.actions.merging import PROOF, Why
from madang.customers.identity import Address, Found, Owner
from madang.customers.joining import Standing
from madang.customers.queries import standing
from madang.customers.trees import hold
from madang.events.record import SYSTEM, News
from madang.lib.postgres import Tx

SIGNS = "webchat"  # the connector whose channels say that a user is the company's own


@dataclass(slots=True)
class Senders:
    """``who`` speaks, by place in the batch, and what became known. ``joins`` and ``clashes`` are (stays, other)."""

    who: dict[int, Found] = field(default_factory=dict)
    news: list[News] = field(default_factory=list)
    joins: list[tuple[int, int]] = field(default_factory=list)
    clashes: set[tuple[int, int]] = field(default_factory=set)

    async def hold(self, tx: Tx, more: Iterable[int] = ()) -> None:
        """Lock every customer concerned and ``more``, see that all is as it was, and join who turned out to be one."""
        everyone = {found.customer_id for found in self.who.values()}
        everyone |= {number for pair in (*self.joins, *self.clashes) for number in pair}
        await hold(tx, everyone | set(more))
        await identity.still(tx, self.who.values())
        for stays, other in self.joins:
            await self._join(tx, stays, other)
        for pair in sorted(self.clashes):
            await suggesting.conflict(tx, *pair)

    async def _join(self, tx: Tx, stays: int, other: int) -> None:
        stays, other = self._now(stays), self._now(other)
        if stays != other:
            await merging.merge(tx, SYSTEM, stays, other, why=Why(PROOF))
            self._moved[other] = stays
            for place, found in self.who.items():
                if found.customer_id == other:
                    self.who[place] = replace(found, customer_id=stays)

    _moved: dict[int, int] = field(default_factory=dict)

    def _now(self, customer_id: int) -> int:
        while customer_id in self._moved:
            customer_id = self._moved[customer_id]
        return customer_id

    async def learn(self, tx: Tx, arrivals: Sequence[Arrival]) -> list[News]:
        """What else a channel says of its people: ``timezone`` and ``attributes`` in the data of a fact."""
        told: list[identity.Told] = []
        for place, found in self.who.items():
            data, party = arrivals[place].inbound.data, arrivals[place].inbound.party
            if party is not None and ("timezone" in data or "attributes" in data):
                known = (found.customer_id, party.name, str(data.get("timezone") or ""))
                told.append(identity.Told(*known, data.get("attributes") or {}))
        return await identity.learn(tx, told)


def account_of(arrival: Arrival) -> str:
    """The space in which a scoped id means something: this channel's own. A board may share a chat's signed users."""
    row, party = arrival.bound.row, arrival.inbound.party
    chat = str(row.settings.get("users_of") or "") if party is not None and party.kind == Proof.ACCOUNT else ""
    return f"{SIGNS}:{chat}" if chat else f"{row.connector}:{row.key}"


def region_of(arrival: Arrival) -> str:
    """Where this channel's national phone numbers are read (ISO 3166), '' when its set-up does not say."""
    return str(arrival.bound.row.settings.get("region") or "").upper()


def addresses_of(arrival: Arrival) -> list[Address]:
    """Every address its sender proves, in its one spelling."""
    party = arrival.inbound.party
    if party is None:
        return []
    return [*identity.addresses(party, account_of(arrival), region_of(arrival)), *arrival.linked]


async def senders_of(tx: Tx, arrivals: Sequence[Arrival]) -> Senders:
    """Everyone who speaks. Nobody is locked yet: :meth:`Senders.hold` comes next."""
    proven = [addresses_of(one) for one in arrivals]
    known = await identity.find(tx, (address for some in proven for address in some))
    stand = await _standing(tx, proven, known)
    counted = [joining.counts(some, known, stand) for some in proven]
    groups = [(one.inbound.party, some) for one, some in zip(arrivals, counted, strict=True) if one.inbound.party]
    known, news = await identity.find_or_make(tx, groups, known, "channel")
    made = Senders(news=news)
    further: dict[Address, Owner] = {}
    for place, some in enumerate(counted):
        verdict = joining.decide(some, known, stand, linked=bool(arrivals[place].linked))
        if verdict.owner is None:
            continue
        own = known.get(some[0])
        apart = own is not None and own.customer_id in verdict.clashes
        owner = own if own is not None and apart else verdict.owner  # who may be another speaks as who she was
        made.who[place] = own or owner
        made.joins += [(verdict.owner.customer_id, other) for other in verdict.joins]
        made.clashes |= {(verdict.owner.customer_id, other) for other in verdict.clashes}
        further |= {one: Owner(owner.customer_id, owner.home_id) for one in some if one not in known}
    made.news += await identity.attach(tx, further, "channel")
    await _speak_as(tx, made, counted, further)
    for region, said in _claims(arrivals, made).items():
        made.news += await identity.claim(tx, said, region)
    return made


async def _speak_as(
    tx: Tx, made: Senders, counted: Sequence[Sequence[Address]], further: Mapping[Address, Owner]
) -> None:
    """Who was known by another address speaks by the one that has just become hers."""
    fresh = {place: counted[place][0] for place in made.who if counted[place][0] in further}
    found = await identity.find(tx, fresh.values()) if fresh else {}
    made.who |= {place: found[one] for place, one in fresh.items() if one in found}


def _claims(arrivals: Sequence[Arrival], made: Senders) -> dict[str, list[tuple[Owner, str, str]]]:
    """What was said, by the region in which its national numbers are read."""
    found: dict[str, list[tuple[Owner, str, str]]] = {}
    for place, whose in made.who.items():
        party, owner = arrivals[place].inbound.party, Owner(whose.customer_id, whose.home_id)
        said = [(owner, str(kind), value) for kind, value in (party.claims if party else ())]
        if said:
            found.setdefault(region_of(arrivals[place]), []).extend(said)
    return found


async def _standing(tx: Tx, proven: Sequence[Sequence[Address]], known: dict[Address, Found]) -> dict[int, Standing]:
    """Of the customers between whom has to be decided: those known by parties that prove more than one address."""
    several = {known[one].customer_id for some in proven if len(some) > 1 for one in some if one in known}
    return await standing(tx, several) if several else {}
