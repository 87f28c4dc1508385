"""The channels: what the ledger says of each, and whether its provider lets us in."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from madang.channels.book import Book
from madang.conversations.ledger import Line
from madang.doctor.findings import Finding, lasting, note, problem, well
from madang.ground import Ground
from madang.lib import language

PATIENCE = 20.0  # seconds for a provider to answer
LATE = 300.0  # seconds a delivery or an answer may wait while a worker is there
AT_ONCE = 8


def standing(lines: Sequence[Line], working: bool) -> Iterator[Finding]:
    """What the ledger shows."""
    for one in lines:
        found = list(_standing(one, working))
        yield from found or [well(_name(one), f"in {_ago(one.last_in)}, out {_ago(one.last_out)}")]
    if not lines:
        yield note("channels", "There are none yet.", "Connect one in the desk's settings.")


def _standing(one: Line, working: bool) -> Iterator[Finding]:
    name = _name(one)
    if one.paused_at:
        said = f"Paused since {_ago(one.paused_at)}: {language.gettext(one.problem) or 'by a person'}"
        yield problem(name, said, "Mend the cause and resume it in the desk: Settings, Channels.")
    elif one.problem:
        yield problem(name, language.gettext(one.problem), "See its page in the desk: Settings, Channels.")
    if one.quarantined:
        told = "`madang quarantine list` shows why; after a fix `madang quarantine replay` takes them in."
        yield problem(name, f"{one.quarantined} deliveries are in quarantine.", told)
    if one.missing:
        told = "Ask for them again on the ledger page of the desk."
        yield problem(name, f"{one.missing} deliveries never reached us though the provider has counted them.", told)
    if working and _older(one.oldest_waiting, LATE):
        said = f"{one.waiting} deliveries wait, the oldest since {_ago(one.oldest_waiting)}."
        yield problem(name, said, "The worker's log says what holds them up; more workers take in more.")
    if working and not one.paused_at and _older(one.oldest_out, LATE):
        said = f"{one.outbox} answers wait, the oldest written {_ago(one.oldest_out)}."
        yield problem(name, said, "The thread says of each why it waits.")
    if one.failed or one.unsure:
        yield note(name, f"{one.failed} answers failed, {one.unsure} are unsure.", "The ledger page lists them.")


async def reachable(ground: Ground, lines: Sequence[Line]) -> list[Finding]:
    """Ask every provider whether our credentials still open its door."""
    book, some = Book(ground), asyncio.Semaphore(AT_ONCE)
    asked = [one for one in lines if not one.paused_at]
    return list(await asyncio.gather(*(_ask(book, one, some) for one in asked)))


async def _ask(book: Book, one: Line, some: asyncio.Semaphore) -> Finding:
    try:
        async with some, asyncio.timeout(PATIENCE):
            bound = await book.by_id(one.channel_id)
            await bound.connector.check()
    except Exception as error:
        said = f"Its provider does not let us in: {_words(error)}"
        return problem(_name(one), said, "See its credentials in the desk: Settings, Channels.")
    return well(_name(one), "its provider lets us in")


def _words(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return f"no answer within {PATIENCE:.0f} s"
    return str(error) or type(error).__name__


def _name(one: Line) -> str:
    return f"channel {one.channel_id} {one.name}"


def _older(moment: datetime | None, seconds: float) -> bool:
    return moment is not None and (datetime.now(UTC) - moment).total_seconds() > seconds


def _ago(moment: datetime | None) -> str:
    return f"{lasting((datetime.now(UTC) - moment).total_seconds())} ago" if moment else "never"
