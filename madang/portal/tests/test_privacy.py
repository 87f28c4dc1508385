"""Who may read what (T2, T4, T8): a browser only its own chat, a signed user what is hers, nobody a note."""

from __future__ import annotations

import uuid

import httpx
import pytest
from sqlalchemy import insert, text, update

from madang.connectors.webchat.simulator import Visitor
from madang.conversations import actions
from madang.conversations.models import Message, State
from madang.customers.actions import merge
from madang.customers.models import Identity
from madang.events.record import SYSTEM
from madang.lib import visitor_token
from madang.portal.tests.site import SECRET, Site, chat_channel, eventually
from madang.tests import cast

pytestmark = pytest.mark.slow  # the house in small; the quick suite has its time


def texts(history: dict[str, object]) -> list[str]:
    messages = history["messages"]
    assert isinstance(messages, list)
    return [one["text"] for one in messages]


async def by_mail(site: Site, conversation: int, words: str, direction: str = "out") -> int:
    """A mail of the same conversation."""
    channel = await cast.channel(site.ground, site.brand_id)
    values = {
        "conversation_id": conversation,
        "channel_id": channel.id,
        "direction": direction,
        "text": words,
        "author": "Ada",
        "state": State.SENT if direction == "out" else State.NONE,
        "provider_message_id": str(uuid.uuid4()),
    }
    async with site.ground.database.begin() as tx:
        made: int = (await tx.execute(insert(Message).values(values).returning(Message.id))).scalar_one()
    return made


async def test_a_browser_reads_neither_notes_nor_mails_of_its_conversation(site: Site) -> None:
    ada = await cast.agent(site.ground)
    async with Visitor.at(site.url, site.key) as mina:
        await mina.say("hello")
        (conversation,) = await eventually(site.conversations)
        await mina.open()
        async with mina.listening():
            async with site.ground.database.begin() as tx:
                await actions.note(tx, ada, conversation, text="she is a VIP")
            await by_mail(site, conversation, "your invoice, by mail")
            await by_mail(site, conversation, "a mail of hers", "in")
            await site.answer(ada, "Hi!")
            await mina.hears("message", dir="out")
            heard = [data.get("text") for kind, data in mina.heard if kind == "message"]
        assert texts(await mina.open()) == ["hello", "Hi!"]
        assert heard == ["Hi!"]


async def test_a_message_that_has_not_gone_out_is_not_shown(site: Site) -> None:
    async with Visitor.at(site.url, site.key) as mina:
        await mina.say("hello")
        (conversation,) = await eventually(site.conversations)
        for state in (State.QUEUED, State.SENDING, State.UNSURE, State.FAILED):
            async with site.ground.database.begin() as tx:
                values = {"conversation_id": conversation, "channel_id": site.chat.id, "direction": "out"}
                await tx.execute(insert(Message).values(values | {"text": state.name, "state": state}))
        assert texts(await mina.open()) == ["hello"]


async def test_two_browsers_never_read_each_other_even_when_an_agent_has_joined_them(site: Site) -> None:
    ada = await cast.agent(site.ground)
    async with Visitor.at(site.url, site.key) as mina, Visitor.at(site.url, site.key) as mia:
        await mina.say("from Mina's browser")
        await mia.say("from Mia's browser")

        async def two() -> bool:
            return len(await site.conversations()) == 2

        await eventually(two)
        first, second = await site.conversations()
        await site.answer(ada, "to Mina", first)
        await site.answer(ada, "to Mia", second)

        async def answered() -> bool:
            return len((await mina.open())["messages"]) == 2 and len((await mia.open())["messages"]) == 2

        await eventually(answered)
        async with site.ground.database.begin() as tx:
            owner = (await tx.execute(text("select min(id) from customer"))).scalar_one()
            await tx.execute(update(Identity).values(customer_id=owner))
            await tx.execute(text("update conversation set customer_id = :owner"), {"owner": owner})
            await tx.execute(text("update message set conversation_id = :first"), {"first": first})
        assert texts(await mina.open()) == ["from Mina's browser", "to Mina"]
        assert texts(await mia.open()) == ["from Mia's browser", "to Mia"]


async def test_somebody_elses_address_said_by_a_stranger_opens_nothing(site: Site) -> None:
    async with Visitor.at(site.url, site.key) as mina, Visitor.at(site.url, site.key) as stranger:
        await mina.say("my secret order")
        await mina.leave_email("mina@naver.example")
        await stranger.say("hello")
        await stranger.leave_email("mina@naver.example")

        async def both() -> bool:
            async with site.ground.database.begin() as tx:
                return bool((await tx.execute(text("select count(*) = 2 from claim"))).scalar_one())

        await eventually(both)
        assert texts(await stranger.open()) == ["hello"]


async def test_a_token_of_one_chat_opens_no_other(site: Site) -> None:
    garden = await chat_channel(site.ground, site.brand_id)
    async with Visitor.at(site.url, site.key) as mina:
        await mina.say("hello")
        await eventually(site.conversations)
        mina.key = garden.key
        with pytest.raises(httpx.HTTPStatusError) as caught:
            await mina.open()
    assert caught.value.response.status_code == 401


async def test_another_chat_of_the_same_brand_is_another_browser(site: Site) -> None:
    """A scoped id means something in its own channel only, the stored digest included."""
    garden = await chat_channel(site.ground, site.brand_id)
    async with Visitor.at(site.url, site.key) as mina, Visitor.at(site.url, garden.key) as there:
        await mina.say("here")
        await there.say("there")

        async def two() -> bool:
            return len(await site.conversations()) == 2

        await eventually(two)
        assert texts(await mina.open()) == ["here"]
        assert texts(await there.open()) == ["there"]


async def test_a_stranger_can_not_say_that_mina_has_read(site: Site) -> None:
    ada = await cast.agent(site.ground)
    async with Visitor.at(site.url, site.key) as mina, Visitor.at(site.url, site.key) as stranger:
        await mina.say("hello")
        await eventually(site.conversations)
        await site.answer(ada, "Hi!")

        async def answered() -> bool:
            return len((await mina.open())["messages"]) == 2

        await eventually(answered)
        answer = (await mina.open())["messages"][1]
        await stranger.open()
        with pytest.raises(httpx.HTTPStatusError) as caught:
            await stranger.read(answer)
    assert caught.value.response.status_code == 400


async def test_a_retired_chat_is_closed_to_everybody(site: Site) -> None:
    async with Visitor.at(site.url, site.key) as mina:
        await mina.open()
        async with site.ground.database.begin() as tx:
            await tx.execute(text("update channel set retired_at = now()"))
        site.doors.book.forget()
        with pytest.raises(httpx.HTTPStatusError) as caught:
            await mina.open()
    assert caught.value.response.status_code == 404


async def test_a_signed_user_finds_everything_public_on_every_device(site: Site) -> None:
    ada = await cast.agent(site.ground)
    signature = visitor_token.sign_user(SECRET, "user-42")
    async with Visitor.at(site.url, site.key) as phone, Visitor.at(site.url, site.key) as laptop:
        await phone.say("asked before I signed in")
        (conversation,) = await eventually(site.conversations)
        await phone.sign_in("user-42", signature, name="Mia")
        await phone.say("and after")
        await by_mail(site, conversation, "by mail")
        async with site.ground.database.begin() as tx:
            await actions.note(tx, ada, conversation, text="never shown")
        await laptop.sign_in("user-42", signature)

        async def everything() -> bool:
            return set(texts(await laptop.open())) == {"asked before I signed in", "and after", "by mail"}

        await eventually(everything)
        assert await site.conversations() == [conversation]
        mail = next(one for one in (await laptop.open())["messages"] if one["text"] == "by mail")
        assert (mail["chat"], mail["mark"], bool(mail["via"])) == (False, "", True)


async def test_whom_a_colleague_took_her_for_shows_her_nothing(site: Site) -> None:
    async with Visitor.at(site.url, site.key) as mia, Visitor.at(site.url, site.key) as mina:
        await mia.sign_in("mia", visitor_token.sign_user(SECRET, "mia"))
        await mia.say("my card ends in 4711")
        await eventually(site.conversations)
        await mina.sign_in("mina", visitor_token.sign_user(SECRET, "mina"))
        await mina.say("안녕하세요")

        async def two() -> bool:
            return len(await site.conversations()) == 2

        await eventually(two)
        async with site.ground.database.begin() as tx:
            people = list((await tx.execute(text("select id from customer order by id"))).scalars())
            await merge(tx, SYSTEM, people[1], people[0])
        assert texts(await mina.open()) == ["안녕하세요"]
        assert texts(await mia.open()) == ["my card ends in 4711"]


async def test_what_she_said_to_another_brand_stays_there(site: Site) -> None:
    juniper = await cast.brand(site.ground, "Juniper")
    async with Visitor.at(site.url, site.key) as mia:
        await mia.sign_in("user-42", visitor_token.sign_user(SECRET, "user-42"))
        await mia.say("to Haneul")
        await eventually(site.conversations)
        async with site.ground.database.begin() as tx:
            await tx.execute(
                text("""
                with v as (insert into conversation (brand_id, customer_id)
                  select :brand, customer_id from conversation returning id)
                insert into message (conversation_id, direction, text) select id, 'in', 'to Juniper' from v
                """),
                {"brand": juniper},
            )
        assert texts(await mia.open()) == ["to Haneul"]


async def test_a_wrong_hash_is_refused_in_words_a_developer_can_use(site: Site) -> None:
    async with Visitor.at(site.url, site.key) as mia:
        for given in ("", "0" * 64, "not hex", "é", visitor_token.sign_user(SECRET, "user-43")):
            with pytest.raises(httpx.HTTPStatusError) as caught:
                await mia.sign_in("user-42", given)
            assert caught.value.response.status_code == 403
            assert "HMAC-SHA256" in caught.value.response.text


async def test_without_an_identity_secret_nobody_is_signed(site: Site) -> None:
    bare = await cast.channel(site.ground, site.brand_id, "webchat", secrets={"identity_secret": ""})
    async with Visitor.at(site.url, bare.key) as mia:
        with pytest.raises(httpx.HTTPStatusError):
            await mia.sign_in("user-42", visitor_token.sign_user("", "user-42"))
