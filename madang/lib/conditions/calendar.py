"""What "in the last 7 days" means: today so far and the 7 whole days before, by the midnights of a named zone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from madang.lib.conditions.tree import Window


@dataclass(frozen=True, slots=True)
class Calendar:
    """A moment, seen from a zone (an IANA name that exists)."""

    now: datetime
    zone: str

    @property
    def today(self) -> date:
        """The day it is there."""
        return self.now.astimezone(ZoneInfo(self.zone)).date()

    def midnight(self, day: date) -> datetime:
        """When a day begins there."""
        return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(self.zone)).astimezone(UTC)

    def ago(self, days: int) -> date:
        """The day so many days before today."""
        return self.today - timedelta(days=days)

    @property
    def tomorrow(self) -> datetime:
        """When today ends: what is dated later has not happened yet."""
        return self.midnight(self.today + timedelta(days=1))

    def bounds(self, window: Window) -> tuple[datetime | None, datetime | None]:
        """A window as moments: from the first on, before the second."""
        if window.days is not None:
            return self.midnight(self.ago(window.days)), self.tomorrow
        until = None if window.until is None else self.midnight(window.until + timedelta(days=1))
        return (None if window.since is None else self.midnight(window.since)), until
