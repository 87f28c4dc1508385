"""A normalised fact as JSON: for ``madang inspect``, for fixtures, for people who look into quarantine."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from madang.channels.connector import Inbound, Media


def facts(inbounds: Sequence[Inbound]) -> list[dict[str, Any]]:
    """What a delivery means, empty fields left out."""
    return [fact(one) for one in inbounds]


def fact(inbound: Inbound) -> dict[str, Any]:
    """One fact."""
    made: dict[str, Any] = _shown(inbound)
    return made


def _shown(value: Any) -> Any:
    if isinstance(value, Media):
        return _media(value)
    if dataclasses.is_dataclass(value):
        fields = {one.name: _shown(getattr(value, one.name)) for one in dataclasses.fields(value)}
        return {name: one for name, one in fields.items() if one not in (None, "", [], {}, False)}
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, Mapping):
        return {str(name): _shown(one) for name, one in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return [_shown(one) for one in value]
    return value


def _media(media: Media) -> dict[str, Any]:
    """A file without its bytes: their number and digest stand for them."""
    made: dict[str, Any] = _shown(dataclasses.asdict(media) | {"content": None})
    if media.content is not None:
        made |= {"size": len(media.content), "sha256": hashlib.sha256(media.content).hexdigest()}
    return {name: one for name, one in made.items() if one not in (None, "", 0, False)}
