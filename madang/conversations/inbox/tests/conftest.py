"""The yard, and who sits at the desk."""

from __future__ import annotations

import pytest

from madang.conversations.inbox import lists
from madang.conversations.inbox.lists import Asked
from madang.staff.permissions import Viewer
from madang.tests import cast
from madang.tests.cast import Yard


@pytest.fixture
async def ada(yard: Yard) -> Viewer:
    """An agent who sees everything."""
    return await cast.agent(yard.ground)


@pytest.fixture
async def ben(yard: Yard) -> Viewer:
    """Her colleague."""
    return await cast.agent(yard.ground, "Ben")


async def listed(yard: Yard, viewer: Viewer, asked: Asked) -> list[int]:
    """The numbers of a whole list, page by page of two."""
    found: list[int] = []
    cursor: str | None = None
    while True:
        async with yard.ground.database.begin() as tx:
            page = await lists.page(tx, viewer, asked, cursor=cursor, limit=2)
        found += [row.id for row in page.items]
        if page.next is None:
            return found
        cursor = page.next


async def four(yard: Yard) -> list[int]:
    """Four customers who ask, the first one first."""
    for name in ("mina", "mia", "noah", "emma"):
        await yard.says(f"{name} asks", name=name, value=f"{name}@naver.example")
    return await yard.conversations()
