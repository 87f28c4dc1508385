"""Look at everything and say what is wrong."""

from __future__ import annotations

import logging
import sys

import click

from madang.commands._options import with_settings
from madang.settings import Settings


@click.command()
@click.option("--json", "as_json", is_flag=True, help="For programs: one JSON document.")
@click.option("--no-providers", is_flag=True, help="Do not ask the channels' providers whether they let us in.")
@with_settings("doctor", address=True)
def command(settings: Settings, as_json: bool, no_providers: bool) -> None:
    """Look at everything and say what is wrong.

    Settings, disks, database, schema, clock, workers, reactions, audit log, channels and their providers, with what to
    do about each problem. Changes nothing. Exit code 0 when all is well, 1 when something needs mending.
    """
    from madang.doctor.examination import examine
    from madang.doctor.report import document, told

    logging.getLogger("madang").setLevel(logging.ERROR)  # what goes wrong is a finding here
    made = examine(settings, ask=not no_providers)
    click.echo(document(made, settings) if as_json else "\n".join(told(made)))
    sys.exit(0 if made.good else 1)
