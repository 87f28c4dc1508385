"""docs/cli.md has a heading for every verb and names each of its options, and promises no verb that does not exist."""

from __future__ import annotations

import re
from collections.abc import Iterator

import click

from checks.tree import Tree
from madang.cli import group

PAGE = "docs/cli.md"


def check(tree: Tree) -> Iterator[str]:
    yield from compare(tree.text(PAGE), dict(verbs(group, "madang")))


def verbs(command: click.Command, name: str) -> Iterator[tuple[str, click.Command]]:
    """Every command that does something, by its full name."""
    if not isinstance(command, click.Group):
        yield name, command
        return
    context = click.Context(command)
    for verb in command.list_commands(context):
        found = command.get_command(context, verb)
        if found is not None and not found.hidden:
            yield from verbs(found, f"{name} {verb}")


def compare(page: str, known: dict[str, click.Command]) -> Iterator[str]:
    """Where the page and the command line differ."""
    parts = re.split(r"^#+ `(madang[^`]*)`.*$", page, flags=re.M)
    sections = dict(zip((_verb(title) for title in parts[1::2]), parts[2::2], strict=True))
    for name, command in known.items():
        if name not in sections:
            yield f"{PAGE} has no heading `{name}`"
            continue
        for option in (option for parameter in command.params for option in parameter.opts if option.startswith("--")):
            if f"`{option}" not in sections[name] and not getattr(parameter_of(command, option), "hidden", False):
                yield f"{PAGE} does not explain {option} of `{name}`"
    for name in sorted(sections.keys() - known.keys()):
        yield f"{PAGE} explains `{name}`, which there is not"


def parameter_of(command: click.Command, option: str) -> click.Parameter:
    return next(parameter for parameter in command.params if option in parameter.opts)


def _verb(title: str) -> str:
    """`madang inspect CONNECTOR FILE` is about `madang inspect`."""
    return " ".join(word for word in title.split() if word.islower() and word[0].isalpha())
