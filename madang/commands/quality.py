"""Show what every connector claims of itself, the level that reaches, and what is not true."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping

import click

from madang.channels.quality import LEVELS, RULES, Level, Quality, check
from madang.channels.registry import crms, every

LEAST: Level = "silver"  # of a connector that is a channel
SIGNS = {"done": "✓", "exempt": "·", "todo": "–"}


@click.command()
@click.argument("connector", nargs=-1)
def command(connector: tuple[str, ...]) -> None:
    """Show what every connector claims of itself, the level that reaches, and what is not true.

    CONNECTOR names those to look at, else all. Exit code 1 when a claim is not true or a channel is below silver.
    Needs no database and no running server.
    """
    unknown = [name for name in connector if name not in every()]
    if unknown:
        click.echo(f"madang quality: no connector is called {unknown[0]!r}; there are: {', '.join(every())}", err=True)
        sys.exit(2)
    found = {name: check(one.folder) for name, one in every().items() if name in (connector or every())}
    for line in table(found):
        click.echo(line)
    wrong = list(problems(found))
    for line in wrong:
        click.echo(line, err=True)
    sys.exit(1 if wrong else 0)


def table(found: Mapping[str, Quality]) -> Iterator[str]:
    """A row for each connector, a column for each rule."""
    rules = [rule for level in LEVELS[1:] for rule in RULES[level]]
    width = max([9, *map(len, found)])
    yield f"{'connector':<{width}}  {'level':<6}  {'  '.join(rules)}"
    for name, one in found.items():
        signs = (SIGNS.get(one.rules.get(rule, ""), "?").center(len(rule)) for rule in rules)
        yield f"{name:<{width}}  {one.level:<6}  {'  '.join(signs)}".rstrip()
    yield f"{SIGNS['done']} done   {SIGNS['exempt']} exempt, quality.toml says why   {SIGNS['todo']} to do"


def problems(found: Mapping[str, Quality]) -> Iterator[str]:
    """What makes the exit code 1, a line each."""
    for name, one in found.items():
        yield from (f"{name}: not true: {words}" for words in one.untrue)
        if name not in crms() and not one.reaches(LEAST):
            yield f"{name}: is {one.level}, a channel is {LEAST} at least"
