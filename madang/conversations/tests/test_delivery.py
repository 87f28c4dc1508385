"""What an agent answers goes out once, in order, by the channel that reaches the customer."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from unittest.mock import AsyncMock

import pytest
from sqlalchemy import select, text, update

from madang.channels.connector import Cap, Limits, Outbound, SendError, Sent
from madang.channels.registry import get
from madang.conversations import actions, delivery, leases, setbacks, threads
from madang.conversations.clock import Clock
from madang.conversations.leases import Threshold
from madang.conversations.models import Message, Outbox, State
from madang.lib.errors import NotFound, Refused
from madang.staff.permissions import NotPermitted, Viewer
from madang.tests import cast
from madang.tests.cast import Yard


@dataclass
class Post:
    """The provider of these tests: remembers what it was told, answers as it is told to."""

    sent: list[Outbound] = field(default_factory=list)
    errors: list[Exception] = field(default_factory=list)

    async def send(self, out: Outbound) -> Sent:
        """Take it, or fail with the next error."""
        if self.errors:
            raise self.errors.pop(0)
        self.sent.append(out)
        return Sent(f"p-{out.key}")


@pytest.fixture
def post(monkeypatch: pytest.MonkeyPatch) -> Post:
    """The ``api`` channel speaks to a provider in this process that knows repeats from nothing."""
    made = Post()
    monkeypatch.setattr(get("api"), "send", lambda _connector, out: made.send(out))
    monkeypatch.setattr(get("api"), "caps", get("api").caps & ~Cap.IDEMPOTENT)
    return made


async def _reply(yard: Yard, viewer: Viewer, words: str, **more: Any) -> int:
    (conversation,) = await yard.conversations()
    async with yard.ground.database.begin() as tx:
        return await actions.reply(tx, viewer, conversation, text=words, **more)


async def _state(yard: Yard, message_id: int) -> State:
    async with yard.ground.database.begin() as tx:
        return State((await tx.execute(select(Message.state).where(Message.id == message_id))).scalar_one())


async def _deliver(yard: Yard) -> int:
    await _due(yard)
    return await delivery.deliver(yard.ground, yard.book, "worker")


async def _due(yard: Yard) -> None:
    async with yard.ground.database.begin() as tx:
        await tx.execute(update(Outbox).values(due=text("now()")))


async def test_an_answer_goes_to_whoever_asked_and_its_state_moves(yard: Yard, post: Post) -> None:
    ada = await cast.agent(yard.ground)
    await yard.says("Where is it?", kind="scoped", value="u1")
    answer = await _reply(yard, ada, "On its way.")
    assert await _state(yard, answer) == State.QUEUED
    await _deliver(yard)
    assert [(out.to.value, out.text, out.sender_name) for out in post.sent] == [("u1", "On its way.", "Ada")]
    assert await _state(yard, answer) == State.SENT


async def test_the_same_client_key_is_the_same_message(yard: Yard, post: Post) -> None:
    ada = await cast.agent(yard.ground)
    await yard.says("hello")
    key = uuid.uuid4()
    first = await _reply(yard, ada, "Hi!", client_key=key)
    assert await _reply(yard, ada, "Hi!", client_key=key) == first
    while await _deliver(yard):
        pass
    assert len(post.sent) == 1


async def test_answers_of_one_conversation_go_out_in_order_even_when_the_first_must_wait(
    yard: Yard, post: Post
) -> None:
    ada = await cast.agent(yard.ground)
    await yard.says("hello")
    await _reply(yard, ada, "one")
    await _reply(yard, ada, "two")
    post.errors.append(SendError("rate", "too fast"))
    for _ in range(3):
        await _deliver(yard)
    assert [out.text for out in post.sent] == ["one", "two"]


async def test_a_refused_address_fails_visibly_and_can_be_retried(yard: Yard, post: Post) -> None:
    ada = await cast.agent(yard.ground)
    await yard.says("hello")
    post.errors.append(SendError("invalid", "This mailbox does not exist."))
    answer = await _reply(yard, ada, "Hi!")
    await _deliver(yard)
    async with yard.ground.database.begin() as tx:
        said = await threads.message(tx, ada, answer)
    assert (said.state, said.why, said.problem) == (State.FAILED, "invalid", "This mailbox does not exist.")
    async with yard.ground.database.begin() as tx:
        await actions.retry(tx, ada, answer)
    await _deliver(yard)
    assert await _state(yard, answer) == State.SENT


async def test_a_provider_that_says_when_to_come_again_may_say_so_for_long(yard: Yard, post: Post) -> None:
    ada = await cast.agent(yard.ground)
    await yard.says("환불되나요?")
    answer = await _reply(yard, ada, "확인해 볼게요.")
    post.errors = [SendError("rate", "429", retry=timedelta(seconds=1)) for _ in range(setbacks.TRIES + 3)]
    post.errors.append(SendError("down", "500"))
    for _ in range(setbacks.TRIES + 3):
        await _deliver(yard)
        assert await _state(yard, answer) == State.SENDING
    await _deliver(yard)
    async with yard.ground.database.begin() as tx:
        wait = (await tx.execute(text("select due - now() from outbox"))).scalar_one()
    assert timedelta(seconds=3) < wait < timedelta(seconds=7), (
        "a first fault is waited for shortly, whatever was before"
    )
    assert await _deliver(yard) == 1
    assert await _state(yard, answer) == State.SENT


async def test_a_provider_that_is_down_is_tried_less_and_less_often_and_given_up(yard: Yard, post: Post) -> None:
    ada = await cast.agent(yard.ground)
    await yard.says("환불되나요?")
    answer = await _reply(yard, ada, "확인해 볼게요.")
    post.errors = [SendError("down", "500") for _ in range(setbacks.TRIES)]
    waits = []
    for _ in range(setbacks.TRIES - 1):
        await _deliver(yard)
        async with yard.ground.database.begin() as tx:
            waits.append((await tx.execute(text("select due - now() from outbox"))).scalar_one())
    assert waits[0] < timedelta(seconds=7)
    assert waits[-1] > timedelta(minutes=45)
    await _deliver(yard)
    assert await _state(yard, answer) == State.FAILED


async def test_refused_credentials_pause_the_channel_and_the_answer_waits(yard: Yard, post: Post) -> None:
    ada = await cast.agent(yard.ground)
    await yard.says("hello")
    post.errors.append(SendError("auth", "The password is wrong."))
    answer = await _reply(yard, ada, "Hi!")
    await _deliver(yard)
    async with yard.ground.database.begin() as tx:
        problem = (await tx.execute(text("select problem from channel where paused_at is not null"))).scalar_one()
    assert problem == "The password is wrong."
    assert await _deliver(yard) == 0
    assert await _state(yard, answer) == State.SENDING


async def test_a_second_part_that_is_refused_for_a_moment_goes_out_after_the_first(
    yard: Yard, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(get("api"), "limits", Limits(text=6))
    monkeypatch.setattr(delivery, "FURTHER", (0.0, 0.0))
    refusals = iter([None, SendError("rate", "Slower, please."), None])
    monkeypatch.setattr(get("api"), "send", lambda _connector, out: _or_refused(post, out, next(refusals)))
    ada = await cast.agent(yard.ground)
    await yard.says("hello")
    answer = await _reply(yard, ada, "Hello there")
    await _deliver(yard)
    assert await _state(yard, answer) == State.SENT
    assert [out.text for out in post.sent] == ["Hello", "there"]


async def test_a_first_part_is_not_said_again_because_the_second_was_refused(
    yard: Yard, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(get("api"), "limits", Limits(text=6))
    refusals = iter([None, SendError("down", "Not now.", retry=timedelta(hours=1))])
    monkeypatch.setattr(get("api"), "send", lambda _connector, out: _or_refused(post, out, next(refusals)))
    ada = await cast.agent(yard.ground)
    await yard.says("hello")
    answer = await _reply(yard, ada, "Hello there")
    await _deliver(yard)
    assert await _deliver(yard) == 0
    assert await _state(yard, answer) == State.UNSURE
    assert [out.text for out in post.sent] == ["Hello"]


async def _or_refused(post: Post, out: Outbound, refusal: SendError | None) -> Sent:
    if refusal is not None:
        raise refusal
    return await post.send(out)


async def test_what_a_dead_worker_had_in_hand_is_shown_as_unsure_and_not_sent_again(yard: Yard, post: Post) -> None:
    ada = await cast.agent(yard.ground)
    await yard.says("hello")
    answer = await _reply(yard, ada, "Hi!")
    (job,) = await leases.claim(yard.ground, "a worker that dies now", 20)
    assert await Threshold(yard.ground).cross(job)
    assert await delivery.recover(yard.ground, Clock()) == 1
    await _deliver(yard)
    assert (await _state(yard, answer), post.sent) == (State.UNSURE, [])


async def test_who_slept_until_it_was_taken_for_dead_sends_nothing(yard: Yard, post: Post) -> None:
    ada = await cast.agent(yard.ground)
    await yard.says("hello")
    answer = await _reply(yard, ada, "Hi!")
    (job,) = await leases.claim(yard.ground, "a worker that sleeps now", 20)
    assert await delivery.recover(yard.ground, Clock()) == 1
    await delivery._deliver_one(delivery.Means(yard.ground, yard.book), job)
    assert post.sent == []
    await _deliver(yard)
    assert (await _state(yard, answer), len(post.sent)) == (State.SENT, 1)


async def test_what_could_not_be_begun_goes_out_later_and_is_never_unsure(
    yard: Yard, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = await cast.agent(yard.ground)
    await yard.says("hello")
    answer = await _reply(yard, ada, "Hi!")
    away = OSError("the database is away")
    with monkeypatch.context() as patched:
        patched.setattr(Threshold, "_begun", AsyncMock(side_effect=away))
        await _deliver(yard)
    assert (await _state(yard, answer), post.sent) == (State.SENDING, [])
    await _deliver(yard)
    assert (await _state(yard, answer), len(post.sent)) == (State.SENT, 1)


async def test_where_the_provider_drops_repeats_it_is_sent_again(
    yard: Yard, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(get("api"), "caps", get("api").caps | Cap.IDEMPOTENT)
    ada = await cast.agent(yard.ground)
    await yard.says("hello")
    answer = await _reply(yard, ada, "Hi!")
    await leases.claim(yard.ground, "a worker that dies now", 20)
    await delivery.recover(yard.ground, Clock())
    await _deliver(yard)
    assert (await _state(yard, answer), len(post.sent)) == (State.SENT, 1)


async def test_a_receipt_that_overtakes_the_record_of_the_send_is_not_lost(yard: Yard, post: Post) -> None:
    ada = await cast.agent(yard.ground)
    await yard.says("hello")
    key = uuid.uuid4()
    answer = await _reply(yard, ada, "Hi!", client_key=key)
    await yard.put({"type": "receipt", "id": "r", "about": f"p-{key}", "state": "read", "at": "2026-11-22T01:03:03Z"})
    await yard.take_in()
    await _deliver(yard)
    assert await _state(yard, answer) == State.READ


async def test_a_note_goes_nowhere_and_a_viewer_says_nothing(yard: Yard, post: Post) -> None:
    ada = await cast.agent(yard.ground)
    guest = await cast.agent(yard.ground, "Guest", "viewer")
    await yard.says("hello")
    (conversation,) = await yard.conversations()
    async with yard.ground.database.begin() as tx:
        await actions.note(tx, ada, conversation, text="VIP")
    await _deliver(yard)
    assert post.sent == []
    with pytest.raises(NotPermitted):
        await _reply(yard, guest, "Hi!")


async def test_nothing_can_be_said_in_a_conversation_outside_the_scope(yard: Yard, post: Post) -> None:
    ben = await cast.agent(yard.ground, "Ben", brands=frozenset({999}))
    await yard.says("hello")
    with pytest.raises(NotFound):
        await _reply(yard, ben, "Hi!")


async def test_an_empty_answer_is_refused(yard: Yard, post: Post) -> None:
    ada = await cast.agent(yard.ground)
    await yard.says("hello")
    with pytest.raises(Refused):
        await _reply(yard, ada, "  ")
