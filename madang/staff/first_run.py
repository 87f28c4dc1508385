"""The way in on a machine where nobody is yet."""

from __future__ import annotations

from madang.lib.postgres import Database
from madang.settings import Settings
from madang.staff.actions import first_run_link


async def first_run_url(database: Database, settings: Settings) -> str | None:
    """A fresh one-time address that makes the first administrator; None when there is one. Earlier addresses die."""
    async with database.begin() as tx:
        token = await first_run_link(tx)
    return f"{settings.public_url}/setup/{token}" if token else None
