"""Measure this machine with Madang on it: figures beside their budgets and the machine's own limits."""

from __future__ import annotations

import asyncio
import os
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from madang import logs


@click.command()
@click.argument("scenarios", nargs=-1, metavar="[SCENARIO]…")
@click.option("--quick", is_flag=True, help="Under a minute: short measurements, 10,000 conversations.")
@click.option("--scale", type=click.Choice(["10k", "100k", "1m"]), default="10k", help="Conversations in the data.")
@click.option("--json", "as_json", is_flag=True, help="JSON on standard output instead of a table.")
@click.option("--keep", is_flag=True, help="Leave the data behind, and say where.")
@click.option("--reuse", type=click.Path(path_type=Path, file_okay=False), help="Measure on data of an earlier --keep.")
@click.option("--seed", type=int, default=1, help="Another number makes other data.")
@click.option("--list", "show", is_flag=True, help="Only say which scenarios there are.")
def command(scenarios: Sequence[str], show: bool, **options: Any) -> None:
    """Measure this machine with Madang on it, in a directory of its own. Without SCENARIO all of them."""
    from madang.bench import plan

    if show:
        click.echo("\n".join(f"{one.name:<12} {one.measures}" for one in plan.SCENARIOS))
        return
    if options["quick"] and options["scale"] != "10k":
        raise click.UsageError("--quick is at 10k conversations. Leave one of --quick and --scale out.")
    try:
        wanted = plan.chosen(scenarios, quick=options["quick"])
    except LookupError as error:
        raise click.UsageError(str(error.args[0])) from None
    logs.configure("text", os.environ.get("MADANG_LOG_LEVEL", "info"), "bench")
    sys.exit(_measure(wanted, **options))


def _measure(wanted: Sequence[Any], *, as_json: bool, **options: Any) -> int:
    """0 when everything ran and nothing was lost, whatever the figures; 1 else; 130 when it was stopped."""
    from madang.bench import report
    from madang.bench.run import run

    place = _place(options["keep"], options["reuse"])
    try:
        result = asyncio.run(run(_bench(place, options), wanted))
    except (KeyboardInterrupt, asyncio.CancelledError):
        click.echo("madang: stopped; nothing runs any more.", err=True)
        return 130
    finally:
        place.end()
        if place.kept:
            click.echo(f"The data is in {place.path}. Measure on it again with --reuse {place.path}", err=True)
    words = shlex.join(["madang", "bench", *sys.argv[2:]])
    if as_json:
        click.echo(report.as_json(result.machine, result.figures, words, result.when))
    else:
        click.echo(report.as_table(result.machine, result.figures))
    return 1 if result.failed else 0


def _place(keep: bool, reuse: Path | None) -> Any:
    from madang.bench.place import NotOurs, Place

    try:
        return Place(reuse, keep=keep)
    except NotOurs as error:
        raise click.UsageError(str(error)) from None


def _bench(place: Any, options: dict[str, Any]) -> Any:
    from madang.bench.bench import SCALES, Bench

    return Bench(place, scale=SCALES[options["scale"]], quick=options["quick"], seed=options["seed"])
