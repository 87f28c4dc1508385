"""Order and once, against a model: repeats, early edits, late receipts, many workers, two webhooks in one millisecond.

Hypothesis chooses what happens and in which order; a few lines of Python say what must be true afterwards.
"""

from __future__ import annotations

import asyncio
import secrets
import tempfile
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, rule, run_state_machine_as_test
from sqlalchemy import text

from madang.channels.book import Book
from madang.channels.connector import Sent
from madang.conversations import actions, settle
from madang.conversations.intake import take_in
from madang.conversations.leases import Job
from madang.conversations.models import State
from madang.conversations.ways import ways
from madang.ground import Ground
from madang.lib.postgres_cluster import NAME
from madang.settings import load
from madang.staff.permissions import Viewer
from madang.tests import cast
from madang.tests.cast import Yard

SENDERS = ("mina@naver.example", "mia@juniper.example", "jun@daum.example")
START = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
RANK = {"sent": State.SENT, "delivered": State.DELIVERED, "read": State.READ, "failed": State.FAILED}

THREADS = text("""
select i.value as who, m.provider_message_id as name, m.text, m.deleted_at is not null as gone, v.id as conversation
from message m join identity i on i.id = m.identity_id join conversation v on v.id = m.conversation_id
where m.direction = 'in' order by m.id
""")
PEOPLE = text("select count(*) from customer")
HELD = text("select reason from envelope where state = 2")
STATES = text("select id, state from message where direction = 'out'")


@dataclass
class Said:
    """A message as its sender sees it."""

    name: str
    who: str
    words: str
    arrived: bool = False
    edits: list[tuple[datetime, int, str]] = field(default_factory=list)  # those that arrived
    gone: bool = False

    def now(self) -> str:
        """What it must say."""
        return "" if self.gone else max(self.edits, default=(START, 0, self.words))[2] if self.edits else self.words


@dataclass
class Answer:
    """A message of ours, and what the provider said of it, in the order in which we heard it."""

    id: int
    name: str
    sent: bool = False
    heard: list[str] = field(default_factory=list)
    early: int = 0  # so many of them before its name was known: they count together, and what proves most wins

    def state(self) -> State:
        """Forward only; failed is the end, unless delivery was proven before."""
        state = State.SENT if self.sent else State.SENDING
        early = sorted(self.heard[: self.early], key=lambda one: 3.5 if one == "failed" else RANK[one])
        for word in early[-1:] + self.heard[self.early :]:
            said = RANK[word]
            if state != State.FAILED and said > state and not (word == "failed" and state >= State.DELIVERED):
                state = said
        return state


class House(RuleBasedStateMachine):
    """A yard with a channel of one's own; everything goes in by the door and is taken in by one or more workers."""

    said = Bundle("said")
    answers = Bundle("answers")
    template = ""

    def __init__(self) -> None:
        super().__init__()
        self.run = asyncio.Runner()
        self.order: dict[str, list[Said]] = {}
        self.out: list[Answer] = []
        self.number = 0

    @initialize()
    def open(self) -> None:
        self.yard, self.ada, self.database = self.run.run(self._open())

    async def _open(self) -> tuple[Yard, Viewer, str]:
        name = f"t{secrets.token_hex(8)}"
        server = await asyncpg.connect(self.template, database="postgres")
        await server.execute(f"create database {name} template {NAME} strategy file_copy")
        await server.close()
        given = load({}, data=Path(tempfile.mkdtemp()) / "data", secret_key="k" * 32)
        yard = await cast.yard(Ground.open(given, self.template.replace(f"/{NAME}?", f"/{name}?"), pool=10))
        return yard, await cast.agent(yard.ground), name

    def teardown(self) -> None:
        try:
            self.settle()
        finally:
            if hasattr(self, "yard"):
                self.run.run(self._close())
            self.run.close()

    async def _close(self) -> None:
        await self.yard.ground.close()
        server = await asyncpg.connect(self.template, database="postgres")
        await server.execute(f"drop database {self.database} with (force)")
        await server.close()

    def _put(self, *bodies: dict[str, Any], keys: tuple[str, ...] = ()) -> None:
        async def put() -> None:
            given = keys or tuple("" for _ in bodies)
            await asyncio.gather(*(self.yard.put(body, key=key) for body, key in zip(bodies, given, strict=True)))

        self.run.run(put())

    def _next(self) -> int:
        self.number += 1
        return self.number

    def _arrive(self, one: Said) -> None:
        if not one.arrived:
            one.arrived = True
            self.order.setdefault(one.who, []).append(one)

    @rule(target=said, who=st.sampled_from(SENDERS))
    def write(self, who: str) -> Said:
        """Somebody writes; it has not reached us yet."""
        number = self._next()
        return Said(f"m{number}", who, f"words {number}")

    @rule(one=said, same_key=st.booleans())
    def deliver(self, one: Said, same_key: bool) -> None:
        """The provider brings it: the first time, or once more, perhaps as a delivery of its own."""
        key = f"k-{one.name}" if same_key else ""
        self._put(_message(one), keys=(key,))
        self._arrive(one)

    @rule(first=said, second=said)
    def at_once(self, first: Said, second: Said) -> None:
        """Two webhooks in the same millisecond, perhaps of somebody nobody knew."""
        if first.who == second.who and not (first.arrived and second.arrived):
            return  # which of the two is first is for the door to say
        self._put(_message(first), _message(second))
        self._arrive(first)
        self._arrive(second)

    @rule(one=said, minutes=st.integers(1, 9))
    def edit(self, one: Said, minutes: int) -> None:
        """She changes it, perhaps before we have it; edits come late and out of order."""
        number, at = self._next(), START + timedelta(minutes=minutes)
        self._put(_change("edit", one, number, at, text=f"edited {number}"))
        one.edits.append((at, number, f"edited {number}"))

    @rule(one=said)
    def take_back(self, one: Said) -> None:
        """She deletes it, perhaps before we have it."""
        self._put(_change("delete", one, self._next(), START + timedelta(minutes=10)))
        one.gone = True

    @rule(workers=st.integers(1, 3))
    def work(self, workers: int) -> None:
        """One worker takes in a batch, or several at once do."""

        async def work() -> None:
            books = [Book(self.yard.ground) for _ in range(workers)]
            await asyncio.gather(*(take_in(self.yard.ground, book, 11 * place) for place, book in enumerate(books)))

        self.run.run(work())

    @rule(target=answers, one=said)
    def answer(self, one: Said) -> Answer:
        """Ada answers whoever has written; nothing was sent yet."""
        number = self.run.run(self._answer(one.who))
        made = Answer(number, f"p{number}")
        if number:
            self.out.append(made)
        return made

    async def _answer(self, who: str) -> int:
        async with self.yard.ground.database.begin() as tx:
            found = [row.conversation for row in await tx.execute(THREADS) if row.who == who]
            return await actions.reply(tx, self.ada, found[-1], text="Hello!") if found else 0

    @rule(one=answers)
    def send(self, one: Answer) -> None:
        """The provider takes it and gives it a name; receipts may have been quicker."""
        if one.id and not one.sent:
            self.run.run(self._send(one))
            one.sent, one.early = True, len(one.heard)

    async def _send(self, one: Answer) -> None:
        database = self.yard.ground.database
        async with database.begin() as tx:
            row = (await tx.execute(text("select conversation_id from message where id = :id"), {"id": one.id})).one()
            way = (await ways(tx, row.conversation_id))[0]
            job = Job(one.id, row.conversation_id, way.channel_id, 1)
            await tx.execute(text("update message set state = 1 where id = :id"), {"id": one.id})
        async with database.begin() as tx:
            await settle.sent(tx, job, way, Sent(one.name))

    @rule(one=answers, state=st.sampled_from(sorted(RANK)), again=st.booleans())
    def receipt(self, one: Answer, state: str, again: bool) -> None:
        """What became of it: early, late, twice, in any order."""
        if not one.id:
            return
        for _ in range(1 + again):
            body = {"type": "receipt", "id": f"r{self._next()}", "about": one.name, "state": state}
            self._put({**body, "at": START.isoformat()})
        one.heard.append(state)
        self.settle()  # the order in which receipts are taken in is the order in which they count

    def settle(self) -> None:
        """Let everything come in."""

        async def drain() -> None:
            while await take_in(self.yard.ground, self.yard.book, 0):
                pass

        if hasattr(self, "yard"):
            self.run.run(drain())
            self.run.run(self._judge())

    async def _judge(self) -> None:
        async with self.yard.ground.database.begin() as tx:
            rows = (await tx.execute(THREADS)).all()
            people = (await tx.execute(PEOPLE)).scalar_one()
            held = list((await tx.execute(HELD)).scalars())
            states = {row.id: State(row.state) for row in await tx.execute(STATES)}
        assert {row.who for row in rows} == set(self.order)
        for who, expected in self.order.items():
            mine = [row for row in rows if row.who == who]
            assert [row.name for row in mine] == [one.name for one in expected], "in order, each once"
            assert [row.text for row in mine] == [one.now() for one in expected]
            assert len({row.conversation for row in mine}) == 1, "one matter"
        assert people == len(self.order), "nobody is made twice"
        assert all(reason.startswith("waits for message") for reason in held)
        for one in self.out:
            if one.sent:
                assert states[one.id] == one.state()


def _message(one: Said) -> dict[str, Any]:
    sender = {"kind": "email", "value": one.who, "name": one.who.split("@")[0]}
    return {"type": "message", "id": one.name, "at": START.isoformat(), "from": sender, "text": one.words}


def _change(kind: str, one: Said, number: int, at: datetime, **more: str) -> dict[str, Any]:
    body = {**_message(one), "type": kind, "id": f"e{number}", "about": one.name, "at": at.isoformat(), **more}
    return body if kind == "edit" else {key: value for key, value in body.items() if key != "text"}


def _try(template: str, examples: int, steps: int) -> None:
    House.template = template
    suppressed = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
    given = settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        suppress_health_check=suppressed,
        print_blob=True,
    )
    run_state_machine_as_test(House, settings=given)


def test_whatever_happens_in_whatever_order(template: str) -> None:
    _try(template, 8, 25)


@pytest.mark.slow
def test_whatever_happens_at_length(template: str) -> None:
    _try(template, 100, 60)
