"""Files on their way out: whole only where a connector needs it, and never too many of them at once."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select, text, update

from madang.channels.connector import Connector, Kind, Limits, Media, Outbound, Party, SendError, Sent
from madang.channels.registry import get
from madang.conversations import actions, delivery
from madang.conversations.carrying import Room
from madang.conversations.models import Message, Outbox, State
from madang.lib.files import Unavailable
from madang.lib.files.directory import Directory
from madang.tests import cast
from madang.tests.cast import Yard

PICTURE = b"picture" * 100


async def bytes_of(content: bytes) -> AsyncIterator[bytes]:
    yield content[:10]
    yield content[10:]


def letter(*files: bytes) -> Outbound:
    media = tuple(Media("file", "a.bin", "x/y", size=len(one), source=partial(bytes_of, one)) for one in files)
    return Outbound("k", Party(Kind.SCOPED, "mina"), "here", 1, 1, media=media)


class Whole(Connector):
    name = "whole"
    limits = Limits(message_bytes=1000)


class Streaming(Whole):
    streams = True


def made(kind: type[Connector]) -> Any:
    return kind.__new__(kind)


async def test_a_connector_that_says_nothing_gets_content_as_ever() -> None:
    async with Room().carrying(made(Whole), letter(PICTURE)) as out:
        assert out.media[0].content == PICTURE


async def test_one_that_streams_opens_them_itself() -> None:
    async with Room().carrying(made(Streaming), letter(PICTURE, PICTURE)) as out:
        assert [one.content for one in out.media] == [None, None]
        for _twice in range(2):  # a second try begins anew
            assert b"".join([part async for part in out.media[0].stream()]) == PICTURE


async def test_files_too_large_together_are_refused_before_they_are_read() -> None:
    with pytest.raises(SendError, match="too large") as told:
        async with Room().carrying(made(Whole), letter(PICTURE, PICTURE)):
            pass
    assert told.value.why == "invalid"


async def test_no_more_is_in_memory_than_there_is_room_for() -> None:
    room, held, most = Room(1500), 0, 0

    async def send() -> None:
        nonlocal held, most
        async with room.carrying(made(Whole), letter(PICTURE)) as out:
            held += len(out.media[0].content or b"")
            most = max(most, held)
            await asyncio.sleep(0)
            held -= len(out.media[0].content or b"")

    await asyncio.gather(*(send() for _ in range(20)))
    assert most == 2 * len(PICTURE)


async def test_while_the_store_is_away_the_answer_waits_and_then_goes(
    yard: Yard, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[Outbound] = []

    async def send(_connector: object, out: Outbound) -> Sent:
        sent.append(out)
        return Sent(f"p-{out.key}")

    async def away(*_: object) -> AsyncIterator[bytes]:
        raise Unavailable("The file store s3://x does not answer in time.")
        yield b""

    monkeypatch.setattr(get("api"), "send", send)
    await yard.says("the manual?")
    ada = await cast.agent(yard.ground)
    (conversation,) = await yard.conversations()
    async with yard.ground.database.begin() as tx:
        sha256 = await yard.ground.files.put(PICTURE)
        key = await actions.add_upload(tx, ada.actor, "manual.pdf", "application/pdf", sha256, len(PICTURE))
        number = await actions.reply(
            tx, ada, conversation, text="Here", client_key=uuid.uuid4(), channel_id=yard.channel.id, uploads=[key]
        )
    with monkeypatch.context() as broken:
        broken.setattr(Directory, "stream", away)
        assert await deliver(yard) == 1
    assert sent == []
    assert await state(yard, number) in (State.QUEUED, State.SENDING)
    assert await deliver(yard) == 1
    assert [one.content for one in sent[0].media] == [PICTURE]
    assert await state(yard, number) is State.SENT


async def deliver(yard: Yard) -> int:
    async with yard.ground.database.begin() as tx:
        await tx.execute(update(Outbox).values(due=text("now()")))
    return await delivery.deliver(yard.ground, yard.book, "worker")


async def state(yard: Yard, number: int) -> State:
    async with yard.ground.database.begin() as tx:
        return State((await tx.execute(select(Message.state).where(Message.id == number))).scalar_one())
