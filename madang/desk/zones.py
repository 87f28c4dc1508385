"""Time zones as a form offers them."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

_REGIONS = {"Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific"}


def zones() -> list[tuple[str, str]]:
    """(IANA name, name with its present distance from UTC), by name."""
    return _zones(datetime.now(UTC).replace(minute=0, second=0, microsecond=0))


@lru_cache(maxsize=1)
def _zones(hour: datetime) -> list[tuple[str, str]]:
    """Anew each hour, because distances change; it takes longer than a page may."""
    named = sorted(name for name in available_timezones() if name == "UTC" or name.split("/")[0] in _REGIONS)
    return [(name, f"{name.replace('_', ' ')} (UTC{_distance(name, hour)})") for name in named]


def likely(language: str) -> str:
    """What to offer first to somebody who reads ``language``; her browser knows better."""
    return {"ko": "Asia/Seoul"}.get(language, "UTC")


def _distance(name: str, now: datetime) -> str:
    hours = now.astimezone(ZoneInfo(name)).strftime("%z")
    return f"{hours[:3]}:{hours[3:5]}"
