"""Tokens that speak for a person: made by herself, shown with her name, dead when she has left (T2 T3 T13)."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from madang.desk.tests.visitor import Visitor, join
from madang.staff.actions import create_token, retire_user
from madang.staff.grants import Grant
from madang.staff.permissions import CONSOLE
from madang.staff.tokens import viewer_of_bearer
from madang.tests import cast
from madang.tests.cast import Yard

pytestmark = pytest.mark.slow  # the house in small; the quick suite has its time

HERE = "/settings/tokens"
OPTION = re.compile(r'<option value="(itself|me)"')


def row(visitor: Visitor, name: str) -> str:
    """What the list says of one."""
    found = visitor.page.partition(f"<b>{name}</b>")[2].partition("</tr>")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", found).split())


async def test_the_list_says_for_whom_each_speaks_and_she_makes_her_own(yard: Yard, hana: Visitor) -> None:
    ada = await join(yard.ground, "Ada")
    async with yard.ground.database.begin() as tx:
        await create_token(tx, CONSOLE, name="hers", role="agent", user="ada@haneul.kr")
    await hana.get(HERE)
    assert OPTION.findall(hana.page) == ["itself", "me"]
    await hana.post(HERE, name="Shop", role="viewer")
    made = await hana.post(HERE, name="script", role="lead", speaks="me")
    assert "It speaks for you" in hana.text
    await hana.get(HERE)
    assert "Itself Viewer Hana" in row(hana, "Shop")
    assert "Hana Lead at most Hana" in row(hana, "script")
    assert "Ada Agent at most Command line" in row(hana, "hers")
    async with yard.ground.database.begin() as tx:
        viewer = await viewer_of_bearer(tx, re.findall(r"mdg_[\w-]{43}", made.text)[0])
        assert viewer is not None
        assert (viewer.name, viewer.role) == ("Hana", "lead")
        await retire_user(tx, CONSOLE, ada)
    await hana.get(HERE)
    assert "has left It works no more." in row(hana, "hers")
    (path,) = re.findall(
        rf'action="({HERE}/\d+/revocation)"', hana.page.partition("<b>hers</b>")[2].partition("</tr>")[0]
    )
    assert (await hana.post(path)).status_code == 303
    await hana.get(HERE)
    assert "<b>hers</b>" not in hana.page


async def test_who_sees_one_brand_makes_only_her_own(yard: Yard, browser: Callable[[], Visitor]) -> None:
    juniper = await cast.brand(yard.ground, "Juniper")
    await join(yard.ground, "Ben", Grant("administrator", brands=frozenset({juniper})))
    ben = browser()
    await ben.sign_in("ben@haneul.kr")
    await ben.get(HERE)
    assert OPTION.findall(ben.page) == ["me"]
    assert (await ben.post(HERE, name="x", role="viewer")).status_code == 403
    assert (await ben.post(HERE, name="x", role="viewer", speaks="ada@haneul.kr")).status_code == 400
    await ben.get(HERE)
    made = await ben.post(HERE, name="mine", role="administrator", speaks="me")
    async with yard.ground.database.begin() as tx:
        viewer = await viewer_of_bearer(tx, re.findall(r"mdg_[\w-]{43}", made.text)[0])
    assert viewer is not None
    assert viewer.scope.brands == frozenset({juniper})
