"""How the text of one environment variable becomes a value. Each reader raises ValueError in words for the admin."""

from __future__ import annotations

import contextlib
import ipaddress
import os
import re
import secrets
from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import urlsplit

from madang.lib.files.remote import parse as bucket_and_prefix

_HOST_NAME = re.compile(r"^(?!-)[A-Za-z0-9_-]{1,63}(\.[A-Za-z0-9_-]{1,63})*\.?$")


class SettingsError(Exception):
    """A setting cannot be used; the message names it and says what to do."""


def text(raw: str) -> str:
    return raw


def path(raw: str) -> Path:
    return Path(raw)


def port(raw: str) -> int:
    if not raw.isdecimal() or not 0 < int(raw) < 65536:
        raise ValueError(f"{raw!r} is no port; give a number from 1 to 65535.")
    return int(raw)


def days(raw: str) -> int:
    """1 to 3650: ten years are for ever here."""
    if not raw.isascii() or not raw.isdecimal() or not 1 <= int(raw[:9]) <= 3650:
        raise ValueError("That is no number of days between 1 and 3650.")
    return int(raw)


def mebibytes(raw: str) -> int:
    """512 to 1048576."""
    if not raw.isascii() or not raw.isdecimal() or not 512 <= int(raw[:9]) <= 2**20:
        raise ValueError("That is no number of MiB between 512 and 1048576.")
    return int(raw)


def months(raw: str) -> int:
    """1 to 120."""
    if not raw.isascii() or not raw.isdecimal() or not 1 <= int(raw[:9]) <= 120:
        raise ValueError("That is no number of months between 1 and 120.")
    return int(raw)


def listen_address(raw: str) -> str:
    """HOST:PORT, where a port alone means this machine only; an IPv6 address in brackets."""
    name, colon, number = raw.rpartition(":")
    bare = name.removeprefix("[").removesuffix("]") if colon else "127.0.0.1"
    if "/" in bare or (":" in bare and bare == name):
        raise ValueError(f"{raw!r} is no address to listen at; give 10.0.0.5:5432, [fd00::5]:5432 or a port.")
    return f"{bracketed(host(bare).partition('/')[0])}:{port(number)}"


def postgres_password(raw: str) -> str:
    """ASCII, so that every program that connects reads the same letters."""
    if len(raw) < 16 or not raw.isascii() or not raw.isprintable() or " " in raw:
        raise ValueError("give at least 16 random ASCII letters and digits.")
    return raw


def boolean(raw: str) -> bool:
    if raw.lower() in {"1", "true", "yes", "on"}:
        return True
    if raw.lower() in {"0", "false", "no", "off"}:
        return False
    raise ValueError(f"{raw!r} is neither yes nor no; give true or false.")


def one_of(*allowed: str) -> Callable[[str], str]:
    def read(raw: str) -> str:
        if raw.lower() not in allowed:
            raise ValueError(f"{raw!r} is not one of {', '.join(allowed)}.")
        return raw.lower()

    return read


def web_url(raw: str) -> str:
    """An http(s) origin without path, query or credentials, no slash at the end."""
    parts = urlsplit(raw)
    if (
        parts.scheme not in {"http", "https"}
        or not parts.hostname
        or parts.path.strip("/")
        or parts.query
        or "@" in raw
    ):
        raise ValueError(f"{raw!r} is no address of this site; give https://desk.example.com, without a path.")
    return f"{parts.scheme}://{parts.netloc}"


def files_url(raw: str) -> str:
    """s3://bucket/prefix, no slash at the end."""
    bucket, prefix = bucket_and_prefix(raw)
    return f"s3://{bucket}/{prefix}".rstrip("/")


def files_endpoint(raw: str) -> str:
    """An http(s) origin; its credentials are settings of their own."""
    parts = urlsplit(raw)
    beyond = parts.path.strip("/") or parts.query or parts.fragment or "@" in raw
    if parts.scheme not in {"http", "https"} or not parts.hostname or beyond:
        raise ValueError("That is no address of a file store; give https://s3.example.com, without bucket and key.")
    return f"{parts.scheme}://{parts.netloc}"


def database_url(raw: str) -> str:
    """Not echoed in errors: it holds a password."""
    scheme, _, rest = raw.partition("://")
    if scheme not in {"postgres", "postgresql"} or not rest:
        raise ValueError("Madang keeps its data in PostgreSQL; give postgresql://user:password@host/name.")
    return f"postgresql://{rest}"


def scanner(raw: str) -> str:
    """tcp://host:port or unix:/path."""
    parts = urlsplit(raw)
    with contextlib.suppress(ValueError):
        if parts.scheme == "tcp" and parts.hostname and parts.port and not parts.path.strip("/"):
            return f"tcp://{url_host(parts.hostname)}:{parts.port}"
    if raw.startswith("unix:/") and len(raw) > 6:
        return raw
    raise ValueError(f"{raw!r} is no address of clamd; give tcp://127.0.0.1:3310 or unix:/run/clamav/clamd.ctl.")


def secret_key(raw: str) -> str:
    if len(raw) < 32:
        raise ValueError("The key is too short to be secret; give at least 32 random characters.")
    return raw


def network(raw: str) -> str:
    try:
        return str(ipaddress.ip_network(raw))
    except ValueError as error:
        raise ValueError(f"{raw!r} is no address or network ({error}); give 10.1.2.3 or 10.1.0.0/16.") from None


def host(raw: str) -> str:
    """A host name in lower case, or an address or network."""
    looks_numeric = ":" in raw or "/" in raw or raw.replace(".", "").isdecimal()
    if looks_numeric:
        return network(raw)
    if not _HOST_NAME.match(raw):
        raise ValueError(f"{raw!r} is no host name, address or network.")
    return raw.lower().rstrip(".")


def is_loopback(name: str) -> bool:
    """Whether this host name or address is this machine's own."""
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return name == "localhost"


def networks(raw: str) -> tuple[str, ...]:
    return tuple(network(part.strip()) for part in raw.split(",") if part.strip())


def hosts(raw: str) -> tuple[str, ...]:
    return tuple(host(part.strip()) for part in raw.split(",") if part.strip())


def as_text(value: object) -> str:
    """What a reader above would read back as `value`; empty for what is not set."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return ",".join(value)
    return str(value)


def url_host(name: str) -> str:
    """The host as a URL for people writes it: what listens on every address is reached on this machine."""
    return "localhost" if is_every_address(name) else bracketed(name)


def is_every_address(name: str) -> bool:
    """Whether listening on it means every address of this machine: 0.0.0.0 or ::."""
    try:
        return ipaddress.ip_address(name).is_unspecified
    except ValueError:
        return False


def bracketed(name: str) -> str:
    """IPv6 addresses stand in brackets before a port."""
    return f"[{name}]" if ":" in name else name


def file_text(name: str, file: Path) -> str:
    try:
        return file.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{name}: {file} cannot be read: {error}") from None


def default_data(environ: Mapping[str, str]) -> Path:
    """The user's own data directory, as the XDG base directory specification says."""
    base = environ.get("XDG_DATA_HOME", "")
    return (Path(base) if base.startswith("/") else Path.home() / ".local" / "share") / "madang"


def make_data_directory(data: Path) -> None:
    """Make it for us alone. Root's may be passed through, because PostgreSQL refuses root and runs as another user."""
    try:
        if not data.is_dir():
            data.mkdir(parents=True, mode=0o711 if os.geteuid() == 0 else 0o700)
    except OSError as error:
        raise SettingsError(f"MADANG_DATA: {data} cannot be made: {error}") from None


def kept_secret(file: Path) -> str:
    """The key in `file`, made there once. Of two processes that make it at once, both get the same one."""
    try:
        if not file.exists():
            _write_once(file, secrets.token_urlsafe(48))
        return secret_key(file.read_text("ascii").strip())
    except (OSError, ValueError) as error:
        raise SettingsError(f"{file} cannot be used as the secret key: {error}") from None


def _write_once(file: Path, content: str) -> None:
    """Whole or not at all, and never over an existing one: a half-written key would lock every session out."""
    draft = file.with_name(f"{file.name}.{os.getpid()}.{secrets.token_hex(4)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as out:
        out.write(content + "\n")
        out.flush()
        os.fsync(out.fileno())
    try:
        os.link(draft, file)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
