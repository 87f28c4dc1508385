"""Haneul's HubSpot on loopback, connected, and hands that bring both in step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text

from madang.connectors.hubspot.simulator import Portal, Simulator
from madang.crm import queries, working
from madang.crm.account import bound
from madang.crm.actions import asking
from madang.crm.models import State
from madang.crm.pairs import Pair
from madang.customers.actions import change
from madang.events import dispatch
from madang.ground import Ground
from madang.staff.permissions import CONSOLE
from madang.wiring import REACTIONS

PAIRS = (
    Pair("name", "name", "both", "later"),
    Pair("phone", "phone"),
    Pair("company", "company", "both", "here"),
    Pair("region", "country", "both", "there"),
)
LOOPBACK = ("127.0.0.0/8",)


@dataclass
class World:
    """``number`` is the account's."""

    ground: Ground
    simulator: Simulator
    number: int
    hands: working.Hands

    @property
    def there(self) -> Portal:
        return self.simulator.portal

    async def account(self) -> Any:
        async with self.ground.database.begin() as tx:
            return await queries.account(tx, CONSOLE, self.number)

    async def ask(self, verb: Any, *more: Any) -> Any:
        async with self.ground.database.begin() as tx:
            return await verb(tx, CONSOLE, self.number, *more)

    async def choose(self, pairs: Sequence[Pair] = PAIRS, **options: Any) -> None:
        given = {"make_here": True, "make_there": True, "proven": True, "region": "KR"} | options
        await self.ask(asking.choose, pairs, given)

    async def edit(self, customer: int, **values: str) -> None:
        """A colleague corrects a customer."""
        async with self.ground.database.begin() as tx:
            await change(tx, CONSOLE, customer, values)

    async def work(self) -> None:
        """The worker's part, until nothing is left: what happened is heard of, and everything due is done."""
        await self.hear()
        while await self.hands.work():
            pass

    async def hear(self) -> None:
        """What happened is put into the queue."""
        reaction = next(one for one in REACTIONS if one.name == "crm")
        while await dispatch.advance(self.ground.database, reaction):
            pass

    async def poll(self) -> None:
        """As when a minute has passed."""
        await self.sql("update crm_account set looked_at = null")
        await self.work()

    async def live(self, pairs: Sequence[Pair] = PAIRS, **options: Any) -> None:
        """Mapped, looked through, filled."""
        await self.choose(pairs, **options)
        await self.work()
        assert (await self.account()).state == State.CHECKED
        await self.ask(asking.begin)
        await self.work()
        assert (await self.account()).state == State.LIVE

    async def sql(self, statement: str, **given: Any) -> list[Any]:
        async with self.ground.database.begin() as tx:
            done = await tx.execute(text(statement), given)
            return list(done.all()) if done.returns_rows else []

    async def people(self) -> dict[str, Mapping[str, Any]]:
        """Customers who stand for themselves, by name."""
        rows = await self.sql("select * from customer where merged_into is null order by id")
        return {row.name: row._mapping for row in rows}

    async def stuck(self) -> list[tuple[str, str]]:
        return [
            (row.way, row.problem) for row in await self.sql("select * from crm_task where stuck order by way, key")
        ]

    async def history(self, customer: int) -> list[tuple[str, Any, Any, str, bool]]:
        rows = await self.sql("select * from field_change where customer_id = :c order by id", c=customer)
        return [(row.field, row.before, row.after, row.by, row.undone) for row in rows]

    def contact(self, mail: str) -> dict[str, str]:
        found = self.there.by_email(mail)
        assert found is not None
        return found.properties


async def connected(ground: Ground, simulator: Simulator) -> World:
    """As the set-up form does it."""
    settings, secrets = {"api_url": simulator.url}, {"token": simulator.token, "client_secret": simulator.client_secret}
    async with ground.database.begin() as tx:
        for one in REACTIONS:
            await tx.execute(dispatch.SEED, {"name": one.name})
        number = await asking.connect(
            tx, CONSOLE, ground.keys, connector="hubspot", name="HubSpot", account="62515",
            settings=settings, secrets=secrets, properties=[],
        )  # fmt: skip
    world = World(ground, simulator, number, working.Hands(ground))
    crm = bound(ground, await world.account())
    await world.ask(asking.offer, await crm.properties())
    await crm.close()
    return world
