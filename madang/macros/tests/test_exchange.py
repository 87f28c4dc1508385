"""Macros out as a file and in again: the same, by names; what is wrong with a file is said with its line."""

from __future__ import annotations

import pytest

from madang.conversations.steps.facts import known
from madang.lib.errors import Refused
from madang.macros import actions, exchange, queries
from madang.macros.actions import Given
from madang.macros.exchange import Names, Paper, as_csv, as_json, papers, read
from madang.tests import cast
from madang.tests.cast import Yard

SAY = {"do": "say", "text": {"ko": '안녕하세요,\n"미나"님', "en": "=1+1"}}


@pytest.mark.parametrize("write", [as_csv, as_json])
async def test_out_and_in_again_is_the_same(yard: Yard, write: object) -> None:
    ada = await cast.agent(yard.ground, "Ada", "lead")
    steps = [SAY, {"do": "assign", "to": f"user:{ada.user_id}"}, {"do": "guide", "guide": 7}]
    async with yard.ground.database.begin() as tx:
        names = Names({}, {yard.brand_id: "Haneul"}, await known(tx, ada, {7: "Returns"}))
        await actions.create(tx, ada, Given("인사", steps, shared=True, brand_id=yard.brand_id), names.known)
        out = papers(await queries.macros(tx, ada), names)
        assert out[0].steps[1]["to"] == "user:Ada"
        raw = write(out)  # type: ignore[operator]
        assert read(raw) == out
        changed = [Paper("인사", [{"do": "close"}], shared=True), *read(raw)[1:], Paper("New", out[0].steps)]
        assert await actions.take_in(tx, ada, changed, names) == 2
        there = {one.name: one for one in await queries.macros(tx, ada)}
    assert there["인사"].steps == [{"do": "close"}]
    assert (there["New"].steps, there["New"].mine) == (steps, True)


def test_a_table_holds_no_formulas() -> None:
    raw = as_csv([Paper("=cmd", [SAY])]).decode("utf-8-sig")
    assert "'=cmd" in raw
    assert "'=1+1" in raw


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b"", "no macro"),
        (b"\xff\xfe", "UTF-8"),
        (b"{", "cannot be read"),
        (b"name,steps\nx,{", "Line 2"),
        (b"[" * 100_000, "cannot be read"),
        (b"x" * (exchange.LARGEST + 1), "too large"),
    ],
)
def test_a_broken_file_is_refused_with_its_reason(raw: bytes, why: str) -> None:
    with pytest.raises(Refused, match=why):
        read(raw)


async def test_one_mistake_takes_nothing_in(yard: Yard) -> None:
    ada = await cast.agent(yard.ground)
    some = [Paper("One", [{"do": "close"}]), Paper("Two", [{"do": "assign", "to": "user:Nobody"}])]
    with pytest.raises(Refused, match="Macro 2, “Two”"):
        async with yard.ground.database.begin() as tx:
            await actions.take_in(tx, ada, some, Names({}, {}, await known(tx, ada)))
    async with yard.ground.database.begin() as tx:
        assert await queries.macros(tx, ada, archived=False) == []
