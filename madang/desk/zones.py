"""Time zones as a form offers them."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo, available_timezones

_REGIONS = {"Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific"}


def zones() -> list[tuple[str, str]]:
    """(IANA name, name with its present distance from UTC), by name."""
    named = sorted(name for name in available_timezones() if name == "UTC" or name.split("/")[0] in _REGIONS)
    return [(name, f"{name.replace('_', ' ')} (UTC{_distance(name)})") for name in named]


def likely(language: str) -> str:
    """What to offer first to somebody who reads ``language``; her browser knows better."""
    return {"ko": "Asia/Seoul"}.get(language, "UTC")


def _distance(name: str) -> str:
    hours = datetime.now(ZoneInfo(name)).strftime("%z")
    return f"{hours[:3]}:{hours[3:5]}"
