"""`madang token`: what a script gets, and what an administrator is told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from madang.commands.token import command
from madang.lib.postgres import Database
from madang.staff.tokens import viewer_of_bearer

pytestmark = pytest.mark.slow  # the house in small; the quick suite has its time


@pytest.fixture
def run(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Call the verb as a shell would, on this test's database."""
    monkeypatch.setattr("madang.logs.configure", lambda *_: None)
    environment = {"DATABASE_URL": database_url, "MADANG_DATA": str(tmp_path / "data"), "MADANG_PORT": None}

    def call(*words: str) -> Result:
        return CliRunner(env=environment).invoke(command, list(words), catch_exceptions=False)

    return call


def _made(run: Any, *words: str) -> str:
    result = run("create", "--name", "shop", "--role", "agent", *words)
    assert result.exit_code == 0
    assert result.stderr == ""
    assert result.stdout.count("\n") == 1
    return str(result.stdout.strip())


def test_only_the_token_is_printed_and_only_its_beginning_is_kept(run: Any) -> None:
    token = _made(run)
    (row,) = json.loads(run("list").stdout)
    assert (row["name"], row["role"], row["used_at"]) == ("shop", "agent", None)
    assert token.startswith(row["prefix"])
    assert token not in run("list").stdout


def test_a_revoked_token_is_gone(run: Any) -> None:
    _made(run)
    token_id = json.loads(run("list").stdout)[0]["id"]
    assert run("revoke", str(token_id)).exit_code == 0
    assert json.loads(run("list").stdout) == []
    again = run("revoke", str(token_id))
    assert again.exit_code == 1
    assert "revoked already" in again.stderr
    assert again.stdout == ""


async def test_it_works(run: Any, db: Database) -> None:
    import asyncio

    token = await asyncio.to_thread(_made, run)
    async with db.begin() as tx:
        viewer = await viewer_of_bearer(tx, token)
    assert viewer
    assert viewer.role == "agent"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("create", "--name", "x", "--role", "root"), "administrator, lead, agent, viewer"),
        (("create", "--name", " ", "--role", "agent"), "name"),
        (("create", "--role", "agent"), "--name"),
        (("create", "--name", "x"), "--role"),
        (("revoke", "404"), "no such token"),
    ],
)
def test_a_mistake_is_told_on_stderr_alone(run: Any, words: tuple[str, ...], told: str) -> None:
    result = run(*words)
    assert result.exit_code != 0
    assert told in result.stderr
    assert result.stdout == ""
