"""Files on their way to a provider: streamed where its connector can, else whole, and only so many at once."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

from madang.channels.connector import Media, Outbound, SendError
from madang.lib.files import Missing, Unavailable
from madang.lib.language import marked as _

log = logging.getLogger("madang.files")

AT_ONCE = 64 << 20  # bytes of files that one worker holds in memory


class Room:
    """So much memory there is for the files of messages; who needs more than is free waits."""

    def __init__(self, most: int = AT_ONCE) -> None:
        self._most = self._free = most
        self._changed = asyncio.Condition()

    @asynccontextmanager
    async def carrying(self, connector: Any, out: Outbound) -> AsyncIterator[Outbound]:
        """``out`` as its connector takes it. Raises :class:`SendError` where its files cannot be had."""
        size = sum(media.size for media in out.media)
        if connector.streams or not size:
            yield out
            return
        if size > connector.limits.message_bytes:
            said = _("Together these files are too large for this channel. Send them in several messages.")
            raise SendError("invalid", said)
        async with self._taken(min(size, self._most)):
            yield replace(out, media=tuple([await _filled(media) for media in out.media]))

    @asynccontextmanager
    async def _taken(self, size: int) -> AsyncIterator[None]:
        async with self._changed:
            await self._changed.wait_for(lambda: self._free >= size)
            self._free -= size
        try:
            yield
        finally:
            async with self._changed:
                self._free += size
                self._changed.notify_all()


async def _filled(media: Media) -> Media:
    try:
        return replace(media, content=b"".join([part async for part in media.stream()]))
    except Unavailable as error:
        log.warning("%s", error)
        raise SendError("down", _("The files of this message cannot be reached at the moment.")) from None
    except Missing as error:
        log.error("a message has a file that its store does not have: %s", error)
        raise SendError("invalid", _("A file of this message has been lost.")) from None
