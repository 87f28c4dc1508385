"""What people do with deliveries in quarantine: take them in again after a fix, or put them aside, and back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import text

from madang.events.kinds import Kind
from madang.events.record import News, record_all
from madang.lib.errors import NotFound, Refused
from madang.lib.language import marked as _
from madang.lib.postgres import Tx
from madang.staff.permissions import Viewer, permit

MOST = 1_000  # deliveries in one press
LONGEST = 500
WAKE = text("select pg_notify('envelopes', '')")

AGAIN = text("""
with chosen as (
  select e.id, e.channel_id, e.state from envelope e join channel c on c.id = e.channel_id
  where e.id = any(cast(:ids as bigint[])) and e.state in (2, 3)
    and (:everything or c.brand_id = any(cast(:brands as bigint[]))) order by e.id for update of e),
freed as (
  update envelope e set state = 0, reason = '', dismissal = '' from chosen
  where e.id = chosen.id and e.id = any(cast(:ids as bigint[]))),
counted as (
  insert into tally (channel_id, what, gone) select channel_id, state + 2, count(*) from chosen group by 1, state)
select id, channel_id from chosen order by id
""")
ASIDE = text("""
with chosen as (
  select e.id, e.channel_id from envelope e join channel c on c.id = e.channel_id
  where e.id = any(cast(:ids as bigint[])) and e.state = 2
    and (:everything or c.brand_id = any(cast(:brands as bigint[]))) order by e.id for update of e),
moved as (
  update envelope e set state = 3, dismissal = :reason from chosen
  where e.id = chosen.id and e.id = any(cast(:ids as bigint[]))),
counted as (
  insert into tally (channel_id, what, n, gone)
  select channel_id, what, case what when 5 then count(*) else 0 end, case what when 4 then count(*) else 0 end
  from chosen, (values (4), (5)) as w(what) group by channel_id, what)
select id, channel_id from chosen order by id
""")
BACK = text("""
with chosen as (
  select e.id, e.channel_id from envelope e join channel c on c.id = e.channel_id
  where e.id = any(cast(:ids as bigint[])) and e.state = 3
    and (:everything or c.brand_id = any(cast(:brands as bigint[]))) order by e.id for update of e),
moved as (
  update envelope e set state = 2, dismissal = '' from chosen
  where e.id = chosen.id and e.id = any(cast(:ids as bigint[]))),
counted as (
  insert into tally (channel_id, what, n, gone)
  select channel_id, what, case what when 4 then count(*) else 0 end, case what when 5 then count(*) else 0 end
  from chosen, (values (4), (5)) as w(what) group by channel_id, what)
select id, channel_id from chosen order by id
""")


async def take_in_again(tx: Tx, viewer: Viewer, ids: Sequence[int]) -> int:
    """Give deliveries that are in quarantine, or were put aside, to the workers again; returns how many.

    Safe to repeat: what is known already is not doubled. Raises NotFound when none of them is there for her.
    """
    rows = (await tx.execute(AGAIN, _given(viewer, ids))).all()
    if not rows:
        raise NotFound(_("There is no such delivery in quarantine."))
    await record_all(tx, viewer.actor, [_news(Kind.ENVELOPE_REPLAYED, row) for row in rows])
    await tx.execute(WAKE)
    return len(rows)


async def dismiss(tx: Tx, viewer: Viewer, ids: Sequence[int], reason: str) -> int:
    """Put deliveries in quarantine aside, with a reason; returns how many. They are kept; :func:`restore` undoes it."""
    said = because(reason)
    rows = (await tx.execute(ASIDE, {**_given(viewer, ids), "reason": said})).all()
    if not rows:
        raise NotFound(_("There is no such delivery in quarantine."))
    await record_all(tx, viewer.actor, [_news(Kind.ENVELOPE_DISMISSED, row, reason=said) for row in rows])
    return len(rows)


async def restore(tx: Tx, viewer: Viewer, ids: Sequence[int]) -> int:
    """Put deliveries back into quarantine; returns how many."""
    rows = (await tx.execute(BACK, _given(viewer, ids))).all()
    if not rows:
        raise NotFound(_("There is no such delivery among those put aside."))
    await record_all(tx, viewer.actor, [_news(Kind.ENVELOPE_RESTORED, row) for row in rows])
    return len(rows)


def because(reason: str) -> str:
    """A reason as it is kept; raises Refused for none."""
    said = " ".join(reason.replace("\x00", "").split())[:LONGEST]
    if not said:
        raise Refused(_("Please say why. It stands in the audit log."), "reason")
    return said


def sighted(viewer: Viewer) -> dict[str, Any]:
    """Which brands' deliveries exist for her, as values of a query: whoever sees only her own work sees none."""
    scope = viewer.scope
    brands = frozenset[int]() if scope.sees == "assigned" else scope.brands
    return {"everything": brands is None, "brands": sorted(brands or ())}


def _given(viewer: Viewer, ids: Sequence[int]) -> dict[str, Any]:
    permit(viewer, "ledger.mend")
    if len(ids) > MOST:
        raise Refused(_("That are more than 1,000 deliveries at once."))
    return {"ids": sorted(set(ids)), **sighted(viewer)}


def _news(kind: Kind, row: Any, **more: Any) -> News:
    return News(kind, data={"envelope": row.id, "channel": row.channel_id, **more})
