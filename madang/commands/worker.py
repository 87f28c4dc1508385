"""Take in, deliver and react until stopped; any number may run beside each other."""

from __future__ import annotations

import click

from madang.commands._joining import join
from madang.commands._options import with_settings
from madang.commands._reaching import reach_files
from madang.lib.embedded_postgres import database
from madang.lib.lasting import lasting
from madang.settings import Settings


@click.command()
@with_settings("worker")
def command(settings: Settings) -> None:
    """Take in, deliver and react until stopped; any number may run beside each other."""
    with lasting():
        from madang import worker

    reach_files(settings)
    with database(settings) as url:
        join(settings, url)
        worker.serve(settings, url)
