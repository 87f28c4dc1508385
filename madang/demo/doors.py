"""Every door whose simulator is a :class:`Provider`: found by the registry, one on loopback for each channel."""

from __future__ import annotations

import logging
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import msgspec

from madang.channels import actions as channels
from madang.channels.connector import SetupError
from madang.channels.playing import Provider
from madang.channels.queries import ChannelRow, config_of
from madang.channels.queries import channels as all_channels
from madang.channels.registry import entries, fields, simulator
from madang.channels.setup import fill
from madang.events.record import SYSTEM
from madang.ground import Ground
from madang.lib.language import gettext, learn, speaking

log = logging.getLogger("madang.demo")

Place = tuple[str, str]  # brand, connector


class Manner(msgspec.Struct, frozen=True):
    """How a door looks on the phone (manners.toml). ``brands`` are those that have it; none: no such channel."""

    look: str = "plain"
    brands: tuple[str, ...] = ("haneul",)
    order: int = 100


@cache
def manners() -> dict[str, Manner]:
    """By connector; one that is not named is plain."""
    text = (Path(__file__).parent / "manners.toml").read_text("utf-8")
    return msgspec.convert(tomllib.loads(text), dict[str, Manner])


def manner(connector: str) -> Manner:
    """How this connector's door looks."""
    return manners().get(connector, Manner())


class Doors:
    """The providers of this process, and the channels that lead to them."""

    def __init__(self) -> None:
        self.providers: dict[Place, Provider] = {}
        self.channels: dict[Place, ChannelRow] = {}

    async def open(self) -> None:
        """Start them. One that does not start is missing on the phone, and says so in the log."""
        for connector in entries():
            for brand in manner(connector).brands:
                try:
                    made = getattr(simulator(connector), "Simulator", None)
                    if isinstance(made, type) and issubclass(made, Provider):
                        provider = made()
                        await provider.start()
                        self.providers[brand, connector] = provider
                except Exception as error:
                    log.warning("the simulated provider of %s does not start: %r", connector, error)

    async def close(self) -> None:
        """Stop them all."""
        for provider in self.providers.values():
            await provider.stop()

    async def found(self, ground: Ground, brands: Mapping[str, tuple[int, str, str]]) -> None:
        """A channel for each, with this start's addresses. ``brands``: (id, name, language) by key."""
        learn([one.folder / "locale" for one in entries().values()])
        async with ground.database.begin() as tx:
            there = {(row.brand_id, row.connector): row for row in await all_channels(tx)}
        for place, provider in self.providers.items():
            number, name, language = brands[place[0]]
            row = there.get((number, place[1]))
            try:
                await self._channel(ground, place[1], provider, row, (number, f"{name} {_title(place[1], language)}"))
            except SetupError as error:
                log.warning("the channel of %s cannot be set up: %s", place[1], error.message)
        async with ground.database.begin() as tx:
            rows = {(row.brand_id, row.connector): row for row in await all_channels(tx)}
        found = {place: rows.get((brands[place[0]][0], place[1])) for place in self.providers}
        self.channels = {place: row for place, row in found.items() if row is not None}

    async def _channel(
        self, ground: Ground, connector: str, provider: Provider, row: ChannelRow | None, named: tuple[int, str]
    ) -> None:
        kept = config_of(ground, row, {}).secrets if row else {}
        settings, hidden = fill(fields(connector), provider.form(), kept)
        async with ground.database.begin() as tx:
            if row is None:
                brand_id, name = named
                made = await channels.create(
                    tx,
                    SYSTEM,
                    ground.keys,
                    connector=connector,
                    name=name,
                    brand_id=brand_id,
                    settings=settings,
                    secrets=hidden,
                )
                await channels.check_now(ground, tx, made.id)
            elif (row.settings, kept) != (settings, hidden):
                await channels.change(tx, SYSTEM, ground.keys, row.id, name=row.name, settings=settings, secrets=hidden)
                await channels.check_now(ground, tx, row.id)


def _title(connector: str, language: str) -> str:
    with speaking(language):
        return gettext(entries()[connector].manifest.title)
