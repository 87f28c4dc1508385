"""`madang inspect`: JSON alone on standard output, a clear line and code 2 for what cannot mean anything."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from madang.channels import registry
from madang.channels.proofs import cases
from madang.channels.registry import FOLDER
from madang.commands.inspect import command

KEYS = "from to cc reply_to subject date message_id in_reply_to references text reply_text html attachments auto bounce"


def inspect(*arguments: str | Path, given: bytes | None = None) -> Result:
    return CliRunner().invoke(command, [str(one) for one in arguments], input=given)


def test_a_mail_is_printed_as_the_documented_document() -> None:
    result = inspect("email", FOLDER / "email" / "fixtures" / "naver-euckr-attachment.eml")
    document = json.loads(result.stdout)
    assert (result.exit_code, result.stderr) == (0, "")
    assert list(document) == KEYS.split()
    assert document["from"] == {"address": "mina@naver.com", "name": "김미나"}
    assert "똠얌" in document["text"]
    assert set(document["attachments"][0]) == {"name", "mime", "size", "inline", "sha256"}


def test_standard_input_is_read_too() -> None:
    result = inspect("email", "-", given=b"From: a@b.example\r\nSubject: x\r\n\r\nhi")
    assert json.loads(result.stdout)["text"] == "hi"


def test_another_connector_prints_its_events() -> None:
    result = inspect("api", FOLDER / "api" / "fixtures" / "message.json")
    events = json.loads(result.stdout)["events"]
    assert result.exit_code == 0
    assert events[0]["type"] == "message"


@pytest.mark.parametrize(
    ("connector", "content", "why"),
    [
        ("email", b"", "empty"),
        ("email", b"hello there", "header"),
        ("email", b"\x89PNG\r\n\x1a\n\0\0\0", "header"),
        ("nothing", b"From: a@b.example", "no connector is called 'nothing'"),
        ("api", b"{", "api"),
        ("api", b"", "empty"),
    ],
)
def test_what_means_nothing_is_said_on_standard_error(tmp_path: Path, connector: str, content: bytes, why: str) -> None:
    file = tmp_path / "raw"
    file.write_bytes(content)
    result = inspect(connector, file)
    assert (result.exit_code, result.stdout) == (2, "")
    assert why in result.stderr
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize("path", ["missing.eml", "."])
def test_a_file_that_cannot_be_read_is_said(tmp_path: Path, path: str) -> None:
    result = inspect("email", tmp_path / path)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "cannot read" in result.stderr


FIXTURES = [(name, path) for name, one in registry.entries().items() for path in cases(one.folder)]


@pytest.mark.parametrize(("connector", "path"), FIXTURES, ids=[f"{name}:{path.name}" for name, path in FIXTURES])
def test_every_fixture_of_every_connector_is_accepted(connector: str, path: Path) -> None:
    """Also what nobody knows: it is kept, shown as unsupported, never refused."""
    result = inspect(connector, path)
    assert (result.exit_code, result.stderr) == (0, "")
    assert isinstance(json.loads(result.stdout), dict)


@pytest.mark.parametrize("connector", registry.names())
def test_an_unknown_type_is_kept_as_unsupported(connector: str) -> None:
    folder = registry.entry(connector).folder
    if "unknown_kept" in tomllib.loads((folder / "quality.toml").read_text("utf-8")).get("exempt", {}):
        pytest.skip("quality.toml says why it has none")
    events = [one for path in cases(folder) for one in json.loads(inspect(connector, path).stdout).get("events", [])]
    kept = [one for one in events if one.get("data", {}).get("unsupported")]
    assert kept
    assert all(one["type"] == "message" and one.get("id") for one in kept)
