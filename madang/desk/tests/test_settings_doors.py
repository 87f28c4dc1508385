"""A brand's doors: when a matter goes on, which door is next; shown as it would be, and taken back with one press."""

from __future__ import annotations

import re

import pytest

from madang.channels.connector import KnownTemplate
from madang.channels.templates import keep, of_channel
from madang.conversations.doors.policies import CASES, chain, goes_on, policy
from madang.conversations.threading import Policy
from madang.desk.tests.visitor import Visitor, join
from madang.desk.views.settings_doors import guess
from madang.ground import Ground
from madang.staff.grants import Grant
from madang.tests import cast
from madang.tests.cast import Yard

KNOWN = KnownTemplate("t1", "배송 안내", "#{고객명}님, #{내용}", "approved", "ko", places=("고객명", "내용"))


def meaning(rule: Policy) -> dict[str, bool]:
    return {case.words: goes_on(case, rule) for case in CASES}


def test_the_examples_are_decided_by_what_decides_in_earnest() -> None:
    usual = meaning(Policy())
    assert usual["She writes by another door, two hours later."] is True
    assert usual["She writes about another order number."] is False
    assert usual["She sends a mail that answers nothing, an hour after she wrote in the chat."] is False
    assert usual["She writes by the same door, three days after the matter was closed."] is True
    assert usual["She writes by the same door, two weeks after the matter was closed."] is False
    apart = meaning(Policy(across="new", reopen_days=0, mail_hours=3, by_order=False, by_topic=False))
    assert apart["She writes again by the same door, two hours later."] is True
    assert apart["She writes by another door, two hours later."] is False
    assert apart["She writes about another order number."] is True
    assert apart["She writes by the same door, three days after the matter was closed."] is False
    some = meaning(Policy(across_days=7, mail_hours=3))
    assert some["She writes by another door, five days later."] is True
    assert some["She writes by another door, a month later; nobody has closed the matter."] is False
    assert some["She sends a mail that answers nothing, an hour after she wrote in the chat."] is True


@pytest.mark.parametrize(
    ("place", "filled"),
    [
        ("고객명", "{name}"),
        ("name", "{name}"),
        ("링크", "{link}"),
        ("회사", "{brand}"),
        ("내용", "{text}"),
        ("1", "{text}"),
    ],
)
def test_guess(place: str, filled: str) -> None:
    assert guess(place) == filled


def undo_of(page: str, where: str) -> dict[str, str]:
    """The fields of the undo button's form."""
    forms = re.findall(r'<form method="post" action="([^"]+)">(.*?)</form>', page, re.DOTALL)
    inner = next(body for action, body in forms if where in action)
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', inner))


async def test_threading_is_kept_shown_and_taken_back(ground: Ground, yard: Yard, hana: Visitor) -> None:
    where = f"/settings/doors/{yard.brand_id}"
    assert (await hana.get("/settings/doors")).headers["location"] == where
    await hana.get(where)
    assert "The same matter, or a new one?" in hana.text
    answer = await hana.post(f"{where}/threading", across="new", reopen_days="30", mail_hours="4", by_order="on")
    assert answer.status_code == 200
    async with ground.database.begin() as tx:
        assert await policy(tx, yard.brand_id) == Policy(30, "new", 0, 4, True, False, signs=False)
    undo = {name: value for name, value in undo_of(hana.page, "/threading").items() if name != "csrf"}
    await hana.post(f"{where}/threading", **undo)
    assert "Undone." in hana.text
    async with ground.database.begin() as tx:
        assert await policy(tx, yard.brand_id) == Policy()


@pytest.mark.parametrize(
    ("name", "value"), [("reopen_days", "9999"), ("reopen_days", "-1"), ("across", "x"), ("mail_hours", "1e3")]
)
async def test_what_cannot_be_is_said_and_nothing_changes(
    ground: Ground, yard: Yard, hana: Visitor, name: str, value: str
) -> None:
    where = f"/settings/doors/{yard.brand_id}"
    await hana.get(where)
    answer = await hana.post(f"{where}/threading", **{"across": "continue", name: value})
    assert answer.status_code == 400
    async with ground.database.begin() as tx:
        assert await policy(tx, yard.brand_id) == Policy()


async def test_a_chain_is_made_row_by_row_shown_and_taken_back(ground: Ground, yard: Yard, hana: Visitor) -> None:
    made = (await cast.channel(ground, yard.brand_id, "kakao_notice")).id
    async with ground.database.begin() as tx:
        await keep(tx, made, [KNOWN])
        template = (await of_channel(tx, made))[0].id
    where = f"/settings/doors/{yard.brand_id}/chain"
    door = f"{made}:{template}"
    await hana.get(f"/settings/doors/{yard.brand_id}")
    await hana.post(where, act="add")
    assert 'name="door-0"' in hana.page
    rows = {"door-0": str(yard.channel.id), "wait-0": "30", "door-1": door, "wait-1": ""}
    await hana.post(where, act="look", **rows)
    assert "Not saved yet." in hana.text
    assert 'value="{name}"' in hana.page
    assert 'value="{text}"' in hana.page
    assert "at the latest after 30 minutes" in hana.text
    async with ground.database.begin() as tx:
        assert await chain(tx, yard.brand_id) == []
    values = {"value-1/고객명": "{name}", "value-1/내용": "{text} {link}"}
    assert (await hana.post(where, act="save", **rows, **values)).status_code == 200
    async with ground.database.begin() as tx:
        first, second = await chain(tx, yard.brand_id)
    assert (first.channel_id, first.wait, second.template_id) == (yard.channel.id, 30, template)
    assert second.values == {"고객명": "{name}", "내용": "{text} {link}"}
    await hana.post(where, act="up-1", **rows, **values)
    assert hana.page.index(f'value="{door}" selected') < hana.page.index(f'value="{yard.channel.id}" selected')
    await hana.post(where, act="save", **{"door-0": door, "value-0/고객명": "{name}", "value-0/내용": "{text}"})
    undo = {name: value for name, value in undo_of(hana.page, "/chain").items() if name != "csrf"}
    await hana.post(where, **undo)
    async with ground.database.begin() as tx:
        assert await chain(tx, yard.brand_id) == [first, second]


async def test_a_chain_refuses_the_door_of_another_brand_and_an_empty_place(
    ground: Ground, yard: Yard, hana: Visitor
) -> None:
    other = await cast.brand(ground, "Juniper")
    strange = (await cast.channel(ground, other)).id
    where = f"/settings/doors/{yard.brand_id}/chain"
    await hana.get(f"/settings/doors/{yard.brand_id}")
    for rows in ({"door-0": str(strange)}, {"door-0": "0"}, {"door-0": str(yard.channel.id), "wait-0": "99999"},
                 {"door-0": str(yard.channel.id), "wait-0": "soon"},
                 {"door-0": str(yard.channel.id), "wait-0": "9" * 5000}):  # fmt: skip
        answer = await hana.post(where, act="save", **rows)
        assert answer.status_code == 400, rows
        assert 'role="alert"' in hana.page
    async with ground.database.begin() as tx:
        assert await chain(tx, yard.brand_id) == []


@pytest.mark.parametrize("role", ["agent", "viewer", "lead"])
async def test_only_administrators_decide(ground: Ground, yard: Yard, browser: object, role: str) -> None:
    await join(ground, "Ben", Grant(role))  # type: ignore[arg-type]
    ben: Visitor = browser()  # type: ignore[operator]
    await ben.sign_in("ben@haneul.kr")
    for path in ("", f"/{yard.brand_id}"):
        assert (await ben.get(f"/settings/doors{path}")).status_code == 403
    for path in ("threading", "chain"):
        assert (await ben.post(f"/settings/doors/{yard.brand_id}/{path}")).status_code == 403
