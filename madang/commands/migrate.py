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
    from sqlalchemy.exc import DBAPIError

    from madang import migrate

    with database(settings) as url:
        try:
            migrate.upgrade(url)
        except (OSError, DBAPIError) as error:
            reason = str(error.orig if isinstance(error, DBAPIError) else error).strip()
            raise click.ClickException(f"The database cannot be used: {reason}. Is DATABASE_URL right?") from None
