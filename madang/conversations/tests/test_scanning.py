"""A file is held back until the scanner has said that it is clean, and a scanner that is away lets nothing through."""

from __future__ import annotations

import asyncio
import dataclasses
import struct
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import text

from madang.channels.connector import Outbound, Sent
from madang.channels.registry import get
from madang.conversations import actions, delivery, scanning, threads
from madang.conversations.models import State
from madang.conversations.rows import File
from madang.conversations.scanning import ScanError, ask, release
from madang.ground import Ground
from madang.lib.errors import NotFound
from madang.settings import SettingsError, load
from madang.staff.permissions import CONSOLE
from madang.tests import cast
from madang.tests.cast import Yard

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


class Clamd:
    """What clamd does with INSTREAM, for files up to ``limit`` bytes."""

    def __init__(self, limit: int = 1_000_000) -> None:
        self.limit, self.seen = limit, 0

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        assert await reader.readexactly(10) == b"zINSTREAM\0"
        content = b""
        while length := struct.unpack("!L", await reader.readexactly(4))[0]:
            content += await reader.readexactly(length)
            if len(content) > self.limit:
                return self._say(writer, b"INSTREAM size limit exceeded. ERROR\0")
        self.seen += 1
        return self._say(writer, b"stream: Eicar-Test-Signature FOUND\0" if EICAR in content else b"stream: OK\0")

    def _say(self, writer: asyncio.StreamWriter, words: bytes) -> None:
        writer.write(words)
        writer.close()

    async def __aenter__(self) -> str:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return f"tcp://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def __aexit__(self, *_error: object) -> None:
        self._server.close()
        await self._server.wait_closed()


async def _parts(*parts: bytes) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


def _with(ground: Ground, address: str) -> Ground:
    return dataclasses.replace(ground, settings=dataclasses.replace(ground.settings, virus_scan=address))


async def _file(yard: Yard, content: bytes) -> None:
    """A customer's message with a file that has arrived."""
    await yard.says("here")
    digest = await yard.ground.files.put(content)
    async with yard.ground.database.begin() as tx:
        await tx.execute(
            text("""insert into attachment (message_id, key, sha256, name, mime, size)
            select max(id), 'k', :sha256, 'a.zip', 'application/zip', :size from message"""),
            {"sha256": digest, "size": len(content)},
        )


async def _found(yard: Yard) -> File:
    async with yard.ground.database.begin() as tx:
        return await threads.attachment(tx, CONSOLE, "k")


async def test_what_clamd_says_of_a_stream() -> None:
    async with Clamd(limit=2_000) as address:
        assert await ask(address, _parts(b"hello ", b"world")) == ""
        assert await ask(address, _parts()) == ""
        assert await ask(address, _parts(b"x", EICAR)) == "Eicar-Test-Signature"
        with pytest.raises(ScanError, match="size limit"):
            await ask(address, _parts(*[b"x" * 1_000] * 50))


async def test_by_a_socket_of_this_machine(tmp_path: Path) -> None:
    place = tmp_path / "clamd.ctl"
    server = await asyncio.start_unix_server(Clamd()._serve, place)
    assert await ask(f"unix:{place}", _parts(EICAR)) == "Eicar-Test-Signature"
    server.close()
    await server.wait_closed()


@pytest.mark.parametrize(("content", "scan"), [(b"PK harmless", "clean"), (EICAR, "infected")])
async def test_a_file_is_held_until_it_is_known_to_be_clean(yard: Yard, content: bytes, scan: str) -> None:
    await _file(yard, content)
    clamd = Clamd()
    async with clamd as address:
        ground = _with(yard.ground, address)
        with pytest.raises(NotFound):
            release(ground.settings, await _found(yard))
        assert await scanning.scan(ground) == 1
        assert await scanning.scan(ground) == 0  # once is enough
    file = await _found(yard)
    assert (file.scan, clamd.seen) == (scan, 1)
    for settings in (
        ground.settings,
        yard.ground.settings,
    ):  # what was found stays found when the scanner is taken away
        if scan == "clean":
            release(settings, file)
        else:
            with pytest.raises(NotFound):
                release(settings, file)
    async with ground.database.begin() as tx:
        told = await tx.scalar(text("select count(*) from event where kind = 'message.media'"))
    assert told == 1  # open desks draw it anew


async def test_a_scanner_that_is_away_lets_nothing_through(yard: Yard) -> None:
    await _file(yard, b"PK")
    async with Clamd() as address:
        pass
    ground = _with(yard.ground, address)
    assert await scanning.scan(ground) == 1
    assert await scanning.scan(ground) == 0  # not at once again
    with pytest.raises(NotFound):
        release(ground.settings, await _found(yard))
    async with ground.database.begin() as tx:
        await tx.execute(text("update attachment set scan_at = now()"))
    async with Clamd() as address:
        await scanning.scan(_with(yard.ground, address))
    release(ground.settings, await _found(yard))


@pytest.mark.parametrize(("content", "state"), [(b"PK harmless", State.SENT), (EICAR, State.FAILED)])
async def test_a_file_of_ours_goes_to_her_when_it_is_known_to_be_clean_and_else_never(
    yard: Yard, monkeypatch: pytest.MonkeyPatch, content: bytes, state: State
) -> None:
    gone: list[Outbound] = []

    async def send(_connector: object, out: Outbound) -> Sent:
        gone.append(out)
        return Sent(out.key)

    monkeypatch.setattr(get("api"), "send", send)
    await yard.says("please send me the list")
    async with Clamd() as address:
        ground = _with(yard.ground, address)
        ada = await cast.agent(ground)
        (number,) = await yard.conversations()
        digest = await ground.files.put(content)
        async with ground.database.begin() as tx:
            key = await actions.add_upload(tx, ada.actor, "a.zip", "application/zip", digest, len(content))
            message = await actions.reply(tx, ada, number, text="here it is", uploads=[key])
        await delivery.deliver(ground, yard.book, "worker")
        assert await _stands(ground, message) == (State.SENDING, "This file waits for the virus scan.")
        assert await scanning.scan(ground) == 1
        async with ground.database.begin() as tx:
            await tx.execute(text("update outbox set due = now()"))
        await delivery.deliver(ground, yard.book, "worker")
    assert (await _stands(ground, message))[0] == state
    assert len(gone) == (state == State.SENT)


async def _stands(ground: Ground, message: int) -> tuple[State, str]:
    async with ground.database.begin() as tx:
        row = (await tx.execute(text("select state, problem from message where id = :id"), {"id": message})).one()
        return State(row.state), row.problem


async def test_without_a_scanner_nothing_is_held(yard: Yard) -> None:
    await _file(yard, EICAR)
    assert await scanning.scan(yard.ground) == 0
    release(yard.ground.settings, await _found(yard))


@pytest.mark.parametrize(
    "address", ["3310", "tcp://", "tcp://h", "http://h:1", "unix:", "unix:relative", "tcp://h:99999"]
)
def test_an_address_that_is_none(address: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no address of clamd"):
        load({"MADANG_VIRUS_SCAN": address}, data=tmp_path)
