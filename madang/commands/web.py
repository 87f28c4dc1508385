"""Serve the desk, the portal, the API and the providers' hooks until stopped."""

from __future__ import annotations

import click

from madang.commands._joining import join
from madang.commands._options import with_settings
from madang.commands._reaching import reach_files
from madang.lib.embedded_postgres import database
from madang.lib.lasting import lasting
from madang.settings import Settings


@click.command()
@with_settings("web", address=True)
def command(settings: Settings) -> None:
    """Serve the desk, the portal, the API and the providers' hooks until stopped."""
    with lasting():
        from madang import app

    reach_files(settings)
    with database(settings) as url:
        join(settings, url)
        app.serve(settings, url)
