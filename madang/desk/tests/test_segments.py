"""The segments' pages: asked row by row, without a script too; counted, saved, put away, taken back."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from madang.conversations.segments.actions import upkeep
from madang.conversations.segments.fields import VOCABULARY
from madang.desk.segment_rows import asked_of, changed
from madang.desk.tests.visitor import Visitor, join
from madang.lib.conditions.reading import read, write
from madang.staff.grants import Grant
from madang.tests import cast
from madang.tests.cast import Yard

pytestmark = pytest.mark.slow  # the house in small; the quick suite has its time

ROW = {
    "group": "0", "what": "name", "own": "", "op": "is", "value": "미나", "many": "at_least", "n": "1",
    "window": "days", "days": "90", "since": "", "until": "",
    "part": "", "part_own": "", "part_op": "", "part_value": "",
}  # fmt: skip


def form(*rows: dict[str, str], top: str = "all", join: tuple[str, ...] = ("all",)) -> dict[str, Any]:
    """What a browser posts of rows."""
    columns: dict[str, Any] = {name: [{**ROW, **row}[name] for row in rows] for name in ROW}
    return {**columns, "top": top, "join": list(join)}


BUYER = {"what": "event:order", "n": "2", "part": "amount", "part_op": "more_than", "part_value": "5000"}


async def test_a_marketer_makes_a_segment(yard: Yard, hana: Visitor) -> None:
    await yard.says("안녕하세요")
    await yard.says("Hello", name="Mia", value="mia@juniper.example")
    await hana.get("/segments")
    assert "No segments yet" in hana.text
    await hana.get("/segments/new")
    tried = await hana.post("/segments/new", do="try", name="미나들", **form({}))
    assert tried.status_code == 200
    assert "1 customer fits" in " ".join(hana.text.split())
    made = await hana.post("/segments/new", do="save", name="미나들", **form({}, BUYER, join=("any",)))
    assert made.status_code == 303, hana.text
    await upkeep.keep(yard.ground.database)
    await hana.get(made.headers["location"])
    assert "Name is 미나" in hana.text
    assert "at least 2 times, in the last 90 days, Amount in minor units is more than 5000" in hana.text
    assert 'href="/customers/1"' in hana.page
    assert "Mia" not in hana.text
    await hana.get("/segments/1/edit")
    assert 'value="5000"' in hana.page
    changed_ = await hana.post("/segments/1/edit", do="save", name="Mia", **form({"value": "MIA"}))
    assert changed_.status_code == 303
    await upkeep.keep(yard.ground.database)
    await hana.get("/segments/1")
    assert "mia@juniper.example" in hana.text
    await hana.post("/segments/1/archival")
    await hana.get("/segments")
    assert "No segments yet" in hana.text
    await hana.get("/segments?archived=1")
    await hana.post("/segments/1/restoration")
    await hana.get("/segments")
    assert "Name is MIA" in hana.text


async def test_the_buttons_work_without_a_script_and_mistakes_stand_at_their_row(yard: Yard, hana: Visitor) -> None:
    await hana.get("/segments/new")
    await hana.post("/segments/new", do="add 0", name="x", **form({}))
    assert hana.page.count('name="what"') == 2
    await hana.post("/segments/new", do="group", name="x", **form({}))
    assert hana.page.count('name="join"') == 2
    await hana.post("/segments/new", do="remove 0", name="x", **form({}, {"group": "1"}, join=("all", "any")))
    assert (hana.page.count('name="what"'), hana.page.count('name="join"')) == (1, 1)
    wrong = form({}, {"what": "conversations", "op": "is", "value": "many"})
    answer = await hana.post("/segments/new", do="save", name="x", **wrong)
    assert answer.status_code == 400
    assert "Give a number here." in hana.page.split('aria-label="Row 2"')[1]
    token = hana.csrf
    rows = await hana.post("/segments/rows", **form({"what": "channel", "op": "has", "value": ""}))
    assert "api channel" in rows.text
    answer = await hana.post("/segments/preview", headers={"x-csrf-token": token}, **wrong)
    assert "Give a number here." in answer.text
    await hana.get("/segments/new")
    half = await hana.post("/segments/new", do="save", name="x", what=["name", "name"], op=["is"], value=["a"])
    assert half.status_code == 400


async def test_who_may_only_look_sees_no_editor(yard: Yard, browser: Callable[[], Visitor]) -> None:
    await join(yard.ground, "Lena", Grant("viewer"))
    lena = browser()
    await lena.sign_in("lena@haneul.kr")
    assert (await lena.get("/segments")).status_code == 200
    assert "New segment" not in lena.text
    assert (await lena.get("/segments/new")).status_code == 403
    for path in ("/segments/new", "/segments/rows", "/segments/preview", "/segments/1/archival"):
        assert (await lena.post(path, do="save", name="x", **form({}))).status_code == 403, path
    assert (await lena.get("/segments/1")).status_code == 404


NAME = {"field": "name", "op": "is", "value": "미나"}
WITH = {"field": "colour", "op": "any_of", "value": ["red", "빨강"]}


@pytest.mark.parametrize(
    "given",
    [
        {"all": [NAME]},
        {
            "any": [
                {"field": "fields.tier", "op": "is_not", "value": 5},
                {"field": "blocked", "op": "is", "value": True},
            ]
        },
        {"all": [{"any": [NAME, NAME]}, {"all": [{"event": "order", "at_most": 0, "days": 30, "where": WITH}]}]},
        {"all": [{"event": "custom.rated", "exactly": 2, "since": "2026-01-01", "until": "2026-02-01"}]},
        {"all": [{"event": "visit", "at_least": 1}, {"field": "left", "op": "unknown"}]},
    ],
)
def test_rows_are_the_condition_and_the_condition_is_rows(given: dict[str, Any]) -> None:
    node = read(given, VOCABULARY)
    asked = asked_of(node)
    assert asked is not None
    tree, _places = changed(asked, "").tree(VOCABULARY)
    assert write(read(tree, VOCABULARY)) == given


def test_rows_beside_groups_are_a_group_of_their_own() -> None:
    buyers = {"any": [{"event": "visit", "at_least": 1}, NAME]}
    asked = asked_of(read({"all": [NAME, buyers, {"field": "left", "op": "known"}]}, VOCABULARY))
    assert asked is not None
    tree, _places = asked.tree(VOCABULARY)
    assert tree == {"all": [{"all": [NAME, {"field": "left", "op": "known"}]}, buyers]}


def test_what_a_program_wrote_otherwise_is_no_rows() -> None:
    assert asked_of(read({"not": NAME}, VOCABULARY)) is None
    assert asked_of(read({"all": [{"any": [{"all": [NAME]}]}]}, VOCABULARY)) is None


async def test_a_lead_of_one_brand_is_offered_and_told_nothing_of_others(
    yard: Yard, hana: Visitor, browser: Callable[[], Visitor]
) -> None:
    juniper = await cast.brand(yard.ground, "Juniper")
    theirs, ours = yard.channel.id, (await cast.channel(yard.ground, juniper)).id
    for channel in (theirs, ours):
        await yard.put(cast.message("hi", name="Mia", value="mia@juniper.example"), channel_id=channel)
        await yard.take_in()
    await join(yard.ground, "Lea", Grant("lead", brands=frozenset({juniper})))
    lea = browser()
    await lea.sign_in("lea@haneul.kr")
    await lea.get("/segments/new")
    count = {"what": f"brand.{juniper}.conversations", "op": "is", "value": "1"}
    assert "Number of conversations (Juniper)" in lea.text
    assert ('value="conversations"' in lea.page, f"brand.{yard.brand_id}." in lea.page) == (False, False)
    await lea.post(
        "/segments/new", do="reshape", **form({"what": "channel", "op": "has"}, {"what": "brand", "op": "has"})
    )
    assert "Haneul" not in lea.page
    values = re.findall(r'<select class="input" name="value".*?</select>', lea.page, re.DOTALL)
    assert [re.findall(r'option value="(\d+)"', one) for one in values] == [[str(ours)], [str(juniper)]]
    for do in ("try", "save"):
        posted = form({"what": "channel", "op": "has", "value": str(theirs)})
        assert (await lea.post("/segments/new", do=do, name="Theirs", **posted)).status_code == 400, do
    made = await lea.post("/segments/new", do="save", name="Ours", **form(count))
    assert made.status_code == 303
    await hana.post(
        "/segments/new", do="save", name="Twice", **form({"what": "conversations", "op": "is", "value": "2"})
    )
    await upkeep.keep(yard.ground.database)
    assert "mia@juniper.example" in (await lea.get(made.headers["location"])).text
    await lea.get("/segments")
    assert ("Number of conversations (Juniper) is 1" in lea.text, "Twice" in lea.text) == (True, False)
    await hana.get("/segments/1/edit")
    assert f'<option value="{count["what"]}" selected>' in hana.page
    assert "Twice" in (await hana.get("/segments")).text
