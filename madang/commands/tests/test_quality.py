"""`madang quality`: every folder's claims are true, and a claim that is not is found."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from madang.channels import quality, registry
from madang.commands.quality import command


def run(*arguments: str) -> Result:
    return CliRunner().invoke(command, arguments)


@pytest.mark.parametrize("name", list(registry.every()))
def test_what_every_connector_says_of_itself_is_true_and_a_channel_is_silver(name: str) -> None:
    result = run(name)
    assert result.stderr == ""
    assert result.exit_code == 0
    assert result.stdout.split("\n")[1].startswith(name)


def test_all_are_in_the_table() -> None:
    shown = {line.split()[0] for line in run().stdout.splitlines()[1:-1]}
    assert shown == set(registry.every())


def test_an_unknown_name_is_said() -> None:
    result = run("pigeon")
    assert result.exit_code == 2
    assert "no connector is called 'pigeon'" in result.stderr


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of a real folder that may be spoiled; the house takes it for the real one."""
    found = registry.entry("api")
    copied = Path(shutil.copytree(found.folder, tmp_path / "api"))
    changed = registry.every() | {"api": registry.Entry(copied, found.package, found.manifest)}
    monkeypatch.setattr(registry, "every", lambda: changed)
    return copied


def spoil(folder: Path, what: str) -> None:
    """Make one claim untrue."""
    toml = folder / "quality.toml"
    match what:
        case "icon":
            (folder / "icon.svg").write_text("<svg><script>x</script></svg>")
        case "fixtures":
            (folder / "fixtures" / "more.json").write_text("{}")
        case "readme_parts":
            (folder / "README.md").write_text("# A channel\n" + "words " * 200)
        case "caps_shown":
            shutil.rmtree(folder / "tests")
            (folder / "fixtures" / "edit.expected.json").write_text("[]")
        case "unknown_kept" | "playable":
            toml.write_text("\n".join(line for line in toml.read_text().split("\n") if not line.startswith(what)))
        case "is not answered":
            toml.write_text(toml.read_text().replace('once = "done"\n', ""))
        case "unknown rule":
            toml.write_text(toml.read_text().replace("[exempt]", 'twice = "done"\n[exempt]'))
        case "gives no reason":
            toml.write_text(toml.read_text() + 'caps_shown = ""\n')


WRONG = ("icon", "fixtures", "readme_parts", "caps_shown", "unknown_kept", "playable")


@pytest.mark.parametrize("what", [*WRONG, "is not answered", "unknown rule", "gives no reason"])
def test_a_claim_that_is_not_true_is_found(folder: Path, what: str) -> None:
    assert quality.check(folder).untrue == []
    spoil(folder, what)
    found = quality.check(folder).untrue
    assert len(found) == 1
    assert what in found[0]


def test_a_rule_to_do_lowers_the_level(folder: Path) -> None:
    toml = folder / "quality.toml"
    toml.write_text(toml.read_text().replace('media = "done"', 'media = "todo"'))
    found = quality.check(folder)
    assert (found.level, found.reaches("silver"), found.reaches("bronze")) == ("bronze", False, True)


def test_a_folder_that_cannot_be_loaded_is_not_the_end(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_folder: Path) -> object:
        raise ImportError("half a connector")

    monkeypatch.setattr("madang.channels.proofs._class", broken)
    found = quality.check(folder).untrue
    assert found
    assert all("half a connector" in line for line in found)
    assert run().exit_code == 1
