"""What differs between the two dealers on loopback: how calls come in, how they are answered, how webhooks look."""

from __future__ import annotations

import secrets
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from madang.channels.playing import Asked, Refused, Told

Verb = Literal["plain", "rich", "end", "delete", "image", "file", "session", "hours"]
No = Literal["session", "sender", "user", "credential", "size", "gone", "form"]


@dataclass(frozen=True, slots=True)
class Call:
    """One call of the API, in the spelling both have in common."""

    verb: Verb
    form: Mapping[str, Any]


class Relay(ABC):
    """One dealer's side. ``sender_key`` and ``secret`` are what it has given to the house."""

    path: ClassVar[str] = ""  # what it adds to the webhook's address

    def __init__(self) -> None:
        self.sender_key = secrets.token_hex(20)
        self.secret = secrets.token_urlsafe(18)

    @abstractmethod
    def settings(self) -> dict[str, str]:
        """Its part of the set-up form."""

    @abstractmethod
    def understand(self, asked: Asked) -> Call:
        """Read a call; raises Refused for a wrong key or path."""

    @abstractmethod
    def yes(self, **given: Any) -> Told:
        """It is done."""

    @abstractmethod
    def no(self, why: No) -> Refused:
        """It is refused."""

    @abstractmethod
    def webhook(self, kind: str, user: str, fields: Mapping[str, Any]) -> Mapping[str, Any]:
        """The body of a webhook."""


def multipart(asked: Asked) -> dict[str, Any]:
    """The fields of a form, a file as (name, MIME type, bytes)."""
    border = asked.headers.get("content-type", "").partition("boundary=")[2].strip('"').encode()
    made: dict[str, Any] = {}
    for part in asked.body.split(b"--" + border)[1:-1]:
        head, _, content = part.strip(b"\r\n").partition(b"\r\n\r\n") if part.startswith(b"\r\n") else (part, b"", b"")
        words = head.decode("utf-8", "replace")
        name = words.partition('name="')[2].partition('"')[0]
        file = words.partition('filename="')[2].partition('"')[0]
        mime = words.partition("Content-Type:")[2].partition("\r\n")[0].strip()
        made[name] = (file, mime, content) if file else content.decode()
    return made
