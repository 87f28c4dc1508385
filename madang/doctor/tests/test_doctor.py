"""What the doctor sees, and that she says what to do about it."""

from __future__ import annotations

import asyncio
import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text

from madang.channels import actions as channels
from madang.commands.doctor import command
from madang.conversations.search.tests.indexed import catch_up, listen
from madang.doctor import machine
from madang.doctor.examination import Examined, look
from madang.doctor.findings import lasting
from madang.doctor.report import document, told
from madang.events.record import SYSTEM
from madang.settings import Settings
from madang.tests import cast
from madang.tests.cast import Yard


async def examined(yard: Yard, *, ask: bool = False) -> Examined:
    made = Examined()
    await look(yard.ground, made, ask=ask)
    return made


async def do(yard: Yard, *statements: str) -> None:
    async with yard.ground.database.begin() as tx:
        for one in statements:
            await tx.execute(text(one))


WORKS = "insert into heartbeat (process, kind, at) values ('yard:1', 'worker', now())"


def wrong(made: Examined) -> str:
    return "\n".join(f"{one.topic}: {one.said} → {one.todo}" for one in made.findings if one.level == "problem")


async def test_a_house_in_order_has_no_problem(yard: Yard) -> None:
    await yard.says("안녕하세요")
    made = await examined(yard)
    assert made.good, wrong(made)
    assert {"database", "schema", "months", "clock", "files", "audit", "reactions"} <= {
        one.topic for one in made.findings
    }
    assert "Madang is not running here." in "\n".join(told(made))


async def test_what_a_search_does_not_find_yet_is_told(yard: Yard) -> None:
    await listen(yard.ground)
    await yard.says("안녕하세요")
    made = await examined(yard)
    assert made.good, wrong(made)
    assert "Messages that a search does not find yet: 1 new." in "\n".join(told(made))
    await catch_up(yard.ground)
    assert "every message can be found" in "\n".join(told(await examined(yard)))


@pytest.mark.parametrize(
    ("breaks", "said", "todo"),
    [
        ("update alembic_version set version_num = '0001'", "at 0001", "madang run"),
        ("update alembic_version set version_num = '9999'", "newer than this version", "Install"),
        (
            "insert into dead_letter (reaction, event_id, error) values ('webhooks', 1, 'x')",
            "laid 1 events",
            "dead-letter",
        ),
        (
            "update channel set paused_at = now(), problem = 'The password is wrong.'",
            "The password is wrong.",
            "resume",
        ),
    ],
)
async def test_what_is_broken_is_said_with_what_to_do(yard: Yard, breaks: str, said: str, todo: str) -> None:
    await do(yard, "insert into reaction_position (reaction, tx, id) values ('webhooks', '999999999', 0)")
    await do(yard, *breaks.split("; "))
    made = await examined(yard)
    assert said in wrong(made)
    assert todo in wrong(made)


async def test_what_waits_is_late_only_while_somebody_works(yard: Yard) -> None:
    await yard.put(cast.message("waits"))
    await do(yard, "update envelope set at = now() - interval '1 hour'")
    assert "wait" not in wrong(await examined(yard))
    await do(yard, WORKS)
    assert "1 deliveries wait, the oldest since 60 min ago" in wrong(await examined(yard))


async def test_quarantine_is_a_problem(yard: Yard) -> None:
    await yard.put({"type": "riddle"})
    await yard.take_in()
    assert "1 deliveries are in quarantine. → `madang quarantine list`" in wrong(await examined(yard))


async def test_providers_are_asked(yard: Yard) -> None:
    made = await examined(yard, ask=True)
    assert any(one.said == "its provider lets us in" for one in made.findings)
    async with yard.ground.database.begin() as tx:
        await channels.create(
            tx, SYSTEM, yard.ground.keys, connector="email", name="support@haneul.example", brand_id=yard.brand_id,
            settings={"address": "support@haneul.example", "imap_host": "127.0.0.1", "imap_port": 1},
            secrets={"password": "x"},
        )  # fmt: skip
    assert "Its provider does not let us in" in wrong(await examined(yard, ask=True))


async def test_what_strangers_wrote_cannot_move_the_cursor(yard: Yard) -> None:
    await do(yard, "update channel set paused_at = now(), problem = E'evil\\x1b[2J\\nMadang: all is well'")
    assert not [line for line in told(await examined(yard)) if "\x1b" in line or "\n" in line]


async def test_no_secret_is_shown(yard: Yard, settings: Settings) -> None:
    hidden = dataclasses.replace(settings, database_url="postgresql://m:hush@db/m", files_secret="hush-hush")
    shown = document(await examined(yard), hidden)
    assert "hush" not in shown
    assert settings.secret_key not in shown
    assert json.loads(shown)["settings"]["MADANG_DATABASE_URL"] == "(set)"


def test_a_key_others_can_read_is_a_problem(settings: Settings) -> None:
    key = settings.data / "secret.key"
    key.write_text("k" * 32)
    key.chmod(0o644)
    assert any(f"chmod 600 {key}" in one.todo for one in machine.settings(settings))
    key.chmod(0o600)
    assert all(one.level != "problem" for one in machine.settings(settings))


@pytest.mark.parametrize(
    ("seconds", "words"), [(-3, "0 s"), (119, "119 s"), (120, "2 min"), (7200, "2 h"), (2e5, "2 days")]
)
def test_times_are_short(seconds: float, words: str) -> None:
    assert lasting(seconds) == words


@pytest.fixture
def call(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The verb as a shell calls it, beside the yard."""
    monkeypatch.setattr("madang.logs.configure", lambda *_: None)

    async def run(*words: str, **environment: str) -> Result:
        given = {
            "DATABASE_URL": database_url,
            "MADANG_DATA": str(tmp_path / "data"),
            "MADANG_PORT": "1",
            "MADANG_SECRET_KEY": "k" * 32,
        }
        return await asyncio.to_thread(
            CliRunner(env=given | environment).invoke, command, list(words), catch_exceptions=False
        )

    return run


async def test_the_verb_tells_programs_and_its_exit_code_tells_shells(yard: Yard, call: Any) -> None:
    result = await call("--json")
    shown = json.loads(result.stdout)
    assert (result.exit_code, shown["ok"]) == (0, True), shown
    assert shown["channels"][0]["name"] == "api channel"
    await do(yard, "update channel set paused_at = now(), problem = 'x'")
    assert (await call("--no-providers")).exit_code == 1


async def test_another_machines_key_is_a_problem(yard: Yard, call: Any) -> None:
    await do(yard, "comment on column channel.secrets is 'sealed with key 0123456789abcdef'")
    result = await call("--no-providers")
    assert "secret key is not the one" in result.stdout


async def test_a_database_that_is_not_there_is_a_finding(call: Any) -> None:
    result = await call(DATABASE_URL="postgresql://m:hush@127.0.0.1:1/m")
    assert result.exit_code == 1
    assert "PROBLEM  database: It cannot be reached" in result.stdout
    assert "hush" not in result.stdout
