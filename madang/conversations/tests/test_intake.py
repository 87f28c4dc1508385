"""What a customer says comes in once, in order, into the right conversation."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, insert, select, text, update

from madang.channels.book import Book, Bound
from madang.channels.models import Envelope
from madang.conversations import actions, queries, threads
from madang.conversations.models import Conversation, Message, MessageName, State
from madang.conversations.rows import Said
from madang.customers.models import Customer, Identity
from madang.tests import cast
from madang.tests.cast import Yard, message


async def _texts(yard: Yard, conversation_id: int) -> list[str]:
    query = select(Message.text).where(Message.conversation_id == conversation_id).order_by(Message.id)
    async with yard.ground.database.begin() as tx:
        return list((await tx.execute(query)).scalars())


async def test_a_message_opens_a_conversation_and_is_read_by_an_agent(yard: Yard) -> None:
    ada = await cast.agent(yard.ground)
    await yard.says("안녕하세요, 주문한 머플러가 아직 안 왔어요.")
    async with yard.ground.database.begin() as tx:
        page = await queries.inbox(tx, ada, "unassigned")
        row = page.items[0]
        thread = await threads.thread(tx, ada, row.id)
    assert (row.customer_name, row.unread, row.status, row.language) == ("미나", 1, "open", "ko")
    assert row.subject == "안녕하세요, 주문한 머플러가 아직 안 왔어요."
    assert [item.text for item in thread.items if isinstance(item, Said)] == [
        "안녕하세요, 주문한 머플러가 아직 안 왔어요."
    ]


async def test_the_same_delivery_and_the_same_message_come_in_once(yard: Yard) -> None:
    said = message("Hello")
    await yard.put(said, key="delivery-1")
    await yard.put(said, key="delivery-1")
    await yard.put(said, key="delivery-2")
    await yard.take_in()
    (conversation,) = await yard.conversations()
    assert await _texts(yard, conversation) == ["Hello"]
    async with yard.ground.database.begin() as tx:
        unread = (await tx.execute(select(Conversation.unread))).scalar_one()
    assert unread == 1


async def test_two_first_messages_in_one_batch_make_one_customer_and_one_conversation(yard: Yard) -> None:
    for word in ("one", "two", "three"):
        await yard.put(message(word))
    await yard.take_in()
    (conversation,) = await yard.conversations()
    assert await _texts(yard, conversation) == ["one", "two", "three"]
    async with yard.ground.database.begin() as tx:
        assert (await tx.execute(select(func.count()).select_from(Customer))).scalar_one() == 1


async def test_one_address_in_two_spellings_is_one_customer(yard: Yard) -> None:
    await yard.says("first", value="Mina@Naver.example")
    await yard.says("second", value="mina@naver.example")
    assert len(await yard.conversations()) == 1


async def test_the_same_scoped_id_on_two_channels_is_two_people(yard: Yard) -> None:
    other = await cast.channel(yard.ground, yard.brand_id)
    await yard.put(message("here", kind="scoped", value="u1"))
    await yard.put(message("there", kind="scoped", value="u1"), channel_id=other.id)
    await yard.take_in()
    async with yard.ground.database.begin() as tx:
        owners = set((await tx.execute(select(Identity.customer_id))).scalars())
    assert len(owners) == 2


async def test_another_brand_is_another_conversation_of_the_same_customer(yard: Yard) -> None:
    juniper = await cast.channel(yard.ground, await cast.brand(yard.ground, "Juniper"))
    await yard.says("for Haneul")
    await yard.put(message("for Juniper"), channel_id=juniper.id)
    await yard.take_in()
    async with yard.ground.database.begin() as tx:
        rows = (await tx.execute(select(Conversation.customer_id, Conversation.brand_id))).all()
    assert len({row.customer_id for row in rows}) == 1
    assert len({row.brand_id for row in rows}) == 2


async def test_a_message_reopens_what_was_closed_a_short_while_ago_and_not_what_is_long_done(yard: Yard) -> None:
    ada = await cast.agent(yard.ground)
    await yard.says("first")
    (conversation,) = await yard.conversations()
    async with yard.ground.database.begin() as tx:
        await actions.close(tx, ada, conversation)
    await yard.says("one more thing")
    async with yard.ground.database.begin() as tx:
        row = await queries.one(tx, ada, conversation)
        await actions.close(tx, ada, conversation)
        long_ago = datetime.now(UTC) - timedelta(days=8)
        await tx.execute(update(Conversation).values(closed_at=long_ago))
    assert (row.status, row.unread) == ("open", 1)
    await yard.says("something new")
    assert len(await yard.conversations()) == 2


async def test_what_cannot_be_parsed_is_kept_in_quarantine_and_holds_up_nobody(yard: Yard) -> None:
    await yard.put({"type": "message", "id": "x", "from": {"kind": "email", "value": "not an address"}, "text": "?"})
    await yard.put(message("fine"))
    await yard.take_in()
    async with yard.ground.database.begin() as tx:
        rows = (await tx.execute(select(Envelope.state, Envelope.reason).order_by(Envelope.id))).all()
    assert [row.state for row in rows] == [2, 1]
    assert rows[0].reason
    assert len(await yard.conversations()) == 1


async def test_a_database_that_is_away_for_a_moment_sends_nothing_to_quarantine(
    yard: Yard, monkeypatch: pytest.MonkeyPatch
) -> None:
    await yard.put(message("hello"))

    async def away(_book: Book, _number: int) -> Bound:
        raise FileNotFoundError(2, "the socket is gone while PostgreSQL starts")

    with monkeypatch.context() as outage:
        outage.setattr(Book, "by_id", away)
        with pytest.raises(FileNotFoundError):
            await yard.take_in()
    assert await yard.take_in() == 1
    (conversation,) = await yard.conversations()
    assert await _texts(yard, conversation) == ["hello"]


async def test_nul_and_lone_surrogates_do_not_stop_a_message(yard: Yard) -> None:
    await yard.says("a\x00b")
    (conversation,) = await yard.conversations()
    assert await _texts(yard, conversation) == ["ab"]


async def test_an_edit_that_overtakes_its_message_waits_for_it(yard: Yard) -> None:
    said = message("frist")
    sender = said["from"]
    edit = {
        "type": "edit",
        "id": "e1",
        "about": said["id"],
        "at": "2026-11-22T01:03:03Z",
        "from": sender,
        "text": "first",
    }
    await yard.put(edit)
    await yard.take_in()
    await yard.put(said)
    await yard.take_in()
    (conversation,) = await yard.conversations()
    assert await _texts(yard, conversation) == ["first"]


async def test_receipts_move_forward_only_whatever_their_order(yard: Yard) -> None:
    ada = await cast.agent(yard.ground)
    await yard.says("hello")
    (conversation,) = await yard.conversations()
    async with yard.ground.database.begin() as tx:
        answer = await actions.reply(tx, ada, conversation, text="Hi!")
        await tx.execute(update(Message).where(Message.id == answer).values(state=State.SENT))
        await tx.execute(insert(MessageName).values(channel_id=yard.channel.id, name="p1", message_id=answer))
    for number, state in enumerate(("read", "delivered", "sent", "failed")):
        await yard.put(
            {"type": "receipt", "id": f"r{number}", "about": "p1", "state": state, "at": "2026-11-22T01:03:03Z"}
        )
    await yard.take_in()
    async with yard.ground.database.begin() as tx:
        assert (await tx.execute(select(Message.state).where(Message.id == answer))).scalar_one() == State.READ


async def test_the_log_is_append_only_and_every_message_has_its_event(yard: Yard) -> None:
    await yard.says("hello")
    async with yard.ground.database.begin() as tx:
        kinds = list((await tx.execute(text("select kind from event order by id"))).scalars())
    assert kinds == [
        "channel.created",
        "customer.created",
        "conversation.opened",
        "message.received",
    ]
