"""Look at deliveries that could not be understood; take them in again, or put them aside."""

from __future__ import annotations

import json
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

    async def work(ground: Ground) -> None:
        from madang.channels import actions
        from madang.events.record import SYSTEM

        async with ground.database.begin() as tx:
            for envelope_id in envelope_ids:
                await actions.replay(tx, SYSTEM, envelope_id)

    on_ground(settings, work)
    click.echo(f"{len(envelope_ids)} to be taken in again by the next worker.", err=True)


@command.command()
@click.argument("envelope_id", type=int)
@click.option("--reason", required=True, help="Why it may be forgotten; stands in the audit log.")
@with_settings("quarantine")
def dismiss(settings: Settings, envelope_id: int, reason: str) -> None:
    """Put a delivery aside for good. It is kept, and can still be replayed by its id."""

    async def work(ground: Ground) -> None:
        from madang.channels import actions
        from madang.events.record import SYSTEM

        async with ground.database.begin() as tx:
            await actions.dismiss(tx, SYSTEM, envelope_id, reason)

    on_ground(settings, work)
    click.echo(f"Delivery {envelope_id} is put aside.", err=True)
