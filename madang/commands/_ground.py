"""Work on the database of a data directory from the command line, whether its server runs or not."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import click

from madang.lib.embedded_postgres import database
from madang.lib.errors import NotFound, Refused
from madang.lib.files import FilesError
from madang.settings import Settings

Result = TypeVar("Result")


def on_ground(settings: Settings, work: Callable[..., Awaitable[Result]]) -> Result:
    """``await work(ground)``, with the schema up to date. What the house refuses is told in one line, exit code 1."""
    from madang import migrate

    with database(settings) as url:
        migrate.upgrade(url)
        try:
            return asyncio.run(_standing(settings, url, work))
        except (NotFound, Refused) as error:
            raise click.ClickException(error.message) from None
        except FilesError as error:
            raise click.ClickException(str(error)) from None


async def _standing(settings: Settings, url: str, work: Callable[..., Awaitable[Result]]) -> Result:
    from madang.ground import Ground

    ground = Ground.open(settings, url, pool=1)
    try:
        return await work(ground)
    finally:
        await ground.close()
