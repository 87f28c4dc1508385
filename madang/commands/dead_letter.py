"""Look at events that a reaction could not take in, and let it try again."""

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
    """Look at events that a reaction could not take in, and let it try again."""


@command.command("list")
@with_settings("dead-letter")
def list_(settings: Settings) -> None:
    """Print what waits as JSON, the oldest 1,000: {id, reaction, event, at, error}."""

    async def work(ground: Ground) -> list[dict[str, Any]]:
        from madang.events.dispatch import letters

        async with ground.database.begin() as tx:
            rows = await letters(tx)
        return [
            {"id": r.id, "reaction": r.reaction, "event": r.event_id, "at": r.at.isoformat(), "error": r.error}
            for r in rows
        ]

    click.echo(json.dumps(on_ground(settings, work), ensure_ascii=False, indent=2))


@command.command()
@click.argument("letter_ids", type=int, nargs=-1, required=True)
@with_settings("dead-letter")
def replay(settings: Settings, letter_ids: tuple[int, ...]) -> None:
    """Let the reaction take the events in, after a fix."""

    async def work(ground: Ground) -> None:
        from madang.events.dispatch import replay as again
        from madang.wiring import REACTIONS

        for letter_id in letter_ids:
            await again(ground.database, REACTIONS, letter_id)

    on_ground(settings, work)
