"""What other rooms may read of channels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import msgspec
from sqlalchemy import Select, select, text

from madang.brands.models import Brand
from madang.channels.connector import Config, Connector
from madang.channels.models import Channel
from madang.channels.registry import get
from madang.ground import Ground
from madang.lib.errors import NotFound
from madang.lib.postgres import Tx


@dataclass(frozen=True, slots=True)
class ChannelRow:
    """One channel as lists show it. ``secrets`` stays sealed."""

    id: int
    key: str
    connector: str
    name: str
    brand_id: int
    brand_name: str
    settings: dict[str, Any]
    secrets: bytes
    cursor: str
    problem: str
    paused_at: datetime | None
    retired_at: datetime | None
    created_at: datetime


@cache  # to build it takes longer than to run it
def _rows() -> Select[*tuple[Any, ...]]:
    return select(
        Channel.id,
        Channel.key,
        Channel.connector,
        Channel.name,
        Channel.brand_id,
        Brand.name.label("brand_name"),
        Channel.settings,
        Channel.secrets,
        Channel.cursor,
        Channel.problem,
        Channel.paused_at,
        Channel.retired_at,
        Channel.created_at,
    ).join(Brand, Brand.id == Channel.brand_id)


async def channels(tx: Tx, *, retired: bool = False) -> list[ChannelRow]:
    """Every channel, oldest first; retired ones only when asked for."""
    query = _rows().order_by(Channel.id)
    if not retired:
        query = query.where(Channel.retired_at.is_(None))
    return [ChannelRow(**row) for row in (await tx.execute(query)).mappings()]


async def channel(tx: Tx, channel_id: int) -> ChannelRow:
    """One channel, retired or not; raises NotFound."""
    row = (await tx.execute(_rows().where(Channel.id == channel_id))).mappings().one_or_none()
    if row is None:
        raise NotFound("There is no such channel.")
    return ChannelRow(**row)


async def by_key(tx: Tx, key: str) -> ChannelRow:
    """The live channel with this public key; raises NotFound."""
    query = _rows().where(Channel.key == key, Channel.retired_at.is_(None))
    row = (await tx.execute(query)).mappings().one_or_none()
    if row is None:
        raise NotFound("There is no such channel.")
    return ChannelRow(**row)


async def brand_of(tx: Tx, brand_id: int) -> dict[str, Any]:
    """The brand's look and voice as a connector may use it."""
    look = (Brand.name, Brand.hue, Brand.chroma, Brand.language, Brand.signature, Brand.greeting)
    query = select(*look, Brand.ask_proof, Brand.threading)
    return dict((await tx.execute(query.where(Brand.id == brand_id))).mappings().one())


async def config(ground: Ground, tx: Tx, channel_id: int) -> Config:
    """The channel as its connector sees it, secrets opened."""
    row = await channel(tx, channel_id)
    return config_of(ground, row, await brand_of(tx, row.brand_id))


def config_of(ground: Ground, row: ChannelRow, brand: dict[str, Any]) -> Config:
    """As :func:`config`, from rows in hand."""
    return Config(
        id=row.id,
        key=row.key,
        name=row.name,
        settings=row.settings,
        secrets=msgspec.json.decode(ground.keys.unseal(row.secrets)) if row.secrets else {},
        host=ground.settings.public_url,
        token_key=ground.keys.derive("reply tokens"),
        brand=brand,
        allow_hosts=ground.settings.allow_hosts,
    )


async def connector(ground: Ground, tx: Tx, channel_id: int) -> Connector:
    """A connector bound to the channel; close it after use."""
    row = await channel(tx, channel_id)
    return get(row.connector)(config_of(ground, row, await brand_of(tx, row.brand_id)))


async def last_contact(tx: Tx, channel_ids: Sequence[int]) -> dict[int, datetime]:
    """When each channel last received anything, new or known already."""
    return {row[0]: row[1] for row in await tx.execute(LAST_CONTACT, {"channels": list(channel_ids)})}


# Out of the tallies of what was received (1) and repeated (2): nobody looks through all envelopes for it.
LAST_CONTACT = text("""
select channel_id, max(at) from (
  select channel_id, last_at as at from tally_total
  where channel_id = any(cast(:channels as bigint[])) and what in (1, 2)
  union all
  select channel_id, at from tally where channel_id = any(cast(:channels as bigint[])) and what in (1, 2)) t
group by 1
""")
