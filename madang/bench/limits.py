"""What this machine does at most, in the same run as the figures: the plainest way to keep rows, and to speak HTTP.

The rows are those of the webhooks (number, channel, key, lane, body, meta) in a table with the same two unique indexes
as the house's, without anything else.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence

import asyncpg
import msgspec

from madang.bench.house import House
from madang.bench.loaders.requests import hook
from madang.bench.programs import Program
from madang.lib.postgres import Database
from madang.lib.webhooks import new_secret

GROUP = 200  # rows of one grouped INSERT
BESIDE = 8  # connections that commit side by side
Rows = Sequence[tuple[int, int, str, int, bytes, str]]

MAKE = """
drop table if exists bench_rows;
create table bench_rows (id bigint primary key, channel_id bigint not null, key text not null, lane smallint not null,
  body bytea not null, meta jsonb not null, at timestamptz not null default now(), unique (channel_id, key));
"""
ONE = "insert into bench_rows (id, channel_id, key, lane, body, meta) values ($1, $2, $3, $4, $5, $6::jsonb)"
MANY = """
insert into bench_rows (id, channel_id, key, lane, body, meta)
select * from unnest($1::bigint[], $2::bigint[], $3::text[], $4::smallint[], $5::bytea[], $6::jsonb[])
"""
COLUMNS = ("id", "channel_id", "key", "lane", "body", "meta")


class Limits(msgspec.Struct, frozen=True):
    """All per second."""

    commits: float  # one row, one INSERT, one durable commit, one connection
    together: float  # the same by 8 connections side by side
    grouped: float  # rows by INSERT of 200, each group a durable commit
    copied: float  # rows by COPY, one commit
    raw: float  # answers of a bare protocol: the loader's own ceiling
    http: float  # answers of the house's HTTP stack with an empty application

    def said(self) -> str:
        """For a note."""
        return (
            f"this machine: {self.commits:,.0f} single durable INSERT/s, {self.together:,.0f} by {BESIDE} connections, "
            f"{self.grouped:,.0f} rows/s by INSERT of {GROUP}, "
            f"{self.copied:,.0f} rows/s by COPY, {self.http:,.0f} empty HTTP answers/s, loader {self.raw:,.0f}/s"
        )


async def measure(house: House, seconds: float, count: int) -> Limits:
    """All of them, each for so many seconds or so many requests."""
    connection = await Database(house.url).bare()
    try:
        commits = await _rate(connection, _singly, seconds)
        together = await _together(house, seconds)
        grouped = await _rate(connection, _grouped, seconds)
        copied = await _rate(connection, _copied, seconds)
        await connection.execute("drop table bench_rows")
    finally:
        await connection.close()
    return Limits(commits, together, grouped, copied, await _echo("raw", count), await _echo("http", count))


Way = Callable[[asyncpg.Connection, Rows], Awaitable[int]]


async def _rate(connection: asyncpg.Connection, way: Way, seconds: float) -> float:
    await connection.execute(MAKE)
    begun, rows, turn = time.monotonic(), 0, 0
    spent = 0.0
    while time.monotonic() - begun < seconds or not rows:
        given = [_row(turn * 10_000 + number) for number in range(10_000 if way is _copied else GROUP)]
        turn += 1
        before = time.monotonic()
        rows += await way(connection, given)
        spent += time.monotonic() - before
    return rows / spent


async def _together(house: House, seconds: float) -> float:
    connections = [await Database(house.url).bare() for _ in range(BESIDE)]
    try:
        await connections[0].execute(MAKE)
        began = time.monotonic()
        done = await asyncio.gather(*(_until(one, number, began + seconds) for number, one in enumerate(connections)))
        return sum(done) / (time.monotonic() - began)
    finally:
        for one in connections:
            await one.close()


async def _until(connection: asyncpg.Connection, number: int, end: float) -> int:
    rows = 0
    while time.monotonic() < end:
        await connection.execute(ONE, *_row(number * 1_000_000 + rows))
        rows += 1
    return rows


async def _singly(connection: asyncpg.Connection, rows: Rows) -> int:
    for row in rows:
        await connection.execute(ONE, *row)
    return len(rows)


async def _grouped(connection: asyncpg.Connection, rows: Rows) -> int:
    await connection.execute(MANY, *(list(column) for column in zip(*rows, strict=True)))
    return len(rows)


async def _copied(connection: asyncpg.Connection, rows: Rows) -> int:
    await connection.copy_records_to_table("bench_rows", records=rows, columns=COLUMNS)
    return len(rows)


_make = hook({"secret": new_secret(), "path": "/", "run": "limit", "senders": 500})


def _row(number: int) -> tuple[int, int, str, int, bytes, str]:
    body = _make(number, 0).partition(b"\r\n\r\n")[2]
    return (number, 1, f"limit-{number}", number % 32, body, '{"at": "1790000000"}')


async def _echo(kind: str, count: int) -> float:
    """Requests a second of the webhooks' loader against a server that does nothing."""
    server = await Program.loader("echo", kind=kind)
    try:
        port = (await server.hear())["port"]
        told = {"port": port, "kind": "hook", "connections": 64, "depth": 4, "count": count}
        loader = await Program.loader("post", **told, secret=new_secret(), path="/", run="echo", senders=500)
        try:
            await loader.hear()
            await loader.tell()
            result = await loader.hear()
            return float(result["accepted"] / result["seconds"])
        finally:
            await loader.end()
    finally:
        await server.end()
