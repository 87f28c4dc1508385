"""What lies in a mailbox is told by its numbers, and given out once more, by the simulator and by Dovecot."""

from __future__ import annotations

import asyncio

import pytest

from madang.channels.connector import SetupError
from madang.connectors.email.connector import Email
from madang.connectors.email.tests.reading import Session
from madang.connectors.email.tests.test_way_in import Yard, raw
from madang.connectors.email.tests.test_way_in import yard as yard

pytestmark = pytest.mark.slow  # the house in small; the quick suite has its time


async def test_the_stock_of_a_mailbox(yard: Yard) -> None:
    email = yard.email()
    for number in (1, 2, 3):
        await yard.deliver(raw(number))
    async with Session(email) as session:
        first, *_ = [await session.delivery() for _ in range(3)]
        cursor = session.cursor
    assert first.place is not None
    stream, low = first.place
    await yard.deliver(raw(4))
    found = await yard.email().stock(cursor, {stream: low})
    assert found is not None
    assert (found.stream, len(found.numbers), found.upto, found.behind) == (stream, 3, max(found.numbers), 1)
    assert found.behind_since is not None
    assert (await yard.email().stock(cursor, {stream: found.numbers[1]})).numbers == found.numbers[1:]  # type: ignore[union-attr]
    once_more = [one async for one in yard.email().again(stream, [low, 10**6])]
    assert [(one.key, one.place, one.body) for one in once_more] == [(first.key, first.place, first.body)]


async def test_a_renumbered_mailbox_is_not_compared(yard: Yard) -> None:
    await yard.deliver(raw(1))
    async with Session(yard.email()) as session:
        place = (await session.delivery()).place
        cursor = session.cursor
    assert place is not None
    await asyncio.wait_for(yard.renumber(), 20)
    assert await yard.email().stock(cursor, {place[0]: place[1]}) is None
    assert [one async for one in yard.email().again(*((place[0], [place[1]])))] == []


async def test_a_mailbox_that_cannot_be_reached_says_so_in_plain_words(yard: Yard) -> None:
    config = yard.config
    settings = {**config.settings, "imap_port": 1}
    email = Email(type(config)(**{name: getattr(config, name) for name in config.__slots__} | {"settings": settings}))
    with pytest.raises(SetupError):
        await email.stock("1:1:", {})
