"""What became of a send, written down: sent, again later, unsure, failed, by another channel.

Only who holds the message says so; of what another has taken over, nothing is changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import msgspec
from sqlalchemy import Row, text, update
from sqlalchemy.dialects.postgresql import insert

from madang.channels import actions as channels
from madang.channels.connector import Sent
from madang.conversations import changes, outcomes, receipts
from madang.conversations.doors import chains
from madang.conversations.leases import Job
from madang.conversations.models import Message, MessageName, State
from madang.conversations.outcomes import Moved
from madang.conversations.receipts import STATES, state_news
from madang.conversations.ways import Way
from madang.events.kinds import Kind
from madang.events.record import SYSTEM, News, record, record_all
from madang.lib.postgres import Tx

SENT = text("""
with before as (select state from message where id = :id for update)
update message m set state = greatest(b.state, cast(:state as smallint)), why = '', problem = '',
  provider_message_id = :name, identity_id = :identity
from before b where m.id = :id and b.state <> 9 returning m.id, m.channel_id, b.state as was, m.state
""")
END = text("""
with before as (select state from message where id = :id for update)
update message m set state = :state, why = :why, problem = :problem from before b
where m.id = :id and b.state < :state returning m.id, m.channel_id, b.state as was, m.state
""")
AGAIN = text("""
update outbox set leased_until = null, leased_by = '', due = now() + cast(:pause as interval),
  strikes = strikes + cast(:strike as int)
where message_id = :id and leased_by = :by and tries = :tries
""")
ENDED = text("delete from outbox where message_id = :id and leased_by = :by and tries = :tries")
# Who took it over and has it in hand now says what becomes of that; what waits only must not go out once more.
OUT = text("""
delete from outbox where message_id = :id and (leased_until is null or leased_by = :by and tries = :tries)
""")
ELSEWHERE = text("""
update outbox set channel_id = :channel where message_id = :id and leased_by = :by and tries = :tries
""")
TAKE_AWAY = text("""
with before as (select channel_id from message where id = :id for update)
update message m set channel_id = :channel,
  data = case when cast(:template as jsonb) is null then m.data - 'template'
    else jsonb_set(m.data, '{template}', cast(:template as jsonb)) end
from before b where m.id = :id
returning m.id, b.channel_id as was_channel, m.channel_id, m.state
""")

MOVE = text("""
update conversation set
  last_channel_id = case when last_id = :message then :channel else last_channel_id end,
  channel_ids = (select array_agg(distinct x order by x) from unnest(channel_ids || cast(:channel as bigint)) x)
where id = :conversation
""")


async def sent(tx: Tx, job: Job, way: Way, what: Sent, *, templated: bool = False) -> None:
    """The provider took it: note to whom it went, learn its names, and apply receipts that overtook us.

    That is so whoever holds it by now: a worker that was taken for dead still knows what it has sent.
    """
    await tx.execute(OUT, job.mine)
    state_now = int(STATES[what.state])
    given = {"state": state_now, "name": what.id, "identity": way.identity_id, "id": job.message_id}
    state = await _counted(tx, (await tx.execute(SENT, given)).one_or_none())
    await chains.sent(tx, job.message_id, job.conversation_id, way.channel_id, templated=templated)
    names = [name for name in (what.id, *what.aliases) if name]
    values = [{"channel_id": way.channel_id, "name": name, "message_id": job.message_id} for name in names]
    if values:
        await tx.execute(insert(MessageName).values(values).on_conflict_do_nothing())
    news = [state_news(job.conversation_id, job.message_id, State(state))] if state is not None else []
    news += await receipts.catch_up(tx, way.channel_id, [what.id, *what.aliases])
    await changes.release(tx, [(way.channel_id, name) for name in names])  # what she put under it before we knew
    await record_all(tx, SYSTEM, news)


async def again(tx: Tx, job: Job, pause: timedelta, why: str = "", problem: str = "", *, strike: bool = False) -> bool:
    """Try once more after ``pause``; meanwhile the message says why it waits. Returns whether it was ours to say.

    ``strike``: it was in vain and nobody said when to come again, so that the next pause is longer.
    """
    if not (await tx.execute(AGAIN, {"pause": pause, "strike": int(strike), **job.mine})).rowcount:
        return False
    values = {"why": why, "problem": problem[:1000]}
    waiting = update(Message).where(Message.id == job.message_id).values(values)
    conversation_id, channel_id = (
        await tx.execute(waiting.returning(Message.conversation_id, Message.channel_id))
    ).one()
    if why:
        await outcomes.retried(tx, channel_id or 0)
        data = {"state": "sending", "why": why}
        await record(tx, SYSTEM, News(Kind.MESSAGE_STATE, conversation_id, job.message_id, data=data))
    else:
        await tx.execute(text("select pg_notify('outbox', '')"))
    return True


async def unsure(tx: Tx, job: Job, problem: str) -> None:
    """The provider may have it: shown as such, never blindly repeated."""
    await _end(tx, job, State.UNSURE, "unsure", problem)


async def failed(tx: Tx, job: Job, why: str, problem: str) -> None:
    """It will not go; the agent sees why and can choose another way."""
    await _end(tx, job, State.FAILED, why, problem)


async def pause(tx: Tx, job: Job, problem: str) -> None:
    """Our credentials are refused: stop the channel, tell the administrators; the message waits."""
    if await again(tx, job, timedelta(), "auth", problem):
        await channels.pause(tx, SYSTEM, job.channel_id, problem)


async def reroute(tx: Tx, job: Job, to_channel: int, why: str, template: Mapping[str, Any] | None = None) -> bool:
    """The message takes another channel, or is said there by a template; the thread says so. Whether it was ours."""
    if not (await tx.execute(ELSEWHERE, {"channel": to_channel, **job.mine})).rowcount:
        return False
    await take_over(tx, job.conversation_id, job.message_id, job.channel_id, to_channel, why, template)
    return True


async def take_over(
    tx: Tx,
    conversation_id: int,
    message_id: int,
    was: int,
    to_channel: int,
    why: str,
    template: Mapping[str, Any] | None,
) -> None:
    """The message stands on another channel from now on."""
    given = {"id": message_id, "channel": to_channel, "template": _json(template)}
    took = (await tx.execute(TAKE_AWAY, given)).one_or_none()
    if took is not None:
        await outcomes.count(tx, [Moved(took.id, took.was_channel, took.state, took.channel_id, took.state)])
    await tx.execute(MOVE, {"conversation": conversation_id, "message": message_id, "channel": to_channel})
    data: dict[str, Any] = {"from": was, "to": to_channel, "why": why}
    data |= {"template": template["name"]} if template else {}
    await record(tx, SYSTEM, News(Kind.MESSAGE_REROUTED, conversation_id, message_id, data=data))


def _json(template: Mapping[str, Any] | None) -> str | None:
    return msgspec.json.encode(template).decode() if template is not None else None


async def _end(tx: Tx, job: Job, state: State, why: str, problem: str) -> None:
    if not (await tx.execute(ENDED, job.mine)).rowcount:
        return
    values = {"id": job.message_id, "state": int(state), "why": why, "problem": problem[:1000]}
    await _counted(tx, (await tx.execute(END, values)).one_or_none())
    await record(tx, SYSTEM, state_news(job.conversation_id, job.message_id, state))


async def _counted(tx: Tx, row: Row[Any] | None) -> int | None:
    """Count what became of a message; returns its state, None when it was left as it was."""
    if row is None:
        return None
    await outcomes.count(tx, [Moved(row.id, row.channel_id, row.was, row.channel_id, row.state)])
    return int(row.state)
