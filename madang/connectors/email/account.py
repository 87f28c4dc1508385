"""A channel's settings and secrets as the rest of the connector uses them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from madang.channels.connector import Config

Security = Literal["tls", "starttls", "none"]


@dataclass(frozen=True, slots=True)
class Server:
    """Where to connect. ``field`` is the beginning of its form fields' names: imap or smtp."""

    field: str
    host: str
    port: int
    security: Security
    user: str
    password: str


@dataclass(frozen=True, slots=True)
class Listener:
    """Our own SMTP door. ``addresses`` are what it takes mail for, in lower case."""

    host: str
    port: int
    addresses: tuple[str, ...]
    certificate: str
    key: str


@dataclass(frozen=True, slots=True)
class OAuth:
    """What an access token is asked for with (RFC 6749 §6)."""

    token_url: str
    client_id: str
    client_secret: str
    refresh_token: str


@dataclass(frozen=True, slots=True)
class Account:
    """One mailbox. ``days`` is how far back the first look into it goes, ``aliases`` what it may send from besides."""

    address: str
    name: str
    incoming: Literal["imap", "smtp", "none"]
    auth: Literal["password", "oauth2", "none"]
    imap: Server
    folder: str
    days: int
    smtp: Server
    oauth: OAuth
    listener: Listener
    aliases: tuple[str, ...]
    allow_hosts: tuple[str, ...]

    @property
    def domain(self) -> str:
        """What stands behind the @."""
        return self.address.rpartition("@")[2]

    def hears(self, address: str) -> bool:
        """Whether a mail to it comes here: one of our own, or one of them with a tag of whomever's behind a plus."""
        local, _, domain = address.lower().rpartition("@")
        ours = {*map(str.lower, (self.address, *self.aliases)), *self.listener.addresses}
        pieces = local.split("+")
        return any(f"{'+'.join(pieces[:many])}@{domain}" in ours for many in range(1, len(pieces) + 1))

    def speaks_as(self, heard: Mapping[str, Any]) -> list[str]:
        """What we may write from; the one she wrote to comes first."""
        ours = list(dict.fromkeys((self.address, *self.aliases)))
        named = " ".join(str(one) for one in heard.get("to") or ()).lower()
        return sorted(ours, key=lambda one: not re.search(rf"(?<![\w.+-]){re.escape(one.lower())}(?![\w.-])", named))


def account_of(config: Config) -> Account:
    """Read a channel's configuration; what is missing takes the form's default."""
    given, secrets = config.settings, config.secrets
    address = str(given.get("address") or "").strip()
    user = str(given.get("user") or address)
    password = secrets.get("password", "")
    sending_user = str(given.get("smtp_user") or "")
    sending_password = secrets.get("smtp_password", "") if sending_user else password
    return Account(
        address=address,
        name=str(given.get("name") or config.brand.get("name") or ""),
        incoming=given.get("incoming") or "imap",
        auth=given.get("auth") or "password",
        imap=server(given, "imap", 993, "tls", user, password),
        folder=str(given.get("folder") or "INBOX"),
        days=number(given.get("days"), 1),
        smtp=server(given, "smtp", 587, "starttls", sending_user or user, sending_password),
        oauth=OAuth(
            token_url=str(given.get("token_url") or ""),
            client_id=str(given.get("client_id") or ""),
            client_secret=secrets.get("client_secret", ""),
            refresh_token=secrets.get("refresh_token", ""),
        ),
        listener=listener(given, address),
        aliases=tuple(one.strip() for one in given.get("aliases") or [] if "@" in one),
        allow_hosts=config.allow_hosts,
    )


def server(given: Mapping[str, Any], field: str, port: int, security: Security, user: str, password: str) -> Server:
    return Server(
        field=field,
        host=str(given.get(f"{field}_host") or "").strip(),
        port=number(given.get(f"{field}_port"), port),
        security=given.get(f"{field}_security") or security,
        user=user,
        password=password,
    )


def listener(given: Mapping[str, Any], address: str) -> Listener:
    further = given.get("listen_for") or []
    return Listener(
        host=str(given.get("listen_host") or "0.0.0.0"),  # noqa: S104 - a mail door is open to the world
        port=number(given.get("listen_port"), 2525),
        addresses=tuple(one.strip().lower() for one in (address, *further) if one.strip()),
        certificate=str(given.get("listen_certificate") or ""),
        key=str(given.get("listen_key") or ""),
    )


def number(value: object, default: int) -> int:
    """A whole number of the form; 0 counts."""
    return default if value in (None, "") else int(str(value))
