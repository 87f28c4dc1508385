"""Whether a process fits the database it comes to: the schema of its own version, and the secret key of all others.

While it runs it holds the schema, so that nobody migrates under it. A process of the old version beside the new schema
would write what the new one does not expect, so there is never one: whoever migrates waits until the others have ended.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import asyncpg

SCHEMA = 7304  # of the advisory locks: shared by who runs on it, alone for who changes it
KEY = 7305

_WORDS = re.compile(r"sealed with key ([0-9a-f]{16})")


class Unfit(Exception):
    """This process must not work on this database; the message says why, and what an administrator does."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What a process brings: the newest schema revision it knows, and a fingerprint of its secret key (16 hex)."""

    revision: str
    key: str


async def admit(connection: asyncpg.Connection, terms: Terms) -> None:
    """Hold the schema for as long as this connection lives. Waits while somebody migrates; raises :class:`Unfit`."""
    await connection.execute("select pg_advisory_lock_shared($1, 0)", SCHEMA)
    await _same_schema(connection, terms.revision)
    await _same_key(connection, terms.key)


async def _same_schema(connection: asyncpg.Connection, ours: str) -> None:
    made = await connection.fetchval("select to_regclass('alembic_version') is not null")
    found = await connection.fetchval("select max(version_num) from alembic_version") if made else None
    if found is None or found < ours:
        raise Unfit(
            f"The database has schema {found or 'none'}, this version of Madang needs {ours}. Stop web and worker on "
            "every machine, install the same version everywhere, and run `madang migrate` once."
        )
    if found > ours:
        raise Unfit(
            f"A newer version of Madang has brought the database to schema {found}, this one knows {ours}. "
            "Install the newer version on this machine too."
        )


async def _same_key(connection: asyncpg.Connection, ours: str) -> None:
    """The first process notes its key's fingerprint beside what is sealed with it; the others compare."""
    async with connection.transaction():
        await connection.execute("select pg_advisory_xact_lock($1, 0)", KEY)
        noted = await _noted(connection)
        if noted is None:
            await note_key(connection, ours)
        elif noted != ours:
            raise Unfit(
                "This machine's secret key is not the one the database was set up with: channels' credentials could "
                "not be read, and links in mails would prove nothing. Give every machine the same MADANG_SECRET_KEY, "
                "the content of secret.key in the first one's data directory. If that key is lost, "
                "`madang migrate --new-key` accepts this one; the channels' credentials must then be entered again."
            )


NOTED = """
select col_description('channel'::regclass, attnum) from pg_attribute
where attrelid = 'channel'::regclass and attname = 'secrets'
"""
NOTE = "select format('comment on column channel.secrets is %L', 'sealed with key ' || $1)"


async def _noted(connection: asyncpg.Connection) -> str | None:
    found = _WORDS.search(await connection.fetchval(NOTED) or "")
    return found[1] if found else None


async def note_key(connection: asyncpg.Connection, key: str) -> None:
    """Note with which key secrets are sealed from now on. A comment of the column: it travels with every dump."""
    try:
        async with connection.transaction():
            await connection.execute(await connection.fetchval(NOTE, key))  # a comment takes no bound values
    except asyncpg.InsufficientPrivilegeError:  # a role that owns nothing: then only the operator sees to it
        return
