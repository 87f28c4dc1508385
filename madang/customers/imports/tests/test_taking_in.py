"""A file taken in: what it makes, what it finds, what stays twice, what an undo takes back and leaves."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text

from madang.customers.actions import change, merge
from madang.customers.imports import actions, queries
from madang.customers.imports.actions import batches
from madang.customers.imports.models import State
from madang.customers.imports.preparing import prepare
from madang.customers.imports.working import Hands
from madang.events.record import SYSTEM
from madang.ground import Ground
from madang.lib.errors import NotFound, Refused
from madang.staff.attempts import TooMany
from madang.staff.permissions import CONSOLE, NotPermitted, Viewer
from madang.tests import cast
from madang.tests.cast import Yard

pytestmark = pytest.mark.slow  # the house in small; the quick suite has its time

FILE = """번호,이름,메일,휴대폰,회사,태그,메모,가입일,등급
1,김미나,mina@naver.example,010-1234-5678,하늘,"vip,서울",전화로 주문,2023-05-01,gold
2,Mia Berg,mia@juniper.example,+49 151 12345678,Juniper,,,,
,이수,not a mail,,,,,,
4,김미나,MINA@naver.example,,하늘 홈,단골,,,silver
"""
TARGETS = ["external_id", "name", "email", "phone", "company", "tags", "note", "created_at", "field:grade"]
OPTIONS = {"region": "KR", "timezone": "Asia/Seoul"}


async def given(ground: Ground, content: str = FILE, targets: list[str] = TARGETS, **options: Any) -> int:
    """An import that has been looked through."""

    async def parts() -> Any:
        yield content.encode()

    number = await prepare(ground, CONSOLE, "고객.csv", parts())
    async with ground.database.begin() as tx:
        await actions.chosen(tx, CONSOLE, number, "Shop", targets, OPTIONS | options)
    await Hands(ground).work()
    return number


async def run(ground: Ground, number: int, verb: Any = actions.begin) -> Any:
    """The import after the workers have done what ``verb`` asked for."""
    async with ground.database.begin() as tx:
        await verb(tx, CONSOLE, number)
    await Hands(ground).work()
    return await look(ground, number)


async def look(ground: Ground, number: int) -> Any:
    async with ground.database.begin() as tx:
        return await queries.one(tx, CONSOLE, number)


async def house(ground: Ground) -> dict[str, list[tuple[Any, ...]]]:
    """All that an import could change."""
    tables = {
        "customer": "id, name, company, language, region, fields::text",
        "identity": "customer_id, kind, value, proof",
        "claim": "customer_id, kind, value",
        "customer_tag": "customer_id, tag",
        "customer_note": "customer_id, text",
    }
    async with ground.database.begin() as tx:
        rows = {
            name: await tx.execute(text(f"select {columns} from {name} order by 1, 2, 3"))
            for name, columns in {
                **tables,
                "customer_tag": "customer_id, tag, by",
                "customer_note": "customer_id, text, by",
            }.items()
        }
        return {name: [tuple(row) for row in found] for name, found in rows.items()}


async def test_a_dry_run_says_what_would_be_and_writes_nothing(ground: Ground) -> None:
    before = await house(ground)
    number = await given(ground)
    one = await look(ground, number)
    assert (one.state, one.checked) == (State.CHECKED, {"new": 2, "skipped": 1, "repeat": 1})
    async with ground.database.begin() as tx:
        problems = await queries.problems(tx, CONSOLE, number, dry=True)
    assert [(row.row, [what for what, _ in row.problems["of"]]) for row in problems] == [(4, ["email", "nobody"])]
    assert await house(ground) == before


async def test_taken_in_once_and_found_the_second_time(ground: Ground) -> None:
    number = await given(ground)
    one = await run(ground, number)
    assert (one.state, one.counts, one.rows) == (State.DONE, one.checked, 4)
    made = await house(ground)
    assert [row[1:3] for row in made["customer"]] == [("김미나", "하늘"), ("Mia Berg", "Juniper")]
    assert made["claim"] == [
        (1, "email", "mina@naver.example"),
        (1, "phone", "+821012345678"),
        (2, "email", "mia@juniper.example"),
        (2, "phone", "+4915112345678"),
    ]
    assert made["identity"] == []  # listed is not proven
    assert [tag for _, tag, _ in made["customer_tag"]] == ["vip", "단골", "서울"]
    again = await run(ground, await given(ground))
    assert again.counts == {"same": 2, "skipped": 1, "repeat": 1}
    assert await house(ground) == made


async def test_a_proven_source_makes_addresses_that_find(yard: Yard) -> None:
    await run(yard.ground, await given(yard.ground, proven=True))
    assert {row[3] for row in (await house(yard.ground))["identity"]} == {"import"}
    await yard.says("안녕하세요")
    async with yard.ground.database.begin() as tx:
        assert (await tx.execute(text("select customer_id from conversation"))).scalar_one() == 1


async def test_who_is_known_is_filled_in_and_undo_gives_it_back(yard: Yard) -> None:
    await yard.says("안녕하세요")
    before = await house(yard.ground)
    number = await given(yard.ground)
    one = await run(yard.ground, number)
    assert one.counts == {"changed": 1, "new": 1, "skipped": 1, "repeat": 1}
    mina = (await house(yard.ground))["customer"][0]
    assert mina[1:3] == ("미나", "하늘")  # what was there stays
    undone = await run(yard.ground, number, actions.undo)
    assert undone.state == State.UNDONE
    assert (undone.counts["removed"], undone.counts["stayed"]) == (1, 0)
    assert await house(yard.ground) == before


async def test_what_is_in_the_file_may_go_before(yard: Yard) -> None:
    await yard.says("안녕하세요")
    number = await given(yard.ground, overwrite=True)
    await run(yard.ground, number)
    assert (await house(yard.ground))["customer"][0][1:3] == ("김미나", "하늘 홈")
    async with yard.ground.database.begin() as tx:
        await change(tx, CONSOLE, 1, {"company": "Edited"})
    await run(yard.ground, number, actions.undo)
    assert (await house(yard.ground))["customer"][0][1:3] == ("미나", "Edited")


async def test_who_has_written_since_stays_with_what_she_got(yard: Yard) -> None:
    number = await given(yard.ground, proven=True)
    await run(yard.ground, number)
    await yard.says("주문했어요")
    undone = await run(yard.ground, number, actions.undo)
    assert (undone.counts["removed"], undone.counts["stayed"]) == (1, 1)
    left = await house(yard.ground)
    assert [row[1] for row in left["customer"]] == ["김미나"]
    assert len(left["identity"]) == 2
    with pytest.raises(Refused):
        await run(yard.ground, number, actions.undo)


async def test_who_was_merged_since_stays_and_the_others_claims_go_all_the_same(yard: Yard) -> None:
    await yard.says("안녕하세요")
    number = await given(yard.ground)
    await run(yard.ground, number)  # 1 was here and is filled in, 2 is made
    rows = "번호,이름,메일\n9,Mia,mia@other.example\n"
    other = await given(yard.ground, rows, ["external_id", "name", "email"])
    await run(yard.ground, other)
    async with yard.ground.database.begin() as tx:
        customers = (await tx.execute(text("select id from customer order by id"))).scalars().all()
        mina, mia, third = customers
        await merge(tx, SYSTEM, mia, third)
        await merge(tx, SYSTEM, mia, mina)
    undone = await run(yard.ground, number, actions.undo)
    assert (undone.counts.get("removed", 0), undone.counts["stayed"]) == (0, 1)
    left = await house(yard.ground)
    assert [value for _, kind, value in left["claim"] if kind == "email"] == [
        "mia@juniper.example",
        "mia@other.example",
    ]
    assert "+821012345678" not in [value for *_, value in left["claim"]]
    assert next(row for row in left["customer"] if row[0] == mina)[2] == ""
    undone = await run(yard.ground, other, actions.undo)
    assert undone.counts["stayed"] == 1


async def test_two_people_in_one_row_are_a_question_and_a_shared_phone_is_none(yard: Yard) -> None:
    await yard.says("안녕하세요")
    await yard.says("Hello", name="Mia", value="mia@juniper.example")
    people = ("미나,mina@naver.example; mia@juniper.example,", "엄마,mom@b.example,010-1-2", "아이,,010 9999 8888")
    rows = "\n".join(("이름,메일,전화", *people, "아빠,,01099998888"))
    one = await run(yard.ground, await given(yard.ground, rows, ["name", "email", "phone"]))
    assert one.counts == {"conflict": 1, "new": 3}
    async with yard.ground.database.begin() as tx:
        asked = (await tx.execute(text("select one_id, two_id from suggestion"))).all()
    assert [tuple(row) for row in asked] == [(1, 2)]


async def test_a_paused_one_goes_on_where_it_was(ground: Ground) -> None:
    lines = "".join(f"{n},Person {n},p{n}@b.example\n" for n in range(250))
    number = await given(ground, f"id,name,email\n{lines}", ["external_id", "name", "email"])
    async with ground.database.begin() as tx:
        await actions.begin(tx, CONSOLE, number)
    stops = iter([False, False, True, True])
    await Hands(ground, lambda: next(stops, True)).work()
    async with ground.database.begin() as tx:
        await actions.pause(tx, CONSOLE, number)
    await Hands(ground).work()
    half = await look(ground, number)
    assert (half.state, half.position) == (State.PAUSED, 101)
    done = await run(ground, number, actions.resume)
    assert (done.state, done.counts) == (State.DONE, {"new": 250})
    assert len((await house(ground))["customer"]) == 250


async def test_a_fault_of_ours_is_said_and_gone_on_from(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    number = await given(ground)

    async def broken(*_given: object) -> None:
        raise ValueError("a fault")

    with monkeypatch.context() as patched:
        patched.setattr(batches, "write", broken)
        one = await run(ground, number)
    assert (one.state, one.problem[:9]) == (State.FAILED, "Something")
    one = await run(ground, number, actions.resume)
    assert (one.state, one.counts["new"]) == (State.DONE, 2)


async def test_only_administrators_take_in_and_only_who_sees_everything_looks(ground: Ground) -> None:
    """T2, T3: leads may look; a lead of one brand sees nothing of it."""
    number = await given(ground)
    lead = await cast.agent(ground, "Lena", "lead")
    partial = await cast.agent(ground, "Lin", "lead", brands=frozenset({1}))
    async with ground.database.begin() as tx:
        assert (await queries.one(tx, lead, number)).id == number
        with pytest.raises(NotPermitted):
            await actions.begin(tx, lead, number)
        with pytest.raises(NotFound):
            await queries.one(tx, partial, number)
        for verb, who in ((actions.begin, await _admin(ground)),):
            with pytest.raises(NotFound):
                await verb(tx, who, number)


async def _admin(ground: Ground) -> Viewer:
    return await cast.agent(ground, "Part", "administrator", brands=frozenset({1}))


async def test_nobody_floods_the_house_with_files(ground: Ground) -> None:
    """T20: so many files an hour, and no more."""
    ada = await cast.agent(ground, "Ada", "administrator")
    file = {"name": "a.csv", "sha256": "0" * 64, "size": 1}
    shape = {"kind": "csv", "detail": "", "columns": ["a"], "sample": []}
    for _time in range(30):
        async with ground.database.begin() as tx:
            await actions.uploaded(tx, ada, file, shape, ("shop", ["email"], {}))
    with pytest.raises(TooMany):
        async with ground.database.begin() as tx:
            await actions.uploaded(tx, ada, file, shape, ("shop", ["email"], {}))


@pytest.mark.parametrize(
    ("targets", "options"),
    [
        (["name", "", "", "", "", "", "", "", ""], {}),
        (["email", "name", "name", "", "", "", "", "", ""], {}),
        (["email; drop", "", "", "", "", "", "", "", ""], {}),
        (["email", "field:a'b", "", "", "", "", "", "", ""], {}),
        (["email"], {}),
        (TARGETS, {"region": "nowhere"}),
        (TARGETS, {"timezone": "../etc/passwd"}),
    ],
)
async def test_a_mapping_that_cannot_be_is_refused(ground: Ground, targets: list[str], options: dict[str, str]) -> None:
    """T1: only targets there are."""
    with pytest.raises(Refused):
        await given(ground, targets=targets, **options)
