"""Look at deliveries that could not be understood; take them in again, or put them aside."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from madang.commands._ground import on_ground
from madang.commands._options import with_settings
from madang.settings import Settings

if TYPE_CHECKING:
    from madang.ground import Ground


@click.group()
def command() -> None:
    """Look at deliveries that could not be understood; take them in again, or put them aside."""


@command.command("list")
@with_settings("quarantine")
def list_(settings: Settings) -> None:
    """Print what is in quarantine as JSON, the oldest 1,000: {id, channel, connector, at, reason}."""

    async def work(ground: Ground) -> list[dict[str, Any]]:
        from madang.channels.quarantine import held

        async with ground.database.begin() as tx:
            rows = await held(tx)
        return [
            {
                "id": row.id,
                "channel": {"id": row.channel_id, "name": row.channel},
                "connector": row.connector,
                "at": row.at.isoformat(),
                "reason": row.reason,
            }
            for row in rows
        ]

    click.echo(json.dumps(on_ground(settings, work), ensure_ascii=False, indent=2))


@command.command()
@click.argument("envelope_id", type=int)
@with_settings("quarantine")
def show(settings: Settings, envelope_id: int) -> None:
    """Print a delivery exactly as it came, for `madang inspect` or an editor."""

    async def work(ground: Ground) -> bytes:
        from madang.channels.quarantine import content

        async with ground.database.begin() as tx:
            return await content(tx, ground.files, envelope_id)

    click.echo(on_ground(settings, work), nl=False)


@command.command()
@click.argument("envelope_ids", type=int, nargs=-1, required=True)
@with_settings("quarantine")
def replay(settings: Settings, envelope_ids: tuple[int, ...]) -> None:
    """Take deliveries in again, after a fix. What is known already is not doubled."""

    async def work(ground: Ground) -> int:
        from madang.conversations.actions.envelopes import take_in_again
        from madang.staff.permissions import CONSOLE

        async with ground.database.begin() as tx:
            return await take_in_again(tx, CONSOLE, envelope_ids)

    click.echo(f"{on_ground(settings, work)} to be taken in again by the next worker.", err=True)


@command.command("replay-range")
@click.argument("channel_id", type=int)
@click.option("--from", "since", type=click.DateTime(), help="What came from then on, in UTC.")
@click.option("--until", type=click.DateTime(), help="What came before then, in UTC; now if not given.")
@click.option("--first", type=int, help="Or: the first delivery, by its number.")
@click.option("--last", type=int, help="The last delivery, by its number.")
@with_settings("quarantine")
def replay_range(
    settings: Settings,
    channel_id: int,
    since: datetime | None,
    until: datetime | None,
    first: int | None,
    last: int | None,
) -> None:
    """Take a channel's deliveries of a time in again, taken in or not. The workers do it; safe to repeat."""
    if (since is None) == (first is None) or (first is None) != (last is None):
        raise click.UsageError("Say which: --from and --until, or --first and --last.")

    async def work(ground: Ground) -> int:
        from madang.conversations.actions import replays
        from madang.staff.permissions import CONSOLE

        async with ground.database.begin() as tx:
            ends = (first or 0, last or 0)
            if since is not None:
                ends = await replays.between(
                    tx, since.replace(tzinfo=UTC), (until or datetime.now(UTC)).replace(tzinfo=UTC)
                )
            return await replays.start(tx, CONSOLE, channel_id, *ends)

    click.echo(f"Replay {on_ground(settings, work)} has begun; the ledger shows how far it is.", err=True)


@command.command()
@click.argument("envelope_ids", type=int, nargs=-1, required=True)
@click.option("--reason", required=True, help="Why they may be put aside; stands in the audit log.")
@with_settings("quarantine")
def dismiss(settings: Settings, envelope_ids: tuple[int, ...], reason: str) -> None:
    """Put deliveries aside. They are kept: `restore` brings them back, `replay` takes them in."""

    async def work(ground: Ground) -> int:
        from madang.conversations.actions import envelopes
        from madang.staff.permissions import CONSOLE

        async with ground.database.begin() as tx:
            return await envelopes.dismiss(tx, CONSOLE, envelope_ids, reason)

    click.echo(f"{on_ground(settings, work)} put aside.", err=True)


@command.command()
@click.argument("envelope_ids", type=int, nargs=-1, required=True)
@with_settings("quarantine")
def restore(settings: Settings, envelope_ids: tuple[int, ...]) -> None:
    """Put deliveries that were put aside back into quarantine."""

    async def work(ground: Ground) -> int:
        from madang.conversations.actions import envelopes
        from madang.staff.permissions import CONSOLE

        async with ground.database.begin() as tx:
            return await envelopes.restore(tx, CONSOLE, envelope_ids)

    click.echo(f"{on_ground(settings, work)} back in quarantine.", err=True)
