"""The queue: events in, claims out, outcomes written down. Every statement takes a whole batch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import text

from madang.events.log import Happened
from madang.lib.postgres import Tx
from madang.webhooks.models import LEASE, Stage

AT_ONCE = 20  # calls to one receiver at a time, of one worker
HELD = 3  # times as many are in hand, of all workers together: what is called next is ready by then
MOST = 400  # that one worker takes at a time
WEAK = 3  # failures in a row; then one is tried at a time
MISSED = timedelta(seconds=20)  # a worker silent for so long is dead
CHUNK = 5_000

# In log order: the numbers given out here are the order within a conversation.
ENQUEUE = text("""
insert into webhook_delivery (webhook_id, event_id, kind, conversation_id)
select n.webhook, n.event, n.kind, nullif(n.conversation, 0)
from unnest(cast(:webhooks as bigint[]), cast(:events as bigint[]), cast(:kinds as text[]),
            cast(:conversations as bigint[])) with ordinality as n(webhook, event, kind, conversation, place)
order by n.place
on conflict (webhook_id, event_id) do update
set stage = 0, due = now(), tries = 0, ended_at = null, status = 0, problem = ''
where :again and webhook_delivery.stage <> 0
""")

# The oldest of a conversation goes first, and alone; later ones wait behind it, those of other conversations do not.
CLAIM = text("""
with hands as (
  select w.id, case when w.failures >= :weak then 1 else :at_once end - (
    select count(*) from webhook_delivery b where b.webhook_id = w.id and b.leased_until is not null) as free
  from webhook w
  where w.disabled_at is null and w.retired_at is null and (w.rest_until is null or w.rest_until <= now())),
due as (
  select o.id from hands h cross join lateral (
    select d.id from webhook_delivery d
    where d.webhook_id = h.id and d.stage = 0 and d.due <= now() and d.leased_until is null
      and (d.conversation_id is null or not exists (select from webhook_delivery e
        where e.webhook_id = d.webhook_id and e.conversation_id = d.conversation_id and e.stage = 0 and e.id < d.id))
    order by d.due, d.id limit greatest(h.free, 0) for update of d skip locked) o
  limit :most)
update webhook_delivery d
set leased_until = now() + cast(:lease as interval), leased_by = :worker, tries = tries + 1
from due, webhook w where d.id = due.id and w.id = d.webhook_id
returning d.id, d.webhook_id, d.event_id, d.kind, d.tries, d.created_at, w.url, d.leased_by
""")
RECOVER = text("""
update webhook_delivery d set leased_until = null, leased_by = '' where d.leased_until is not null
  and (d.leased_until < now() or not exists (
    select from heartbeat h where h.process = d.leased_by and h.at > now() - cast(:missed as interval)))
""")
# Only by who holds it. That it got through is so too when it was taken from her and nobody has tried it since.
SETTLE = text("""
with told as (
  select * from unnest(cast(:ids as bigint[]), cast(:stages as smallint[]), cast(:pauses as float8[]),
    cast(:statuses as smallint[]), cast(:problems as text[]), cast(:untried as smallint[]), cast(:bys as text[]),
    cast(:tries as smallint[])) as n(id, stage, pause, status, problem, untried, by, tries) order by id)
update webhook_delivery d set stage = n.stage, tries = d.tries - n.untried,
  due = now() + n.pause * interval '1 second', leased_until = null, leased_by = '',
  ended_at = case when n.stage = 0 then null else now() end,
  status = case n.untried when 1 then d.status else n.status end,
  problem = case when n.untried = 1 and n.problem = '' then d.problem else n.problem end
from told n where d.id = n.id and d.stage = 0 and d.tries = n.tries
  and (d.leased_by = n.by or d.leased_until is null and n.stage = 1)
""")
TRIED = text("""
insert into webhook_attempt
  (delivery_id, at, took_ms, status, problem, sent_headers, size, digest, answer_headers, answer)
select n.delivery, n.at, n.took, n.status, n.problem, n.sent::jsonb, n.size, n.digest, n.headers::jsonb, n.answer
from unnest(cast(:deliveries as bigint[]), cast(:ats as timestamptz[]), cast(:tooks as bigint[]),
  cast(:statuses as smallint[]), cast(:problems as text[]), cast(:sents as text[]), cast(:sizes as bigint[]),
  cast(:digests as text[]), cast(:headers as text[]), cast(:answers as text[])) with ordinality
  as n(delivery, at, took, status, problem, sent, size, digest, headers, answer, place)
join webhook_delivery d on d.id = n.delivery order by n.place
""")
WELL = text("""
update webhook set failures = 0, failing_since = null, rest_until = null
where id = any(cast(:ids as bigint[])) and failing_since is not null
""")
ILL = text("""
update webhook w set failures = w.failures + n.failures, failing_since = coalesce(w.failing_since, now()),
  rest_until = greatest(w.rest_until, now() + n.rest * interval '1 second')
from unnest(cast(:ids as bigint[]), cast(:failures as bigint[]), cast(:rests as float8[])) as n(id, failures, rest)
where w.id = n.id returning w.id, w.failures, w.failing_since
""")
REST = text("update webhook set rest_until = greatest(rest_until, now() + cast(:rest as interval)) where id = :id")
TIDY = text("""
delete from webhook_delivery where id in (
  select id from webhook_delivery where ended_at < now() - cast(:keep as interval) order by ended_at limit :most)
""")
TIDY_SECRETS = text("delete from webhook_secret where expires_at < now()")


@dataclass(frozen=True, slots=True)
class Job:
    """A leased delivery: one try of one worker, ``by``."""

    id: int
    webhook_id: int
    event_id: int | None
    kind: str
    tries: int
    created_at: datetime
    url: str
    by: str = ""


@dataclass(frozen=True, slots=True)
class Try:
    """One try as it went over the wire. ``status`` 0: nothing was answered, ``problem`` says why."""

    at: datetime
    took_ms: int
    sent_headers: dict[str, str]
    size: int
    digest: str
    status: int = 0
    problem: str = ""
    answer_headers: dict[str, str] = field(default_factory=dict)
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a job. ``pause`` before the next try where it waits; ``tried`` None: nothing was sent."""

    job: Job
    stage: Stage
    problem: str = ""
    pause: timedelta = timedelta()
    rest: timedelta = timedelta()
    tried: Try | None = None
    gone: bool = False

    @property
    def good(self) -> bool:
        """Whether the receiver took it."""
        return self.stage is Stage.DONE

    @property
    def status(self) -> int:
        """What was answered, 0 nothing."""
        return self.tried.status if self.tried else 0


async def enqueue(tx: Tx, some: Sequence[tuple[int, Happened]], *, again: bool = False) -> int:
    """Put events before receivers, each once; ``again`` gives in once more what was there. Returns how many wait."""
    if not some:
        return 0
    given = {
        "webhooks": [webhook for webhook, _ in some],
        "events": [event.id for _, event in some],
        "kinds": [event.kind for _, event in some],
        "conversations": [event.conversation_id or 0 for _, event in some],
        "again": again,
    }
    return int((await tx.execute(ENQUEUE, given)).rowcount)


async def ask(tx: Tx) -> None:
    """Tell the workers that deliveries wait."""
    await tx.execute(text("select pg_notify('webhooks', '')"))


async def claim(tx: Tx, worker: str, most: int = MOST) -> list[Job]:
    """Lease what is due. Commit before anything is sent."""
    given = {"worker": worker, "most": most, "lease": LEASE, "at_once": AT_ONCE * HELD, "weak": WEAK}
    return [Job(*row) for row in await tx.execute(CLAIM, given)]


async def recover(tx: Tx) -> int:
    """Give back what dead workers had in hand: it is sent again, under the same ``webhook-id``."""
    return int((await tx.execute(RECOVER, {"missed": MISSED})).rowcount)


async def write_down(tx: Tx, some: Sequence[Outcome]) -> None:
    """The tries, and where each delivery stands now."""
    given = {
        "ids": [one.job.id for one in some],
        "stages": [int(one.stage) for one in some],
        "pauses": [one.pause.total_seconds() for one in some],
        "statuses": [one.status for one in some],
        "problems": [one.problem for one in some],
        "untried": [0 if one.tried else 1 for one in some],
        "bys": [one.job.by for one in some],
        "tries": [one.job.tries for one in some],
    }
    await tx.execute(SETTLE, given)
    tries = [(one.job.id, one.tried) for one in some if one.tried]
    if tries:
        await tx.execute(TRIED, _columns(tries))


def _columns(tries: Sequence[tuple[int, Try]]) -> dict[str, Any]:
    made = [one for _, one in tries]
    return {
        "deliveries": [number for number, _ in tries],
        "ats": [one.at for one in made],
        "tooks": [one.took_ms for one in made],
        "statuses": [one.status for one in made],
        "problems": [one.problem for one in made],
        "sents": [msgspec.json.encode(one.sent_headers).decode() for one in made],
        "sizes": [one.size for one in made],
        "digests": [one.digest for one in made],
        "headers": [msgspec.json.encode(one.answer_headers).decode() for one in made],
        "answers": [one.answer for one in made],
    }


async def tidy(tx: Tx, keep: timedelta) -> int:
    """Forget what ended longer ago than ``keep``, with its tries; what waits stays. Returns how many went, a chunk."""
    await tx.execute(TIDY_SECRETS)
    return int((await tx.execute(TIDY, {"keep": keep, "most": CHUNK})).rowcount)
