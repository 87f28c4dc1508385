"""What a call of the Bot API carries: JSON, a form, or a form with files. Pure."""

from __future__ import annotations

import json
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any

from madang.channels.playing import Asked, Refused, Shown

OBJECTS = frozenset({"reply_markup", "reply_parameters", "media", "reaction", "allowed_updates", "entities"})


def refuse(status: int, words: str, **parameters: Any) -> Refused:
    """An error as Telegram writes it."""
    body: dict[str, Any] = {"ok": False, "error_code": status, "description": words}
    return Refused(status, body | ({"parameters": parameters} if parameters else {}))


def fields(asked: Asked) -> tuple[dict[str, Any], dict[str, Shown]]:
    """(fields, files by the name of their part); raises :class:`Refused`."""
    mime = asked.headers.get("content-type", "")
    if mime.startswith("multipart/form-data"):
        return _parts(mime, asked.body)
    given: dict[str, Any] = asked.json() if mime.startswith("application/json") else dict(asked.form())
    return {name: _value(name, value) for name, value in given.items()}, {}


def _parts(mime: str, body: bytes) -> tuple[dict[str, Any], dict[str, Shown]]:
    message = BytesParser(policy=HTTP).parsebytes(b"content-type: " + mime.encode() + b"\r\n\r\n" + body)
    given: dict[str, Any] = {}
    files: dict[str, Shown] = {}
    for part in message.iter_parts():
        name = str(part.get_param("name", header="content-disposition"))
        content = part.get_payload(decode=True)
        content = content if isinstance(content, bytes) else b""
        if part.get_filename() is None:
            given[name] = _value(name, content.decode())
        else:
            files[name] = Shown(str(part.get_filename()), part.get_content_type(), content)
    return given, files


def _value(name: str, value: Any) -> Any:
    if name not in OBJECTS or not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        raise refuse(400, f"Bad Request: can't parse {name}") from None
