"""Before a process works on a database that others work on too: whether it fits."""

from __future__ import annotations

import asyncio
import logging

from madang.settings import Settings, SettingsError

log = logging.getLogger("madang")


def join(settings: Settings, url: str) -> None:
    """Return when this process may work there; waits while somebody migrates.

    Raises SettingsError where the schema is another version's, or the secret key not that of the other machines. A
    database that cannot be asked yet is no reason: the process waits for it, and is asked again when it listens.
    """
    import asyncpg

    from madang.lib.admission import Unfit

    try:
        asyncio.run(_ask(settings, url))
    except Unfit as error:
        raise SettingsError(str(error)) from None
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        log.warning("waiting for the database: %s", error or type(error).__name__)


async def _ask(settings: Settings, url: str) -> None:
    from madang.ground import terms
    from madang.lib.admission import admit
    from madang.lib.crypto import Keys
    from madang.lib.dial import dial

    connection = await dial(url)
    try:
        await admit(connection, terms(Keys(settings.secret_key.encode())))
    finally:
        await connection.close()
