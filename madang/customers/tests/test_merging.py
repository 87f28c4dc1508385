"""Merging and undoing against a model: whatever the order, every row is where the homes and the merges put it."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

import pytest
from sqlalchemy import text

from madang.conversations import merging
from madang.conversations.actions.parting import recount
from madang.customers import identity
from madang.customers.actions import change, merge
from madang.customers.identity import Owner
from madang.events.record import SYSTEM
from madang.lib.errors import Refused
from madang.lib.postgres import Tx
from madang.staff.permissions import CONSOLE
from madang.tests.cast import Yard

NAMES = ("미나", "Mina Kim", "김미나", "M. Kim")
CLAIMED = ("one@claimed.example", "two@claimed.example", "three@claimed.example")
STATE = text("""
select i.value, i.customer_id,
  array(select distinct v.customer_id from message m join conversation v on v.id = m.conversation_id
        where m.identity_id = i.id) as owners,
  array(select m.id from message m where m.identity_id = i.id order by 1) as messages
from identity i order by i.id
""")
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
        up = dict(self.edges.values())
        while customer in up:
            customer = up[customer]
        return customer

    def said(self) -> set[tuple[int, str]]:
        return {(self.root(home), value) for home, value in self.claims}

    def name(self, customer: int) -> str:
        return self.names[customer][-1][1]


async def _say(yard: Yard, model: Model, address: str, number: int, claim: str) -> None:
    await yard.says(f"{number}", name=NAMES[number % 4], value=address)
    async with yard.ground.database.begin() as tx:
        query = text("select coalesce(home_id, customer_id) from identity where value = :value")
        home = (await tx.execute(query, {"value": address})).scalar_one()
        assert model.homes.setdefault(address, home) == home
        model.names.setdefault(home, [(0, NAMES[number % 4])])
        await identity.claim(tx, [(Owner(model.root(home), home), "email", claim)])
        if (model.root(home), claim) not in model.said():
            model.claims.add((home, claim))


async def _check(tx: Tx, model: Model) -> None:
    for row in await tx.execute(STATE):
        if row.value in model.homes:
            expected = model.root(model.homes[row.value])
            assert row.customer_id == expected, f"{row.value} is {row.customer_id}'s, not {expected}'s"
            assert row.owners in ([expected], []), f"messages of {row.value} are with {row.owners}, not {expected}"
    names = await tx.execute(text("select id, name from customer where merged_into is null"))
    assert {row.id: row.name for row in names if row.id in model.names} == {
        one: model.name(one) for one in model.names if model.root(one) == one
    }
    said = {(row.customer_id, row.value) for row in await tx.execute(CLAIMS)}
    assert {one for one in said if one[0] in model.names} == model.said()


def _taken_back(chain: list[tuple[int, str]], merge_id: int) -> list[tuple[int, str]]:
    return [one for one in chain if one[0] != merge_id]


async def _merge(tx: Tx, model: Model, one: int, two: int, *, hers: bool) -> None:
    winner, loser = model.root(one), model.root(two)
    if winner == loser:
        with pytest.raises(Refused):
            await merge(tx, SYSTEM, one, two)
        return
    number = await merge(tx, SYSTEM, one, two, keep={"name": "loser"} if hers else {})
    model.edges[number] = (loser, winner)
    if hers and model.name(winner) != model.name(loser):
        model.names[winner].append((number, model.name(loser)))


async def _history(yard: Yard, chance: random.Random, steps: int) -> None:
    model = Model()
    addresses = [f"h{chance.randrange(10**9)}-{number}@example.org" for number in range(5)]
    for number in range(steps):
        what = chance.choice(("say", "say", "merge", "undo", "rename"))
        homes = sorted(set(model.homes.values()))
        if what == "say" or len(homes) < 2:
            await _say(yard, model, chance.choice(addresses), number, chance.choice(CLAIMED))
            continue
        async with yard.ground.database.begin() as tx:
            if what == "merge":
                await _merge(tx, model, *chance.sample(homes, 2), hers=chance.random() < 0.5)
            elif what == "undo" and model.edges:
                number = chance.choice(sorted(model.edges))
                await merging.take_apart(tx, SYSTEM, number)
                _, winner = model.edges.pop(number)
                model.names[winner] = _taken_back(model.names[winner], number)
            elif what == "rename":
                who = chance.choice(homes)
                name = f"이름 {number}"
                await change(tx, CONSOLE, who, {"name": name})
                model.names[model.root(who)].append((0, name))
    async with yard.ground.database.begin() as tx:
        await _check(tx, model)
        for number in sorted(model.edges, key=lambda _: chance.random()):
            await merging.take_apart(tx, SYSTEM, number)
            _, winner = model.edges.pop(number)
            model.names[winner] = _taken_back(model.names[winner], number)
            await _check(tx, model)
        await _counters_are_true(tx)


async def _counters_are_true(tx: Tx) -> None:
    before = (await tx.execute(COUNTS)).all()
    await recount(tx, [row.id for row in before])
    assert (await tx.execute(COUNTS)).all() == before


async def test_every_row_is_where_homes_and_merges_put_it(yard: Yard) -> None:
    for seed in range(3):
        await _history(yard, random.Random(seed), 20)


@pytest.mark.slow
async def test_ten_thousand_histories(yard: Yard) -> None:
    for seed in range(10_000):
        await _history(yard, random.Random(seed), 8 + seed % 20)
