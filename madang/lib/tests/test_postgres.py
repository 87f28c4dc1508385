"""The database's connections: one that fell silent is noticed, and an address says all that libpq's may say."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url

from madang.lib import dial, postgres
from madang.lib.postgres import Database


class Wire:
    """A line to the server that can go dead without being cut."""

    def __init__(self) -> None:
        self.opened = 0
        self.dead = 0  # so many of the first connections carry nothing any more

    async def lay(self, url: str) -> tuple[asyncio.Server, str]:
        """A port that leads to the server's socket, and the URL through it."""
        there = make_url(url)

        async def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            self.opened += 1
            mine = self.opened
            answers, back = await asyncio.open_unix_connection(f"{there.query['host']}/.s.PGSQL.5432")
            with suppress(OSError, asyncio.CancelledError):
                await asyncio.gather(self._pour(mine, reader, back), self._pour(mine, answers, writer))
            back.close()
            writer.close()

        server = await asyncio.start_server(meet, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        return server, f"postgresql://madang@127.0.0.1:{port}/{there.database}?sslmode=disable"

    async def _pour(self, mine: int, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        while piece := await source.read(65536):
            if mine > self.dead:
                sink.write(piece)
                await sink.drain()
        sink.close()


async def test_ears_on_a_dead_line_are_opened_anew(
    database_url: str, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres, "LOOK", 0.2)
    wire = Wire()
    server, url = await wire.lay(database_url)
    heard: list[str] = []
    opened = asyncio.Event()
    far = Database(url)
    ears = asyncio.create_task(
        far.listen(("news",), lambda _channel, words: heard.append(words), lambda _first: opened.set())
    )
    await asyncio.wait_for(opened.wait(), 10)
    wire.dead = wire.opened
    opened.clear()
    await asyncio.wait_for(opened.wait(), 10)  # nobody closed anything: it noticed by itself
    async with db.begin() as tx:
        await tx.execute(text("select pg_notify('news', 'again')"))
    async with asyncio.timeout(10):
        while heard != ["again"]:
            await asyncio.sleep(0.01)
    ears.cancel()
    await asyncio.gather(ears, return_exceptions=True)
    server.close()
    await server.wait_closed()
    await far.close()


async def test_an_address_may_say_what_libpqs_may_say(database_url: str) -> None:
    database = Database(f"{database_url}&sslmode=prefer&application_name=a+desk&statement_timeout=4321")
    async with database.begin() as tx:
        assert (await tx.execute(text("show statement_timeout"))).scalar_one() == "4321ms"
    await database.close()


async def test_what_a_stopped_process_holds_is_given_to_others(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(dial._QUIET, "idle_in_transaction_session_timeout", "100ms")
    stopped, other = await dial.dial(database_url), await dial.dial(database_url)
    try:
        await stopped.execute("begin; select pg_advisory_xact_lock(7301, 77)")
        await asyncio.wait_for(other.execute("select pg_advisory_lock(7301, 77)"), 10)
    finally:
        stopped.terminate()
        await other.close()


async def test_a_crowd_of_transactions_keeps_the_pools_connections(database_url: str) -> None:
    database = Database(database_url, pool=4)
    pids: set[int] = set()

    async def one() -> None:
        async with database.begin() as tx:
            pids.add((await tx.execute(text("select pg_backend_pid()"))).scalar_one())

    for _ in range(5):
        await asyncio.gather(*(one() for _ in range(40)))
    await database.close()
    assert len(pids) <= 4  # a new connection knows no statements: each would be planned anew


@pytest.mark.parametrize("rest", [0.0, 60.0])  # whether the connection is asked, or has told us by itself
async def test_whom_the_server_ended_nobody_works_with(
    database_url: str, db: Database, monkeypatch: pytest.MonkeyPatch, rest: float
) -> None:
    monkeypatch.setattr(postgres, "REST", rest)
    database = Database(database_url, pool=2)
    who = text("select pg_backend_pid()")
    async with database.begin() as one, database.begin() as two:
        pids = {(await tx.execute(who)).scalar_one() for tx in (one, two)}
        lines = [(await tx.get_raw_connection()).driver_connection for tx in (one, two)]
    async with db.begin() as tx:
        await tx.execute(
            text("select pg_terminate_backend(pid, 5000) from unnest(cast(:pids as int[])) pid"), {"pids": [*pids]}
        )
    async with asyncio.timeout(5):
        while rest and not all(line and line.is_closed() for line in lines):
            await asyncio.sleep(0)
    for _ in range(2):
        async with database.begin() as tx:
            assert (await tx.execute(who)).scalar_one() not in pids
    await database.close()
