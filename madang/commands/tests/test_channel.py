"""`madang channel`: what a script gets, and what an administrator is told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from madang.commands.channel import command
from madang.lib.webhooks import key_of


@pytest.fixture
def run(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Call the verb as a shell would, on this test's database."""
    monkeypatch.setattr("madang.logs.configure", lambda *_: None)
    environment = {"DATABASE_URL": database_url, "MADANG_DATA": str(tmp_path / "data"), "MADANG_PORT": None}

    def call(*words: str) -> Result:
        return CliRunner(env=environment).invoke(command, list(words), catch_exceptions=False)

    return call


def test_a_channel_is_made_and_listed(run: Any) -> None:
    made = json.loads(run("create", "api", "--name", "Kiosk 부산").stdout)
    assert sorted(made) == ["id", "key", "secret"]
    assert len(key_of(made["secret"])) == 32
    (listed,) = json.loads(run("list").stdout)
    assert listed == {
        "id": made["id"],
        "key": made["key"],
        "connector": "api",
        "name": "Kiosk 부산",
        "brand": "Our company",
        "paused": False,
        "problem": "",
    }


def test_two_channels_share_the_brand_and_no_secret(run: Any) -> None:
    one, other = (json.loads(run("create", "api", "--name", name).stdout) for name in ("one", "other"))
    assert one["secret"] != other["secret"]
    assert one["key"] != other["key"]
    assert {row["brand"] for row in json.loads(run("list").stdout)} == {"Our company"}


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("create", "fax", "--name", "x"), "there are: "),
        (("create", "api"), "--name"),
        (("create", "api", "--name", " "), "a name"),
        (("create", "api", "--name", "x", "--brand", "Juniper"), "no brand 'Juniper'"),
        (("create", "api", "--name", "x", "--set", "region"), "FIELD=VALUE"),
        (("create", "api", "--name", "x", "--set", "colour=red"), "There are: callback_url, secret, region"),
        (("create", "api", "--name", "x", "--set", "secret=abc"), "secret: "),
        (("create", "api", "--name", "x", "--set", "callback_url=http://10.0.0.9/"), "MADANG_ALLOW_HOSTS"),
    ],
)
def test_what_cannot_be_done_is_told_in_a_line_and_nothing_is_made(run: Any, words: tuple[str, ...], told: str) -> None:
    result = run(*words)
    assert result.exit_code != 0
    assert result.stdout == ""
    assert told in result.stderr
    assert "Traceback" not in result.stderr
    assert json.loads(run("list").stdout) == []
