"""What a colleague wants to be told, by which way, and when not. Pure: the hours are judged in her own time zone."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import Annotated, Any, Literal

import msgspec

Kind = Literal["mention", "assigned", "mine", "failed", "woke", "followed", "team", "view"]
Way = Literal["app", "sound", "desktop", "push", "mail"]
Mail = Literal["soon", "hourly", "daily", "never"]
Minute = Annotated[int, msgspec.Meta(ge=0, le=1439)]
Day = Annotated[int, msgspec.Meta(ge=0, le=6)]

KINDS: tuple[Kind, ...] = ("mention", "assigned", "mine", "failed", "woke", "followed", "team", "view")
WAYS: tuple[Way, ...] = ("app", "sound", "desktop", "push", "mail")
RANK = {kind: rank for rank, kind in enumerate(KINDS)}  # of two reasons to tell one thing, the first is told

LOUD: frozenset[Way] = frozenset(WAYS)
SEEN: frozenset[Way] = frozenset({"app", "sound", "desktop"})
DEFAULT: dict[Kind, frozenset[Way]] = {
    "mention": LOUD,
    "assigned": LOUD,
    "mine": LOUD - {"mail"},
    "failed": LOUD,
    "woke": LOUD - {"mail"},
    "followed": frozenset({"app", "desktop"}),
    "team": SEEN,
    "view": LOUD - {"mail"},
}
SOON = timedelta(minutes=10)  # unseen for so long, and it is mailed
MORNING = time(9)


class Quiet(msgspec.Struct, frozen=True):
    """Hours in which nothing rings, shines or is sent. ``start`` and ``end`` are minutes of her day; over midnight too.

    ``free`` are days (Monday is 0) that are quiet from one midnight to the next.
    """

    on: bool = False
    start: Minute = 22 * 60
    end: Minute = 8 * 60
    free: tuple[Day, ...] = ()

    def until(self, now: datetime, zone: tzinfo) -> datetime | None:
        """When the quiet that ``now`` lies in ends (UTC); None when it is not quiet. Without end: a week on."""
        if not self.on:
            return None
        at = now.astimezone(zone)
        for _ in range(16):
            end = self._end(at)
            if end is None:
                break
            at = end
        return at.astimezone(UTC) if at > now else None

    def _end(self, at: datetime) -> datetime | None:
        """The end of the one stretch of quiet that the local time ``at`` lies in."""
        if at.weekday() in self.free:
            return _local(at, 1, 0)
        minute = at.hour * 60 + at.minute
        if self.start < self.end:
            return _local(at, 0, self.end) if self.start <= minute < self.end else None
        if self.start == self.end:
            return None
        if minute >= self.start:
            return _local(at, 1, self.end)
        return _local(at, 0, self.end) if minute < self.end else None


def _local(at: datetime, days: int, minute: int) -> datetime:
    """That minute of her day, ``days`` later. Always later than ``at``, also in the hour that comes twice."""
    day = at.date() + timedelta(days=days)
    made = datetime.combine(day, time(minute // 60, minute % 60), at.tzinfo)
    return made if made.astimezone(UTC) > at.astimezone(UTC) else made.replace(fold=1)


class Wishes(msgspec.Struct, frozen=True):
    """All she has said. What she has not is :data:`DEFAULT`."""

    kinds: dict[Kind, tuple[Way, ...]] = {}
    views: tuple[int, ...] = ()  # saved views of whose new messages she is told
    by_view: dict[str, tuple[Way, ...]] = {}  # by which ways, by the view's number; else as of the kind ``view``
    quiet: Quiet = Quiet()
    mail: Mail = "soon"
    words: bool = False  # whether what customers write may be shown by push, and in mails
    volume: Annotated[int, msgspec.Meta(ge=0, le=100)] = 60
    until: datetime | None = None  # not to be disturbed before

    def ways(self, kind: Kind, view: int | None = None) -> frozenset[Way]:
        """By which ways she is told of this, in that view; none: not at all. Whatever is told is in the app too."""
        chosen = frozenset(self.kinds[kind]) if kind in self.kinds else DEFAULT[kind]
        if view is not None and str(view) in self.by_view:
            chosen = frozenset(self.by_view[str(view)])
        return chosen if "app" in chosen else frozenset()

    def silent_until(self, now: datetime, zone: tzinfo) -> datetime | None:
        """When she may be disturbed again; None when now."""
        ends = [end for end in (self.quiet.until(now, zone), self.until) if end and end > now]
        if not ends:
            return None
        last = max(ends)
        return self.quiet.until(last, zone) or last  # "do not disturb" may end in the middle of the night

    def mailed_at(self, now: datetime, zone: tzinfo) -> datetime | None:
        """When something that is unseen from ``now`` on is mailed; None when never."""
        at = _mailed(self.mail, now.astimezone(zone))
        return (self.silent_until(at, zone) or at.astimezone(UTC)) if at else None


def _mailed(how: Mail, here: datetime) -> datetime | None:
    if how == "soon":
        return here + SOON
    if how == "hourly":
        return (here + timedelta(hours=1)).replace(minute=0, second=0, microsecond=0)
    if how == "daily":
        today = datetime.combine(here.date(), MORNING, here.tzinfo)
        return today if today > here else datetime.combine(here.date() + timedelta(days=1), MORNING, here.tzinfo)
    return None


def settings(wishes: Wishes) -> dict[str, Any]:
    """What she has set, by field as the history of the settings keeps it: ``wish.mine``, ``watch.3``, ``start``."""
    quiet = wishes.quiet
    made: dict[str, Any] = {f"wish.{kind}": _in_order(wishes.ways(kind)) for kind in KINDS if kind != "view"}
    made |= {f"watch.{view}": _in_order(wishes.ways("view", view)) for view in wishes.views}
    made |= {"quiet": quiet.on, "start": clock(quiet.start), "end": clock(quiet.end), "free": list(quiet.free)}
    return made | {"mail": wishes.mail, "words": wishes.words, "volume": wishes.volume}


def set_as(values: dict[str, Any], before: Wishes) -> Wishes:
    """The other way round; what is no setting stays as ``before``. Raises msgspec.ValidationError."""
    views = {name.removeprefix("watch."): ways for name, ways in values.items() if name.startswith("watch.") and ways}
    kinds = {name.removeprefix("wish."): ways for name, ways in values.items() if name.startswith("wish.")}
    times = {name: int(values[name][:2]) * 60 + int(values[name][3:]) for name in ("start", "end")}
    quiet = {"on": values["quiet"], "free": values["free"]} | times
    told = {"kinds": kinds, "views": [int(view) for view in views], "by_view": views, "quiet": quiet}
    return msgspec.convert(
        told | {name: values[name] for name in ("mail", "words", "volume")} | {"until": before.until}, Wishes
    )


def clock(minute: int) -> str:
    """A minute of the day as a clock shows it."""
    return f"{minute // 60:02}:{minute % 60:02}"


def _in_order(ways: frozenset[Way]) -> list[Way]:
    return [way for way in WAYS if way in ways]


def read(data: Any) -> Wishes:
    """Wishes as they are kept; what an older or newer version wrote and nobody understands is as if never said."""
    try:
        return msgspec.convert(data or {}, Wishes)
    except msgspec.ValidationError:
        return Wishes()


def written(wishes: Wishes) -> dict[str, Any]:
    """For keeping."""
    made: dict[str, Any] = msgspec.to_builtins(wishes)
    return made
