"""Send again, and send a test."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import select, text

from madang.events.kinds import Kind
from madang.events.log import Happened
from madang.lib.errors import NotFound, Refused
from madang.lib.language import gettext as _
from madang.lib.postgres import Tx
from madang.staff.attempts import Limit, Try, allow
from madang.staff.permissions import Viewer
from madang.webhooks.actions.hold import hold, tell
from madang.webhooks.actions.queue import ask, enqueue
from madang.webhooks.catalogue import TEST, chosen
from madang.webhooks.models import WebhookDelivery
from madang.webhooks.scoping import Listener, heard, scope_of

MOST = 20_000  # events of one replay; a longer time is replayed in pieces
TESTS = Limit("webhook.test", 30, timedelta(minutes=10))  # a button is no hammer for somebody else's server
REPLAYS = Limit("webhook.replay", 300, timedelta(minutes=10))  # one by one
RANGES = Limit("webhook.range", 60, timedelta(hours=1))  # of up to MOST events each
SLACK = timedelta(minutes=10)  # numbers are taken in nearly the order of time

AGAIN = text("""
update webhook_delivery set stage = 0, due = now(), tries = 0, ended_at = null, status = 0, problem = ''
where webhook_id = :webhook and id = :id and stage <> 0
""")
FAILED_AGAIN = text("""
update webhook_delivery set stage = 0, due = now(), tries = 0, ended_at = null, status = 0, problem = ''
where webhook_id = :webhook and stage = 2 and created_at >= :since and created_at < :until
""")
NEXT = text("select id, at from event where id >= :id order by id limit 1")
LAST = text("select coalesce(max(id), 0) from event")
HAPPENED = text("""
select id, tx, kind, actor, at, conversation_id, message_id, customer_id, data from event
where id >= :first and id < :end and at >= :since and at < :until and kind = any(cast(:kinds as text[]))
order by tx, id limit :most
""")


@dataclass(frozen=True, slots=True)
class Range:
    """From ``since`` until before ``until``. ``failed``: only what failed; else all that the webhook listens to."""

    since: datetime
    until: datetime
    failed: bool = False


async def replay(tx: Tx, viewer: Viewer, webhook_id: int, delivery_id: int) -> None:
    """Send one delivery again, under the same ``webhook-id``. One that still waits goes now. Raises TooMany."""
    await _listening(tx, viewer, webhook_id)
    await allow(tx, Try(REPLAYS, str(webhook_id)))
    mine = (WebhookDelivery.webhook_id == webhook_id, WebhookDelivery.id == delivery_id)
    if (await tx.execute(select(WebhookDelivery.id).where(*mine))).scalar_one_or_none() is None:
        raise NotFound(_("There is no such delivery. It may have been tidied away."))
    await tx.execute(AGAIN, {"webhook": webhook_id, "id": delivery_id})
    now = text("update webhook_delivery set due = now() where id = :id and stage = 0 and leased_until is null")
    await tx.execute(now, {"id": delivery_id})
    await ask(tx)
    await tell(tx, viewer.actor, Kind.WEBHOOK_REPLAYED, webhook_id, delivery=delivery_id)


async def replay_range(tx: Tx, viewer: Viewer, webhook_id: int, wanted: Range) -> int:
    """Send a time again, what was never sent too (while it was disabled); returns how many that is.

    What was sent before keeps its ``webhook-id``. Raises Refused for more than :data:`MOST`, TooMany.
    """
    _check(wanted)
    listener = await _listening(tx, viewer, webhook_id)
    await allow(tx, Try(RANGES, str(webhook_id)))
    if wanted.failed:
        given = {"webhook": webhook_id, "since": wanted.since, "until": wanted.until}
        count = (await tx.execute(FAILED_AGAIN, given)).rowcount
    else:
        events = await _happened(tx, listener, wanted)
        known = (await heard(tx, [listener], events))[webhook_id]
        count = await enqueue(tx, [(webhook_id, event) for event in events if event.id in known], again=True)
    await ask(tx)
    told = {"since": wanted.since.isoformat(), "until": wanted.until.isoformat(), "failed": wanted.failed}
    await tell(tx, viewer.actor, Kind.WEBHOOK_REPLAYED, webhook_id, deliveries=count, **told)
    return count


async def test(tx: Tx, viewer: Viewer, webhook_id: int) -> int:
    """Send a signed test like any event; returns its delivery, to be watched. Raises TooMany."""
    await _listening(tx, viewer, webhook_id)
    await allow(tx, Try(TESTS, str(webhook_id)))
    made = text("insert into webhook_delivery (webhook_id, kind) values (:webhook, :kind) returning id")
    number: int = (await tx.execute(made, {"webhook": webhook_id, "kind": TEST})).scalar_one()
    await ask(tx)
    await tell(tx, viewer.actor, Kind.WEBHOOK_TESTED, webhook_id, delivery=number)
    return number


async def _listening(tx: Tx, viewer: Viewer, webhook_id: int) -> Listener:
    row = await hold(tx, viewer, webhook_id)
    if row.disabled_at is not None:
        raise Refused(_("This webhook is disabled. Enable it first."))
    # A person wants to see it happen: what we rest from is tried at once.
    rested = text("update webhook set rest_until = null where id = :id and rest_until is not null")
    await tx.execute(rested, {"id": webhook_id})
    return Listener(row.id, frozenset(row.kinds), scope_of(row))


def _check(wanted: Range) -> None:
    if wanted.since.tzinfo is None or wanted.until.tzinfo is None:
        raise Refused(_("Give the time with its zone, such as 2026-03-02T09:00:00+09:00."), "since")
    if wanted.since >= wanted.until:
        raise Refused(_("The beginning must be before the end."), "since")


async def _happened(tx: Tx, listener: Listener, wanted: Range) -> list[Happened]:
    given = {
        "first": await _number_at(tx, wanted.since - SLACK),
        "end": await _number_at(tx, wanted.until + SLACK),
        "since": wanted.since,
        "until": wanted.until,
        "kinds": chosen(listener.kinds),
        "most": MOST + 1,
    }
    events = [Happened(*row) for row in await tx.execute(HAPPENED, given)]
    if len(events) > MOST:
        raise Refused(_("More than 20,000 events happened in this time. Replay it in pieces."), "since")
    return events


async def _number_at(tx: Tx, at: datetime) -> int:
    """The first event number not before ``at``, by halving: the log has no index on time, and needs none."""
    low, high = 1, int((await tx.execute(LAST)).scalar_one()) + 1
    while low < high:
        middle = (low + high) // 2
        found = (await tx.execute(NEXT, {"id": middle})).one_or_none()
        if found is None or found.at.astimezone(UTC) >= at:
            high = middle
        else:
            low = int(found.id) + 1
    return low
