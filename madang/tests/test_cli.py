"""The command line as an admin meets it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from madang.cli import COMMANDS, first_line

pytestmark = pytest.mark.slow  # each starts a process


def madang(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "madang", *arguments],
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(COMMANDS.parents[1]), **environment},
    )


def test_help_names_every_verb_and_what_it_does() -> None:
    told = madang("--help")
    assert told.returncode == 0
    assert "run " in told.stdout
    assert "Ctrl-C stops it all" in " ".join(told.stdout.split())


def test_help_loads_no_room_of_the_house() -> None:
    code = (
        "import sys; sys.argv = ['madang', '--help']\n"
        "import madang.cli\n"
        "try: madang.cli.main()\n"
        "finally: assert not {'sqlalchemy', 'litestar', 'alembic', 'asyncpg'} & set(sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=False).returncode == 0


@pytest.mark.parametrize("file", sorted(COMMANDS.glob("[!_]*.py")), ids=lambda file: file.stem)
def test_every_verb_explains_itself(file: Path) -> None:
    told = madang(file.stem.replace("_", "-"), "--help")
    assert told.returncode == 0, told.stderr
    assert first_line(file.stem).endswith(".")


def test_what_the_admin_can_mend_is_one_line() -> None:
    told = madang("migrate", MADANG_PROT="9000")
    assert (told.returncode, told.stdout) == (1, "")
    assert told.stderr == "madang: MADANG_PROT is no setting of Madang. Did you mean MADANG_PORT?\n"


def test_an_unknown_verb_is_refused() -> None:
    told = madang("rnu")
    assert told.returncode == 2
    assert "No such command 'rnu'" in told.stderr
