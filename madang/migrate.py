"""Bring a database to the newest schema. Several starters at once are safe: an advisory lock lets one work."""

from __future__ import annotations

import asyncio
import logging
import time
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from madang.lib.admission import SCHEMA
from madang.lib.postgres import Database
from madang.settings_values import SettingsError

log = logging.getLogger("madang.migrate")

LOCK = 7_300_001
PATIENCE = 30.0  # seconds for those who run on the schema to end: longer than an orderly stop takes
RUNNING = text("""
select distinct a.application_name from pg_locks l join pg_stat_activity a on a.pid = l.pid
where l.locktype = 'advisory' and l.database = (select oid from pg_database where datname = current_database())
  and l.classid = :space and l.objid = 0 and l.granted and l.pid <> pg_backend_pid() order by 1
""")


def config(connection: Connection | None = None) -> Config:
    """Alembic's configuration without a file of its own."""
    made = Config()
    made.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    made.attributes["connection"] = connection
    return made


def _upgrade(connection: Connection) -> None:
    connection.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
    script = ScriptDirectory.from_config(config())
    now, newest = MigrationContext.configure(connection).get_current_revision(), script.get_current_head()
    if now == newest:
        return
    if now is not None and now not in {one.revision for one in script.walk_revisions()}:
        raise SettingsError(
            f"A newer version of Madang has brought the database to schema {now}, this one knows {newest}. "
            "Install the newer version on this machine too."
        )
    _have_it_alone(connection)
    command.upgrade(config(connection), "head")


def _have_it_alone(connection: Connection) -> None:
    """Wait until nobody works on the schema that is about to change: see madang/lib/admission.py."""
    deadline = time.monotonic() + PATIENCE
    told = False
    while not connection.execute(text("select pg_try_advisory_xact_lock(:space, 0)"), {"space": SCHEMA}).scalar_one():
        running = ", ".join(row[0] for row in connection.execute(RUNNING, {"space": SCHEMA}))
        if time.monotonic() > deadline:
            raise SettingsError(
                f"The schema cannot be changed while Madang runs on it: {running}. Stop web and worker on every "
                "machine, then migrate."
            )
        if not told:
            log.warning("waiting until these have ended: %s", running)
        told = True
        time.sleep(0.2)


async def upgrade_async(url: str) -> None:
    """Migrate the database at ``url`` in one transaction.

    Raises SettingsError when it is newer than we are, or when after half a minute Madang still runs on it.
    """
    database = Database(url, pool=1)
    try:
        async with database.begin() as tx:
            await tx.run_sync(_upgrade)
    finally:
        await database.close()


def upgrade(url: str) -> None:
    """As :func:`upgrade_async`, for callers without a loop."""
    asyncio.run(upgrade_async(url))
