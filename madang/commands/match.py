"""Compare every customer with every other, learn from it, and suggest who may be one."""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING, Any

import click

from madang.commands._ground import on_ground
from madang.commands._options import with_settings
from madang.settings import Settings

if TYPE_CHECKING:
    from madang.ground import Ground

POLITE = 10  # how far this work steps back behind what people wait for


@click.command()
@with_settings("match")
@click.option("--threads", type=click.IntRange(1, 64), help="Processors it may use; half of them if not given.")
@click.option("--no-learning", is_flag=True, help="Use the weights in use; learn none.")
def command(settings: Settings, threads: int | None, no_learning: bool) -> None:
    """Compare every customer with every other, and suggest who may be one; prints what came of it as JSON.

    Learns weights of the house's own where there are customers enough. The workers do this every night.
    """
    os.nice(POLITE)

    async def work(ground: Ground) -> dict[str, Any] | None:
        from madang.customers.matchmaking.process import Limits, match

        limits = Limits(threads or max(1, (os.cpu_count() or 2) // 2), settings.match_memory)
        limits.hold()
        return await match(ground, limits, learn=not no_learning)

    found = on_ground(settings, work)
    if found is None:
        click.echo("Somebody is at it already.", err=True)
        sys.exit(0)
    click.echo(json.dumps(found))
