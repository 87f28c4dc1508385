"""A visitor and an agent talk: at once, in order, with states, typing and presence."""

from __future__ import annotations

import httpx
import pytest
from sqlalchemy import select, text

from madang.connectors.webchat.simulator import Visitor
from madang.conversations import queries, ways
from madang.conversations.actions import mark_seen
from madang.conversations.models import Message, State
from madang.events.stream import whisper
from madang.portal.chat import history
from madang.portal.tests.site import Site, eventually
from madang.tests import cast

pytestmark = pytest.mark.slow  # the house in small; the quick suite has its time


async def state_of(site: Site, message: int) -> State:
    async with site.ground.database.begin() as tx:
        return State((await tx.execute(select(Message.state).where(Message.id == message))).scalar_one())


async def test_a_visitor_writes_and_hears_the_answer_at_once(site: Site) -> None:
    ada = await cast.agent(site.ground)
    async with Visitor.at(site.url, site.key, name="미나") as mina:
        await mina.open()
        async with mina.listening():
            number = await mina.say("머그컵 재입고 언제 되나요? 🙂")
            await mina.hears("gap")
            await site.answer(ada, "내일 들어옵니다!")
            answer = await mina.hears("message", dir="out")
        assert (answer["text"], answer["from"]["name"], answer["state"]) == ("내일 들어옵니다!", "Ada", "sent")
        kept = await mina.open()
    assert [one["text"] for one in kept["messages"]] == ["머그컵 재입고 언제 되나요? 🙂", "내일 들어옵니다!"]
    assert kept["messages"][0]["id"] == number
    async with site.ground.database.begin() as tx:
        row = (await queries.inbox(tx, ada, "all")).items[0]
    assert (row.customer_name, row.language, row.channels[0].connector) == ("미나", "ko", "webchat")


async def test_a_message_posted_twice_is_one(site: Site) -> None:
    async with Visitor.at(site.url, site.key) as mina:
        number = await mina.say("once")
        await mina.say("once", id=number)
        await eventually(site.conversations)
        kept = await mina.open()
    assert [one["text"] for one in kept["messages"]] == ["once"]


async def test_what_she_has_and_has_read_reaches_the_desk(site: Site) -> None:
    ada = await cast.agent(site.ground)
    async with Visitor.at(site.url, site.key) as mina:
        await mina.say("hello")
        await eventually(site.conversations)
        await mina.open()
        async with mina.listening():
            message = await site.answer(ada, "Hi!")
            answer = await mina.hears("message", dir="out")
            for said, state in (("delivered", State.DELIVERED), ("read", State.READ), ("delivered", State.READ)):
                await mina.read(answer, said)
                await mina.hears("changed", state=state.name.lower())
                assert await state_of(site, message) == state


async def test_she_sees_how_far_an_agent_has_read(site: Site) -> None:
    ada = await cast.agent(site.ground)
    async with Visitor.at(site.url, site.key) as mina:
        await mina.say("one")
        (conversation,) = await eventually(site.conversations)
        before = await mina.open()
        assert before["seen"] == 0
        async with mina.listening():
            async with site.ground.database.begin() as tx:
                await mark_seen(tx, ada, conversation)
            assert (await mina.hears("seen"))["n"] == before["messages"][0]["n"]
            await mina.say("two")
            await mina.hears("message", text="two")
        assert (await mina.open())["seen"] == before["messages"][0]["n"]


async def test_typing_goes_both_ways_and_is_kept_nowhere(site: Site) -> None:
    heard: list[dict[str, object]] = []
    async with Visitor.at(site.url, site.key) as mina:
        await mina.say("hello")
        (conversation,) = await eventually(site.conversations)
        await mina.open()
        live = site.doors.portal.live

        async def listen(notices: object) -> None:
            heard.extend(notices)  # type: ignore[arg-type]
            await live(notices)  # type: ignore[arg-type]

        site.doors.portal.live = listen  # type: ignore[method-assign]
        async with mina.listening():
            await mina.type()
            await eventually(lambda: _some(heard, "typing"))
            async with site.ground.database.begin() as tx:
                await whisper(tx, "typing", conversation=conversation, who="user:1", name="Ada")
            assert (await mina.hears("typing"))["from"]["name"] == "Ada"


async def _some(heard: list[dict[str, object]], kind: str) -> bool:
    return any(one["kind"] == kind and one.get("customer") for one in heard)


async def test_an_agent_sees_whether_chat_still_reaches_her(site: Site) -> None:
    async def reachable() -> bool:
        async with site.ground.database.begin() as tx:
            found = await ways.ways(tx, (await site.conversations())[0])
        return next(way.reachable for way in found if way.connector == "webchat")

    async def gone() -> bool:
        return not await reachable()

    async with Visitor.at(site.url, site.key) as mina:
        await mina.say("hello")
        await eventually(site.conversations)
        assert not await reachable()
        await mina.open()
        async with mina.listening():
            await eventually(reachable)
            await mina.away()
            await eventually(gone)


async def test_an_address_she_leaves_is_kept_as_said_and_not_as_proven(site: Site) -> None:
    claims = text("select value from claim where kind = 'email'")

    async def claimed() -> list[str]:
        async with site.ground.database.begin() as tx:
            return list((await tx.execute(claims)).scalars())

    async with Visitor.at(site.url, site.key) as mina:
        await mina.say("hello")
        await mina.leave_email("Mina@Naver.example")
        assert await eventually(claimed) == ["mina@naver.example"]
    async with site.ground.database.begin() as tx:
        kinds = set((await tx.execute(text("select kind from identity"))).scalars())
    assert kinds == {"cookie"}


async def test_what_the_page_says_of_her_is_kept_with_the_customer(site: Site) -> None:
    query = text("select timezone, attributes from customer")

    async def told() -> bool:
        async with site.ground.database.begin() as tx:
            rows = (await tx.execute(query)).all()
        return [tuple(row) for row in rows] == [("Europe/Oslo", {"plan": "gold", "cart": "3"})]

    async with Visitor.at(site.url, site.key, timezone="Europe/Oslo", attributes={"plan": "gold"}) as mia:
        await mia.say("hello")
        mia.about["attributes"] = {"cart": "3"}
        await mia.say("again")
        await eventually(told)


async def test_a_long_history_comes_in_pages(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "PAGE", 5)
    async with Visitor.at(site.url, site.key) as mina:
        for n in range(8):
            await mina.say(f"{n}")

        async def all_there() -> bool:
            return [one["text"] for one in (await mina.open())["messages"]] == ["3", "4", "5", "6", "7"]

        await eventually(all_there)
        newest = await mina.open()
        earlier = await mina.older(newest["messages"][0]["n"])
    assert (newest["more"], earlier["more"]) == (True, False)
    assert [one["text"] for one in earlier["messages"]] == ["0", "1", "2"]


async def test_after_a_lost_line_she_hears_what_she_missed(site: Site) -> None:
    ada = await cast.agent(site.ground)
    async with Visitor.at(site.url, site.key) as mina:
        await mina.say("hello")
        await eventually(site.conversations)
        await mina.open()
        await site.answer(ada, "said meanwhile")
        async with mina.listening():
            assert (await mina.hears("message", dir="out"))["text"] == "said meanwhile"


async def test_an_unknown_chat_is_not_there(site: Site) -> None:
    async with httpx.AsyncClient(base_url=site.url) as http:
        for path in ("loader.js", "frame", "try", "stream"):
            assert (await http.get(f"/chat/nonsense/{path}")).status_code == 404
        assert (await http.post("/chat/nonsense/session", json={})).status_code == 404


async def test_a_hostile_session_is_told_what_is_wrong(site: Site) -> None:
    async with httpx.AsyncClient(base_url=site.url) as http:
        for body in (b"[]", b"{", b'{"user": 1}', b'{"user": {"id": ""}}', b"\xff", b"[" * 50_000):
            answer = await http.post(f"/chat/{site.key}/session", content=body)
            assert answer.status_code == 400, body
            assert answer.text.startswith("This is not")
            assert "Traceback" not in answer.text
