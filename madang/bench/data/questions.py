"""What is asked of the database in the lists, an open conversation, the counts: the house's own queries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import text

from madang.bench.data.asked import Ask
from madang.bench.house import House
from madang.conversations import ledger, profiles, queries, threads
from madang.conversations.queries import View
from madang.conversations.search.asked import Asked
from madang.conversations.search.people import find_customers
from madang.conversations.search.queries import find
from madang.events.record import Actor
from madang.lib import paging
from madang.lib.postgres import Tx
from madang.staff.permissions import Scope, Viewer

NAMES = ("김민서", "미나", "ㅇㅅㅇ", "Mia", "Emma Fox", "customer77@mail.example")
WORDS = ("배송", "refund", "환불 식탁", "tent", "ㅎㅂ", "warranty jacket", "A-2000077", "조립 설명서")
SPRING = datetime(datetime.now(UTC).year, 4, 10, tzinfo=UTC)
STRIDE = 7919  # a prime: neighbours in time are not asked for one after the other


@dataclass(frozen=True, slots=True)
class Questions:
    """Asked by one of the data's agents of ``many`` conversations, the first of which is number ``first``."""

    viewer: Viewer
    first: int
    many: int

    @classmethod
    async def of(cls, house: House, many: int) -> Questions:
        """Of a house that was filled."""
        async with house.ground.database.begin() as tx:
            user = (await tx.execute(text("select min(assignee_id) from conversation"))).scalar_one()
            first = (await tx.execute(text("select min(id) from conversation"))).scalar_one()
        viewer = Viewer(Actor("user", user), "Ada", "lead", Scope(user), user_id=user)
        return cls(viewer, first, many)

    def conversation(self, number: int) -> int:
        """Some conversation; the same number, the same one."""
        return self.first + number * STRIDE % self.many

    def lists(self) -> dict[str, Ask]:
        """A page of each list as the inbox shows it, the first or one far down, and the counts above."""

        def page(view: View) -> Ask:
            async def ask(tx: Tx, _number: int) -> object:
                return await queries.inbox(tx, self.viewer, view)

            return ask

        async def deep(tx: Tx, number: int) -> object:
            return await queries.inbox(tx, self.viewer, "closed", cursor=_long_ago(number))

        async def programs(tx: Tx, number: int) -> object:
            return await queries.list_conversations(tx, self.viewer, cursor=_long_ago(number))

        async def counts(tx: Tx, _number: int) -> object:
            return await queries.counts(tx, self.viewer)

        views: tuple[View, ...] = ("all", "mine", "unassigned", "closed")
        return {view: page(view) for view in views} | {"far down": deep, "every status": programs, "counts": counts}

    def open(self) -> dict[str, Ask]:
        """An open conversation: its row, its messages, and who she is."""

        async def thread(tx: Tx, number: int) -> object:
            row = await queries.one(tx, self.viewer, self.conversation(number))
            return row, await threads.thread(tx, self.viewer, row.id)

        async def customer(tx: Tx, number: int) -> object:
            row = await queries.one(tx, self.viewer, self.conversation(number))
            profile = await profiles.person(tx, self.viewer, row.customer_id)
            return profile, await queries.of_customer(tx, self.viewer, row.customer_id)

        return {"thread": thread, "customer": customer}

    def search(self) -> dict[str, Ask]:
        """What people look for: much said and seldom said, words and numbers, with filters and without."""

        def ask(words: str, **filters: Any) -> Ask:
            async def asked(tx: Tx, number: int) -> object:
                return await find(tx, self.viewer, Asked(words.format(n=2_000_000 + number * STRIDE), **filters))

            return asked

        async def people(tx: Tx, number: int) -> object:
            return await find_customers(tx, self.viewer, NAMES[number % len(NAMES)])

        return {
            "one common word": ask("배송"),
            "two common words": ask("refund tent"),
            "three words": ask("공기청정기 필터 교환"),
            "a beginning": ask("조립 설명"),
            "first letters": ask("ㅎㅂ"),
            "an order number": ask("A-{n}"),
            "no such word": ask("xylophone"),
            "notes about returns": ask("반품", by="note"),
            "open ones of one agent": ask("warranty", status="open", assignee=self.viewer.user_id),
            "a week in spring": ask("jacket", since=SPRING, until=SPRING + timedelta(days=7)),
            "people": people,
        }

    def words(self, times: int) -> list[str]:
        """Questions typed one after another."""
        return [WORDS[number % len(WORDS)] for number in range(times)]

    def figures(self) -> dict[str, Ask]:
        """What a KPI screen shows: the ledger, a month by day, a day by hour, who has how much to do."""

        async def lines(tx: Tx, _number: int) -> object:
            return await ledger.ledger(tx, self.viewer)

        async def month(tx: Tx, _number: int) -> object:
            every = [line.channel_id for line in await ledger.ledger(tx, self.viewer)]
            return await ledger.by_day(tx, every, datetime.now(UTC), "Asia/Seoul")

        async def day(tx: Tx, _number: int) -> object:
            every = [line.channel_id for line in await ledger.ledger(tx, self.viewer)]
            return await ledger.by_hour(tx, every, datetime.now(UTC))

        async def load(tx: Tx, _number: int) -> object:
            return (await tx.execute(LOAD)).all()

        return {"ledger": lines, "a month by day": month, "a day by hour": day, "open by agent": load}


def _long_ago(number: int) -> str:
    """A place some weeks or months down a list."""
    return paging.encode((datetime.now(UTC) - timedelta(days=20 + number * 37 % 250), 1))


LOAD = text("""
select assignee_id, count(*), min(last_at), sum(unread) from conversation where status = 'open' group by 1 order by 1
""")
