"""Keyset pages: a cursor is the sort key of the last row shown, so a page costs the same at any depth."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

import msgspec

from madang.lib.errors import Refused

Item = TypeVar("Item")
_LONGEST = 400
_BIGINT = 2**63


class BadCursor(Refused):
    """The cursor is none that we handed out for this list."""

    def __init__(self) -> None:
        super().__init__("This is not a cursor of this list. Take it from `next` of the page before.", "cursor")


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """One page of a list. ``next`` is the cursor of the page after it, None at the end."""

    items: list[Item]
    next: str | None = None


def page(rows: Sequence[Item], limit: int, key: Callable[[Item], tuple[Any, ...]]) -> Page[Item]:
    """The first ``limit`` of rows that were asked for with ``limit + 1``; ``key`` gives a row's sort key."""
    shown = list(rows[:limit])
    if len(rows) <= limit:
        return Page(shown)
    return Page(shown, encode(key(shown[-1])))


def encode(values: tuple[Any, ...]) -> str:
    """A sort key as text that is safe in a URL and means nothing to its reader."""
    return base64.urlsafe_b64encode(msgspec.json.encode(values)).rstrip(b"=").decode()


def decode(text: str, types: Sequence[type]) -> tuple[Any, ...]:
    """Undo :func:`encode`; raises :class:`BadCursor` for anything else. Times come back in UTC."""
    if not text or len(text) > _LONGEST:
        raise BadCursor
    try:
        raw = base64.b64decode(text.encode("ascii") + b"=" * (-len(text) % 4), altchars=b"-_", validate=True)
        values = msgspec.json.decode(raw, type=tuple[tuple(types)])  # type: ignore[misc]
        return tuple(_kept(value) for value in values)
    except (binascii.Error, ValueError, OverflowError):
        raise BadCursor from None


def _kept(value: Any) -> Any:
    """What the database can compare: 64-bit numbers, aware times, text without NUL. Raises ValueError."""
    if isinstance(value, int) and not -_BIGINT <= value < _BIGINT:
        raise ValueError("too large a number")
    if isinstance(value, str) and "\0" in value:
        raise ValueError("NUL in text")
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError("a time without zone")
        return value.astimezone(UTC)
    return value
