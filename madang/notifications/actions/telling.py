"""Write down what somebody is told, and what is still to go out to her: never two for one thing."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, text
from sqlalchemy.dialects.postgresql import insert as put

from madang.events.stream import whisper
from madang.lib.language import zone
from madang.lib.postgres import Tx
from madang.notifications.judging import Person, Thing
from madang.notifications.models import Notification, Telling
from madang.notifications.wishes import Way
from madang.staff.attempts import Limit, Try
from madang.staff.attempts import allow as within
from madang.staff.permissions import Viewer

SETTLE = timedelta(seconds=20)  # whoever sits at a desk is given time to see it there before her phone rings
LATE = timedelta(hours=1)  # what happened longer ago wakes nobody: it stands in the list and in her mails
TESTS = Limit("notification.test", 20, timedelta(hours=1))
_HEARD = 400  # people a whisper names: far below its 7,000 bytes

BROWSERS = text("select distinct user_id from desk_browser where user_id = any(cast(:ids as bigint[]))")


async def notify(tx: Tx, things: Sequence[Thing], people: Mapping[int, Person], now: datetime) -> int:
    """Tell colleagues of things; what one was told before is not told again. Returns how many that makes."""
    if not things:
        return 0
    rows = [_row(one) for one in things]
    made = put(Notification).values(rows).on_conflict_do_nothing(index_elements=["user_id", "key"])
    columns = (Notification.id, Notification.user_id, Notification.kind, Notification.at, Notification.data)
    fresh = (await tx.execute(made.returning(*columns))).all()
    reached = set((await tx.execute(BROWSERS, {"ids": list({row.user_id for row in fresh})})).scalars())
    tellings = [one for row in fresh for one in _tellings(row, people[row.user_id], row.user_id in reached, now)]
    if tellings:
        await tx.execute(insert(Telling).values(tellings))
    await ring(tx, {row.user_id for row in fresh})
    return len(fresh)


def _row(one: Thing) -> dict[str, Any]:
    return {
        "user_id": one.user_id,
        "key": one.key,
        "kind": one.kind,
        "conversation_id": one.conversation_id,
        "message_id": one.message_id,
        "data": one.data | {"ways": sorted(one.ways)},
        "at": one.at,
    }


def _tellings(row: Any, person: Person, reached: bool, now: datetime) -> list[dict[str, Any]]:
    """What goes out later, if she has not seen it by then."""
    here, ways = zone(person.viewer.timezone), row.data["ways"]
    due: dict[str, datetime | None] = {}
    if "push" in ways and reached and now - row.at <= LATE:
        due["push"] = person.wishes.silent_until(now, here) or now + SETTLE
    if "mail" in ways:
        due["mail"] = person.wishes.mailed_at(now, here)
    return [{"notification_id": row.id, "way": way, "due": at} for way, at in due.items() if at]


async def ring(tx: Tx, users: Collection[int]) -> None:
    """Open desks of these people look at their bell."""
    ordered = sorted(users)
    for start in range(0, len(ordered), _HEARD):
        await whisper(tx, "bell", users=ordered[start : start + _HEARD])


async def try_out(tx: Tx, viewer: Viewer, way: Way, now: datetime) -> None:
    """Tell herself something by one way, to see whether it arrives. Raises TooMany."""
    await within(tx, Try(TESTS, str(viewer.user_id)))
    values = {"user_id": viewer.user_id, "key": f"test-{uuid.uuid4()}", "kind": "test", "data": {"ways": ["app", way]}}
    made = insert(Notification).values(values).returning(Notification.id)
    number: int = (await tx.execute(made)).scalar_one()
    if way in ("push", "mail"):
        await tx.execute(insert(Telling).values(notification_id=number, way=way, due=now))
    await ring(tx, {viewer.user_id or 0})
