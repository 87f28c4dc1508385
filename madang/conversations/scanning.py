"""Files pass a virus scanner before anybody can have them, where the house has one: clamd, by its INSTREAM.

Off unless MADANG_VIRUS_SCAN names one. A scanner that is away holds files back; it never lets them through.
Protocol: clamd(8), INSTREAM: parts with their length before them, an empty one at the end, one answer.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import struct
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

from sqlalchemy import Row, text

from madang.channels.connector import SendError
from madang.conversations.rows import File
from madang.events.kinds import Kind
from madang.events.record import SYSTEM, News, record
from madang.ground import Ground
from madang.lib.errors import NotFound
from madang.lib.files import Unavailable
from madang.lib.language import gettext
from madang.lib.language import marked as _
from madang.settings import Settings

log = logging.getLogger("madang.scanning")

PATIENCE = 120  # seconds for one file
AT_ONCE = 4
ANSWER = 4_096  # bytes of an answer at most
SOON = timedelta(seconds=2)
WAITS = _("This file waits for the virus scan.")
INFECTED = _("The virus scan found something in this file. It cannot be downloaded.")

# The newest first: when scanning begins on an old house, today's files do not wait for all of its history.
CLAIM = text("""
with due as (
  select id from attachment where scan = '' and sha256 <> '' and scan_at <= now()
  order by scan_at desc limit :most for update skip locked)
update attachment a set scan_at = now() + interval '1 minute' * least(60, power(2, a.scan_tries)),
  scan_tries = least(a.scan_tries + 1, 100)
from due, message m where a.id = due.id and m.id = a.message_id
returning a.id, a.message_id, a.sha256, a.size, m.conversation_id
""")
KEEP = text("update attachment set scan = :scan, scan_found = :found where id = :id and scan = ''")
TROUBLE = text("update attachment set scan_found = :found where id = :id and scan = ''")


class ScanError(Exception):
    """The scanner did not say what the file is."""


async def scan(ground: Ground) -> int:
    """Scan what waits; returns how many files were tried."""
    if not ground.settings.virus_scan:
        return 0
    async with ground.database.begin() as tx:
        rows = (await tx.execute(CLAIM, {"most": AT_ONCE})).all()
    await asyncio.gather(*(_scan_one(ground, row) for row in rows))
    return len(rows)


async def _scan_one(ground: Ground, row: Row[Any]) -> None:
    try:
        async with asyncio.timeout(PATIENCE):
            found = await ask(ground.settings.virus_scan, ground.files.stream(row.sha256, 0, row.size))
    except (ScanError, OSError, TimeoutError, Unavailable) as error:
        log.warning("file %s of message %s waits for its scan: %s", row.id, row.message_id, error)
        async with ground.database.begin() as tx:
            await tx.execute(TROUBLE, {"id": row.id, "found": str(error)[:200]})
        return
    if found:
        log.warning("file %s of message %s is infected: %s", row.id, row.message_id, found)
    async with ground.database.begin() as tx:
        await tx.execute(KEEP, {"id": row.id, "scan": "infected" if found else "clean", "found": found})
        await record(tx, SYSTEM, News(Kind.MESSAGE_MEDIA, row.conversation_id, row.message_id))


async def ask(address: str, parts: AsyncIterator[bytes]) -> str:
    """What clamd at ``address`` (tcp://host:port, unix:/path) finds in a file; '' when it is clean.

    Raises :class:`ScanError` when it does not say, OSError when it is not there.
    """
    reader, writer = await _connect(address)
    try:
        with contextlib.suppress(ConnectionError):  # it hangs up on what is too large for it, and says so
            writer.write(b"zINSTREAM\0")
            async for part in parts:
                writer.write(struct.pack("!L", len(part)) + part)
                await writer.drain()
            writer.write(struct.pack("!L", 0))
            await writer.drain()
        return _verdict(await reader.read(ANSWER))
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()


async def _connect(address: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    kind, _colon, place = address.partition(":")
    if kind == "unix":
        return await asyncio.open_unix_connection(place)
    host, _colon, port = place.removeprefix("//").rpartition(":")
    return await asyncio.open_connection(host.strip("[]"), int(port))


def _verdict(answer: bytes) -> str:
    words = answer.decode("utf-8", "replace").strip("\0\r\n ").removeprefix("stream: ")
    if words == "OK":
        return ""
    if words.endswith(" FOUND"):
        return words.removesuffix(" FOUND")[:200] or "?"
    raise ScanError(words or "The scanner hung up without an answer.")


def release(settings: Settings, file: File) -> None:
    """Let a file be downloaded; raises NotFound while it waits for its scan, and for ever when something was found."""
    if file.scan == "infected":
        raise NotFound(gettext(INFECTED))
    if settings.virus_scan and file.scan != "clean":
        raise NotFound(gettext(WAITS))


def let_go(settings: Settings, file: File) -> None:
    """Let a file of ours go to a customer; raises SendError: after its scan, or, where something was found, never."""
    if file.scan == "infected":
        raise SendError("invalid", gettext(INFECTED))
    if settings.virus_scan and file.scan != "clean":
        raise SendError("down", gettext(WAITS), retry=SOON)
