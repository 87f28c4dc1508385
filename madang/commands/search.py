"""Look how far the index of the search is, and have it made anew."""

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
    """Look how far the index of the search is, and have it made anew."""


@command.command()
@with_settings("search")
def state(settings: Settings) -> None:
    """Print how many messages cannot be found yet as JSON: {new, old}. Counting ends at 10,001."""

    async def work(ground: Ground) -> dict[str, Any]:
        from madang.conversations.search.queries import behind

        async with ground.database.begin() as tx:
            found = await behind(tx)
        return {"new": found.new, "old": found.old}

    click.echo(json.dumps(on_ground(settings, work)))


@command.command()
@with_settings("search")
def rebuild(settings: Settings) -> None:
    """Have the workers make the index anew, the newest messages first. What is indexed is found meanwhile."""

    async def work(ground: Ground) -> None:
        from madang.conversations.search.backfill import begin_anew

        async with ground.database.begin() as tx:
            await begin_anew(tx)

    on_ground(settings, work)
    click.echo("The workers make the index anew. `madang search state` tells how far they are.")
