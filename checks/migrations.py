"""Migrations in step with the models: a database migrated from nothing is what the models say."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, text
from sqlalchemy.dialects.postgresql.base import ischema_names

from checks.tree import Tree

PARTITIONS = text("select relname from pg_class where relispartition")


def check(tree: Tree) -> Iterator[str]:
    from madang import migrate
    from madang.models import Base

    heads = ScriptDirectory.from_config(migrate.config()).get_heads()
    if len(heads) != 1:
        yield f"there are {len(heads)} newest revisions ({', '.join(heads)}); chain them"
        return
    yield from _migrated(Base.metadata)


def differences(connection: Connection, metadata: MetaData) -> Iterator[str]:
    """What would have to change in the database to make it what the models say."""
    from madang.lib.tables import Xid8

    ischema_names["xid8"] = Xid8  # or reflection warns that it does not know it
    partitions = {row[0] for row in connection.execute(PARTITIONS)}

    def ours(one: Any, name: str | None, kind: str, _reflected: bool, _compared: object) -> bool:
        if kind == "foreign_key_constraint":  # each key to a partitioned table has one more for every partition
            return one.elements[0].target_fullname.split(".")[0] not in partitions
        return kind != "table" or name not in partitions

    opts = {"compare_type": True, "compare_server_default": True, "include_object": ours}
    context = MigrationContext.configure(connection, opts=opts)
    for difference in compare_metadata(context, metadata):
        yield f"the models and the migrated database differ: {difference}"


def _migrated(metadata: MetaData) -> list[str]:
    """On a server of its own, thrown away afterwards."""
    from madang.lib.embedded_postgres import EmbeddedPostgres

    data = Path(tempfile.mkdtemp(prefix="madang-checks-"))
    data.chmod(0o711)  # the server's user passes through when the check runs as root
    server = EmbeddedPostgres(data, durable=False)
    server.start()
    try:
        return compare(server.url, metadata)
    finally:
        server.stop()
        shutil.rmtree(data, ignore_errors=True)


def compare(url: str, metadata: MetaData) -> list[str]:
    """Migrate the database at `url`, then compare it with `metadata`."""
    import asyncio

    from madang import migrate
    from madang.lib.postgres import Database

    migrate.upgrade(url)

    async def look() -> list[str]:
        database = Database(url, pool=1)
        try:
            async with database.begin() as tx:
                return await tx.run_sync(lambda connection: list(differences(connection, metadata)))
        finally:
            await database.close()

    return asyncio.run(look())
