"""Calls of the Bot API, and what its errors mean for a message."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import msgspec

from madang.channels.calling import LONGEST_WAIT, Caller, Part, multipart, read
from madang.channels.connector import Config, SendError
from madang.connectors.telegram.outgoing import Call
from madang.lib.http import Answer
from madang.lib.language import gettext as _

GONE = (
    "blocked by the user",
    "user is deactivated",
    "bot was kicked",
    "not a member",
    "chat not found",
    "peer_id_invalid",
)


class Bot:
    """One bot. Its token is part of every address, so no address stands in an error."""

    def __init__(self, config: Config, base: str) -> None:
        self._token = quote(config.secrets.get("token", ""), safe=":")
        self._api = Caller(config, base, judge=judge, timeout=30)

    async def call(self, method: str, fields: dict[str, Any] | None = None, *, repeat: bool = False) -> Any:
        """What the method gives. ``repeat``: asking twice does no harm. Raises :class:`SendError`."""
        answer = await self._api.call("POST", self._path(method), json=fields or {}, repeat=repeat)
        return read(answer).get("result")

    async def send(self, call: Call) -> list[dict[str, Any]]:
        """The messages it made. Raises :class:`SendError`."""
        if not call.files:
            result = await self.call(call.method, call.fields)
        else:
            parts = [_plain(name, value) for name, value in call.fields.items()]
            parts += [
                (name, media.name or "file", media.mime, b"".join([part async for part in media.stream()]))
                for name, media in call.files
            ]
            headers, body = multipart(*parts)
            answer = await self._api.call("POST", self._path(call.method), headers=headers, content=body)
            result = read(answer).get("result")
        made = result if isinstance(result, list) else [result]
        return [one for one in made if isinstance(one, dict)]

    def download(self, path: str, limit: int) -> Any:
        """Stream a file by the path ``getFile`` has given."""
        return self._api.download(f"{self._api.base}/file/bot{self._token}/{quote(path)}", limit)

    async def close(self) -> None:
        """Let go of the connections."""
        await self._api.close()

    def _path(self, method: str) -> str:
        return f"/bot{self._token}/{method}"


def _plain(name: str, value: Any) -> Part:
    words = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return name, "", "", words.encode()


def judge(answer: Answer) -> SendError | None:
    """What Telegram says in its own way; None where the common policy holds."""
    if answer.ok:
        return None
    words, retry = said(answer)
    if answer.status == 429:
        return SendError("rate", words, retry=retry or timedelta(seconds=3))
    if answer.status in (400, 403) and any(one in words.lower() for one in GONE):
        return SendError("blocked", _("Telegram does not let us write to this person: %(why)s") % {"why": words})
    if answer.status == 403:  # she never wrote, or the group lets nobody: no fault of the token
        return SendError("blocked", words)
    if answer.status in (401, 404):
        return SendError("auth", words)
    if answer.status == 413:
        return SendError("invalid", _("This file is too large for Telegram."))
    return SendError("invalid", words) if answer.status == 400 else None


def said(answer: Answer) -> tuple[str, timedelta | None]:
    """(an error in Telegram's words, how long to wait)."""
    try:
        body = answer.json()
        seconds = dict(body.get("parameters") or {}).get("retry_after")
        wait = min(timedelta(seconds=max(1, int(seconds))), LONGEST_WAIT) if seconds else None
        return f"{answer.status}: {body['description']}"[:500], wait
    except (ValueError, msgspec.DecodeError, KeyError, AttributeError, TypeError, OverflowError):
        return f"{answer.status}: {answer.body[:300].decode('utf-8', 'replace')}", None
