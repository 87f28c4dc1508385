"""What counts as wrong."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from madang.alerts.conditions import Habit, Seen, Thresholds, troubles
from madang.conversations.ledger import Line
from madang.events.pulse import Reading

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)  # noon in Seoul, a Sunday
FEW = dict.fromkeys(("received", "repeated", "taken_in", "quarantined", "dismissed", "sent", "failed", "unsure"), 0)


def line(**change: Any) -> Line:
    none: dict[str, Any] = dict.fromkeys(("retried", "outbox", "missing", "waiting", "behind"), 0)
    none |= dict.fromkeys(
        ("paused_at", "retired_at", "oldest_waiting", "oldest_out", "last_in", "last_out", "behind_since", "looked_at")
    )
    about: dict[str, Any] = {
        "channel_id": 3,
        "key": "k",
        "name": "support@haneul.kr",
        "connector": "email",
        "brand_id": 1,
    }
    known: dict[str, Any] = about | {"brand": "Haneul", "problem": "", "connected": True} | FEW | none | change
    return Line(**known)


def ago(**since: float) -> datetime:
    return NOW - timedelta(**since)


def found(one: Line, habit: Habit | None = None, limits: Thresholds | None = None) -> list[str]:
    seen = Seen(NOW, [one], [], {3: habit} if habit else {})
    return [trouble.kind for trouble in troubles(seen, limits or Thresholds())]


@pytest.mark.parametrize(
    ("change", "kinds"),
    [
        ({}, []),
        ({"paused_at": ago(minutes=1)}, ["stopped"]),
        ({"problem": "The password is wrong."}, ["stopped"]),
        ({"connected": False}, ["disconnected"]),
        ({"connected": False, "connector": "api"}, []),
        ({"connected": False, "paused_at": ago(minutes=1)}, ["stopped"]),  # one thing, told once
        ({"connector": "gone", "connected": False}, []),
        ({"waiting": 4, "oldest_waiting": ago(minutes=11)}, ["waiting"]),
        ({"waiting": 4, "oldest_waiting": ago(minutes=9)}, []),
        ({"outbox": 1, "oldest_out": ago(minutes=11)}, ["unsent"]),
        ({"outbox": 1, "oldest_out": ago(minutes=11), "paused_at": ago(hours=1)}, ["stopped"]),
        ({"quarantined": 1}, ["quarantined"]),
        ({"missing": 2}, ["missing"]),
    ],
)
def test_each_channel_is_judged_by_its_line(change: dict[str, Any], kinds: list[str]) -> None:
    assert found(line(**change)) == kinds


@pytest.mark.parametrize(
    ("silent", "longest", "hours", "age", "kinds"),
    [
        (timedelta(hours=4), timedelta(hours=1), 300, 14, ["silent"]),
        (timedelta(hours=2), timedelta(hours=1), 300, 14, []),
        (timedelta(hours=63), timedelta(hours=63), 80, 14, []),  # closed from Friday evening to Monday, as ever
        (timedelta(hours=95), timedelta(hours=63), 80, 14, ["silent"]),
        (timedelta(hours=95), timedelta(hours=1), 300, 6, []),  # too young to have habits
        (timedelta(hours=95), timedelta(hours=1), 19, 14, []),  # too quiet
    ],
)
def test_silence_is_measured_by_what_the_channel_is_used_to(
    silent: timedelta, longest: timedelta, hours: int, age: int, kinds: list[str]
) -> None:
    one, habit = line(last_in=NOW - silent), Habit(NOW - timedelta(days=age), hours, longest)
    assert found(one, habit) == kinds
    assert found(one, habit, Thresholds(silence=False)) == []


def test_reactions_too() -> None:
    reactions = [Reading("webhooks", 1201.0, 2, 3), Reading("learn language", 2.0, 0, 0)]
    made = list(troubles(Seen(NOW, [], reactions, {}), Thresholds()))
    assert [(one.kind, one.subject, one.facts["count"]) for one in made] == [
        ("dead", "reaction:webhooks", 3),
        ("behind", "reaction:webhooks", 20),
    ]
