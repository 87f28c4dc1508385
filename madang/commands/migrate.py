"""Bring the database to this version's schema; `madang run` does so by itself."""

from __future__ import annotations

import asyncio

import click

from madang.commands._options import with_settings
from madang.lib.embedded_postgres import database
from madang.settings import Settings, SettingsError

OLDEST = 15


@click.command()
@click.option("--new-key", is_flag=True, help="Take this machine's secret key for the database's: the old one is lost.")
@with_settings("migrate")
def command(settings: Settings, new_key: bool) -> None:
    """Bring the database to this version's schema; `madang run` does so by itself."""
    from madang import migrate

    with database(settings) as url:
        asyncio.run(_require_usable(url))
        migrate.upgrade(url)
        if new_key:
            asyncio.run(_note_key(url, settings))


async def _note_key(url: str, settings: Settings) -> None:
    from madang.ground import terms
    from madang.lib.admission import note_key
    from madang.lib.crypto import Keys
    from madang.lib.dial import dial

    connection = await dial(url)
    try:
        await note_key(connection, terms(Keys(settings.secret_key.encode())).key)
    finally:
        await connection.close()
    click.echo("This secret key is the database's now. Enter the credentials of every channel again.", err=True)


async def _require_usable(url: str) -> None:
    """Raise SettingsError when nobody answers there, or too old a PostgreSQL."""
    import asyncpg

    try:
        connection = await asyncpg.connect(url, timeout=30)
    except (OSError, ValueError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise SettingsError(f"The database cannot be reached: {error or 'no answer'}. Is DATABASE_URL right?") from None
    major = connection.get_server_version().major
    await connection.close()
    if major < OLDEST:
        raise SettingsError(f"The database is PostgreSQL {major}; Madang needs {OLDEST} or newer.")
