"""`madang quarantine`: nothing that came is out of reach."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text

from madang.commands.quarantine import command
from madang.tests.cast import Yard, message

pytestmark = pytest.mark.slow  # the house in small; the quick suite has its time


@pytest.fixture
async def run(yard: Yard, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Call the verb as a shell would, beside the yard, with one delivery in quarantine that means nothing."""
    monkeypatch.setattr("madang.logs.configure", lambda *_: None)
    environment = {"DATABASE_URL": database_url, "MADANG_DATA": str(tmp_path / "data"), "MADANG_PORT": None}
    await yard.put({"type": "riddle", "id": "r1"})
    await yard.take_in()

    async def call(*words: str) -> Result:
        runner = CliRunner(env=environment)
        return await asyncio.to_thread(runner.invoke, command, list(words), catch_exceptions=False)

    return call


async def _listed(run: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((await run("list")).stdout)
    return found


async def test_it_is_listed_with_its_reason_and_shown_as_it_came(run: Any) -> None:
    (held,) = await _listed(run)
    assert held["connector"] == "api"
    assert held["reason"]
    shown = await run("show", str(held["id"]))
    assert json.loads(shown.stdout_bytes)["type"] == "riddle"


async def test_after_a_fix_it_is_taken_in_once(run: Any, yard: Yard) -> None:
    (held,) = await _listed(run)
    mended = json.dumps(message("Hello")).encode()  # as if the connector had learned to read it
    async with yard.ground.database.begin() as tx:
        await tx.execute(text("update envelope set body = :body where id = :id"), {"body": mended, "id": held["id"]})
    assert (await run("replay", str(held["id"]))).exit_code == 0
    await yard.take_in()
    assert len(await yard.conversations()) == 1
    assert await _listed(run) == []


async def test_what_is_put_aside_is_kept_and_can_come_back(run: Any, yard: Yard) -> None:
    (held,) = await _listed(run)
    assert (await run("dismiss", str(held["id"]), "--reason", "A test of theirs.")).exit_code == 0
    assert await _listed(run) == []
    assert (await run("replay", str(held["id"]))).exit_code == 0
    await yard.take_in()
    assert len(await _listed(run)) == 1


async def test_what_is_not_there_is_said_in_a_line(run: Any) -> None:
    for words in (("show", "999"), ("replay", "999"), ("dismiss", "999", "--reason", "x")):
        result = await run(*words)
        assert result.exit_code == 1
        assert "no such delivery in quarantine" in result.stderr
