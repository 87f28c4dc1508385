"""Compare what is wrong with what was: incidents open, last, and end, and people are told, each time once.

All of it is one transaction of one worker: one that is killed has told nobody, and the next one does.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, delete, func, insert, select, text, update

from madang.alerts.conditions import Trouble
from madang.alerts.models import AlertMail, Incident
from madang.alerts.queries import Chosen
from madang.alerts.words import Item, What, mail
from madang.events.kinds import Kind
from madang.events.record import SYSTEM, News, record_all
from madang.lib.postgres import Tx

GRACE = {"stopped": timedelta(minutes=1), "disconnected": timedelta(minutes=3)}  # what passes by itself is no alert
SETTLED = timedelta(minutes=2)  # gone for so long, it is over
AGAIN = timedelta(hours=1)  # between two mails about one incident; one that comes back within this is the same one
APART = timedelta(minutes=5)  # between two mails: what comes meanwhile is told together

OPEN = select(Incident).where(Incident.closed_at.is_(None))
LAST = select(func.max(Incident.told_at))
PENDING = text("""
select id, kind, channel_id, facts, since, closed_at, told_at, over_told from incident where
  (closed_at is null and opened_at is not null
    and (told_at is null or told_at < cast(:now as timestamptz) - cast(:again as interval)))
  or (closed_at is not null and told_at is not null and not over_told) order by id
""")


async def watch(tx: Tx, found: Sequence[Trouble], chosen: Chosen, now: datetime, url: str) -> int:
    """Take down what is wrong now, holding the lock; returns how many mails are to go. ``url`` is the desk's."""
    known = {
        (row.kind, row.subject): row
        for row in (await tx.execute(select(*Incident.__table__.c).where(Incident.closed_at.is_(None)))).all()
    }
    wrong = {(one.kind, one.subject): one for one in found}
    for key, one in wrong.items():
        await (_lasts(tx, known[key], one, now) if key in known else _begins(tx, one, now))
    for key, row in known.items():
        if key not in wrong:
            await _gone(tx, row, now)
    return await _tell(tx, chosen, now, url)


async def _begins(tx: Tx, one: Trouble, now: datetime) -> None:
    recent = select(Incident.id).where(
        Incident.kind == one.kind, Incident.subject == one.subject, Incident.closed_at > now - AGAIN
    )
    back = (await tx.execute(recent.order_by(Incident.id.desc()).limit(1))).scalar_one_or_none()
    values: dict[str, Any] = {"facts": one.facts, "channel_id": one.channel_id}
    if back is not None:
        await tx.execute(
            update(Incident).where(Incident.id == back).values(closed_at=None, absent_since=None, **values)
        )
        return
    opened = None if one.kind in GRACE else now
    await tx.execute(insert(Incident).values(kind=one.kind, subject=one.subject, since=now, opened_at=opened, **values))


async def _lasts(tx: Tx, row: Row[Any], one: Trouble, now: datetime) -> None:
    ripe = row.opened_at is None and now - row.since >= GRACE.get(one.kind, timedelta())
    changes: dict[str, Any] = {"facts": one.facts, "absent_since": None}
    if ripe:
        changes["opened_at"] = now
    if ripe or row.absent_since is not None or row.facts != one.facts:
        await tx.execute(update(Incident).where(Incident.id == row.id).values(changes))


async def _gone(tx: Tx, row: Row[Any], now: datetime) -> None:
    this = Incident.id == row.id
    if row.opened_at is None:
        await tx.execute(delete(Incident).where(this))
    elif row.absent_since is None:
        await tx.execute(update(Incident).where(this).values(absent_since=now))
    elif now - row.absent_since >= SETTLED:
        await tx.execute(update(Incident).where(this).values(closed_at=now))


async def _tell(tx: Tx, chosen: Chosen, now: datetime, url: str) -> int:
    """Everything that is due in one mail to each, and each beginning and end as an event, for webhooks."""
    last: datetime | None = (await tx.execute(LAST)).scalar_one_or_none()
    if last is not None and now - last < APART:
        return 0
    rows = (await tx.execute(PENDING, {"now": now, "again": AGAIN})).all()
    if not rows:
        return 0
    items = [Item(_what(row), row.kind, row.facts, row.since, row.closed_at) for row in rows]
    told = {"told_at": now, "over_told": Incident.closed_at.is_not(None)}
    await tx.execute(update(Incident).where(Incident.id.in_([row.id for row in rows])).values(told))
    await record_all(tx, SYSTEM, [_news(row) for row in rows if _what(row) != "still"])
    subject, body = mail(items, chosen.language, chosen.timezone, url)
    mails = [{"recipient": one, "subject": subject, "body": body} for one in chosen.recipients]
    if mails:
        await tx.execute(insert(AlertMail), mails)
    return len(mails)


def _what(row: Row[Any]) -> What:
    """What people hear: of one they believe to be over it is news again."""
    if row.closed_at is not None:
        return "over"
    return "opened" if row.told_at is None or row.over_told else "still"


def _news(row: Row[Any]) -> News:
    kind = Kind.ALERT_OPENED if row.closed_at is None else Kind.ALERT_CLOSED
    data = {"incident": row.id, "alert": row.kind, "name": row.facts.get("name", ""), "since": row.since.isoformat()}
    return News(kind, data=data | ({"channel": row.channel_id} if row.channel_id else {}))
