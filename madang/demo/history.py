"""What happened before today: really said through the channels, then dated back."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select, text

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
            conversation, message = await _arrived(ground, before)
        else:
            message = await _answer(ground, agent, conversation, kind, words)
        said.append(message)
    await _date_back(ground, matter, conversation, said, agent if matter.agent else None)


async def _newest(ground: Ground) -> int:
    async with ground.database.begin() as tx:
        return int((await tx.execute(select(func.coalesce(func.max(Message.id), 0)))).scalar_one())


async def _arrived(ground: Ground, before: int) -> tuple[int, int]:
    query = select(Message.conversation_id, Message.id).where(Message.id > before, Message.direction == "in")
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
