"""The live channels of a process, each bound to its connector, kept until a channel changes."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass

from madang.channels import queries
from madang.channels.connector import Connector
from madang.channels.queries import ChannelRow
from madang.channels.registry import get
from madang.ground import Ground
from madang.lib.errors import NotFound

KEEP = 10.0  # seconds; a notice on ``channels`` comes earlier, this is for one that was not heard
STRANGERS = 1_000  # unknown keys remembered at most
_KEY = re.compile(r"[A-Za-z0-9_-]{1,64}")  # what a key can be: all else is nobody's, and no question for the database


@dataclass(frozen=True, slots=True)
class Bound:
    """A channel and its connector."""

    row: ChannelRow
    connector: Connector


class Book:
    """Looks channels up by key or id without a query each time."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._by_key: dict[str, tuple[float, Bound | None]] = {}
        self._by_id: dict[int, tuple[float, Bound]] = {}

    def forget(self) -> None:
        """A channel changed: look again. Old connectors finish what they do and are then collected."""
        self._by_key.clear()
        self._by_id.clear()

    async def by_key(self, key: str) -> Bound | None:
        """The channel in use with this public key, or None."""
        at, bound = self._by_key.get(key, (0.0, None))
        if at and time.monotonic() - at < KEEP:
            return bound
        if len(self._by_key) > STRANGERS:
            self._by_key.clear()
        made = await self._load_key(key) if _KEY.fullmatch(key) else None
        self._by_key[key] = (time.monotonic(), made)
        return made

    async def _load_key(self, key: str) -> Bound | None:
        async with self._ground.database.begin() as tx:
            try:
                row = await queries.by_key(tx, key)
            except NotFound:
                return None
            return self._bind(row, await queries.brand_of(tx, row.brand_id))

    async def by_id(self, channel_id: int) -> Bound:
        """The channel with this number, even a retired one; raises NotFound."""
        at, bound = self._by_id.get(channel_id, (0.0, None))
        if bound is not None and time.monotonic() - at < KEEP:
            return bound
        async with self._ground.database.begin() as tx:
            row = await queries.channel(tx, channel_id)
            made = self._bind(row, await queries.brand_of(tx, row.brand_id))
        self._by_id[channel_id] = (time.monotonic(), made)
        return made

    def _bind(self, row: ChannelRow, brand: dict[str, object]) -> Bound:
        return Bound(row, get(row.connector)(queries.config_of(self._ground, row, brand)))
