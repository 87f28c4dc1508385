"""Visitors for the desk's tests."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator

import pytest

from madang.desk.tests.visitor import Visitor, join
from madang.ground import Ground
from madang.staff.grants import Grant
from madang.staff.tests.people import cheap_passwords
from madang.tests import frames


@pytest.fixture(scope="package", autouse=True)
def quick() -> Iterator[None]:
    """Passwords cost little here."""
    with cheap_passwords():
        yield


@pytest.fixture
async def browser(ground: Ground) -> AsyncIterator[Callable[[], Visitor]]:
    """Opens one browser after another."""
    opened: list[Visitor] = []
    app = frames.app(ground)

    def another() -> Visitor:
        opened.append(Visitor(ground, app))
        return opened[-1]

    yield another
    for one in opened:
        await one.http.aclose()


@pytest.fixture
async def hana(ground: Ground, browser: Callable[[], Visitor]) -> Visitor:
    """The administrator, signed in."""
    await join(ground, "Hana", Grant("administrator"))
    visitor = browser()
    await visitor.sign_in("hana@haneul.kr")
    return visitor


@pytest.fixture
async def ada(ground: Ground, browser: Callable[[], Visitor]) -> Visitor:
    """An agent, signed in."""
    await join(ground, "Ada")
    visitor = browser()
    await visitor.sign_in("ada@haneul.kr")
    return visitor
