"""How an account is: what was counted, how far the first sync is, what is wrong with it now."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import Row, bindparam, text
from sqlalchemy.dialects.postgresql import JSONB

from madang.crm.actions.queueing import wake
from madang.crm.models import State
from madang.events.kinds import Kind
from madang.events.record import Actor, News, record
from madang.lib.postgres import Tx

SOONEST, LATEST = timedelta(seconds=2), timedelta(minutes=10)  # between two tries while the CRM is away

WORKING = text("""
select * from crm_account where retired_at is null and paused_at is null and state in (1, 3, 4)
and (rest_until is null or rest_until <= now()) order by id
""")
ONE = text("""
select * from crm_account where id = :id and retired_at is null and paused_at is null
and (rest_until is null or rest_until <= now())
""")
HELD = text("select * from crm_account where id = :id for update")
MOVE = text("""
update crm_account set position = :position, checked = :checked, counts = :counts, state = :state,
  sent_at = case when :sent then now() else sent_at end where id = :id
""").bindparams(*(bindparam(name, type_=JSONB) for name in ("position", "checked", "counts")))
COUNT = text("""
update crm_account set counts = :counts, sent_at = case when :sent then now() else sent_at end where id = :id
""").bindparams(bindparam("counts", type_=JSONB))
LOOKED = text("update crm_account set cursor = :cursor, looked_at = now() where id = :id and cursor = :known")
WELL = text("""
update crm_account set problem = '', rest_until = null, tries = 0
where id = :id and (problem <> '' or rest_until is not null or tries > 0)
""")
REST = text("""
update crm_account set problem = :problem, tries = tries + 1, rest_until = now() + coalesce(cast(:rest as interval),
  least(cast(:latest as interval), cast(:soonest as interval) * power(2, least(tries, 12))))
where id = :id
""")
STOP = text("""
update crm_account set problem = :problem, paused_at = now() where id = :id and paused_at is null
""")
HEARD = text("""
update crm_account set heard_at = now()
where id = :id and (heard_at is null or heard_at < now() - interval '1 second')
""")


async def working(tx: Tx) -> list[Row[Any]]:
    """The accounts there is something to do for."""
    return list((await tx.execute(WORKING)).all())


async def one(tx: Tx, number: int) -> Row[Any] | None:
    """One as it is now, None when nothing is to be done for it."""
    return (await tx.execute(ONE, {"id": number})).one_or_none()


async def held(tx: Tx, number: int) -> Row[Any]:
    """One, held until the end of the transaction."""
    return (await tx.execute(HELD, {"id": number})).one()


async def move(tx: Tx, one: Row[Any], counted: Mapping[str, int], position: Mapping[str, Any], state: State) -> None:
    """The first sync, or its dry run, has come so far."""
    dry = one.state == State.CHECKING
    added = _sum(one.checked if dry else one.counts, counted)
    given = {"checked": added if dry else one.checked, "counts": one.counts if dry else added}
    sent = not dry and _wrote(counted)
    await tx.execute(MOVE, {"id": one.id, "position": dict(position), "state": int(state), "sent": sent, **given})
    if state == State.LIVE and one.state == State.FILLING:
        await record(tx, Actor("crm", one.id), News(Kind.CRM_SYNCED, data={"crm": one.id, **added}))
        await wake(tx)


def _sum(one: Mapping[str, int], two: Mapping[str, int]) -> dict[str, int]:
    return {name: one.get(name, 0) + two.get(name, 0) for name in {**one, **two}}


def _wrote(counted: Mapping[str, int]) -> bool:
    return bool(counted.get("changed_there") or counted.get("made_there"))


async def count(tx: Tx, number: int, counted: Mapping[str, int]) -> None:
    """Add to what has been done."""
    if any(counted.values()):
        one = await held(tx, number)
        await tx.execute(COUNT, {"id": number, "counts": _sum(one.counts, counted), "sent": _wrote(counted)})


async def looked(tx: Tx, number: int, known: str, cursor: str) -> None:
    """Changes there are known up to ``cursor``."""
    await tx.execute(LOOKED, {"id": number, "known": known, "cursor": cursor})


async def well(tx: Tx, number: int) -> None:
    """It works again."""
    await tx.execute(WELL, {"id": number})


async def rest(tx: Tx, number: int, problem: str, pause: timedelta | None) -> None:
    """It does not work just now: again after ``pause``, or a while that grows."""
    given = {"id": number, "problem": problem[:500], "rest": pause, "latest": LATEST, "soonest": SOONEST}
    await tx.execute(REST, given)


async def stop(tx: Tx, number: int, problem: str) -> None:
    """It needs a person: nothing is read or written until then."""
    if (await tx.execute(STOP, {"id": number, "problem": problem[:500]})).rowcount:
        await record(tx, Actor("crm", number), News(Kind.CRM_PAUSED, data={"crm": number, "problem": problem[:500]}))


async def heard(tx: Tx, number: int) -> None:
    """A webhook came."""
    await tx.execute(HEARD, {"id": number})
