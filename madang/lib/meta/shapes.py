"""JSON of others, taken for what it is: never an exception over a missing or strange field."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import msgspec

_MILLISECONDS = 100_000_000_000  # seconds so many are in the year 5138
_EPOCH = datetime.fromtimestamp(0, UTC)


def obj(value: Any) -> Mapping[str, Any]:
    """An object; an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def items(value: Any) -> list[Mapping[str, Any]]:
    """The objects of a list."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def said(value: Any) -> str:
    """A text, or a number as text; '' for anything else."""
    if isinstance(value, bool):
        return ""
    return value if isinstance(value, str) else str(value) if isinstance(value, int) else ""


def moment(value: Any) -> datetime:
    """A time in seconds or milliseconds since 1970, as number or text; 1970 when it is neither."""
    try:
        number = float(value)
        return datetime.fromtimestamp(number / 1000 if number > _MILLISECONDS else number, UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        return _EPOCH


def digest(value: Any) -> str:
    """The same for the same JSON, however it came."""
    return sha256(msgspec.json.encode(value, order="deterministic")).hexdigest()[:40]


def webhook(body: bytes) -> Mapping[str, Any]:
    """A webhook with its ``entry`` list. Raises ValueError in words for whoever looks into quarantine."""
    try:
        made = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ValueError(f"the body is no JSON: {error}") from None
    if not isinstance(made, dict) or not isinstance(made.get("entry"), list):
        raise ValueError("the body is no webhook: it has no entry list")
    return made
