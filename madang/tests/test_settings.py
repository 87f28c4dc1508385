"""What an admin may set, and what is said when it is set wrong."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from madang.settings import SETTINGS, SettingsError, load


def test_nothing_set_is_a_desk_on_this_machine_alone(tmp_path: Path) -> None:
    settings = load({"XDG_DATA_HOME": str(tmp_path)})
    assert settings.data == tmp_path / "madang"
    assert (settings.host, settings.port, settings.public_url) == ("127.0.0.1", 8000, "http://127.0.0.1:8000")
    assert settings.database_url is None
    assert settings.cookie_secure is False


def test_a_public_https_address_makes_cookies_secure(tmp_path: Path) -> None:
    settings = load({"MADANG_PUBLIC_URL": "https://desk.haneul.kr/"}, data=tmp_path)
    assert (settings.public_url, settings.cookie_secure) == ("https://desk.haneul.kr", True)


def test_the_command_line_wins_over_the_environment(tmp_path: Path) -> None:
    settings = load({"MADANG_PORT": "9000", "MADANG_HOST": "0.0.0.0"}, data=tmp_path, port=9001, host=None)
    assert (settings.port, settings.public_url) == (9001, "http://localhost:9001")


def test_a_misspelt_name_is_refused_with_the_right_one() -> None:
    with pytest.raises(SettingsError, match=r"MADANG_PUBLC_URL .*Did you mean MADANG_PUBLIC_URL\?"):
        load({"MADANG_PUBLC_URL": "https://desk.haneul.kr"})


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("MADANG_PORT", "80a", "MADANG_PORT: '80a' is no port"),
        ("MADANG_PORT", "70000", "from 1 to 65535"),
        ("MADANG_PUBLIC_URL", "desk.haneul.kr", "https://desk.example.com"),
        ("MADANG_PUBLIC_URL", "https://haneul.kr/desk", "without a path"),
        ("MADANG_DATABASE_URL", "mysql://localhost/desk", "PostgreSQL"),
        ("DATABASE_URL", "sqlite:///desk.db", "DATABASE_URL: Madang keeps its data in PostgreSQL"),
        ("MADANG_SECRET_KEY", "short", "at least 32"),
        ("MADANG_DATABASE_DIRECT_URL", "postgres://db/desk", "needs MADANG_DATABASE_URL beside it"),
        ("MADANG_POSTGRES_LISTEN", "10.0.0.0/8:5432", "no address to listen at"),
        ("MADANG_POSTGRES_LISTEN", "fd00::5:5432", "no address to listen at"),
        ("MADANG_POSTGRES_LISTEN", "5432", "needs MADANG_POSTGRES_PASSWORD beside it"),
        ("MADANG_POSTGRES_PASSWORD", "짧은 것", "at least 16 random ASCII"),
        ("MADANG_LOG_FORMAT", "xml", "text, json"),
        ("MADANG_COOKIE_SECURE", "maybe", "neither yes nor no"),
        ("MADANG_ALLOW_HOSTS", "10.0.0.0/8, no host", "'no host'"),
        ("MADANG_TRUSTED_PROXIES", "10.0.0.0/99", "'10.0.0.0/99' is no address or network"),
        ("MADANG_SECRET_KEY_FILE", "/nowhere/key", "MADANG_SECRET_KEY_FILE: /nowhere/key cannot be read"),
    ],
)
def test_bad_values_are_named(tmp_path: Path, name: str, text: str, told: str) -> None:
    with pytest.raises(SettingsError, match=told.replace("?", r"\?")):
        load({name: text}, data=tmp_path)


def test_a_password_is_never_shown(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as refused:
        load({"DATABASE_URL": "mysql://ada:hunter2@db/desk"}, data=tmp_path)
    assert "hunter2" not in str(refused.value)
    assert "hunter2" not in repr(load({"DATABASE_URL": "postgres://ada:hunter2@db/desk"}, data=tmp_path))


def test_secrets_may_come_from_files(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("x" * 40 + "\n")
    assert load({"MADANG_SECRET_KEY_FILE": str(tmp_path / "key")}, data=tmp_path).secret_key == "x" * 40
    with pytest.raises(SettingsError, match="both set"):
        load({"MADANG_SECRET_KEY_FILE": str(tmp_path / "key"), "MADANG_SECRET_KEY": "y" * 40}, data=tmp_path)


def test_the_key_is_made_once_and_only_ours_to_read(tmp_path: Path) -> None:
    first = load({}, data=tmp_path / "data")
    assert load({}, data=tmp_path / "data").secret_key == first.secret_key
    assert (tmp_path / "data" / "secret.key").stat().st_mode & 0o777 == 0o600
    assert os.listdir(tmp_path / "data") == ["secret.key"]


def test_a_child_process_gets_equal_settings(tmp_path: Path) -> None:
    given = {
        "MADANG_ALLOW_HOSTS": "Mail.Haneul.KR., 10.0.0.0/8",
        "MADANG_PUBLIC_URL": "https://desk.haneul.kr",
        "MADANG_COOKIE_SECURE": "no",
        "DATABASE_URL": "postgres://ada@pooler/desk",
        "MADANG_DATABASE_DIRECT_URL": "postgres://ada@db/desk",
        "MADANG_POSTGRES_LISTEN": "5433",
        "MADANG_POSTGRES_PASSWORD": "a-long-word-of-ours",
    }
    settings = load(given, data=tmp_path, port=9001)
    assert settings.postgres_listen == "127.0.0.1:5433"
    assert settings.allow_hosts == ("mail.haneul.kr", "10.0.0.0/8")
    inherited = {"PATH": "/bin", "DATABASE_URL_FILE": "/old", "MADANG_SECRET_KEY_FILE": "/old", "MADANG_PORT": "1"}
    environment = settings.environment(inherited)
    assert environment["PATH"] == "/bin"
    assert load(environment) == settings


def test_every_setting_says_what_it_is_for() -> None:
    assert len({setting.name for setting in SETTINGS}) == len(SETTINGS)
    assert all(setting.help.endswith(".") and setting.default for setting in SETTINGS)
