"""Print as JSON what a raw delivery means: a mail, or a webhook's body."""

from __future__ import annotations

import json
import logging
import sys
import time
from pathlib import Path
from typing import Any, NoReturn

import click

from madang.channels import registry
from madang.channels.connector import Config, Connector, Delivery, Malformed, Request
from madang.channels.setup import defaults
from madang.channels.shown import facts


@click.command()
@click.argument("connector")
@click.argument("file", type=click.Path(path_type=Path))
def command(connector: str, file: Path) -> None:
    """Print as JSON what a raw delivery means: a mail, or a webhook's body.

    CONNECTOR is a connector's name, FILE its raw delivery (`-` reads standard input). Exit code 2 when the delivery
    cannot mean anything. Needs no database and no running server.
    """
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(message)s")
    try:
        kind = registry.get(connector)
        raw = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
        document = meaning(kind, raw)
    except registry.UnknownConnector as error:
        stop(str(error.args[0]))
    except OSError as error:
        stop(f"cannot read {file}: {error.strerror or error}")
    except Malformed as error:
        stop(f"{file} cannot be read as {connector}: {error}")
    else:
        sys.stdout.buffer.write(json.dumps(document, ensure_ascii=False, indent=2).encode("utf-8", "replace") + b"\n")


def stop(reason: str) -> NoReturn:
    """Say on standard error why there is no answer, and leave with code 2."""
    click.echo(f"madang inspect: {reason}", err=True)
    sys.exit(2)


def meaning(kind: type[Connector], raw: bytes) -> dict[str, Any]:
    """The connector's own document where it has one (``inspect``), else its events. Raises :class:`Malformed`."""
    own = getattr(kind, "inspect", None)
    if own is not None:
        document: dict[str, Any] = own(raw)
        return document
    if not raw.strip():
        raise Malformed("it is empty")
    settings = defaults(registry.fields(kind.name))
    connector = kind(Config(id=0, key="inspect", name="inspect", settings=settings, secrets={}))
    request = Request(method="POST", path="/hooks/inspect", headers={}, body=raw)
    return {"events": facts([event for part in deliveries(connector, request) for event in connector.parse(part)])}


def deliveries(connector: Connector, request: Request) -> list[Delivery]:
    """The parts of a webhook. A file has the body alone: where the headers matter, it is one part."""
    whole = [Delivery(key="inspect", sender="", body=request.body, meta={"at": str(int(time.time()))})]
    if type(connector).split is Connector.split:
        return whole
    try:
        return list(connector.split(request))
    except LookupError:
        return whole
