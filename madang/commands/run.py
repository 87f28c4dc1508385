"""Start everything: the database, the web process and a worker; Ctrl-C stops it all."""

from __future__ import annotations

import sys

import click

from madang.commands._options import with_settings
from madang.settings import Settings


@click.command()
@click.option("--demo", is_flag=True, help="With a lived-in company whose customers keep writing.")
@click.option("--reload", is_flag=True, help="Start web and worker anew when a file of Madang changes (bin/dev).")
@with_settings("run", address=True)
def command(settings: Settings, demo: bool, reload: bool) -> None:
    """Start everything: the database, the web process and a worker; Ctrl-C stops it all."""
    from madang import supervisor

    sys.exit(supervisor.run(settings, demo=demo, reload=reload))
