"""What is set up, what is wrong now, and what a look at the house sees."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, text

from madang.alerts.conditions import Habit, Seen, Thresholds
from madang.alerts.models import AlertMail, AlertSettings, Incident
from madang.conversations.ledger import ledger
from madang.crm import queries as crm
from madang.events import pulse
from madang.lib.postgres import Tx

HABITS = text("""
with heard as (
  select channel_id, hour, lag(hour) over (partition by channel_id order by hour) as before
  from tally_hour where what = 1 and n > 0 and hour > now() - interval '14 days')
select channel_id, min(hour) as first, count(*) as hours, coalesce(max(hour - before), interval '0') as longest
from heard group by 1
""")
NOW = text("select now()")


@dataclass(frozen=True, slots=True)
class Chosen:
    """Who is told of what. As long as nobody has chosen, nobody."""

    recipients: list[str] = field(default_factory=list)
    language: str = "en"
    timezone: str = "UTC"
    channel_id: int | None = None
    waiting_minutes: int = 10
    quarantined: int = 1
    silence: bool = True

    @property
    def thresholds(self) -> Thresholds:
        """For the judgement."""
        return Thresholds(timedelta(minutes=self.waiting_minutes), self.quarantined, self.silence)


async def chosen(tx: Tx) -> Chosen:
    """The settings."""
    columns = [getattr(AlertSettings, name) for name in Chosen.__dataclass_fields__]
    row = (await tx.execute(select(*columns))).one_or_none()
    return Chosen(**row._mapping) if row else Chosen()


async def see(tx: Tx, reactions: Collection[str]) -> Seen:
    """Look at the house, whose reactions have these names."""
    now: datetime = (await tx.execute(NOW)).scalar_one()
    habits = {row.channel_id: Habit(row.first, row.hours, row.longest) for row in await tx.execute(HABITS)}
    apart = [(row.id, row.name, row.problem) for row in await crm.troubled(tx)]
    return Seen(now, await ledger(tx), await pulse.reactions(tx, reactions), habits, apart)


@dataclass(frozen=True, slots=True)
class Lasting:
    """Something that is wrong now."""

    kind: str
    facts: dict[str, Any]
    since: datetime
    channel_id: int | None


async def lasting(tx: Tx) -> list[Lasting]:
    """What is wrong now, the oldest first."""
    query = select(Incident.kind, Incident.facts, Incident.since, Incident.channel_id)
    still = Incident.closed_at.is_(None) & Incident.opened_at.is_not(None)
    return [Lasting(*row) for row in await tx.execute(query.where(still).order_by(Incident.id))]


@dataclass(frozen=True, slots=True)
class Posted:
    """One mail and what became of it."""

    recipient: str
    subject: str
    state: int
    problem: str
    at: datetime


async def posted(tx: Tx, most: int = 10) -> list[Posted]:
    """The last mails, the newest first."""
    columns = (AlertMail.recipient, AlertMail.subject, AlertMail.state, AlertMail.problem, AlertMail.at)
    return [Posted(*row) for row in await tx.execute(select(*columns).order_by(AlertMail.id.desc()).limit(most))]
