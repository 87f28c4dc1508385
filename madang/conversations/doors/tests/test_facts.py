"""What comes in beside words: reactions, echoes, presses, barred doors, earlier versions, and links from elsewhere."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from madang.channels.connector import Delivery, Inbound, Kind, Party
from madang.channels.store import pack, store
from madang.connectors.api.connector import Api
from madang.conversations import marks
from madang.conversations.doors import carries
from madang.tests import cast
from madang.tests.cast import Yard

MINA = Party(Kind.SCOPED, "u-mina", "미나")
AT = datetime(2026, 11, 22, 1, 2, 3, tzinfo=UTC)
HELLO = Inbound("message", "m1", AT, MINA, text="안녕하세요")

Says = Callable[..., Awaitable[None]]


@pytest.fixture
def says(yard: Yard, monkeypatch: pytest.MonkeyPatch) -> Says:
    """A provider says these facts, in order; each is a delivery of its own."""
    facts: dict[str, Inbound] = {}
    monkeypatch.setattr(Api, "bars", True)
    monkeypatch.setattr(Api, "parse", lambda _self, delivery: [facts[delivery.key]])

    async def say(*some: Inbound, channel_id: int = 0) -> None:
        for one in some:
            key = f"{len(facts)}"
            facts[key] = one
            packed = await pack(yard.ground.files, channel_id or yard.channel.id, Delivery(key, "s", b"{}", {}))
            async with yard.ground.database.begin() as tx:
                await store(tx, [packed])
        await yard.take_in()

    return say


async def rows(yard: Yard, query: str, **given: Any) -> list[Any]:
    async with yard.ground.database.begin() as tx:
        return [tuple(row) for row in await tx.execute(text(query), given)]


async def test_a_reaction_stands_under_its_message_and_can_be_taken_back(yard: Yard, says: Says) -> None:
    await says(HELLO, Inbound("reaction", "r1", AT, MINA, text="❤️", about="m1"))
    assert await rows(yard, "select who, emoji from message_reaction") == [("customer", "❤️")]
    later = AT + timedelta(seconds=5)
    await says(Inbound("reaction", "r2", later, MINA, text="👍", about="m1"))
    await says(Inbound("reaction", "r0", AT - timedelta(seconds=5), MINA, text="😡", about="m1"))
    async with yard.ground.database.begin() as tx:
        ((number,),) = (await tx.execute(text("select id from message"))).all()
        assert await marks.of(tx, [number]) == {number: [("👍", "customer")]}
    await says(Inbound("reaction", "r3", later, MINA, text="", about="m1"))
    assert await rows(yard, "select 1 from message_reaction") == []


async def test_a_reaction_that_comes_before_its_message_waits_for_it(yard: Yard, says: Says) -> None:
    await says(Inbound("reaction", "r1", AT, MINA, text="❤️", about="m1"))
    assert await rows(yard, "select state from envelope") == [(2,)]
    await says(HELLO)
    assert await rows(yard, "select emoji from message_reaction") == [("❤️",)]


async def test_what_our_side_wrote_elsewhere_stands_as_an_answer_once(yard: Yard, says: Says) -> None:
    echo = Inbound("echo", "e1", AT, MINA, text="네, 도와드릴게요", data={"author": "민지"})
    await says(HELLO, echo, replace(echo))
    found = await rows(yard, "select direction, text, author, state, data ->> 'echo' from message order by id")
    assert found[1:] == [("out", "네, 도와드릴게요", "민지", 3, "true")]
    assert await rows(yard, "select unread, last_direction, messages from conversation") == [(0, "out", 2)]


async def test_an_echo_of_what_we_sent_ourselves_is_no_second_message(yard: Yard, says: Says) -> None:
    from madang.conversations import actions

    ada = await cast.agent(yard.ground)
    await says(HELLO)
    async with yard.ground.database.begin() as tx:
        await actions.reply(tx, ada, 1, text="내일 도착해요")
        await tx.execute(text("update message set state = 3 where direction = 'out'"))
    await says(Inbound("echo", "provider-7", AT, MINA, text="내일 도착해요"))
    assert await rows(yard, "select count(*) from message where direction = 'out'") == [(1,)]
    assert await rows(yard, "select count(*) from message_name where name = 'provider-7'") == [(1,)]


async def test_a_pressed_button_is_said(yard: Yard, says: Says) -> None:
    await says(Inbound("postback", "p1", AT, MINA, text="교환", data={"postback": "exchange"}))
    assert await rows(yard, "select text, data ->> 'postback' from message") == [("교환", "exchange")]


async def test_a_barred_door_is_known_until_she_writes_again(yard: Yard, says: Says) -> None:
    await says(HELLO, Inbound("consent", "c1", AT, MINA, reach="blocked"))
    assert await rows(yard, "select blocked_at is not null, closed_at from reach") == [(True, None)]
    assert await rows(yard, "select count(*) from event where kind = 'door.barred'") == [(1,)]
    await says(Inbound("consent", "c2", AT, MINA, reach="blocked"))
    assert await rows(yard, "select count(*) from event where kind = 'door.barred'") == [(1,)]
    await says(replace(HELLO, id="m2"))
    assert await rows(yard, "select 1 from reach") == []


async def test_a_session_that_ended_and_began_again(yard: Yard, says: Says) -> None:
    await says(HELLO, Inbound("session", "s1", AT, MINA, reach="closed"))
    assert await rows(yard, "select closed_at is not null, blocked_at from reach") == [(True, None)]
    await says(Inbound("session", "s2", AT, MINA, reach="open"))
    assert await rows(yard, "select closed_at from reach") == [(None,)]


async def test_earlier_versions_are_kept_until_she_takes_it_back(yard: Yard, says: Says) -> None:
    def edit(number: int, words: str) -> Inbound:
        return Inbound("edit", f"x{number}", AT + timedelta(minutes=number), MINA, text=words, about="m1")

    await says(HELLO, edit(1, "안녕!"), edit(2, "안녕하신가요"))
    assert await rows(yard, "select text from message_version order by at") == [("안녕하세요",), ("안녕!",)]
    await says(Inbound("delete", "d1", AT + timedelta(minutes=3), MINA, about="m1"))
    assert await rows(yard, "select 1 from message_version") == []


async def test_orders_and_topic_say_what_a_matter_is_about(yard: Yard, says: Says) -> None:
    await says(replace(HELLO, data={"orders": ["A-1"], "topic": "refund"}))
    await says(replace(HELLO, id="m2", data={"orders": ["A-1", "A-2"]}))
    await says(replace(HELLO, id="m3", data={"orders": ["B-9"]}))
    found = await rows(yard, "select topic, orders, messages from conversation order by id")
    assert found == [("refund", ["A-1", "A-2"], 2), ("", ["B-9"], 1)]


async def _offered(yard: Yard, conversation: int, customer: int) -> str:
    code = carries.new_code()
    async with yard.ground.database.begin() as tx:
        await carries.keep(tx, code, conversation, customer, "user:1")
    return code


async def test_by_a_link_she_goes_on_at_another_door_as_who_she_is(yard: Yard, says: Says) -> None:
    line = (await cast.channel(yard.ground, yard.brand_id)).id
    await says(replace(HELLO, party=Party(Kind.EMAIL, "mina@naver.example", "미나")))
    code = await _offered(yard, 1, 1)
    new = Party(Kind.SCOPED, "line-77", "mina 🌸")
    await says(Inbound("message", "l1", AT, new, text="저예요", carry=code), channel_id=line)
    assert await rows(yard, "select id, messages from conversation") == [(1, 2)]
    assert await rows(yard, "select count(*), count(distinct customer_id) from identity") == [(2, 1)]
    assert await rows(yard, "select conversation_id from event where kind = 'carry.used'") == [(1,)]


async def test_who_only_opens_the_chat_by_a_link_is_known_at_her_first_words_of_the_same_batch(
    yard: Yard, says: Says
) -> None:
    talk = (await cast.channel(yard.ground, yard.brand_id)).id
    await says(replace(HELLO, party=Party(Kind.EMAIL, "mina@naver.example", "미나")))
    code = await _offered(yard, 1, 1)
    new = Party(Kind.SCOPED, "talk-77")
    opens = Inbound("session", "o1", AT, new, reach="open", carry=code)
    await says(opens, Inbound("message", "t1", AT, new, text="저예요"), channel_id=talk)
    assert await rows(yard, "select id, messages from conversation") == [(1, 2)]


async def test_a_link_is_good_once_and_for_a_day_and_for_its_own_brand(yard: Yard, says: Says) -> None:
    other = await cast.channel(yard.ground, await cast.brand(yard.ground, "Juniper"))
    await says(replace(HELLO, party=Party(Kind.EMAIL, "mina@naver.example", "미나")))
    code = await _offered(yard, 1, 1)
    stranger = Inbound("message", "l1", AT, Party(Kind.SCOPED, "x1"), text="hi", carry=code)
    await says(stranger, channel_id=other.id)
    assert await rows(yard, "select used_at from carry") == [(None,)]
    await says(replace(stranger, id="l2", party=Party(Kind.SCOPED, "x2")))
    await says(replace(stranger, id="l3", party=Party(Kind.SCOPED, "x3")))
    assert await rows(yard, "select customer_id from identity where value = 'x2'") == [(1,)]
    assert await rows(yard, "select count(distinct customer_id) from identity where value in ('x1', 'x3')") == [(2,)]
    late = await _offered(yard, 1, 1)
    async with yard.ground.database.begin() as tx:
        await tx.execute(text("update carry set expires_at = now() - interval '1 second' where used_at is null"))
    await says(replace(stranger, id="l4", party=Party(Kind.SCOPED, "x4"), carry=late))
    assert await rows(yard, "select count(*) from identity where value = 'x4' and customer_id = 1") == [(0,)]


async def test_whom_only_that_messenger_knew_turns_out_to_be_her(yard: Yard, says: Says) -> None:
    line = (await cast.channel(yard.ground, yard.brand_id)).id
    old = Party(Kind.SCOPED, "line-77", "mina 🌸")
    await says(Inbound("message", "l0", AT, old, text="예전 문의"), channel_id=line)
    await says(replace(HELLO, party=Party(Kind.EMAIL, "mina@naver.example", "미나")))
    code = await _offered(yard, 2, 2)
    await says(Inbound("message", "l1", AT, old, text="저예요", carry=code), channel_id=line)
    assert await rows(yard, "select count(distinct customer_id) from identity") == [(1,)]
    assert await rows(yard, "select messages from conversation where id = 2") == [(2,)]


async def test_a_forged_mail_makes_nobodys_address_anothers(yard: Yard, says: Says) -> None:
    await says(HELLO)
    code = await _offered(yard, 1, 1)
    victim = Party(Kind.EMAIL, "victim@mail.example", "Victim")
    await says(Inbound("message", "f1", AT, victim, text="hi", carry=code))
    assert await rows(yard, "select customer_id = 1 from identity where value = 'victim@mail.example'") == [(False,)]
    assert await rows(yard, "select used_at from carry") == [(None,)]


async def test_two_who_are_each_somebody_are_not_made_one_by_a_link(yard: Yard, says: Says) -> None:
    mia = Party(Kind.PHONE, "+821099998888", "Mia")
    await says(replace(HELLO, party=Party(Kind.PHONE, "+821012345678", "미나")))
    await says(replace(HELLO, id="m2", party=mia))
    code = await _offered(yard, 1, 1)
    await says(Inbound("message", "m3", AT, mia, text="hi", carry=code))
    assert await rows(yard, "select count(distinct customer_id) from identity") == [(2,)]
    assert await rows(yard, "select reason from suggestion") == [("conflict",)]
