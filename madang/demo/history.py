"""What happened before today: really said through the channels, then dated back."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select, text

from madang.channels.tally import fold
from madang.conversations import actions
from madang.conversations.models import Message, Outbox
from madang.demo.company import Company
from madang.demo.hands import Mail, Street
from madang.demo.story import Matter, Story
from madang.ground import Ground
from madang.staff.permissions import Viewer

PATIENCE = 30  # seconds for one message to come in or go out

# The demo's only way around the verbs: nothing can be said yesterday, so what was said now is dated back.
DATE_MESSAGES = text("update message set at = :at where id = :id")
DATE_CONVERSATION = text("""
update conversation set created_at = :first, last_at = :last, tags = :tags, assignee_id = :assignee,
  status = :status, closed_at = case when :status = 'closed' then cast(:last as timestamptz) end where id = :id
""")
DATE_CUSTOMER = text("""
update customer set created_at = least(created_at, cast(:first as timestamptz) - interval '40 days')
where id = (select customer_id from conversation where id = :id)
""")

# The ledger's hours follow: each delivery counts when its message was said. Nothing is appended meanwhile.
ALONE = (text("select pg_advisory_xact_lock(7310)"), text("lock table tally in exclusive mode"))
HOURS = text("""
with seen as (
  select e.channel_id, w.what, coalesce((select min(m.at) from message m where m.envelope_id = e.id), e.at) as at
  from envelope e cross join lateral (values (1), (e.state + 2)) w(what) where w.what in (1, 3, 4, 5)
  union all select channel_id, case state when 2 then 7 when 9 then 8 else 6 end, at from message
  where direction = 'out' and state in (2, 3, 4, 5, 9) and channel_id is not null),
gone as (delete from tally_hour where what not in (2, 9)),
newest as (
  update tally_total t set last_at = n.at
  from (select channel_id, what, max(at) as at from seen group by 1, 2) n
  where t.channel_id = n.channel_id and t.what = n.what)
select channel_id, what, date_trunc('hour', at, 'UTC') as hour, count(*) as n from seen group by 1, 2, 3
""")
ADD = text("insert into tally_hour (channel_id, what, hour, n, gone) values (:channel_id, :what, :hour, :n, 0)")


async def tell(ground: Ground, street: Street, company: Company, story: Story, matter: Matter) -> None:
    """Play one matter and date it back."""
    hand = street.hand(company, matter.brand, matter.by, story.people[matter.who])
    agent = company.agents[matter.agent or "Ada"]
    conversation, said = 0, []
    for number, line in enumerate(matter.lines):
        kind, _, words = line.partition(": ")
        before = await _newest(ground)
        if kind == "in":
            if isinstance(hand, Mail):
                await hand.catch_up()
            await hand.say(words, matter.subject if number == 0 else "")
            conversation, message = await _arrived(ground, before, words)
        else:
            message = await _answer(ground, agent, conversation, kind, words)
        said.append(message)
    await _date_back(ground, matter, conversation, said, agent if matter.agent else None)
    await follow(ground)


async def follow(ground: Ground) -> None:
    """Let the ledger's graphs show what was said on the days on which it was said."""
    async with ground.database.begin() as tx:
        for statement in ALONE:
            await tx.execute(statement)
        while await fold(tx):
            pass
        hours = (await tx.execute(HOURS)).mappings().all()
        if hours:
            await tx.execute(ADD, [dict(row) for row in hours])


async def _newest(ground: Ground) -> int:
    async with ground.database.begin() as tx:
        return int((await tx.execute(select(func.coalesce(func.max(Message.id), 0)))).scalar_one())


async def _arrived(ground: Ground, before: int, words: str) -> tuple[int, int]:
    """The message that holds these words: meanwhile somebody may already play with the phone."""
    begins = words.strip().split("\n")[0][:40]
    query = select(Message.conversation_id, Message.id).where(Message.id > before, Message.direction == "in")
    query = query.where(Message.text.contains(begins, autoescape=True))
    async with asyncio.timeout(PATIENCE):
        while True:
            async with ground.database.begin() as tx:
                row = (await tx.execute(query.order_by(Message.id).limit(1))).one_or_none()
            if row is not None:
                return row.conversation_id, row.id
            await asyncio.sleep(0.05)


async def _answer(ground: Ground, agent: Viewer, conversation: int, kind: str, words: str) -> int:
    async with ground.database.begin() as tx:
        if kind == "note":
            return await actions.note(tx, agent, conversation, text=words)
        message = await actions.reply(tx, agent, conversation, text=words)
    async with asyncio.timeout(PATIENCE):
        while True:
            async with ground.database.begin() as tx:
                if not (await tx.execute(select(Outbox.message_id).where(Outbox.message_id == message))).first():
                    return message
            await asyncio.sleep(0.05)


async def _date_back(ground: Ground, matter: Matter, conversation: int, said: list[int], agent: Viewer | None) -> None:
    began = datetime.now(UTC) - timedelta(hours=matter.ago)
    step = timedelta(hours=min(0.4, matter.ago / (len(said) + 1)))
    async with ground.database.begin() as tx:
        for number, message in enumerate(said):
            await tx.execute(DATE_MESSAGES, {"at": began + step * number, "id": message})
        given = {
            "id": conversation,
            "first": began,
            "last": began + step * (len(said) - 1),
            "tags": matter.tags,
            "assignee": agent.user_id if agent else None,
            "status": matter.status,
        }
        await tx.execute(DATE_CONVERSATION, given)
        await tx.execute(DATE_CUSTOMER, {"id": conversation, "first": began})
