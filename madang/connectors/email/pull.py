"""Mail out of a mailbox, as it comes: each once, none left out, over lost connections and renumbered folders."""

from __future__ import annotations

import asyncio
import imaplib
import logging
import time
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from imapclient.exceptions import IMAPClientError, LoginError

from madang.channels.connector import Delivery
from madang.connectors.email.envelope import envelope
from madang.connectors.email.flood import Floods
from madang.connectors.email.imap import Box, Listed, connect
from madang.connectors.email.oauth import Tokens
from madang.connectors.email.problems import explain
from madang.lib.http_guard import Blocked

log = logging.getLogger("madang.email")

GROUP = 50  # mails stored in one transaction
GROUP_BYTES = 4 << 20
PATIENT_TRIES = 3  # reconnects without a word; after them the channel says what is wrong
OVERLAP = timedelta(days=2)  # looked back when a folder was renumbered: IMAP searches by whole days of any zone

PAUSE = 0.5  # seconds, doubled with each failure
STEADY = 60.0  # seconds after which a connection counts as good

LOST = (OSError, EOFError, Blocked, imaplib.IMAP4.abort, imaplib.IMAP4.error, IMAPClientError)


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far a folder was read: ``UIDVALIDITY:UID:day``. Numbers mean nothing under another UIDVALIDITY."""

    validity: int = 0
    uid: int = 0
    day: str = ""

    @classmethod
    def parse(cls, text: str) -> Cursor:
        """What was kept; a text that is no cursor is the beginning."""
        pieces = text.split(":")
        if len(pieces) < 2 or not (pieces[0].isdecimal() and pieces[1].isdecimal()):
            return cls()
        return cls(int(pieces[0]), int(pieces[1]), pieces[2] if len(pieces) > 2 else "")

    def __str__(self) -> str:
        return f"{self.validity}:{self.uid}:{self.day}"

    def past(self, mail: Listed) -> Cursor:
        """Behind that mail."""
        day = min(mail.at, datetime.now(UTC)).astimezone(UTC).date().isoformat()
        return replace(self, uid=max(self.uid, mail.uid), day=max(self.day, day))


class Puller:
    """One channel's mailbox. :meth:`pull` runs until it is closed or cancelled."""

    def __init__(self, tokens: Tokens) -> None:
        self.account = tokens.account
        self.tokens = tokens
        self.floods = Floods()
        self.box: Box | None = None

    async def pull(self, kept: str) -> AsyncGenerator[tuple[Sequence[Delivery], str], None]:
        """Deliveries and the cursor behind them. Short interruptions are bridged; lasting ones raise SetupError."""
        cursor = Cursor.parse(kept)
        failures = 0
        while True:
            began = time.monotonic()
            try:
                self.box = await connect(self.account, await self.tokens.secret(self.account.imap.password))
                async for deliveries, behind in self.watch(self.box, cursor):
                    cursor = behind
                    yield deliveries, str(cursor)
            except LOST as error:
                failures = 1 if time.monotonic() - began > STEADY else failures + 1
                if failures > PATIENT_TRIES or isinstance(error, LoginError | Blocked):
                    raise explain(error, self.account.imap) from error
                log.info("the mailbox %s was lost (%s), connecting again", self.account.address, error)
                await asyncio.sleep(PAUSE * 2**failures)
            finally:
                self.close()

    async def watch(self, box: Box, cursor: Cursor) -> AsyncIterator[tuple[Sequence[Delivery], Cursor]]:
        """What is there, then what comes. The first pair is empty: it says that the connection stands."""
        mails, cursor = await self.beginning(box, cursor)
        yield (), cursor
        while True:
            for group in groups(mails):
                deliveries = await self.fetched(box, group)
                for mail in group:
                    cursor = cursor.past(mail)
                yield deliveries, cursor
            # Looked again before waiting: storing took its time, and not every server tells at the beginning of an
            # IDLE what came before it.
            mails = await box.run(box.newer, cursor.uid)
            if not mails:
                await box.run(box.wait)
                mails = await box.run(box.newer, cursor.uid)

    async def beginning(self, box: Box, cursor: Cursor) -> tuple[list[Listed], Cursor]:
        """The mails to begin with. A first look goes back some days, one after a renumbering to the last known day."""
        if cursor.validity == box.validity:
            return await box.run(box.newer, cursor.uid), cursor
        if cursor.validity:
            log.warning("the folder of %s was renumbered, looking through it again", self.account.address)
        fresh = Cursor(box.validity, 0, cursor.day)
        last = await box.run(box.last)  # first, so that what comes while we search is not taken for old
        mails = await box.run(box.since, first_day(cursor, self.account.days))
        return mails, fresh if mails else replace(fresh, uid=last)

    async def fetched(self, box: Box, group: Sequence[Listed]) -> list[Delivery]:
        """The group as deliveries; what was deleted meanwhile is not among them."""
        raws = await box.run(box.fetch, group)
        return [
            envelope(raw, (str(box.validity), mail.uid), self.floods, mail.at)
            for mail, raw in zip(group, raws, strict=True)
            if raw is not None
        ]

    def close(self) -> None:
        """Hang up."""
        if self.box is not None:
            self.box.close()
            self.box = None


def first_day(cursor: Cursor, days: int) -> date:
    """From which day on a folder is read that is not known by its numbers."""
    if cursor.day:
        return date.fromisoformat(cursor.day) - OVERLAP
    return (datetime.now(UTC) - timedelta(days=days)).date()


def groups(mails: Sequence[Listed]) -> Iterator[list[Listed]]:
    """A few small mails at a time; a large one alone."""
    group: list[Listed] = []
    size = 0
    for mail in mails:
        if group and (len(group) >= GROUP or size + mail.size > GROUP_BYTES):
            yield group
            group, size = [], 0
        group.append(mail)
        size += mail.size
    if group:
        yield group
