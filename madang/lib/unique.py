"""Let the database judge whether something is there already, and say so in plain words."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.exc import IntegrityError

from madang.lib.errors import Refused
from madang.lib.postgres import Tx

_UNIQUE_VIOLATION = "23505"


@asynccontextmanager
async def unique(tx: Tx, message: str, field: str) -> AsyncIterator[None]:
    """Turn a unique violation in the block into :class:`Refused`; the transaction goes on as before the block."""
    try:
        async with tx.begin_nested():
            yield
    except IntegrityError as error:
        if getattr(error.orig, "sqlstate", "") != _UNIQUE_VIOLATION:
            raise
        raise Refused(message, field) from error
