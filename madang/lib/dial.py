"""One connection to PostgreSQL, or to the pooler before it, that notices when the other side is gone."""

from __future__ import annotations

import os
import socket
from typing import Any

import asyncpg

PATIENCE = 10.0  # seconds for a connection to stand

# Of a transaction in which nothing is said: PostgreSQL ends it then and gives its locks to others. No other sign shows
# it that a process is stopped; it would hold up whatever it has in hand for as long as it sleeps.
SILENCE = 30  # seconds; nobody of ours thinks for so long with locks in hand
# A machine that lost its power says no goodbye: without these a query to it hangs for a quarter of an hour.
_SIGNS_OF_LIFE = {"TCP_KEEPIDLE": 10, "TCP_KEEPINTVL": 5, "TCP_KEEPCNT": 3, "TCP_USER_TIMEOUT": 20_000}

_QUIET = {"idle_in_transaction_session_timeout": f"{SILENCE}s"}


async def dial(url: str, *, pooled: bool = False) -> asyncpg.Connection:
    """Connect to ``url``: postgresql://…, with libpq's parameters (``?sslmode=require``, ``?host=/socket/directory``).

    ``pooled``: PgBouncer's transaction mode lies between. It gives every transaction another server connection, so
    nothing may be prepared by name there: what one has prepared the next does not know, and nobody would throw it away.
    """
    connection: asyncpg.Connection = await asyncpg.connect(
        url,
        timeout=PATIENCE,
        statement_cache_size=0 if pooled else 100,
        server_settings={"application_name": process_name()} | ({} if pooled else _QUIET),
    )
    _watch(connection._transport)  # the driver has no setting for it
    await connection.set_type_codec("xid8", schema="pg_catalog", encoder=str, decoder=int, format="text")
    return connection


def process_name() -> str:
    """How pg_stat_activity, and whoever waits for this process, calls it."""
    return f"madang {socket.gethostname()}:{os.getpid()}"[:63]


def _watch(transport: Any) -> None:
    """Let the kernel ask for signs of life, and give up on what is not acknowledged."""
    with socket.socket(fileno=os.dup(transport.get_extra_info("socket").fileno())) as ours:
        if ours.family == socket.AF_UNIX:
            return
        ours.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        for name, value in _SIGNS_OF_LIFE.items():
            if hasattr(socket, name):  # Linux has them all
                ours.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)
