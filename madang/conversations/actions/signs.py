"""That an agent writes, or has read, said to the customer where her messenger shows it.

A courtesy: it is never waited for, never tried again, and nobody is told when it fails. It stands outside every
transaction, so that nothing here waits for somebody else's server.
"""

from __future__ import annotations

import asyncio
import logging
import time
from typing import Any, Literal

from sqlalchemy import Row, text

from madang.channels.abilities import Acts
from madang.channels.book import Book
from madang.channels.connector import Cap, Kind, Party
from madang.conversations.placing import policy_of
from madang.ground import Ground
from madang.staff.permissions import Viewer

log = logging.getLogger("madang.signs")

Sign = Literal["typing", "read"]
CAPS = {"typing": Cap.TYPING, "read": Cap.MARK_READ}
EVERY = 4.0  # seconds between two signs of typing in one conversation, however many agents type
PATIENCE = 5.0
REMEMBERED = 2_000

# To where she wrote last: there she looks.
HEARD = text("""
select m.id, m.channel_id, m.provider_message_id as name, m.data, i.kind, i.value
from conversation v join message m on m.conversation_id = v.id and m.id >= v.first_id
join identity i on i.id = m.identity_id
where v.id = :id and m.direction = 'in' and m.deleted_at is null order by m.id desc limit 1
""")


class Signs:
    """One a process: it knows what was said a moment ago."""

    def __init__(self) -> None:
        self._said: dict[tuple[int, Sign], tuple[float, int]] = {}
        self._underway: set[asyncio.Task[None]] = set()

    def soon(self, ground: Ground, book: Book, viewer: Viewer, conversation_id: int, sign: Sign) -> None:
        """Say it beside whatever is being answered now. Who only looks gives no sign; the caller checks the scope."""
        if not viewer.may("conversation.reply") or viewer.user_id is None:
            return
        at, _message = self._said.get((conversation_id, sign), (0.0, 0))
        if sign == "typing" and time.monotonic() - at < EVERY:
            return
        task = asyncio.create_task(self._say(ground, book, conversation_id, sign))
        self._underway.add(task)
        task.add_done_callback(self._underway.discard)

    async def settled(self) -> None:
        """Wait for what is under way."""
        await asyncio.gather(*self._underway)

    async def _say(self, ground: Ground, book: Book, conversation_id: int, sign: Sign) -> None:
        try:
            async with asyncio.timeout(PATIENCE):
                await self._act(ground, book, conversation_id, sign)
        except Exception as error:  # whatever a provider does is no reason to disturb anybody
            log.debug("%s of conversation %s: %s", sign, conversation_id, error)

    async def _act(self, ground: Ground, book: Book, conversation_id: int, sign: Sign) -> None:
        async with ground.database.begin() as tx:
            row = (await tx.execute(HEARD, {"id": conversation_id})).one_or_none()
        if row is None or row.channel_id is None or not self._news(conversation_id, sign, row):
            return
        connector = (await book.by_id(row.channel_id)).connector
        if CAPS[sign] not in connector.caps or not isinstance(connector, Acts):
            return
        if not policy_of(connector.config.brand.get("threading") or {}).signs:
            return
        to = Party(Kind(row.kind), row.value)
        await connector.act(sign, to, about=row.name or "", heard=row.data)

    def _news(self, conversation_id: int, sign: Sign, row: Row[Any]) -> bool:
        """Whether it was not said already: that a message was read is said once."""
        _at, message = self._said.get((conversation_id, sign), (0.0, 0))
        if sign == "read" and message == row.id:
            return False
        if len(self._said) >= REMEMBERED:
            self._said.clear()
        self._said[conversation_id, sign] = (time.monotonic(), row.id)
        return True


signs = Signs()
