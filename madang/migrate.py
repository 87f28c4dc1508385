"""Bring a database to the newest schema. Several starters at once are safe: an advisory lock lets one work."""

from __future__ import annotations

import asyncio
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text

from madang.lib.postgres import Database

LOCK = 7_300_001


def config(connection: Connection | None = None) -> Config:
    """Alembic's configuration without a file of its own."""
    made = Config()
    made.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    made.attributes["connection"] = connection
    return made


def _upgrade(connection: Connection) -> None:
    connection.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
    command.upgrade(config(connection), "head")


async def upgrade_async(url: str) -> None:
    """Migrate the database at ``url`` in one transaction."""
    database = Database(url, pool=1)
    try:
        async with database.begin() as tx:
            await tx.run_sync(_upgrade)
    finally:
        await database.close()


def upgrade(url: str) -> None:
    """As :func:`upgrade_async`, for callers without a loop."""
    asyncio.run(upgrade_async(url))
