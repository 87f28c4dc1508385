"""Every setting of the house: typed, read once from the environment, unknown names refused.

`MADANG_<FIELD>` sets a field; a secret may instead be named by file, `MADANG_<FIELD>_FILE`. `DATABASE_URL` is
taken too, because every host sets that one. `SETTINGS` lists them all for `madang doctor` and the docs check.
"""

from __future__ import annotations

import dataclasses
import difflib
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from madang import settings_values as values
from madang.settings_values import SettingsError

__all__ = ["SETTINGS", "Setting", "Settings", "SettingsError", "load"]

PREFIX = "MADANG_"


def _setting(
    help_text: str, read: Callable[[str], Any], default: object, shown: str = "", *, secret: bool = False
) -> Any:
    """One field: what it is for, how its text is read, its default, and how the docs show that default."""
    metadata = {"help": help_text, "read": read, "shown": shown or str(default), "secret": secret}
    return dataclasses.field(default=default, metadata=metadata, repr=not secret, kw_only=True)


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one process. Made by `load`, which fills in what is derived; never changed afterwards."""

    data: Path = _setting(
        "Directory that holds everything Madang keeps: the embedded database, files, the secret key.",
        values.path,
        Path(),
        "$XDG_DATA_HOME/madang or ~/.local/share/madang",
    )
    host: str = _setting("Address the web process listens on.", values.text, "127.0.0.1")
    port: int = _setting("Port the web process listens on.", values.port, 8000)
    public_url: str = _setting(
        "Address people reach the desk at; links in mail and hook addresses start with it.",
        values.web_url,
        "",
        "http://HOST:PORT",
    )
    database_url: str | None = _setting(
        "PostgreSQL to use, postgresql://user:password@host/name. Without it an embedded one is started. "
        "DATABASE_URL says the same.",
        values.database_url,
        None,
        "embedded",
        secret=True,
    )
    database_direct_url: str | None = _setting(
        "Where DATABASE_URL is a PgBouncer in transaction mode: PostgreSQL itself, for what needs a connection of its "
        "own: LISTEN, locks, migrations.",
        values.database_url,
        None,
        "DATABASE_URL",
        secret=True,
    )
    postgres_listen: str | None = _setting(
        "Address at which the embedded PostgreSQL serves other machines too, HOST:PORT; a port alone means 127.0.0.1.",
        values.listen_address,
        None,
        "nowhere",
    )
    postgres_password: str | None = _setting(
        "Password other machines give the embedded PostgreSQL; at least 16 characters.",
        values.postgres_password,
        None,
        "none",
        secret=True,
    )
    files_url: str = _setting(
        "S3-compatible store for attachments, s3://bucket/prefix; several machines need one.",
        values.files_url,
        "",
        "DATA/files",
    )
    files_endpoint: str = _setting(
        "Where that store is, https://s3.example.com.", values.files_endpoint, "", "Amazon's for the region"
    )
    files_region: str = _setting("Region of the bucket.", values.text, "us-east-1")
    files_key: str = _setting("Access key id for the bucket.", values.text, "", "the machine's own role", secret=True)
    files_secret: str = _setting("The secret of that key.", values.text, "", "none", secret=True)
    files_path_style: bool = _setting(
        "Name the bucket in the path of an address, not in its host.",
        values.boolean,
        False,
        "true with FILES_ENDPOINT",
    )
    secret_key: str = _setting(
        "Key that signs sessions and reply addresses and encrypts stored credentials; at least 32 characters.",
        values.secret_key,
        "",
        "made once in DATA/secret.key",
        secret=True,
    )
    log_format: str = _setting("text for people, json for log collectors.", values.one_of("text", "json"), "text")
    log_level: str = _setting(
        "The least severe line that is written: debug, info, warning, error.",
        values.one_of("debug", "info", "warning", "error"),
        "info",
    )
    allow_hosts: tuple[str, ...] = _setting(
        "Private hosts and networks outgoing requests may reach, by comma: mail.corp.example, 10.1.0.0/16.",
        values.hosts,
        (),
        "none",
    )
    webhook_days: int = _setting(
        "Days for which ended webhook deliveries and their tries are kept, 1 to 3650.", values.days, 30
    )
    stale_months: int = _setting(
        "Months without a word after which a customer counts as stale on the data quality page, 1 to 120.",
        values.months,
        12,
    )
    match_memory: int = _setting(
        "MiB the process may take that compares all customers with each other, 512 to 1048576.", values.mebibytes, 2048
    )
    virus_scan: str = _setting(
        "clamd that looks at every file of a conversation before it can be downloaded, tcp://host:port or unix:/path.",
        values.scanner,
        "",
        "no scan",
    )
    cookie_secure: bool = _setting(
        "Send cookies over HTTPS only.", values.boolean, False, "true when PUBLIC_URL is https"
    )
    metrics_allow: tuple[str, ...] = _setting(
        "Networks that may read /metrics without a token, by comma.",
        values.networks,
        (),
        "this machine; nobody with a PUBLIC_URL elsewhere and no TRUSTED_PROXIES",
    )
    trusted_proxies: tuple[str, ...] = _setting(
        "Networks whose X-Forwarded-* headers are believed, by comma.", values.networks, (), "none"
    )

    demo_phone: str = _setting(
        "Address of the demo's phone on this machine; `madang run --demo` fills it in.", values.web_url, "", "none"
    )

    def environment(self, base: Mapping[str, str] | None = None) -> dict[str, str]:
        """The variables of `base` (default: ours) for a child process: it will load settings equal to these."""
        base = os.environ if base is None else base
        others = {name: text for name, text in base.items() if not name.startswith((PREFIX, "DATABASE_URL"))}
        ours = {PREFIX + field.name.upper(): values.as_text(getattr(self, field.name)) for field in _fields()}
        return others | {name: text for name, text in ours.items() if text}


class Setting(NamedTuple):
    """One line of the settings page: what `madang doctor` prints and the documentation check compares."""

    name: str
    type: str
    default: str
    help: str
    secret: bool


def _fields() -> Iterator[dataclasses.Field[Any]]:
    return iter(dataclasses.fields(Settings))


SETTINGS: tuple[Setting, ...] = tuple(
    Setting(
        PREFIX + field.name.upper(),
        str(field.type),
        field.metadata["shown"],
        field.metadata["help"],
        field.metadata["secret"],
    )
    for field in _fields()
)


def load(environ: Mapping[str, str] | None = None, **overrides: Any) -> Settings:
    """Read the environment, then apply overrides that are not None (what the command line said).

    Makes the data directory and, the first time, the secret key in it. Raises SettingsError naming the variable.
    """
    environ = os.environ if environ is None else environ
    _refuse_unknown(environ)
    given = {field.name: value for field in _fields() if (value := _read(field, environ)) is not None}
    given |= {name: value for name, value in overrides.items() if value is not None}
    return _complete(given, environ)


def _refuse_unknown(environ: Mapping[str, str]) -> None:
    known = [setting.name for setting in SETTINGS]
    known += [f"{setting.name}_FILE" for setting in SETTINGS if setting.secret]
    for name in environ:
        if name.startswith(PREFIX) and name not in known:
            near = difflib.get_close_matches(name, known, n=1, cutoff=0.0)
            raise SettingsError(f"{name} is no setting of Madang. Did you mean {near[0]}?")


def _read(field: dataclasses.Field[Any], environ: Mapping[str, str]) -> Any:
    """The field's value from the environment, None where it says nothing (an empty variable says nothing)."""
    name, text = _raw(field, environ)
    if not text:
        return None
    try:
        return field.metadata["read"](text)
    except ValueError as error:
        raise SettingsError(f"{name}: {error}") from None


def _raw(field: dataclasses.Field[Any], environ: Mapping[str, str]) -> tuple[str, str]:
    name = PREFIX + field.name.upper()
    text = environ.get(name, "").strip()
    if field.metadata["secret"]:
        file = environ.get(f"{name}_FILE", "").strip()
        if file and text:
            raise SettingsError(f"{name} and {name}_FILE are both set. Keep one.")
        if file:
            return f"{name}_FILE", values.file_text(f"{name}_FILE", Path(file))
    if field.name == "database_url" and not text:
        return "DATABASE_URL", environ.get("DATABASE_URL", "").strip()
    return name, text


def _require_company(given: dict[str, Any]) -> None:
    """Some settings mean nothing alone."""
    for one, other in (("database_direct_url", "database_url"), ("postgres_listen", "postgres_password")):
        if one in given and other not in given:
            raise SettingsError(f"{PREFIX}{one.upper()} needs {PREFIX}{other.upper()} beside it.")


def _neighbours(given: dict[str, Any]) -> tuple[str, ...]:
    """This machine; but behind a proxy nobody told us of, the whole world seems to be on it."""
    known = given.get("trusted_proxies") or values.is_loopback(urlsplit(given["public_url"]).hostname or "")
    return ("127.0.0.0/8", "::1/128") if known else ()


def _complete(given: dict[str, Any], environ: Mapping[str, str]) -> Settings:
    """Fill in what follows from the rest: directory, public address, cookies, key."""
    _require_company(given)
    data = Path(given.get("data") or values.default_data(environ)).expanduser().absolute()
    values.make_data_directory(data)
    host, port = given.get("host") or "127.0.0.1", given.get("port") or 8000
    derived = {"public_url": f"http://{values.url_host(host)}:{port}"} | given | {"data": data}
    derived.setdefault("metrics_allow", _neighbours(derived))
    derived.setdefault("files_path_style", bool(derived.get("files_endpoint")))
    if bool(derived.get("files_key")) != bool(derived.get("files_secret")):
        raise SettingsError("MADANG_FILES_KEY and MADANG_FILES_SECRET belong together: set both, or neither.")
    derived.setdefault("cookie_secure", urlsplit(derived["public_url"]).scheme == "https")
    if "secret_key" not in derived:
        derived["secret_key"] = values.kept_secret(data / "secret.key")
    return Settings(**derived)
