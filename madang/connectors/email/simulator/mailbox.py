"""What an account holds: the mails in its INBOX, in the order they came."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from madang.lib.mail import Mail, parse


@dataclass(slots=True)
class Mailbox:
    """One account. ``password`` is what it signs in with, or the access token of the day."""

    address: str
    password: str
    mails: list[bytes] = field(default_factory=list)
    _arrived: asyncio.Event = field(default_factory=asyncio.Event)

    def keep(self, raw: bytes) -> None:
        """A mail was delivered."""
        self.mails.append(raw)
        self._arrived.set()

    async def wait(
        self, wanted: Callable[[Mail], bool] = lambda _: True, *, after: int = 0, timeout: float = 10
    ) -> Mail:
        """The first mail behind the ``after`` first ones that is wanted; raises TimeoutError."""
        async with asyncio.timeout(timeout):
            seen = after
            while True:
                self._arrived.clear()
                for raw in self.mails[seen:]:
                    seen += 1
                    if wanted(read := parse(raw)):
                        return read
                await self._arrived.wait()
