"""What was said is found after it is committed, by whoever may see it, and by nobody else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import text

from madang.conversations import actions, profiles
from madang.conversations.scheduling import Later
from madang.conversations.search import backfill, finding
from madang.conversations.search import queries as search
from madang.conversations.search.asked import Asked
from madang.conversations.search.found import Behind, Found
from madang.conversations.search.people import find_customers
from madang.conversations.search.tests.indexed import catch_up, listen
from madang.ground import Ground
from madang.lib.search.cutting import VERSION
from madang.lib.search.tokeniser import Away, tokeniser
from madang.staff.permissions import CONSOLE, Viewer
from madang.tests import cast
from madang.tests.cast import Yard


async def _find(ground: Ground, words: str, viewer: Viewer = CONSOLE, **more: Any) -> Found:
    paged = {name: more.pop(name) for name in ("limit", "cursor") if name in more}
    async with ground.database.begin() as tx:
        return await search.find(tx, viewer, Asked(words, **more), **paged)


async def _ids(ground: Ground, words: str, viewer: Viewer = CONSOLE, **more: Any) -> list[int]:
    return [one.row.id for one in (await _find(ground, words, viewer, **more)).conversations]


@pytest.fixture
async def told(yard: Yard) -> Yard:
    """Three matters: 미나 and 수진 at Haneul, Mia at Juniper."""
    await listen(yard.ground)
    await yard.says("배송지를 바꾸고 싶어요. 주문번호는 A-20931이에요")
    await yard.says("환불은 언제 되나요? 텐트를 반품했어요", name="김수진", value="sujin@naver.example")
    juniper = await cast.brand(yard.ground, "Juniper")
    other = await cast.channel(yard.ground, juniper)
    said = cast.message("The tent pole is broken, can I get a refund? 환불", name="Mia", value="mia@mail.example")
    await yard.put(said, channel_id=other.id)
    await yard.take_in()
    await catch_up(yard.ground)
    return yard


async def test_it_is_found_with_its_place(told: Yard) -> None:
    found = (await _find(told.ground, "배송지 바꿔")).conversations
    assert [(one.row.customer_name, one.text.parts()[0]) for one in found] == [("미나", ("배송지", True))]
    assert await _ids(told.ground, "환불") == [3, 2]
    assert await _ids(told.ground, "ㅎㅂ tent") == [3]
    assert await _ids(told.ground, "수진 환불") == [2]
    assert await _ids(told.ground, "없는말") == []
    assert await _ids(told.ground, "") == []


async def test_an_edit_replaces_and_a_deletion_removes(told: Yard) -> None:
    first = {"type": "edit", "about": "", "at": "2026-11-22T02:00:00Z", "text": "교환하고 싶어요"}
    async with told.ground.database.begin() as tx:
        names = (await tx.execute(text("select name from message_name order by message_id"))).scalars().all()
    party = {"from": {"kind": "email", "value": "mina@naver.example", "name": "미나"}}
    await told.put({**first, **party, "about": names[0]})
    await told.put({**first, **party, "type": "delete", "about": names[1]})
    await told.take_in()
    await catch_up(told.ground)
    assert await _ids(told.ground, "배송지") == []
    assert await _ids(told.ground, "교환") == [1]
    assert await _ids(told.ground, "반품") == []


async def test_answers_and_notes_are_found_and_told_apart(told: Yard) -> None:
    ada = await cast.agent(told.ground)
    async with told.ground.database.begin() as tx:
        await actions.reply(tx, ada, 1, text="쿠폰을 드릴게요")
        await actions.note(tx, ada, 2, text="쿠폰은 비밀이에요")
    await catch_up(told.ground)
    assert await _ids(told.ground, "쿠폰") == [2, 1]
    assert await _ids(told.ground, "쿠폰", by="us") == [1]
    assert await _ids(told.ground, "쿠폰", by="note") == [2]
    assert await _ids(told.ground, "쿠폰", by="customer") == []


async def test_filters_narrow(told: Yard) -> None:
    ben = await cast.agent(told.ground, "Ben")
    async with told.ground.database.begin() as tx:
        await actions.assign(tx, ben, 2, ben.user_id)
        await actions.close(tx, ben, 3)
    assert await _ids(told.ground, "환불", status="closed") == [3]
    assert await _ids(told.ground, "환불", assignee=ben.user_id) == [2]
    assert await _ids(told.ground, "환불", assignee="none") == [3]
    assert await _ids(told.ground, "환불", brand=told.brand_id) == [2]
    assert await _ids(told.ground, "환불", channels=[told.channel.id]) == [2]
    assert await _ids(told.ground, "환불", channels=[]) == []
    assert await _ids(told.ground, "환불", files=True) == []


SCOPES: list[tuple[dict[str, Any], list[int]]] = [
    ({}, [3, 2]),
    ({"brands": frozenset({424242})}, []),
    ({"brands": frozenset()}, []),
    ({"sees": "assigned"}, []),
    ({"sees": "team"}, [3, 2]),
]


async def test_nobody_finds_what_she_may_not_see(told: Yard) -> None:
    """T2, T4: messages and customers."""
    for number, (scope, seen) in enumerate(SCOPES):
        ada = await cast.agent(told.ground, f"Ada{number}", **scope)
        assert await _ids(told.ground, "환불", ada) == seen
        async with told.ground.database.begin() as tx:
            found = await find_customers(tx, ada, "수진")
        assert [one.conversation_id for one in found] == [number for number in seen if number == 2]


async def test_scopes_hold_where_the_index_is_asked_for_the_past(told: Yard, monkeypatch: pytest.MonkeyPatch) -> None:
    """T4: the same when the newest messages do not fill the page and older ones are asked for."""
    monkeypatch.setattr(finding, "RECENT", 1)
    ada = await cast.agent(told.ground, brands=frozenset({told.brand_id}))
    ben = await cast.agent(told.ground, "Ben", sees="assigned")
    cleo = await cast.agent(told.ground, "Cleo", sees="team", teams=frozenset({7}))
    async with told.ground.database.begin() as tx:
        await tx.execute(text("insert into team (id, name) values (7, 'Returns'), (8, 'Sales')"))
        await tx.execute(text("update conversation set team_id = 8 where id = 3"))
        await tx.execute(text("update conversation set assignee_id = :ben where id = 2"), {"ben": ben.user_id})
    assert await _ids(told.ground, "환불") == [3, 2]
    assert await _ids(told.ground, "환불", ada) == [2]
    assert await _ids(told.ground, "환불", ben) == [2]
    assert await _ids(told.ground, "환불", cleo) == [2]
    monkeypatch.setattr(finding, "FEW", 0)
    assert await _ids(told.ground, "환불", ben) == [2]


async def test_pages_show_each_conversation_once(told: Yard, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(3):
        for who in ("하나", "두리", "세영"):
            await told.says(f"쿠폰 {number}", name=who, value=f"{who}@naver.example")
    await catch_up(told.ground)
    for recent in (10_000, 2):
        monkeypatch.setattr(finding, "RECENT", recent)
        seen: list[int] = []
        cursor: str | None = None
        for _ in range(9):
            page = await _find(told.ground, "쿠폰", limit=1, cursor=cursor)
            seen += [one.row.id for one in page.conversations]
            cursor = page.next
            if cursor is None:
                break
        assert (seen, cursor) == ([6, 5, 4], None)


async def test_who_says_it_word_for_word_comes_first(told: Yard) -> None:
    await told.says("환불 규정이 궁금해요", name="하나", value="hana@naver.example")
    await told.says("규정을 보니 환불이 안 된대요", name="두리", value="duri@naver.example")
    await catch_up(told.ground)
    assert await _ids(told.ground, "환불 규정") == [4, 5]


async def test_the_lag_is_told_and_caught_up(yard: Yard) -> None:
    await yard.says("아주 오래된 이야기")
    await listen(yard.ground)
    await yard.says("방금 온 이야기")
    async with yard.ground.database.begin() as tx:
        begun = "insert into search_backfill values ('message', :version, (select max(id) from message))"
        await tx.execute(text(begun), {"version": VERSION})
        assert await search.behind(tx) == Behind(new=1, old=1)
    await catch_up(yard.ground)
    while await backfill.fill(yard.ground.database):
        pass
    async with yard.ground.database.begin() as tx:
        assert not await search.behind(tx)
    assert len(await _ids(yard.ground, "이야기")) == 1
    assert (await _find(yard.ground, "오래된")).conversations


async def test_the_index_is_made_anew_from_what_is_there(told: Yard) -> None:
    async with told.ground.database.begin() as tx:
        later = Later(datetime.now(UTC) + timedelta(days=1))
        await actions.reply(tx, await cast.agent(told.ground), 1, text="환불은 내일 해 드려요", later=later)
    async with told.ground.database.begin() as tx:
        await tx.execute(text("truncate search_entry, search_person"))
        await backfill.begin_anew(tx)
    assert await _ids(told.ground, "환불") == []
    while await backfill.fill(told.ground.database):
        pass
    assert await _ids(told.ground, "환불") == [3, 2], "what waits for its moment is not said yet"
    async with told.ground.database.begin() as tx:
        assert [one.id for one in await find_customers(tx, CONSOLE, "ㅅㅈ")] == [2]


async def test_a_customer_is_found_by_her_new_name_and_every_address(told: Yard) -> None:
    ada = await cast.agent(told.ground)
    async with told.ground.database.begin() as tx:
        await profiles.rename(tx, ada, 1, "박미나")
    await catch_up(told.ground)
    async with told.ground.database.begin() as tx:
        for asked in ("박미나", "미나", "ㅂㅁㄴ", "mina@naver", "mina@naver.example"):
            assert [one.id for one in await find_customers(tx, ada, asked)] == [1], asked
        assert (await find_customers(tx, ada, "mina@"))[0].address.parts()[0][1]


async def test_while_the_analyser_is_away_messages_are_found_by_their_plain_words(
    yard: Yard, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise Away("gone")

    await listen(yard.ground)
    await yard.says("쿠폰을 주세요")
    monkeypatch.setattr(tokeniser(), "_ask", away)
    await catch_up(yard.ground)
    assert await _ids(yard.ground, "쿠폰") == [1]
    monkeypatch.undo()
    assert await _ids(yard.ground, "쿠폰") == [1]
    assert await _ids(yard.ground, "ㅋㅍ") == []


EVIL = '"><img src=x onerror=alert(1)>환불</p><style>'


async def test_hostile_words_and_cursors(told: Yard) -> None:
    for words in ("' | 'a", "환불 & !x", "\x00", "#b1", "((", EVIL, "가" * 5000):
        await _find(told.ground, words)
    assert await _ids(told.ground, f"#b{told.brand_id}") == []


async def test_days_long_past_are_searched_as_such(told: Yard) -> None:
    seoul = timezone(timedelta(hours=9))
    midnight = datetime(2026, 3, 14, tzinfo=seoul)
    for number, at in enumerate([midnight - timedelta(seconds=1), midnight, midnight + timedelta(days=7)]):
        await told.says("봄 쿠폰", name=f"봄{number}", value=f"bom{number}@naver.example", at=at)
    await catch_up(told.ground)
    week: dict[str, Any] = {"since": midnight, "until": midnight + timedelta(days=7)}
    month: dict[str, Any] = {"since": midnight - timedelta(days=1), "until": midnight + timedelta(days=90)}
    assert await _ids(told.ground, "쿠폰", **week) == [5]  # before every entry tells its day
    while await backfill.fill(told.ground.database):
        pass
    async with told.ground.database.begin() as tx:
        assert await finding.complete(tx)
    assert await _ids(told.ground, "쿠폰", **week) == [5]
    assert await _ids(told.ground, "쿠폰", **month) == [6, 5, 4]
    assert await _ids(told.ground, "쿠폰", since=midnight) == [6, 5]
    assert await _ids(told.ground, "쿠폰", until=midnight) == [4]
    assert await _ids(told.ground, "환불", **month) == []
    assert await _ids(told.ground, "환불", since=midnight) == [3, 2]
