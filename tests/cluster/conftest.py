"""Clusters for tests, and what stands in their database: a brand, three channels, Ada and Hana."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from madang import migrate
from madang.channels.actions import Created
from madang.channels.registry import simulator
from madang.connectors.email.simulator import Customer, MailServer
from madang.connectors.email.tests.conftest import ADDRESS, PASSWORD, config
from madang.desk.tests.visitor import join
from madang.ground import Ground
from madang.settings import load
from madang.staff.grants import Grant
from madang.tests import cast
from tests.cluster import servers
from tests.cluster.people import Agent, Shop
from tests.cluster.processes import KEY, Cluster, Machine


@dataclass
class Company:
    """What every test of a cluster finds there."""

    cluster: Cluster
    ground: Ground
    api: Created
    chat: Created
    mail: Created
    shop: Shop
    machine: Any
    provider: MailServer
    mina: Customer
    agents: list[Agent] = field(default_factory=list)

    async def agent(self, name: str, web: Machine) -> Agent:
        """Somebody of the house, signed in there."""
        made = Agent(web)
        self.agents.append(made)
        await made.enter(f"{name}@haneul.kr")
        return made


@pytest.fixture
def cluster(request: pytest.FixtureRequest) -> Iterator[Cluster]:
    """A cluster, ready, on Debian's PostgreSQL if not told another way; stopped and removed at the end."""
    kind = getattr(request, "param", "debian")
    with servers.postgres("embedded" if kind == "embedded" else "debian") as url:
        migrate.upgrade(url)
        if kind == "pgbouncer":
            with servers.pgbouncer(url) as pooler:
                yield from _run(Cluster(url, pooler=pooler))
        else:
            yield from _run(Cluster(url))


def _run(cluster: Cluster) -> Iterator[Cluster]:
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.remove()


def relay(port: int) -> Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]:
    """Whoever comes is led on to that port of this machine."""

    async def pour(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while piece := await source.read(65536):
                sink.write(piece)
                await sink.drain()
        sink.close()

    async def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", port)
        with suppress(asyncio.CancelledError):
            await asyncio.gather(pour(reader, back), pour(there, writer))

    return meet


@asynccontextmanager
async def founded(cluster: Cluster, data: Path, host: str = "127.0.0.1") -> AsyncIterator[Company]:
    """The company in the cluster's database, and the providers on its other side."""
    settings = load(
        {}, data=data, secret_key=KEY, allow_hosts=(host, "127.0.0.1"), public_url="http://desk.haneul.example"
    )
    ground = Ground.open(settings, cluster.url, pool=3)
    provider, machine = MailServer(), simulator("api").Simulator(cast.SECRET)
    await provider.start()
    mailbox = await asyncio.start_server(relay(provider.imap_port), host)  # the simulator is on 127.0.0.1 only
    await machine.start()
    provider.open_account(ADDRESS, PASSWORD)
    brand = await cast.brand(ground)
    callback = {"callback_url": machine.url}
    reached = {"imap_host": host, "imap_port": mailbox.sockets[0].getsockname()[1]}
    api = await cast.channel(ground, brand, "api", callback)
    chat = await cast.channel(ground, brand, "webchat", {}, {})
    mail = await cast.channel(ground, brand, "email", dict(config(provider).settings) | reached, {"password": PASSWORD})
    await join(ground, "Ada")
    await join(ground, "Hana", Grant("administrator"))
    shop = Shop(cluster.webs, api.key, machine)
    mina = Customer(provider, "mina@naver.example", "미나", "naver")
    company = Company(cluster, ground, api, chat, mail, shop, machine, provider, mina)
    try:
        yield company
    finally:
        await asyncio.gather(*(one.http.aclose() for one in company.agents), shop.close())
        await machine.stop()
        mailbox.close()
        await provider.stop()
        await ground.close()


@pytest.fixture
async def company(cluster: Cluster, tmp_path: Path) -> AsyncIterator[Company]:
    """The company in that cluster."""
    async with founded(cluster, tmp_path / "data") as made:
        try:
            yield made
        finally:
            print(cluster.told())  # shown when the test fails
