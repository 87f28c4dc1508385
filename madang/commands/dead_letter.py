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
        from madang.conversations.actions import letters
        from madang.lib.errors import Refused
        from madang.staff.permissions import CONSOLE
        from madang.wiring import REACTIONS

        for letter_id in letter_ids:
            async with ground.database.begin() as tx:
                problem = await letters.replay(tx, CONSOLE, REACTIONS, letter_id)
            if problem:
                raise Refused(f"{letter_id} failed again: {problem}")

    on_ground(settings, work)


@command.command()
@click.argument("letter_ids", type=int, nargs=-1, required=True)
@click.option("--reason", required=True, help="Why they may be put aside; stands in the audit log.")
@with_settings("dead-letter")
def dismiss(settings: Settings, letter_ids: tuple[int, ...], reason: str) -> None:
    """Put dead letters aside. They are kept; `restore` brings them back."""

    async def work(ground: Ground) -> None:
        from madang.conversations.actions import letters
        from madang.staff.permissions import CONSOLE

        async with ground.database.begin() as tx:
            for letter_id in letter_ids:
                await letters.dismiss(tx, CONSOLE, letter_id, reason)

    on_ground(settings, work)


@command.command()
@click.argument("letter_ids", type=int, nargs=-1, required=True)
@with_settings("dead-letter")
def restore(settings: Settings, letter_ids: tuple[int, ...]) -> None:
    """Put dead letters that were put aside back among those that wait."""

    async def work(ground: Ground) -> None:
        from madang.conversations.actions import letters
        from madang.staff.permissions import CONSOLE

        async with ground.database.begin() as tx:
            for letter_id in letter_ids:
                await letters.restore(tx, CONSOLE, letter_id)

    on_ground(settings, work)
