"""Ends the transactions of processes that fell silent where PostgreSQL does not end them by itself.

``idle_in_transaction_session_timeout`` sees whoever says nothing between two statements. A process that is stopped, or
loses its power, between the two halves of one (parsed, and never told to run) counts as active for as long as it
sleeps, with all it has locked. Behind PgBouncer nobody could set that timeout at all.
"""

from __future__ import annotations

import logging

from sqlalchemy import text

from madang.lib.dial import SILENCE
from madang.lib.postgres import Database

log = logging.getLogger("madang.database")

EVERY = SILENCE / 3

_END = text("""
select application_name from (
    select application_name, pg_terminate_backend(pid) as ended from pg_stat_activity
    where datname = current_database() and usename = current_user and pid <> pg_backend_pid()
    and application_name like 'madang %' and wait_event_type = 'Client' and wait_event = 'ClientRead'
    and state in ('active', 'idle in transaction', 'idle in transaction (aborted)')
    and query not ilike 'copy %' -- rows in great number: waiting for the next of them is no silence
    and state_change < clock_timestamp() - make_interval(secs => :silence)
) silent where ended
""")


async def end_the_silent(database: Database, silence: float = SILENCE) -> int:
    """End every session of ours that has let PostgreSQL wait for ``silence`` seconds in the middle of a transaction.

    Its locks are free at once; what it had not committed is done again by whoever takes it up. How many there were.
    """
    async with database.begin() as tx:
        ended = (await tx.execute(_END, {"silence": silence})).scalars().all()
    for one in ended:
        log.warning(
            "%s has said nothing for %d s in the middle of a transaction: its connection was ended", one, silence
        )
    return len(ended)
