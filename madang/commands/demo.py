"""Play the customers of a lived-in company (a part of `madang run --demo`)."""

from __future__ import annotations

import click

from madang.commands._options import with_settings
from madang.lib.embedded_postgres import database
from madang.settings import Settings


@click.command()
@with_settings("demo", address=True)
def command(settings: Settings) -> None:
    """Play the customers of a lived-in company (a part of `madang run --demo`)."""
    from madang.demo import process

    with database(settings) as url:
        process.serve(settings, url)
