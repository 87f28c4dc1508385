"""Who is this: her page, merging and parting, the queue, and nothing of whom somebody does not see (T2)."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from sqlalchemy import text

from madang.channels.book import Book
from madang.channels.connector import Cap, Kind, Outbound, Sent
from madang.connectors.api.connector import Api
from madang.conversations.search.tests import indexed
from madang.customers.actions import suggesting
from madang.customers.actions.suggesting import Pair
from madang.customers.proving import sending
from madang.desk.tests.visitor import Visitor, join
from madang.ground import Ground
from madang.staff.grants import Grant
from madang.tests.cast import Yard

pytestmark = pytest.mark.slow  # the house in small; the quick suite has its time

EVIDENCE = [{"field": "name", "level": "alike", "weight": 3.5, "one": "미나", "two": "<b>김미나"}]


@pytest.fixture
async def two(yard: Yard) -> None:
    """Customer 1 is 미나, customer 2 김미나; they may be one."""
    await indexed.listen(yard.ground)
    await yard.says("담요 환불", name="미나", value="mina@naver.example")
    await yard.says("배송은 언제", name="김미나", value="mina@work.example")
    await indexed.catch_up(yard.ground)
    async with yard.ground.database.begin() as tx:
        await suggesting.suggest(tx, [Pair(1, 2, 0.93, EVIDENCE)])


async def test_her_page_says_what_is_known_and_how(ada: Visitor, two: None) -> None:
    await ada.get("/customers/1")
    for said in (
        "미나",
        "mina@naver.example",
        "The channel proved it",
        "담요 환불",
        "김미나 may be the same person (93%",
    ):
        assert said in ada.text, said
    assert "mina@work.example" not in ada.text


async def test_fields_are_edited_in_place_with_who_and_taken_back(ada: Visitor, two: None) -> None:
    await ada.get("/customers/1")
    led = await ada.post("/customers/1/fields", company="하늘 <주식회사>")
    assert (led.status_code, led.headers["location"]) == (303, "/customers/1?done=saved")
    await ada.get("/customers/1")
    assert re.search(r"Company\s*:\s+하늘 <주식회사>\s+Ada", ada.text)
    undo = re.search(r"/customers/1/changes/\d+/reversal", ada.page)
    assert undo
    await ada.post(undo[0])
    await ada.get("/customers/1")
    assert "undone" in ada.text
    assert "/reversal" not in ada.page
    refused = await ada.post("/customers/1/fields", timezone="Mars")
    assert refused.status_code == 400


async def test_merged_from_the_page_she_is_one_and_undone_two(ada: Visitor, two: None) -> None:
    await ada.get("/customers/1/merge?q=김미나")
    assert "/customers/1/merge?other=2" in ada.page
    await ada.get("/customers/1/merge?other=2")
    for said in ("mina@naver.example", "mina@work.example", "Nothing is destroyed", "Links to 김미나 lead to 미나."):
        assert said in ada.text, said
    assert 'name="keep:name"' in ada.page
    led = await ada.post("/customers/1/merges", other="2", **{"keep:name": "loser"})
    await ada.get(led.headers["location"])
    for said in (
        "They are one person now.",
        "Also known as",
        "mina@work.example",
        "김미나 is 김미나",
        "chosen in a merge",
    ):
        assert said in ada.text or said == "Also known as", said
    old = await ada.get("/customers/2")
    assert (old.status_code, old.headers["location"]) == (303, "/customers/1")
    refused = await ada.post("/customers/1/merges", other="2")
    assert refused.status_code == 400
    undo = re.search(r"/merges/\d+/reversal", ada.page)
    assert undo is None, "the page of the refusal has none"
    await ada.get("/customers/1")
    led = await ada.post(re.findall(r"/merges/\d+/reversal", ada.page)[0])
    await ada.get(led.headers["location"])
    assert "They are two again" in ada.text
    assert "mina@work.example" not in ada.text
    assert (await ada.get("/customers/2")).status_code == 200


async def test_the_queue_is_decided_by_one_form_and_taken_back(ada: Visitor, two: None) -> None:
    assert "1 question waits" in (await ada.fetch("/suggestions/count")).text
    await ada.get("/suggestions")
    for said in ("미나", "김미나", "The names are similar", "+3.5", "담요 환불", "배송은 언제", "93%", "<b>김미나"):
        assert said in ada.text, said
    assert "<b>김미나" not in ada.page
    led = await ada.post("/suggestions/1/acceptance", swap="1", next="")
    await ada.get(led.headers["location"])
    assert "Nobody is in doubt" in ada.text
    assert (await ada.get("/customers/1")).headers["location"] == "/customers/2", "swapped: the younger stays"
    await ada.get(led.headers["location"])
    form = re.search(r'action="(/merges/\d+/reversal)".*?name="question" value="(\d+)"', ada.page, re.S)
    assert form
    led = await ada.post(form[1], question=form[2])
    assert led.headers["location"] == "/suggestions/1?done=parted"
    await ada.get(led.headers["location"])
    assert "Are they one person?" in ada.text


async def test_rejected_it_can_be_brought_back(ada: Visitor, two: None) -> None:
    await ada.get("/suggestions")
    for never in ("", "1"):
        led = await ada.post("/suggestions/1/rejection", never=never)
        await ada.get(led.headers["location"])
        assert "Nobody is in doubt" in ada.text
        assert 'action="/suggestions/1/reopening"' in ada.page
        await ada.post("/suggestions/1/reopening")
        await ada.get("/suggestions/1")
        assert "Are they one person?" in ada.text


async def test_a_conflict_is_marked_and_stands_first(ada: Visitor, two: None, yard: Yard) -> None:
    await yard.says("three", name="Mia", value="mia@juniper.example")
    async with yard.ground.database.begin() as tx:
        await suggesting.conflict(tx, 1, 3)
    await ada.get("/suggestions")
    assert "Both have proved the same address" in ada.text
    assert ada.text.index("Conflict") < ada.text.index("93%")
    assert 'data-key="j"' in ada.page
    assert 'data-key="k"' not in ada.page


async def test_blocked_she_is_marked_everywhere(ada: Visitor, two: None) -> None:
    await ada.get("/customers/1")
    await ada.post("/customers/1/block")
    await ada.get("/customers/1")
    assert "Blocked" in ada.text
    await ada.get("/c/1")
    assert 'data-tone="bad"' in ada.page
    await ada.post("/customers/1/unblock")
    await ada.get("/customers/1")
    assert 'data-tone="bad"' not in ada.page


async def test_an_address_of_somebody_elses_becomes_a_question(ada: Visitor, two: None) -> None:
    await ada.get("/customers/1")
    led = await ada.post("/customers/1/addresses", value="mina@work.example", proven="on")
    assert led.headers["location"].endswith("done=conflict")
    await ada.get("/customers/1")
    assert "Another customer has proved this address too." in ada.page
    await ada.post("/customers/1/addresses", value="+82 10-1234-5678")
    await ada.get("/customers/1")
    assert "+821012345678" in ada.text
    assert (await ada.post("/customers/1/addresses", value="nonsense")).status_code == 400
    await ada.post("/customers/1/addresses/main", kind="email", value="mina@work.example")
    await ada.get("/customers/1")
    assert "Main" in ada.text
    other = await ada.post("/customers/2/addresses/main", kind="phone", value="+821012345678")
    assert other.status_code == 404


async def test_a_claim_is_forgotten_and_brought_back(ada: Visitor, two: None) -> None:
    await ada.post("/customers/1/addresses", value="typo@naver.example")
    await ada.get("/customers/1")
    assert "typo@naver.example" in ada.text
    led = await ada.post("/customers/1/claims/removal", kind="email", value="typo@naver.example")
    await ada.get(led.headers["location"])
    assert "typo@naver.example" not in ada.text
    event = re.search(r'name="event" value="(\d+)"', ada.page)
    assert event
    await ada.post("/customers/1/claims/restoration", event=event[1])
    await ada.get("/customers/1")
    assert "typo@naver.example" in ada.text
    assert (await ada.post("/customers/2/claims/restoration", event=event[1])).status_code == 404


async def test_spam_is_one_press_and_one_press_back(ada: Visitor, two: None) -> None:
    led = await ada.post("/customers/1/spam")
    await ada.get(led.headers["location"])
    assert "Marked as spam" in ada.text
    event = re.search(r'name="event" value="(\d+)"', ada.page)
    assert event
    await ada.get("/c/1")
    assert 'data-tone="bad"' in ada.page
    assert 'data-status="closed"' in ada.page
    assert (await ada.post("/customers/2/spam/reversal", event=event[1])).status_code == 404
    for _ in range(2):
        await ada.post("/customers/1/spam/reversal", event=event[1])
    await ada.get("/c/1")
    assert 'data-tone="bad"' not in ada.page
    assert 'data-status="closed"' not in ada.page
    await ada.post("/c/1/closure")  # and what was done after that is not undone by the same button
    await ada.post("/customers/1/block")
    await ada.post("/customers/1/spam/reversal", event=event[1])
    await ada.get("/c/1")
    assert 'data-tone="bad"' in ada.page
    assert 'data-status="closed"' in ada.page


async def test_a_code_is_asked_for_and_typed_in(ada: Visitor, two: None, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[Outbound] = []

    async def send(_self: Api, out: Outbound) -> Sent:
        sent.append(out)
        return Sent(out.key)

    await ada.post("/customers/1/addresses", value="new@naver.example")
    await ada.get("/customers/1")
    assert "Ask for proof" not in ada.text  # no channel can send one
    monkeypatch.setattr(Api, "caps", Api.caps | Cap.VERIFY)
    monkeypatch.setattr(Api, "identity", Kind.EMAIL)
    monkeypatch.setattr(Api, "send", send)
    await ada.get("/customers/1")
    assert "Ask for proof" in ada.text
    led = await ada.post("/customers/1/codes", kind="email", value="new@naver.example")
    assert led.headers["location"].endswith("done=code_asked")
    await sending.send(ada.ground, Book(ada.ground))
    await ada.get("/customers/1")
    assert "Send again" in ada.text
    path = re.search(r"/customers/1/codes/\d+", ada.page)
    assert path
    code = re.findall(r"\b\d{6}\b", sent[0].text)[0]
    assert code not in ada.page
    again = await ada.post(path[0], code=f"{(int(code) + 1) % 10**6:06d}")
    assert again.status_code == 400
    assert (await ada.post(path[0], code=code)).headers["location"].endswith("done=proven")
    await ada.get("/customers/1")
    assert "Proved by a one-time code" in ada.text
    assert (await ada.post(path[0], code=code)).status_code == 400


async def test_the_panel_links_to_her_and_hints(ada: Visitor, two: None) -> None:
    await ada.get("/c/1")
    assert 'href="/customers/1"' in ada.page
    assert "May be the same person as somebody else" in ada.text


async def test_who_sees_only_one_of_two_hears_nothing_of_the_other(
    ground: Ground, two: None, browser: Callable[[], Visitor]
) -> None:
    ben_id = await join(ground, "Ben", Grant("agent", "assigned"))
    ben = browser()
    await ben.sign_in("ben@haneul.kr")
    async with ground.database.begin() as tx:
        await tx.execute(text("update conversation set assignee_id = :ben where id = 1"), {"ben": ben_id})
    await ben.get("/customers/1")
    assert "김미나" not in ben.text
    await ben.get("/suggestions")
    assert "김미나" not in ben.text
    assert "badge" not in (await ben.fetch("/suggestions/count")).text
    await ben.get("/customers/1")
    refused = [
        await ben.get("/customers/2"),
        await ben.get("/suggestions/1"),
        await ben.get("/customers/1/merge?other=2"),
    ]
    await ben.get("/customers/1")
    for path in ("/suggestions/1/acceptance", "/suggestions/1/rejection", "/suggestions/1/reopening"):
        refused.append(await ben.post(path))
        await ben.get("/customers/1")
    refused.append(await ben.post("/customers/1/merges", other="2"))
    assert {answer.status_code for answer in refused} == {404}


async def test_whoever_may_only_read_finds_no_verbs(ground: Ground, two: None, browser: Callable[[], Visitor]) -> None:
    await join(ground, "Vera", Grant("viewer"))
    vera = browser()
    await vera.sign_in("vera@haneul.kr")
    await vera.get("/customers/1")
    assert "mina@naver.example" in vera.text
    assert not re.search(r'method="post" action="/(customers|merges|suggestions)', vera.page)
    assert "rail-waiting" not in vera.page
    tries = [await vera.get("/suggestions"), await vera.get("/customers/1/merge")]
    await vera.get("/customers/1")
    tries.append(await vera.post("/customers/1/merges", other="2"))
    assert {answer.status_code for answer in tries} == {403}
