"""Print the version, and what it runs on."""

from __future__ import annotations

import platform

import click

from madang import __version__


@click.command()
def command() -> None:
    """Print the version, and what it runs on."""
    click.echo(f"madang {__version__} (Python {platform.python_version()}, {platform.system()} {platform.machine()})")
