"""Bring the database to this version's schema; `madang run` does so by itself."""

from __future__ import annotations

import click

from madang.commands._options import with_settings
from madang.lib.embedded_postgres import database
from madang.settings import Settings


@click.command()
@with_settings("migrate")
def command(settings: Settings) -> None:
    """Bring the database to this version's schema; `madang run` does so by itself."""
    from madang import migrate

    with database(settings) as url:
        migrate.upgrade(url)
