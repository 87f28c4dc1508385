"""A visitor and an agent talk."""

from __future__ import annotations

from madang.connectors.webchat.simulator import Visitor
from madang.portal.tests.site import Site, eventually
from madang.tests import cast


async def test_a_visitor_writes_and_hears_the_answer_at_once(site: Site) -> None:
    ada = await cast.agent(site.ground)
    async with Visitor.at(site.url, site.key, name="미나") as mina:
        await mina.open()
        async with mina.listening():
            number = await mina.say("머그컵 재입고 언제 되나요? 🙂")
            await mina.hears("gap")
            await eventually(site.conversations)
            await site.answer(ada, "내일 들어옵니다!")
            answer = await mina.hears("message", dir="out")
        assert (answer["text"], answer["from"]["name"], answer["state"]) == ("내일 들어옵니다!", "Ada", "sent")
        history = await mina.open()
    assert [one["text"] for one in history["messages"]] == ["머그컵 재입고 언제 되나요? 🙂", "내일 들어옵니다!"]
    assert history["messages"][0]["id"] == number
