"""A code on its way: in whose hands it is, and what became of the send.

The code is made when it is handed over, and its hash is committed before. A worker that dies in between leaves a lease
behind: when that has run out another hands over a code made anew, and the one that may have gone out counts no more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import func, text, update

from madang.customers.proving import code as codes
from madang.customers.proving.models import LASTS, LEASE, SENDS, Challenge
from madang.events.kinds import Kind
from madang.events.record import SYSTEM, News, record, record_all
from madang.lib.language import marked as _
from madang.lib.postgres import Tx

TAKE = text("""
update challenge set leased_until = now() + :lease, sends = sends + 1 where id in (
  select id from challenge
  where outcome = '' and sent_at is null and due <= now() and coalesce(leased_until, now()) <= now()
    and expires_at > now() and sends < :sends
  order by due limit :most for update skip locked)
returning id, customer_id, kind, value, channel_id, language, sends
""")
MAKE = text("""
update challenge c set digest = n.digest, expires_at = now() + :lasts, tries = 0
from unnest(cast(:ids as bigint[]), cast(:digests as text[])) as n(id, digest) where c.id = n.id
""")
# Those that waited too long, or were tried too often: whoever had them in hand has no say any more.
LATE = text("""
update challenge set outcome = 'failed', over_at = now(), digest = '', problem = coalesce(nullif(problem, ''), :why)
where outcome = '' and sent_at is null and coalesce(leased_until, now()) <= now()
  and (expires_at <= now() or sends >= :sends)
returning id, customer_id
""")

LATE_WORDS = _("It could not be sent in time.")


@dataclass(frozen=True, slots=True)
class Job:
    """One code in this worker's hands: the only place where it stands."""

    id: int
    customer_id: int
    kind: str
    value: str
    channel_id: int
    language: str
    sends: int
    code: str


async def take(tx: Tx, key: bytes, most: int) -> list[Job]:
    """Codes that are due, made now. Commit before anything is sent."""
    rows = await tx.execute(TAKE, {"lease": LEASE, "sends": SENDS, "most": most})
    jobs = [_job(*row) for row in rows]
    if jobs:
        digests = [codes.digest(key, job.id, job.code) for job in jobs]
        await tx.execute(MAKE, {"ids": [job.id for job in jobs], "digests": digests, "lasts": LASTS})
    return jobs


def _job(*row: Any) -> Job:
    made: tuple[Any, ...] = (*row, codes.new())
    return Job(*made)


async def sent(tx: Tx, job: Job) -> None:
    """The provider took it. One that was taken over meanwhile is another's to say."""
    if await _mine(tx, job, {"sent_at": func.now(), "leased_until": None, "problem": ""}):
        data = {"challenge": job.id}
        await record(tx, SYSTEM, News(Kind.PROOF_SENT, customer=job.customer_id, data=data))


async def again(tx: Tx, job: Job, pause: timedelta, problem: str) -> None:
    """The provider could not be reached: once more after ``pause``."""
    await _mine(tx, job, {"due": func.now() + pause, "leased_until": None, "problem": problem[:500]})


async def failed(tx: Tx, job: Job, problem: str) -> None:
    """It will not go to this address by this channel."""
    values = {"outcome": "failed", "over_at": func.now(), "leased_until": None, "digest": "", "problem": problem[:500]}
    if await _mine(tx, job, values):
        await record_all(tx, SYSTEM, [_failed(job.id, job.customer_id)])


async def give_up(tx: Tx) -> None:
    """Say of those that could not be sent in time that they will not come."""
    rows = await tx.execute(LATE, {"why": LATE_WORDS, "sends": SENDS})
    await record_all(tx, SYSTEM, [_failed(row.id, row.customer_id) for row in rows])


async def _mine(tx: Tx, job: Job, values: Mapping[str, Any]) -> bool:
    rules = (Challenge.id == job.id, Challenge.sends == job.sends, Challenge.outcome == "")
    return bool((await tx.execute(update(Challenge).where(*rules).values(values))).rowcount)


def _failed(number: int, customer_id: int) -> News:
    return News(Kind.PROOF_FAILED, customer=customer_id, data={"challenge": number, "why": "not sent"})
