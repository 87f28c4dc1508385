"""Public words are hidden at the provider first, and only then said to be hidden."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text

from madang.channels.book import Bound
from madang.channels.connector import Cap, Party, SendError
from madang.channels.registry import get
from madang.conversations import threads
from madang.conversations.actions.acting import Verb, act
from madang.ground import Ground
from madang.lib.errors import NotFound, Refused
from madang.tests.cast import Yard, agent


class Wall:
    """A channel on which everybody reads everything, and what was asked of its provider."""

    def __init__(self, error: SendError | None = None) -> None:
        self.asked: list[tuple[str, str, str]] = []
        self.error = error

    async def put_up(self, yard: Yard) -> None:
        """The yard's channel, and its provider, as this wall."""
        bound, wall = await yard.book.by_id(yard.channel.id), self

        class Public(get("api")):  # type: ignore[misc]
            caps = get("api").caps | Cap.PUBLIC | Cap.HIDE

            async def act(self, verb: str, to: Party, **more: Any) -> None:
                wall.asked.append((verb, to.value, more["about"]))
                if wall.error:
                    raise wall.error

        yard.book._by_id[yard.channel.id] = (1e18, Bound(bound.row, Public(bound.connector.config)))


async def _message(yard: Yard) -> int:
    async with yard.ground.database.begin() as tx:
        return int(await tx.scalar(text("select max(id) from message")) or 0)


async def _happened(ground: Ground) -> list[tuple[str, dict[str, Any]]]:
    query = text("select actor, data from event where kind = 'message.hidden' order by id")
    async with ground.database.begin() as tx:
        return [tuple(row) for row in await tx.execute(query)]


async def test_hidden_and_shown_again(yard: Yard) -> None:
    wall, ada = Wall(), await agent(yard.ground)
    await yard.says("사기꾼들이에요")
    await wall.put_up(yard)
    number = await _message(yard)
    verbs: list[Verb] = ["hide", "unhide"]
    for verb in verbs:
        await act(yard.ground, yard.book, ada, number, verb)
    async with yard.ground.database.begin() as tx:
        said = await threads.message(tx, ada, number)
        name = await tx.scalar(text("select provider_message_id from message"))
    assert wall.asked == [("hide", "mina@naver.example", name), ("unhide", "mina@naver.example", name)]
    assert said.data["hidden"] is False
    assert said.text == "사기꾼들이에요"
    assert await _happened(yard.ground) == [(str(ada.actor), {"hidden": True}), (str(ada.actor), {"hidden": False})]


async def test_what_the_provider_refuses_is_not_said_to_be_so(yard: Yard) -> None:
    ada = await agent(yard.ground)
    await yard.says("hi")
    await Wall(SendError("down", "503")).put_up(yard)
    with pytest.raises(Refused, match="cannot be reached"):
        await act(yard.ground, yard.book, ada, await _message(yard), "hide")
    assert await _happened(yard.ground) == []


async def test_a_channel_that_cannot_says_so(yard: Yard) -> None:
    ada = await agent(yard.ground)
    await yard.says("hi")
    with pytest.raises(Refused, match="cannot do that"):
        await act(yard.ground, yard.book, ada, await _message(yard), "hide")


async def test_what_is_out_of_sight_is_not_there(yard: Yard) -> None:
    wall, ben = Wall(), await agent(yard.ground, "Ben", sees="assigned")
    await yard.says("hi")
    await wall.put_up(yard)
    for number in (await _message(yard), 10**15):
        with pytest.raises(NotFound):
            await act(yard.ground, yard.book, ben, number, "hide")
    assert wall.asked == []
