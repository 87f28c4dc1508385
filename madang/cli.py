"""`madang`: each verb is a module of `madang/commands/`, loaded only when it is called.

A verb's module has the click command as `command`; its name is the file's (`channel.py` is `madang channel`), its line
in the help the first line of its docstring.
"""

from __future__ import annotations

import ast
import importlib
import os
import sys
from pathlib import Path

import click

from madang import __version__
from madang.lib.postgres_home import PostgresError
from madang.settings import SettingsError

COMMANDS = Path(__file__).parent / "commands"


class Verbs(click.Group):
    """The verbs by file. Help reads the files' first lines without running them, which keeps it quick."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(file.stem.replace("_", "-") for file in COMMANDS.glob("[!_]*.py"))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.list_commands(ctx):
            return None
        module = importlib.import_module(f"madang.commands.{cmd_name.replace('-', '_')}")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, first_line(name)) for name in self.list_commands(ctx)])


def first_line(verb: str) -> str:
    """What a verb does, from its module's docstring."""
    source = (COMMANDS / f"{verb.replace('-', '_')}.py").read_text("utf-8")
    return (ast.get_docstring(ast.parse(source)) or "").split("\n")[0]


@click.command(cls=Verbs, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="madang")
def group() -> None:
    """One customer, one conversation, one voice."""


def main() -> None:
    """Run the command line. What the admin can mend is told in a line, without a traceback; exit code 1."""
    try:
        group(prog_name="madang")
    except (SettingsError, PostgresError) as error:
        click.echo(f"madang: {error}", err=True)
        _end(1)
    except BrokenPipeError:  # `madang … | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        _end(1)
    except SystemExit as end:
        _end(end.code if isinstance(end.code, int) else int(end.code is not None))


def _end(code: int) -> None:
    """End with this code. The object store's threads may still answer into an interpreter that is going, and abort it
    (exit code -6): where they were used, nothing is left to them."""
    if "obstore" in sys.modules:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    sys.exit(code)
