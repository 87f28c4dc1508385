"""Bringing a database up to date, and being told why it cannot be."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from madang.commands.migrate import command
from madang.lib.embedded_postgres import EmbeddedPostgres
from madang.settings import SettingsError


def migrate(data: Path, monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("DATABASE_URL", url)
    command.main(["--data", str(data)], standalone_mode=False)


def test_a_database_nobody_answers_for_is_told_in_a_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"postgresql://ada:hunter2@127.0.0.1:{unused.getsockname()[1]}/desk"
    with pytest.raises(SettingsError, match=r"cannot be reached.*DATABASE_URL") as told:
        migrate(tmp_path, monkeypatch, url)
    assert "hunter2" not in str(told.value)


def test_a_wrong_name_is_told(postgres: EmbeddedPostgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SettingsError, match='database "desk" does not exist'):
        migrate(tmp_path, monkeypatch, postgres.url.replace("/madang?", "/desk?"))


def test_twice_is_as_good_as_once(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(2):
        migrate(tmp_path, monkeypatch, database_url)
