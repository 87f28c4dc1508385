"""The simulators of form, board and counter go the way a customer goes; demo and practice use nothing else."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import text

from madang.channels.playing import Shown, Undelivered
from madang.channels.registry import fields, simulator
from madang.channels.setup import fill
from madang.ground import Ground
from madang.portal import once
from madang.portal.tests.rooms import Room
from madang.portal.tests.site import Doors, eventually, serving
from madang.staff.tests.people import cheap_passwords
from madang.tests import cast

pytestmark = pytest.mark.slow  # the house in small; the quick suite has its time

SAID = "select m.text, m.conversation_id, m.deleted_at from message m where direction = 'in' order by m.id"


@pytest.fixture
async def house(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[tuple[Doors, str, int]]:
    monkeypatch.setattr(once, "QUICKEST", 0.0)
    with cheap_passwords():
        brand_id = await cast.brand(ground)
        async with serving(ground) as (doors, url):
            yield doors, url, brand_id


async def played(
    ground: Ground, house: tuple[Doors, str, int], name: str, monkeypatch: pytest.MonkeyPatch
) -> tuple[Room, Any]:
    """A channel set up by the simulator's own form, and a person at it."""
    doors, url, brand_id = house
    module = simulator(name)
    if hasattr(module, "PAUSE"):
        monkeypatch.setattr(module, "PAUSE", 0)
    made = module.Simulator()
    settings, secrets = fill(fields(name), made.form())
    channel = await cast.channel(ground, brand_id, name, settings, secrets)
    return Room(ground, doors, url, brand_id, channel), made.person(f"{url}/hooks/{channel.key}")


async def test_a_form_is_sent_and_answered(
    ground: Ground, house: tuple[Doors, str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    room, mina = await played(ground, house, "form", monkeypatch)
    await mina.say("색이 달라요", [Shown("컵.txt", "text/plain", b"cup")])
    ((_text, conversation, _gone),) = await eventually(lambda: room.rows(SAID))
    await room.answer(await cast.agent(ground), conversation, "바꿔 드릴게요")
    assert (await mina.sees("바꿔")).text == "바꿔 드릴게요"
    await mina.say("고마워요")
    rows = await eventually(lambda: _two(room))
    assert {row.conversation_id for row in rows} == {conversation}


async def _two(room: Room) -> list[Any]:
    rows = await room.rows(SAID)
    return rows if len(rows) == 2 else []


async def test_a_post_is_written_answered_changed_and_taken_back(
    ground: Ground, house: tuple[Doors, str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    room, mina = await played(ground, house, "board", monkeypatch)
    try:
        bubble = await mina.say("재입고 언제예요?")
        ((_text, conversation, _gone),) = await eventually(lambda: room.rows(SAID))
        await room.answer(await cast.agent(ground), conversation, "다음 주예요")
        await mina.sees("다음 주")
        await mina.do("edit", bubble, "분홍색은요?")
        await eventually(lambda: room.rows(f"select * from ({SAID}) m where text like '%분홍색은요?'"))
        await mina.do("unsend", bubble)
        await eventually(lambda: room.rows(f"select * from ({SAID}) m where deleted_at is not null"))
    finally:
        await mina.close()


async def test_a_till_posts_visits_and_no_other(
    ground: Ground, house: tuple[Doors, str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    room, mina = await played(ground, house, "store_visit", monkeypatch)
    await mina.say("손잡이가 깨졌어요")
    await mina.say("또 왔어요")
    rows = await eventually(lambda: _two(room))
    assert len({row.conversation_id for row in rows}) == 1
    mina._till.secret = "whsec_" + "A" * 43 + "="
    with pytest.raises(Undelivered) as caught:
        await mina.say("누구세요")
    assert caught.value.answer.status == 403
    async with ground.database.begin() as tx:
        assert (await tx.execute(text("select count(*) from customer"))).scalar_one() == 1
