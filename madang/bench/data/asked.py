"""Ask one thing many times, as somebody of the staff or over HTTP, and keep how long each took."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Sequence

import httpx

from madang.bench import company
from madang.bench.figures import Figure, judge, percentile, rounded
from madang.bench.house import House
from madang.lib.postgres import Tx
from madang.staff.permissions import Role

Ask = Callable[[Tx, int], Awaitable[object]]  # the transaction, and the how-manieth time it is
WARM = 5


class Slow(Exception):
    """Something was answered, but not with what was asked for."""


async def database(house: House, ask: Ask, times: int) -> list[float]:
    """Milliseconds of each of ``times`` questions, each in a transaction of its own, after a few to warm up."""
    spent: list[float] = []
    for number in range(WARM + times):
        async with house.ground.database.begin() as tx:
            began = time.perf_counter()
            await ask(tx, number)
            spent.append(1000 * (time.perf_counter() - began))
    return spent[WARM:]


class Browser:
    """An agent's signed-in browser."""

    def __init__(self, house: House, cookie: str) -> None:
        self._http = httpx.AsyncClient(base_url=house.base, headers={"cookie": cookie}, timeout=60)

    @classmethod
    async def open(cls, house: House, name: str, role: Role = "agent") -> Browser:
        """Of a new agent, or whatever ``role`` she has."""
        return cls(house, (await company.agents(house, 1, name, role))[0])

    async def pages(self, paths: Sequence[str]) -> list[float]:
        """Milliseconds until each of these pages was read whole; the first few are read once before."""
        spent: list[float] = []
        for path in [*paths[:WARM], *paths]:
            began = time.perf_counter()
            answer = await self._http.get(path)
            spent.append(1000 * (time.perf_counter() - began))
            if answer.status_code != 200:
                raise Slow(f"{path} was answered {answer.status_code}")
        return spent[min(WARM, len(paths)) :]

    async def close(self) -> None:
        """Close it."""
        await self._http.aclose()


def figure(
    name: str,
    spent: Sequence[float],
    budget: float | None,
    note: str,
    *,
    part: float = 0.99,
    limit: float | None = None,
) -> Figure:
    """``value`` is the ``part`` of all times that the budget speaks of; milliseconds."""
    value = percentile(spent, part)
    return Figure(
        name=name,
        unit=f"ms p{round(part * 100)}",
        value=rounded(value),
        p50=rounded(percentile(spent, 0.5)),
        p99=rounded(percentile(spent, 0.99)),
        budget=budget,
        limit=rounded(limit),
        ok=judge(value, at_most=budget),
        note=note,
    )


async def one_row(house: House, times: int) -> float:
    """The limit of every question: one row by its key, milliseconds at the 99th of a hundred."""

    async def ask(tx: Tx, number: int) -> object:
        return (await tx.exec_driver_sql(ONE_ROW, (number + 1,))).one_or_none()

    return percentile(await database(house, ask, times), 0.99)


ONE_ROW = "select * from conversation where id = $1"
