"""The options and settings verbs share. A file that begins with an underscore is no verb."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

import click

from madang import logs, settings

Verb = TypeVar("Verb", bound=Callable[..., Any])

_DATA = click.option(
    "--data", type=click.Path(path_type=Path, file_okay=False), help="Data directory (MADANG_DATA).", metavar="DIR"
)
_HOST = click.option("--host", help="Address to listen on (MADANG_HOST).")
_PORT = click.option("--port", type=click.IntRange(1, 65535), help="Port to listen on (MADANG_PORT).")


def with_settings(process: str, *, address: bool = False) -> Callable[[Verb], Verb]:
    """Give the verb `settings`, with --data (and --host, --port) applied, and let it log under the name `process`."""

    def decorate(verb: Verb) -> Verb:
        @functools.wraps(verb)
        def wrapped(data: Path | None = None, host: str | None = None, port: int | None = None, **options: Any) -> Any:
            loaded = settings.load(data=data, host=host, port=port)
            logs.configure(loaded.log_format, loaded.log_level, process)
            return verb(settings=loaded, **options)

        for option in (_DATA, _HOST, _PORT) if address else (_DATA,):
            option(wrapped)
        return cast(Verb, wrapped)

    return decorate
