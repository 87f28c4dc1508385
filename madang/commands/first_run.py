"""Print the one-time link that makes the first administrator; nothing once there is one."""

from __future__ import annotations

import asyncio

import click

from madang.commands._options import with_settings
from madang.lib.embedded_postgres import database
from madang.settings import Settings


@click.command()
@with_settings("first-run")
def command(settings: Settings) -> None:
    """Print the one-time link that makes the first administrator; nothing once there is one."""
    with database(settings) as url:
        link = asyncio.run(_link(url, settings))
    if link:
        click.echo(link)
    else:
        click.echo("There is an administrator already: ask for an invitation.", err=True)


async def _link(url: str, settings: Settings) -> str | None:
    from madang.lib.postgres import Database
    from madang.staff.first_run import first_run_url

    opened = Database(url, pool=1)
    try:
        return await first_run_url(opened, settings)
    finally:
        await opened.close()
