"""Messages and receipts off the line: acknowledged only after they are durable."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, Sequence

from madang.channels.connector import Delivery
from madang.connectors.sms_smpp.account import Account
from madang.connectors.sms_smpp.link import Link, connect
from madang.connectors.sms_smpp.pdu import Pdu
from madang.connectors.sms_smpp.puzzle import Puzzle, digest
from madang.connectors.sms_smpp.statuses import FAILURES, Lost, Refused, setup_error

log = logging.getLogger("madang.smpp")

GROUP = 100  # PDUs stored in one transaction
SETTLED = 1.0  # seconds after which what was acknowledged is taken off the cursor
PATIENT_TRIES = 3  # reconnects without a word; after them the channel says what is wrong
PAUSE = 0.5  # seconds, doubled with each failure
STEADY = 60.0  # seconds after which a connection counts as good

Pair = tuple[Sequence[Delivery], str]


class Listener:
    """One channel's listening line."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self.link: Link | None = None

    async def listen(self, cursor: str) -> AsyncGenerator[Pair, None]:
        """Deliveries and the cursor behind them. Short interruptions are bridged, lasting ones raise SetupError."""
        puzzle, failures = Puzzle.read(cursor), 0
        while True:
            began = time.monotonic()
            try:
                self.link = await connect(self.account, receives=True)
                async for pair in self._watch(self.link, puzzle):
                    yield pair
            except FAILURES as error:
                failures = 1 if time.monotonic() - began > STEADY else failures + 1
                if failures > PATIENT_TRIES or isinstance(error, Refused):
                    raise setup_error(error) from error
                log.info("the line to %s was lost (%s), connecting again", self.account.host, error)
                await asyncio.sleep(PAUSE * 2**failures)
            finally:
                await self.close()

    async def _watch(self, link: Link, puzzle: Puzzle) -> AsyncGenerator[Pair, None]:
        """The first pair is empty: it says that the line stands."""
        puzzle.new_line()
        last = str(puzzle)
        yield (), last
        while True:
            group = await _gather(link, SETTLED if puzzle.open else puzzle.patience(time.time()))
            now = time.time()
            fresh = [pdu for pdu in group if not puzzle.known(pdu, now)]
            ready = [one for pdu in fresh for one in puzzle.take(pdu, now)] + puzzle.overdue(now)
            puzzle.open, puzzle.open_at = [digest(pdu) for pdu in group], now
            if ready or str(puzzle) != last:
                last = str(puzzle)
                yield ready, last
            for pdu in group:
                link.answer(pdu)
            await link.flush()
            if link.dead:
                raise Lost("the line was lost")

    async def close(self) -> None:
        """Hang up."""
        link, self.link = self.link, None
        if link is not None:
            await link.close()


async def _gather(link: Link, patience: float | None) -> list[Pdu]:
    """All that waits, once something does, or nothing after ``patience``. Raises :class:`Lost`."""
    try:
        async with asyncio.timeout(patience):
            first = await link.inbox.get()
    except TimeoutError:
        return []
    group = [first]
    while len(group) < GROUP and not link.inbox.empty():
        group.append(link.inbox.get_nowait())
    if None in group or link.dead:  # they are not acknowledged and come again
        raise Lost("the line was lost")
    return [pdu for pdu in group if pdu is not None]
