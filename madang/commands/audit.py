"""Prove that nobody has changed what happened."""

from __future__ import annotations

import asyncio

import click

from madang.commands._options import with_settings
from madang.lib.embedded_postgres import database
from madang.settings import Settings


@click.group()
def command() -> None:
    """Prove that nobody has changed what happened."""


@command.command()
@with_settings("audit")
def verify(settings: Settings) -> None:
    """Compute the audit chain again. Prints its head; exit 1 and the faults when it does not hold."""
    from madang.events.seal import verify as check
    from madang.lib.postgres import Database

    async def run(url: str) -> None:
        db = Database(url, pool=1)
        try:
            found = await check(db)
        finally:
            await db.close()
        for fault in found.faults:
            click.echo(fault, err=True)
        click.echo(
            f"{found.seals} seals over {found.events} events, {found.unsealed} not sealed yet, head {found.head}"
        )
        if found.faults:
            raise SystemExit(1)

    with database(settings) as url:
        asyncio.run(run(url))
