"""Look whether the store of attachments works, or copy everything into another one."""

from __future__ import annotations

import asyncio
import dataclasses
import json
from typing import TYPE_CHECKING

import click

from madang.commands._options import with_settings
from madang.settings import Settings, SettingsError
from madang.settings_values import files_url

if TYPE_CHECKING:
    from madang.lib.files import Files
    from madang.lib.files.copying import Copied

DIRECTORY = "directory"


@click.group()
def command() -> None:
    """Look whether the store of attachments works, or copy everything into another one."""


@command.command()
@with_settings("files")
def check(settings: Settings) -> None:
    """Write a small file and read it back; exit code 1 and the reason when that does not work."""
    from madang.lib.files import FilesError

    try:
        click.echo(asyncio.run(_store(settings, settings.files_url or DIRECTORY).check()))
    except FilesError as error:
        raise click.ClickException(str(error)) from None


@command.command()
@click.option("--from", "source", default=DIRECTORY, show_default=True, help="directory, or s3://bucket/prefix.")
@click.option("--to", "target", required=True, help="s3://bucket/prefix, or directory.")
@click.option("--verify", is_flag=True, help="Read what the target has had before, too.")
@with_settings("files")
def copy(settings: Settings, source: str, target: str, verify: bool) -> None:
    """Copy every file the target does not have, proven by its digest, and print what became of them as JSON.

    It may be stopped and started again at any time, and while Madang runs.
    """
    stores = _store(settings, source), _store(settings, target)
    if stores[0].where == stores[1].where:
        raise click.UsageError("--from and --to are the same store.")
    done = asyncio.run(_copy(*stores, verify))
    click.echo(json.dumps(dataclasses.asdict(done), indent=2))
    if done.broken:
        raise click.ClickException(f"{len(done.broken)} files are not what their names say; see `broken`.")


async def _copy(source: Files, target: Files, verify: bool) -> Copied:
    from madang.lib.files import FilesError
    from madang.lib.files.copying import copy

    try:
        await target.check()
        return await copy(source, target, verify=verify)
    except* FilesError as errors:
        said = str(_first(errors))
    raise click.ClickException(f"{said} What was copied stays; start the same command again to go on.")


def _first(errors: BaseException) -> BaseException:
    while isinstance(errors, BaseExceptionGroup):
        errors = errors.exceptions[0]
    return errors


def _store(settings: Settings, where: str) -> Files:
    """The data directory, or a bucket that the settings' endpoint and key open."""
    from madang.ground import files_of

    try:
        named = "" if where == DIRECTORY else files_url(where)
    except ValueError as error:
        raise SettingsError(f"{where}: {error}") from None
    return files_of(dataclasses.replace(settings, files_url=named))
