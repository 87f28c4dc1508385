"""When one door does not lead to her the next of the chain is tried, one at a time, until she has it."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlalchemy import text

from madang.channels import templates
from madang.channels.connector import Cap, KnownTemplate, Outbound, SendError, Sent
from madang.channels.registry import get
from madang.conversations import actions, delivery
from madang.conversations.actions.chains import StepGiven
from madang.conversations.doors import advancing
from madang.conversations.threading import Policy
from madang.lib.errors import NotFound, Refused
from madang.staff.permissions import NotPermitted, Viewer
from madang.tests import cast
from madang.tests.cast import Yard

pytestmark = pytest.mark.slow  # the house in small; the quick suite has its time

BODY = "#{name}님, 답변이 도착했어요: #{words}"


@dataclass
class Doors:
    """Three doors of Haneul; each takes what it is given, or refuses as it is told."""

    yard: Yard
    ada: Viewer
    ids: list[int]
    sent: list[tuple[int, str, str]] = field(default_factory=list)  # (which door, words, template)
    refusals: dict[int, deque[str]] = field(default_factory=dict)

    async def send(self, channel_id: int, out: Outbound) -> Sent:
        place = self.ids.index(channel_id)
        if self.refusals.get(place):
            why: Any = self.refusals[place].popleft()
            raise SendError(why, f"refused: {why}")
        self.sent.append((place, out.text, out.template.id if out.template else ""))
        return Sent(f"{place}-{out.key}")

    def refuse(self, place: int, *why: str) -> None:
        self.refusals.setdefault(place, deque()).extend(why)

    async def chain(self, *steps: StepGiven) -> None:
        root = await cast.agent(self.yard.ground, "Root", "administrator")
        async with self.yard.ground.database.begin() as tx:
            await actions.set_chain(tx, root, self.yard.brand_id, steps)

    async def template(self, place: int, **more: Any) -> int:
        given = {"id": "t1", "name": "answer", "body": BODY, "state": "approved", "places": ("name", "words")} | more
        async with self.yard.ground.database.begin() as tx:
            await templates.keep(tx, self.ids[place], [KnownTemplate(**given)])
            return (await templates.of_channel(tx, self.ids[place]))[0].id

    async def answer(self, words: str, place: int = 0) -> int:
        async with self.yard.ground.database.begin() as tx:
            return await actions.reply(tx, self.ada, 1, text=words, channel_id=self.ids[place])

    async def go(self) -> None:
        """Deliver and advance until nothing moves."""
        for _round in range(10):
            moved = await delivery.deliver(self.yard.ground, self.yard.book, "w")
            if not moved + await advancing.advance(self.yard.ground):
                return

    async def receipt(self, place: int, message: int, state: str) -> None:
        ((key,),) = await self.rows("select client_key::text from message where id = :id", id=message)
        told = {"type": "receipt", "id": f"{place}{state}", "about": f"{place}-{key}", "state": state}
        await self.yard.put({**told, "at": "2026-11-22T01:02:03Z"}, channel_id=self.ids[place])
        await self.yard.take_in()

    async def rows(self, query: str, **given: Any) -> Sequence[tuple[Any, ...]]:
        async with self.yard.ground.database.begin() as tx:
            return [tuple(row) for row in await tx.execute(text(query), given)]

    async def later(self) -> None:
        async with self.yard.ground.database.begin() as tx:
            await tx.execute(text("update chain_run set due = now() where due is not null"))


@pytest.fixture
async def doors(yard: Yard, monkeypatch: pytest.MonkeyPatch) -> Doors:
    others = [(await cast.channel(yard.ground, yard.brand_id)).id for _ in range(2)]
    made = Doors(yard, await cast.agent(yard.ground), [yard.channel.id, *others])
    monkeypatch.setattr(get("api"), "send", lambda connector, out: made.send(connector.config.id, out))
    monkeypatch.setattr(get("api"), "caps", get("api").caps & ~Cap.IDEMPOTENT | Cap.TEMPLATE)
    for channel_id in made.ids:
        await yard.put(cast.message("안녕하세요", kind="email"), channel_id=channel_id)
        await yard.take_in()
    return made


async def test_the_chain_goes_on_door_by_door_and_the_thread_says_so(doors: Doors) -> None:
    alim = await doors.template(1)
    values = {"name": "{name}", "words": "{text}"}
    await doors.chain(StepGiven(doors.ids[1], alim, values), StepGiven(doors.ids[2]))
    doors.refuse(0, "window")
    doors.refuse(1, "blocked")
    await doors.answer("내일 도착해요")
    await doors.go()
    assert doors.sent == [(2, "내일 도착해요", "")]
    told = await doors.rows(
        "select data ->> 'why', data ->> 'template' from event where kind = 'message.rerouted' order by id"
    )
    assert told == [("window", "answer"), ("blocked", None)]
    assert await doors.rows("select count(*) from message where direction = 'out'") == [(1,)]


async def test_by_template_she_reads_the_template_with_its_places_filled(doors: Doors) -> None:
    alim = await doors.template(1)
    await doors.chain(StepGiven(doors.ids[1], alim, {"name": "{name}", "words": "{text} {link}"}))
    doors.refuse(0, "window")
    await doors.answer("내일 도착해요")
    await doors.go()
    ((_, words, template),) = doors.sent
    assert words.startswith("미나님, 답변이 도착했어요: 내일 도착해요 http")
    assert template == "t1"
    assert await doors.rows("select count(*) from carry") == [(1,)]
    assert await doors.rows("select text from message where direction = 'out'") == [("내일 도착해요",)]


async def test_where_no_receipt_comes_the_next_door_is_tried_and_never_two_at_once(doors: Doors) -> None:
    await doors.chain(StepGiven(doors.ids[0], wait=10), StepGiven(doors.ids[1], wait=5), StepGiven(doors.ids[2]))
    await doors.answer("안녕!")
    await doors.go()
    assert [place for place, *_ in doors.sent] == [0]
    await doors.later()
    await doors.go()
    assert [place for place, *_ in doors.sent] == [0, 1]
    await doors.go()
    assert len(doors.sent) == 2
    await doors.later()
    await doors.go()
    assert [place for place, *_ in doors.sent] == [0, 1, 2]
    assert await doors.rows("select count(*) from chain_run") == [(0,)]


async def test_a_receipt_ends_the_chain(doors: Doors) -> None:
    await doors.chain(StepGiven(doors.ids[0], wait=10), StepGiven(doors.ids[1]))
    message = await doors.answer("안녕!")
    await doors.go()
    await doors.receipt(0, message, "delivered")
    await doors.later()
    await doors.go()
    assert len(doors.sent) == 1
    assert await doors.rows("select count(*) from chain_run") == [(0,)]


async def test_a_late_receipt_stops_what_waits_for_the_next_door(doors: Doors) -> None:
    await doors.chain(StepGiven(doors.ids[0], wait=10), StepGiven(doors.ids[1]))
    message = await doors.answer("안녕!")
    await doors.go()
    await doors.later()
    await advancing.advance(doors.yard.ground)
    assert await doors.rows("select channel_id from outbox") == [(doors.ids[1],)]
    await doors.receipt(0, message, "read")
    await doors.go()
    assert len(doors.sent) == 1
    assert await doors.rows("select state from message where direction = 'out'") == [(5,)]


async def test_a_receipt_that_says_it_failed_tries_the_next_door(doors: Doors) -> None:
    await doors.chain(StepGiven(doors.ids[1]))
    message = await doors.answer("안녕!")
    await doors.go()
    await doors.receipt(0, message, "failed")
    await doors.go()
    assert [place for place, *_ in doors.sent] == [0, 1]
    assert await doors.rows("select state, channel_id from message where direction = 'out'") == [(3, doors.ids[1])]


async def test_what_may_have_reached_her_goes_nowhere_else(doors: Doors) -> None:
    await doors.chain(StepGiven(doors.ids[0], wait=1), StepGiven(doors.ids[1]))
    doors.refuse(0, "unsure")
    await doors.answer("안녕!")
    await doors.go()
    await doors.later()
    await doors.go()
    assert doors.sent == []
    assert await doors.rows("select state from message where direction = 'out'") == [(2,)]


async def test_at_the_end_of_the_chain_it_fails_and_says_why(doors: Doors) -> None:
    await doors.chain(StepGiven(doors.ids[1]))
    doors.refuse(0, "window")
    doors.refuse(1, "invalid")
    await doors.answer("안녕!")
    await doors.go()
    assert await doors.rows("select state, why from message where direction = 'out'") == [(9, "invalid")]


async def test_a_template_that_was_taken_back_is_passed_over(doors: Doors) -> None:
    alim = await doors.template(1)
    await doors.chain(StepGiven(doors.ids[1], alim, {"name": "{name}", "words": "{text}"}), StepGiven(doors.ids[2]))
    await doors.template(1, state="rejected")
    doors.refuse(0, "window")
    await doors.answer("안녕!")
    await doors.go()
    assert [place for place, *_ in doors.sent] == [2]


async def test_who_may_set_a_chain_and_what_it_may_hold(doors: Doors) -> None:
    alim = await doors.template(1)
    other = await cast.channel(doors.yard.ground, await cast.brand(doors.yard.ground, "Juniper"))
    for step in (
        StepGiven(other.id),
        StepGiven(doors.ids[1], alim, {"name": "{name}"}),
        StepGiven(doors.ids[2], alim, {"name": "a", "words": "b"}),
        StepGiven(doors.ids[2], 999),
        StepGiven(doors.ids[2], wait=-1),
        StepGiven(doors.ids[0]),
    ):
        with pytest.raises(Refused) as caught:
            await doors.chain(StepGiven(doors.ids[0]), step)
        assert caught.value.field == "step-1"
        async with doors.yard.ground.database.begin() as tx:
            await tx.execute(text("delete from \"user\" where name = 'Root'"))
    async with doors.yard.ground.database.begin() as tx:
        with pytest.raises(NotPermitted):
            await actions.set_chain(tx, doors.ada, doors.yard.brand_id, [])


async def test_of_a_brand_that_one_does_not_see_one_says_nothing(doors: Doors) -> None:
    lea = await cast.agent(doors.yard.ground, "Lea", "administrator", brands=frozenset({424242}))
    async with doors.yard.ground.database.begin() as tx:
        with pytest.raises(NotFound):
            await actions.set_chain(tx, lea, doors.yard.brand_id, [])
        with pytest.raises(NotFound):
            await actions.set_threading(tx, lea, doors.yard.brand_id, Policy())


async def test_a_chain_that_failed_at_every_door_ends_and_does_not_begin_again(doors: Doors) -> None:
    await doors.chain(StepGiven(doors.ids[1]), StepGiven(doors.ids[2]))
    message = await doors.answer("안녕!")
    for place in (0, 1, 2):
        await doors.go()
        await doors.receipt(place, message, "failed")
    await doors.go()
    assert [place for place, *_ in doors.sent] == [0, 1, 2]
    assert await doors.rows("select state, channel_id from message where direction = 'out'") == [(9, doors.ids[2])]
    assert await doors.rows("select count(*) from chain_run") == [(0,)]
