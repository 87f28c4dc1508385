"""Whose name only the provider knows gets it once she has come in."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from madang.channels.connector import Party, SendError
from madang.connectors.api.connector import Api
from madang.conversations import introducing
from madang.events import dispatch
from madang.tests.cast import Yard
from madang.wiring import REACTIONS

INTRODUCTIONS = next(one for one in REACTIONS if one.name == "introductions")


async def _asked(yard: Yard) -> int:
    await dispatch.advance(yard.ground.database, INTRODUCTIONS)
    return await introducing.go(yard.ground, yard.book)


@pytest.mark.parametrize(("error", "name", "left"), [(None, "미나", 0), ("down", "", 1), ("invalid", "", 0)])
async def test_the_provider_is_asked_and_may_not_know(
    yard: Yard, monkeypatch: pytest.MonkeyPatch, error: str | None, name: str, left: int
) -> None:
    async def introduce(_self: Api, party: Party) -> Party:
        if error is not None:
            raise SendError(error, "no")  # type: ignore[arg-type]
        return Party(party.kind, party.value, "미나", language="ko")

    monkeypatch.setattr(Api, "introduce", introduce, raising=False)
    await dispatch.seed(yard.ground.database, REACTIONS)
    await yard.says("안녕하세요", name="", value="u1", kind="scoped")
    await yard.says("Hello", name="Mia", value="u2", kind="scoped")
    assert await _asked(yard) == 1
    async with yard.ground.database.begin() as tx:
        found = (await tx.execute(text("select name from customer order by id"))).scalars().all()
        waiting = (await tx.execute(text("select count(*) from introduction"))).scalar_one()
    assert (found, waiting) == ([name, "Mia"], left)
