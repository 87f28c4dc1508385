"""Random histories of messages, merges, undos and edits, many side by side in one database, and what must come of them.

Every world has addresses of its own, and takes one step while each of the others does. What they say in a step is one
batch of the way in, what they merge, undo and edit one transaction, what is looked at one statement for all of them:
so ten thousand histories cost minutes, and one world that reaches into another is found too.
"""

from __future__ import annotations

import random
import sys
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import pytest
import uvloop
from sqlalchemy import text

from madang.conversations import merging
from madang.conversations.actions.parting import recount
from madang.customers import identity
from madang.customers.actions import change, merge
from madang.customers.identity import Owner
from madang.events.record import SYSTEM
from madang.ground import Ground
from madang.lib.errors import Refused
from madang.lib.postgres import Tx
from madang.settings import load
from madang.staff.permissions import CONSOLE
from madang.tests import cast
from madang.tests.cast import Yard, message
from madang.tests.slates import Slates

TOGETHER = 50  # worlds in one database; more, and its tables grow long
NAMES = ("미나", "Mina Kim", "김미나", "M. Kim")
CLAIMED = ("one@claimed.example", "two@claimed.example", "three@claimed.example")
STATE = text("""
select i.value, i.customer_id, array_remove(array_agg(distinct v.customer_id), null) as owners
from identity i left join message m on m.identity_id = i.id left join conversation v on v.id = m.conversation_id
group by i.id
""")
HOMES = text("""
select value, coalesce(home_id, customer_id) as home from identity where value = any(cast(:values as text[]))
""")
STAND = text("select id, name from customer where merged_into is null")
CLAIMS = text("""
select c.customer_id, c.value from claim c join customer k on k.id = c.customer_id where k.merged_into is null
""")
COUNTS = text(
    "select id, messages, first_id, last_id, channel_ids, last_text, last_direction from conversation order by id"
)


@dataclass
class Model:
    """What must be true: who each address was made for, which merges stand, which names were given in which order."""

    homes: dict[str, int] = field(default_factory=dict)
    edges: dict[int, tuple[int, int]] = field(default_factory=dict)  # merge -> (loser, winner)
    claims: set[tuple[int, str]] = field(default_factory=set)  # (home, what she said is hers)
    names: dict[int, list[tuple[int, str]]] = field(default_factory=dict)  # (merge or 0, name), oldest first

    def root(self, customer: int) -> int:
        """Who she is now."""
        up = dict(self.edges.values())
        while customer in up:
            customer = up[customer]
        return customer

    def said(self) -> set[tuple[int, str]]:
        """Whose is what was only said."""
        return {(self.root(home), value) for home, value in self.claims}

    def named(self) -> dict[int, str]:
        """What everybody who stands is called."""
        return {one: chain[-1][1] for one, chain in self.names.items() if self.root(one) == one}

    def undone(self, number: int) -> None:
        """A merge stands no longer."""
        _, winner = self.edges.pop(number)
        self.names[winner] = [one for one in self.names[winner] if one[0] != number]


@dataclass(frozen=True, slots=True)
class Seen:
    """What the house shows: by address its owner and who has what was said by it; names; claims by customer."""

    owners: dict[str, tuple[int, list[int]]]
    names: dict[int, str]
    claims: dict[int, set[str]]


async def look(tx: Tx) -> Seen:
    """Of all worlds at once."""
    owners = {row.value: (row.customer_id, row.owners) for row in await tx.execute(STATE)}
    names = {row.id: row.name for row in await tx.execute(STAND)}
    claims: dict[int, set[str]] = {}
    for row in await tx.execute(CLAIMS):
        claims.setdefault(row.customer_id, set()).add(row.value)
    return Seen(owners, names, claims)


class World:
    """One history; ``seed`` makes it the same again."""

    def __init__(self, seed: int, steps: int) -> None:
        self.seed = seed
        self.model = Model()
        self._chance = random.Random(seed)
        self._addresses = [f"h{self._chance.randrange(10**9)}-{seed}-{number}@example.org" for number in range(5)]
        self._left = list(range(steps))[::-1]
        self._ending: list[int] | None = None

    def step(self) -> tuple[str, int] | None:
        """What is done next, with its number; None when everything has been done and undone."""
        if self._left:
            what = self._chance.choice(("say", "say", "merge", "undo", "rename"))
            return ("say" if len(self._homes) < 2 else what), self._left.pop()
        if self._ending is None:
            self._ending = sorted(self.model.edges, key=lambda _: self._chance.random())
        return ("end", self._ending.pop()) if self._ending else None

    @property
    def _homes(self) -> list[int]:
        return sorted(set(self.model.homes.values()))

    def says(self) -> tuple[str, str]:
        """By which address, and which other one is hers."""
        return self._chance.choice(self._addresses), self._chance.choice(CLAIMED)

    def heard(self, address: str, home: int, name: str, claim: str) -> Owner:
        """She has spoken: the house has filed it with ``home``. Returns who claims."""
        assert self.model.homes.setdefault(address, home) == home, f"{self.seed}: {address} changed its home"
        self.model.names.setdefault(home, [(0, name)])
        root = self.model.root(home)
        if (root, claim) not in self.model.said():
            self.model.claims.add((home, claim))
        return Owner(root, home)

    async def do(self, tx: Tx, what: str, number: int) -> None:
        """A step without words."""
        model = self.model
        if what == "merge":
            await self._merge(tx, *self._chance.sample(self._homes, 2), hers=self._chance.random() < 0.5)
        elif what == "rename":
            who, name = self._chance.choice(self._homes), f"이름 {number}"
            await change(tx, CONSOLE, who, {"name": name})
            model.names[model.root(who)].append((0, name))
        elif what == "end" or model.edges:
            number = number if what == "end" else self._chance.choice(sorted(model.edges))
            await merging.take_apart(tx, SYSTEM, number)
            model.undone(number)

    async def _merge(self, tx: Tx, one: int, two: int, *, hers: bool) -> None:
        model = self.model
        winner, loser = model.root(one), model.root(two)
        if winner == loser:
            with pytest.raises(Refused):
                await merge(tx, SYSTEM, one, two)
            return
        names = model.named()
        number = await merge(tx, SYSTEM, one, two, keep={"name": "loser"} if hers else {})
        model.edges[number] = (loser, winner)
        if hers and names[winner] != names[loser]:
            model.names[winner].append((number, names[loser]))

    def check(self, seen: Seen) -> None:
        """Everything is where the homes and the merges put it."""
        model = self.model
        for address, home in model.homes.items():
            owner, speakers = seen.owners[address]
            expected = model.root(home)
            assert owner == expected, f"{self.seed}: {address} is {owner}'s, not {expected}'s"
            assert speakers in ([expected], []), f"{self.seed}: words of {address} are with {speakers}, not {expected}"
        shown = {one: seen.names[one] for one in model.names if one in seen.names}
        assert shown == model.named(), f"{self.seed}: names"
        said = {(one, value) for one in model.names for value in seen.claims.get(one, ())}
        assert said == model.said(), f"{self.seed}: claims"


async def run(yard: Yard, worlds: Sequence[World]) -> int:
    """Let every world live to its end, where all its merges are undone again; returns how many steps that was."""
    living, done = list(worlds), 0
    while True:
        steps = [(world, step) for world in living if (step := world.step())]
        if not steps:
            break
        living, done = [world for world, _ in steps], done + len(steps)
        await _say(yard, [(world, number) for world, (what, number) in steps if what == "say"])
        async with yard.ground.database.begin() as tx:
            for world, (what, number) in steps:
                if what != "say":
                    await world.do(tx, what, number)
            seen = await look(tx)
        for world in worlds:
            world.check(seen)
    async with yard.ground.database.begin() as tx:
        await _counters_are_true(tx)
    return done


async def _say(yard: Yard, some: Sequence[tuple[World, int]]) -> None:
    words = [(world, number, *world.says()) for world, number in some]
    if not words:
        return
    await yard.put_all([message(f"{n}", name=NAMES[n % 4], value=address) for _, n, address, _ in words])
    await yard.take_in()
    async with yard.ground.database.begin() as tx:
        rows = await tx.execute(HOMES, {"values": [address for _, _, address, _ in words]})
        homes = {row.value: row.home for row in rows}
        claims = [(world.heard(one, homes[one], NAMES[n % 4], claim), "email", claim) for world, n, one, claim in words]
        await identity.claim(tx, claims)


async def _counters_are_true(tx: Tx) -> None:
    before = (await tx.execute(COUNTS)).all()
    await recount(tx, [row.id for row in before])
    assert (await tx.execute(COUNTS)).all() == before


async def many(template: str, firsts: Iterable[int]) -> None:
    """Let :data:`TOGETHER` worlds live from each of these seeds on, in databases like the one at ``template``."""
    slates = Slates(template)
    with tempfile.TemporaryDirectory() as data:
        settings = load({}, data=data, secret_key="k" * 32)
        for first in firsts:
            lent = await slates.take()
            ground = Ground.open(settings, lent.url)
            lent.lend(ground.database)
            worlds = [World(seed, 8 + seed % 20) for seed in range(first, first + TOGETHER)]
            await run(await cast.yard(ground), worlds)
            await slates.give_back(lent)
    await slates.close()


if __name__ == "__main__":
    uvloop.run(many(sys.argv[1], range(*(int(one) for one in sys.argv[2:]))))
