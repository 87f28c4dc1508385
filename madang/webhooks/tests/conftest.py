"""A house with a receiver that listens, and a worker's hands driven step by step."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from madang.events import dispatch
from madang.events.kinds import Kind
from madang.ground import Ground
from madang.lib.http import Guard
from madang.staff.permissions import CONSOLE, Viewer
from madang.tests import cast
from madang.tests.cast import Yard
from madang.webhooks import actions, reactions
from madang.webhooks.actions import Made, Wanted
from madang.webhooks.catalogue import CATALOGUE
from madang.webhooks.delivery import Hands
from madang.webhooks.targets import judged
from madang.webhooks.tests.receiver import Receiver

SPREAD = dispatch.Reaction("webhooks", frozenset(Kind(kind) for kind in CATALOGUE), reactions.spread)
ALLOW = ("127.0.0.1",)


@pytest.fixture
async def ground(ground: Ground) -> Ground:
    """Loopback may be called here."""
    return Ground(
        **{name: getattr(ground, name) for name in ground.__slots__ if name != "settings"},
        settings=replace(ground.settings, allow_hosts=ALLOW),
    )


@pytest.fixture
async def shop() -> AsyncIterator[Receiver]:
    made = Receiver()
    await made.start()
    yield made
    await made.stop()


@dataclass
class Teller:
    """The house's side: subscribe, let events come, deliver."""

    yard: Yard
    hands: list[Hands] = field(default_factory=list)

    @property
    def ground(self) -> Ground:
        return self.yard.ground

    async def listen(self, url: str, *kinds: str, by: Viewer = CONSOLE, **more: Any) -> Made:
        target = await judged(url, Guard(ALLOW))
        async with self.ground.database.begin() as tx:
            wanted = Wanted(target, kinds or ("*",), **more)
            return await actions.create(tx, by, self.ground.keys, wanted)

    async def crowd(self, size: int, text: str = "hello") -> None:
        """So many customers say something at once, each in a conversation of her own."""
        for number in range(size):
            await self.yard.put(cast.message(text, value=f"c{number}@naver.example"))
        await self.yard.take_in()

    async def spread(self) -> None:
        """Let the reaction read all that is behind the horizon."""
        while await dispatch.advance(self.ground.database, SPREAD):
            pass

    def worker(self, name: str = "w1") -> Hands:
        made = Hands(self.ground, name, lambda: None)
        self.hands.append(made)
        return made

    async def deliver(self, rounds: int = 50) -> int:
        """Spread, then deliver until nothing is due; returns how many deliveries were tried."""
        await self.spread()
        hands, total = self.worker(), 0
        for _round in range(rounds):
            taken = await hands.take()
            await hands.finish()
            total += taken
            if not taken:
                break
        return total

    async def later(self, seconds: float = 2 * 86_400) -> None:
        """Time passes: everything that waits is due, no rest lasts."""
        async with self.ground.database.begin() as tx:
            back = {"by": timedelta(seconds=seconds)}
            await tx.execute(
                text("update webhook_delivery set due = due - cast(:by as interval) where stage = 0"), back
            )
            await tx.execute(text("update webhook set rest_until = rest_until - cast(:by as interval)"), back)

    async def rows(self, query: str, **given: Any) -> list[Any]:
        async with self.ground.database.begin() as tx:
            return list((await tx.execute(text(query), given)).all())

    async def stages(self) -> list[int]:
        return [row[0] for row in await self.rows("select stage from webhook_delivery order by id")]


@pytest.fixture
async def teller(yard: Yard) -> AsyncIterator[Teller]:
    await dispatch.seed(yard.ground.database, [SPREAD])
    made = Teller(yard)
    yield made
    for one in made.hands:
        await one.finish()
