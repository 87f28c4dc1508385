"""Who may connect to the embedded server: we by its socket, and where an operator wants it, others by password."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
from typing import NamedTuple

ITERATIONS = 4096  # of the password's hash, as PostgreSQL makes it
BY_SOCKET = "local all all trust\n"  # the directory of the socket lets nobody else in
BY_PASSWORD = "host {name} {name} all scram-sha-256\n"


class Listen(NamedTuple):
    """Where the server is reached over TCP, and the password (ASCII)."""

    host: str
    port: int
    password: str

    @classmethod
    def parse(cls, address: str | None, password: str | None) -> Listen | None:
        """From HOST:PORT; None where one of the two is missing."""
        if not address or not password:
            return None
        host, _, port = address.rpartition(":")
        return cls(host.removeprefix("[").removesuffix("]"), int(port), password)

    def settings(self) -> dict[str, str]:
        """What PostgreSQL is told."""
        return {"listen_addresses": self.host, "port": str(self.port), "max_connections": "300"}


def rules(name: str, listen: Listen | None) -> str:
    """The server's pg_hba.conf. Never the one initdb makes: that trusts everybody on this machine."""
    return BY_SOCKET + (BY_PASSWORD.format(name=name) if listen else "")


def verifier(password: str) -> str:
    """What PostgreSQL keeps of a password: SCRAM-SHA-256 (RFC 5803), so that the password is told to nobody."""
    salt = os.urandom(16)
    salted = hashlib.pbkdf2_hmac("sha256", password.encode("ascii"), salt, ITERATIONS)
    stored = hashlib.sha256(_keyed(salted, b"Client Key")).digest()
    parts = [base64.b64encode(one).decode() for one in (salt, stored, _keyed(salted, b"Server Key"))]
    return f"SCRAM-SHA-256${ITERATIONS}:{parts[0]}${parts[1]}:{parts[2]}"


def _keyed(key: bytes, words: bytes) -> bytes:
    return hmac.digest(key, words, "sha256")
