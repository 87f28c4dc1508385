"""The only writers of channels."""

from __future__ import annotations

import logging
import secrets as random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import func, insert, text, update

from madang.changes.actions import Subject, note, note_made, note_removed
from madang.channels.connector import Config, SetupError
from madang.channels.models import Channel
from madang.channels.queries import ChannelRow, brand_of, channel, config_of
from madang.channels.registry import get, manifest
from madang.events.kinds import Kind
from madang.events.record import Actor, News, record
from madang.ground import Ground
from madang.lib.crypto import Keys
from madang.lib.postgres import Tx

log = logging.getLogger("madang.channels")


@dataclass(frozen=True, slots=True)
class Created:
    """A new channel."""

    id: int
    key: str


async def create(
    tx: Tx,
    actor: Actor,
    keys: Keys,
    *,
    connector: str,
    name: str,
    brand_id: int,
    settings: Mapping[str, Any],
    secrets: Mapping[str, str],
) -> Created:
    """Connect a channel. Its set-up should have been tested by :func:`test_setup` before."""
    get(connector)
    key = random.token_urlsafe(12)
    statement = (
        insert(Channel)
        .values(
            key=key,
            connector=connector,
            name=name.strip(),
            brand_id=brand_id,
            settings=dict(settings),
            secrets=_sealed(keys, secrets),
        )
        .returning(Channel.id)
    )
    channel_id = (await tx.execute(statement)).scalar_one()
    await note_made(tx, actor, Subject("channels", f"channel:{channel_id}", name.strip(), brand_id))
    await _record(tx, actor, Kind.CHANNEL_CREATED, channel_id, connector=connector, name=name)
    return Created(channel_id, key)


async def change(
    tx: Tx,
    actor: Actor,
    keys: Keys,
    channel_id: int,
    *,
    name: str,
    settings: Mapping[str, Any],
    secrets: Mapping[str, str],
) -> None:
    """Set a channel up anew; clears its problem. The brand stays: history belongs to it."""
    row = await channel(tx, channel_id)
    values = {"name": name.strip(), "settings": dict(settings), "secrets": _sealed(keys, secrets), "problem": ""}
    await tx.execute(update(Channel).where(Channel.id == channel_id).values(values))
    was, now = _opened(keys, row.secrets), dict(secrets)
    before = {"name": row.name} | _named("settings", row.settings) | _named("secrets", was)
    after = {"name": values["name"]} | _named("settings", settings) | _named("secrets", now)
    after = dict.fromkeys(before) | after
    await note(tx, actor, _subject(row), before, after, _named("secrets", was | now))
    await _record(tx, actor, Kind.CHANNEL_CHANGED, channel_id, name=name)


async def pause(tx: Tx, actor: Actor, channel_id: int, problem: str = "") -> None:
    """Stop sending and pulling; webhooks are still stored. ``problem`` says why, in plain words."""
    statement = (
        update(Channel)
        .where(Channel.id == channel_id, Channel.paused_at.is_(None))
        .values(paused_at=func.now(), problem=problem)
    )
    if (await tx.execute(statement)).rowcount:
        await _switched(tx, actor, channel_id, paused=True)
        await _record(tx, actor, Kind.CHANNEL_PAUSED, channel_id, problem=problem)


async def resume(tx: Tx, actor: Actor, channel_id: int) -> None:
    """Work again after :func:`pause`."""
    statement = update(Channel).where(Channel.id == channel_id).values(paused_at=None, problem="")
    await _switched(tx, actor, channel_id, paused=False)
    await tx.execute(statement)
    await _record(tx, actor, Kind.CHANNEL_RESUMED, channel_id)


async def retire(tx: Tx, actor: Actor, channel_id: int) -> None:
    """Take a channel out of use for good; its history stays."""
    statement = (
        update(Channel).where(Channel.id == channel_id, Channel.retired_at.is_(None)).values(retired_at=func.now())
    )
    if (await tx.execute(statement)).rowcount:
        await note_removed(tx, actor, _subject(await channel(tx, channel_id)))
        await _record(tx, actor, Kind.CHANNEL_RETIRED, channel_id)


async def restore(tx: Tx, actor: Actor, channel_id: int) -> None:
    """Take back that it was retired: it works by the set-up it had. What was to go out then has failed and stays so."""
    back = update(Channel).where(Channel.id == channel_id, Channel.retired_at.is_not(None)).values(retired_at=None)
    if (await tx.execute(back)).rowcount:
        await note_made(tx, actor, _subject(await channel(tx, channel_id)))
        await _record(tx, actor, Kind.CHANNEL_RESTORED, channel_id)


async def set_problem(tx: Tx, channel_id: int, problem: str) -> None:
    """Note what keeps the channel from working now ('' when it works). Health, not history: no event."""
    statement = update(Channel).where(Channel.id == channel_id, Channel.problem != problem)
    await tx.execute(statement.values(problem=problem))


async def move_cursor(tx: Tx, channel_id: int, known: str, cursor: str) -> bool:
    """How far a pulled source has been read, in the same transaction as what was read.

    False when it no longer stands at ``known``: somebody else has read on, and the caller stores nothing.
    """
    moved = update(Channel).where(Channel.id == channel_id, Channel.cursor == known).values(cursor=cursor)
    return bool((await tx.execute(moved)).rowcount)


async def test_setup(
    ground: Ground,
    tx: Tx,
    *,
    connector: str,
    brand_id: int,
    name: str,
    settings: Mapping[str, Any],
    secrets: Mapping[str, str],
) -> None:
    """Try the set-up at the provider before it is saved; raises SetupError in plain words."""
    trial = Config(
        id=0,
        key="trial",
        name=name,
        settings=settings,
        secrets=secrets,
        host=ground.settings.public_url,
        token_key=ground.keys.derive("reply tokens"),
        brand=await brand_of(tx, brand_id),
        allow_hosts=ground.settings.allow_hosts,
    )
    made = get(connector)(trial)
    try:
        await made.check()
    except TimeoutError:
        raise SetupError("The server did not answer in time. Check the address and the port.") from None
    finally:
        await made.close()


async def check_now(ground: Ground, tx: Tx, channel_id: int) -> str:
    """Test an existing channel: '' or what is wrong, noted on the channel too."""
    row = await channel(tx, channel_id)
    made = get(row.connector)(config_of(ground, row, await brand_of(tx, row.brand_id)))
    problem = ""
    try:
        await made.check()
    except SetupError as error:
        problem = error.message
    finally:
        await made.close()
    await set_problem(tx, channel_id, problem)
    return problem


async def try_out(ground: Ground, channel_id: int) -> str:
    """Test a channel that has just been set up, where its provider posts to us: now that it has its address, the
    provider can be told of it. '' or what is wrong; the channel stays. Beside the transaction that made it."""
    async with ground.database.begin() as tx:
        if manifest((await channel(tx, channel_id)).connector).receives != "hook":
            return ""
        try:
            return await check_now(ground, tx, channel_id)
        except Exception as error:  # whatever the provider does, the channel is made
            log.warning("channel %s could not be tested: %s", channel_id, error)
            return str(error)


def _subject(row: ChannelRow) -> Subject:
    return Subject("channels", f"channel:{row.id}", row.name, row.brand_id)


def _named(kind: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """Each with its kind before it: a setting and a secret may have one name."""
    return {f"{kind}.{name}": value for name, value in values.items()}


async def _switched(tx: Tx, actor: Actor, channel_id: int, *, paused: bool) -> None:
    """A person paused it or let it work again. That we paused it is its health, and no setting."""
    row = await channel(tx, channel_id)
    if actor.kind != "system" and (paused or row.paused_at is not None):
        await note(tx, actor, _subject(row), {"paused": not paused}, {"paused": paused})


def _opened(keys: Keys, sealed: bytes) -> dict[str, str]:
    return msgspec.json.decode(keys.unseal(sealed), type=dict[str, str]) if sealed else {}


def _sealed(keys: Keys, secrets: Mapping[str, str]) -> bytes:
    return keys.seal(msgspec.json.encode(dict(secrets)))


async def _record(tx: Tx, actor: Actor, kind: Kind, channel_id: int, **data: Any) -> None:
    await record(tx, actor, News(kind, data={"channel": channel_id, **data}))
    await tx.execute(text("select pg_notify('channels', cast(:id as text))"), {"id": str(channel_id)})
