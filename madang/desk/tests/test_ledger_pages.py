"""The ledger's pages: numbers that open, quarantine that is emptied, nothing for whom it is not (T2, T5, T6)."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from madang.conversations import bookkeeping
from madang.conversations.search.tests.indexed import catch_up, listen
from madang.desk.tests.visitor import Visitor, join
from madang.desk.views import ledger_quarantine
from madang.events.dispatch import BURY
from madang.ground import Ground
from madang.lib.pace import Pace
from madang.staff.grants import Grant
from madang.tests import cast
from madang.tests.cast import Yard, message

pytestmark = pytest.mark.slow  # the house in small; the quick suite has its time

Browser = Callable[[], Visitor]
HOSTILE = {"type": "<script>alert(1)</script><style>*{display:none}</style>\u202egpj.exe", "id": "r1"}
PAGES = ["", "/channels/1", "/channels/1/deliveries", "/channels/1/answers?what=failed", "/channels/1/replays/new"]
PAGES += [
    "/quarantine",
    "/quarantine?aside=1",
    "/letters",
    "/letters?aside=1",
    "/envelopes/{id}",
    "/envelopes/{id}/raw",
]
VERBS = ["/envelopes/{id}/again", "/envelopes/{id}/dismissal", "/envelopes/{id}/restoration", "/quarantine/again"]
VERBS += [
    "/quarantine/dismissal",
    "/quarantine/restoration",
    "/letters/1/again",
    "/letters/1/dismissal",
    "/letters/1/restoration",
]
VERBS += ["/channels/1/replays", "/channels/1/replays/1/stop", "/gaps/1/fetch", "/gaps/1/dismissal"]


async def _poison(yard: Yard, body: dict[str, object] | None = None) -> int:
    await yard.put(body or HOSTILE)
    await yard.take_in()
    async with yard.ground.database.begin() as tx:
        query = text("select max(id) from envelope where state = 2")
        return int((await tx.execute(query)).scalar_one())


async def _lead(ground: Ground, browser: Browser, **grant: object) -> Visitor:
    await join(ground, "Ben", Grant("lead", **grant))  # type: ignore[arg-type]
    ben = browser()
    await ben.sign_in("ben@haneul.kr")
    return ben


async def _kinds(ground: Ground) -> list[str]:
    async with ground.database.begin() as tx:
        query = "select kind || ' ' || actor from event where kind ~ '^(envelope|replay|dead|gap)' order by id"
        return list((await tx.execute(text(query))).scalars())


async def test_the_ledger_is_for_administrators_and_leads(yard: Yard, ada: Visitor, hana: Visitor) -> None:
    number = await _poison(yard)
    for path in PAGES:
        assert (await ada.get("/ledger" + path.format(id=number))).status_code == 403, path
        assert (await hana.get("/ledger" + path.format(id=number))).status_code == 200, path
    for path in VERBS:
        assert (await ada.post("/ledger" + path.format(id=number), reason="x")).status_code == 403, path
    await ada.get("/")
    assert "/ledger" not in ada.page
    await hana.get("/")
    assert 'href="/ledger"' in hana.page


async def test_a_lead_of_one_brand_sees_its_channels_and_nothing_of_the_others(
    yard: Yard, ground: Ground, browser: Browser
) -> None:
    number = await _poison(yard)
    juniper = await cast.brand(ground, "Juniper")
    await cast.channel(ground, juniper)
    ben = await _lead(ground, browser, brands=frozenset({juniper}))
    await ben.get("/ledger")
    assert "Juniper" in ben.text
    assert "Haneul" not in ben.text
    for path in PAGES[1:5] + PAGES[9:]:
        assert (await ben.get("/ledger" + path.format(id=number))).status_code == 404, path
    await ben.get("/ledger/quarantine")
    assert "r1" not in ben.text
    assert "Quarantine is empty" in ben.text
    for path in VERBS:
        answer = await ben.post("/ledger" + path.format(id=number), reason="x", channel="1", first="1", last="9")
        assert answer.status_code == 404, path
    assert [one for one in await _kinds(ground) if "quarantined" not in one] == []


async def test_whoever_sees_only_her_own_work_reads_no_delivery_that_is_nobodys(
    yard: Yard, ground: Ground, browser: Browser
) -> None:
    number = await _poison(yard)
    ben = await _lead(ground, browser, sees="assigned")
    assert (await ben.get(f"/ledger/envelopes/{number}")).status_code == 404
    assert (await ben.get(f"/ledger/envelopes/{number}/raw")).status_code == 404
    assert (await ben.post(f"/ledger/envelopes/{number}/again")).status_code == 404


async def test_what_is_hostile_is_shown_as_text(yard: Yard, hana: Visitor) -> None:
    number = await _poison(yard)
    for path in ("/ledger/quarantine", f"/ledger/envelopes/{number}"):
        await hana.get(path)
        assert "<script>alert" not in hana.page
        assert "<style>*" not in hana.page
    assert "&lt;script&gt;alert(1)" in hana.page
    assert "\u202e" not in hana.page
    assert "⟨U+202E⟩" in hana.page or "\\u202e" in hana.page
    answer = await hana.get(f"/ledger/envelopes/{number}/raw")
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in answer.headers["content-security-policy"]
    assert answer.json() == HOSTILE


async def test_how_far_the_search_is_behind_is_told(yard: Yard, hana: Visitor) -> None:
    await listen(yard.ground)
    await yard.says("쿠폰이 안 돼요")
    await hana.get("/ledger")
    assert "The search is catching up" in hana.text
    assert "The newest message is still being indexed." in hana.text
    await catch_up(yard.ground)
    await hana.get("/ledger")
    assert "The search is catching up" not in hana.text


async def test_raw_deliveries_come_one_by_one(yard: Yard, hana: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    """T20: each is read whole, and may be large."""
    monkeypatch.setattr(ledger_quarantine, "DOWNLOADS", Pace(burst=1, rate=0.1))
    number = await _poison(yard)
    assert (await hana.get(f"/ledger/envelopes/{number}/raw")).status_code == 200
    answer = await hana.get(f"/ledger/envelopes/{number}/raw")
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "10")
    assert "Wait 10 seconds" in hana.text


async def test_it_is_taken_in_again_after_a_fix(yard: Yard, ground: Ground, hana: Visitor) -> None:
    number = await _poison(yard)
    await hana.get(f"/ledger/envelopes/{number}")
    assert "It still cannot be understood." in hana.text
    async with ground.database.begin() as tx:  # as if the connector had learned to read it
        given = {"body": b'{"type":"message","id":"m9","from":{"kind":"email","value":"a@b.kr"},"text":"hi"}'}
        await tx.execute(text("update envelope set body = :body where state = 2"), given)
    await hana.get(f"/ledger/envelopes/{number}")
    assert "It can be understood now: 1 fact." in hana.text
    answer = await hana.post(f"/ledger/envelopes/{number}/again")
    await hana.get(answer.headers["location"])
    assert "Given in again." in hana.text
    await yard.take_in()
    assert len(await yard.conversations()) == 1
    await hana.get("/ledger")
    row = re.sub(r"\s+", " ", hana.text)
    assert "Quarantine is empty" not in row
    assert (await _kinds(ground))[-1].startswith("envelope.replayed user:")


async def test_it_is_put_aside_with_a_reason_and_comes_back(yard: Yard, ground: Ground, hana: Visitor) -> None:
    number = await _poison(yard)
    await hana.get(f"/ledger/envelopes/{number}")
    assert (await hana.post(f"/ledger/envelopes/{number}/dismissal", reason="  ")).status_code == 400
    assert "Please say why." in hana.text
    for language, told in (("ko", "이유를 적어 주세요."), ("en", "Please say why.")):
        async with ground.database.begin() as tx:
            await tx.execute(text('update "user" set language = :language'), {"language": language})
        await hana.post(f"/ledger/envelopes/{number}/dismissal", reason="  ")
        assert told in hana.text
    answer = await hana.post(f"/ledger/envelopes/{number}/dismissal", reason="A test of theirs")
    await hana.get(answer.headers["location"])
    assert "Undo" in hana.text
    await hana.get("/ledger/quarantine?aside=1")
    assert "A test of theirs" in hana.text
    await hana.post(f"/ledger/envelopes/{number}/restoration")
    await hana.get("/ledger/quarantine")
    assert str(number) in hana.text
    kinds = [one.split()[0] for one in await _kinds(ground)]
    assert kinds == ["envelope.quarantined", "envelope.dismissed", "envelope.restored"]


async def test_all_of_one_reason_at_once(yard: Yard, ground: Ground, hana: Visitor) -> None:
    for number in range(3):
        await yard.put({"type": "riddle", "id": f"r{number}"})
    await yard.put({"type": "puzzle", "id": "p"})
    await yard.take_in()
    await hana.get("/ledger/quarantine")
    assert "3 deliveries" in hana.text
    because = re.search(r'name="because" value="([^"]*riddle[^"]*)"', hana.page)
    assert because
    form = {"channel": "1", "because": because[1].replace("&#39;", "'")}
    answer = await hana.post("/ledger/quarantine/dismissal", **form, reason="Theirs")
    assert answer.status_code == 303
    async with ground.database.begin() as tx:
        states = (await tx.execute(text("select state, count(*) from envelope group by 1 order by 1"))).all()
    assert [tuple(row) for row in states] == [(2, 1), (3, 3)]
    await hana.get("/ledger/quarantine?aside=1")
    assert "Put all back" in hana.text
    await hana.post("/ledger/quarantine/restoration", **form)
    await hana.get("/ledger/quarantine")
    assert "3 deliveries" in hana.text


async def test_a_dead_letter_is_read_tried_again_and_put_aside(yard: Yard, ground: Ground, hana: Visitor) -> None:
    await yard.says("안녕하세요")
    async with ground.database.begin() as tx:
        event = (await tx.execute(text("select id from event where kind = 'conversation.opened'"))).scalar_one()
        for name in ("learn language", "long gone"):
            await tx.execute(BURY, {"name": name, "event": event, "error": "RuntimeError: <b>poison</b>"})
    await hana.get("/ledger/letters")
    assert "RuntimeError: <b>poison</b>" in hana.text
    assert "<b>poison" not in hana.page
    await hana.get("/ledger/letters/1")
    answer = await hana.post("/ledger/letters/1/again")
    await hana.get(answer.headers["location"])
    assert "It worked this time." in hana.text
    assert (await hana.post("/ledger/letters/2/again")).status_code == 400
    await hana.get("/ledger/letters/2")
    answer = await hana.post("/ledger/letters/2/dismissal", reason="That reaction is no more")
    await hana.get(answer.headers["location"])
    assert "No dead letters" in hana.text
    await hana.post("/ledger/letters/2/restoration")
    await hana.get("/ledger/letters")
    assert "long gone" in hana.text


async def test_who_has_no_name_is_a_visitor_and_who_did_it_is_named(yard: Yard, ground: Ground, hana: Visitor) -> None:
    await yard.says("안녕하세요")
    async with ground.database.begin() as tx:
        await tx.execute(text("update message set direction = 'out', state = 3, channel_id = 1"))
        await tx.execute(text("update customer set name = ''"))
        event = (await tx.execute(text("select max(id) from event where actor like 'user:%'"))).scalar_one()
        await tx.execute(BURY, {"name": "long gone", "event": event, "error": "no"})
    await hana.get("/ledger/channels/1/answers?what=sent")
    assert re.search(r'href="/c/\d+"><b>Visitor</b>', hana.page), "a link with nothing in it cannot be followed"
    await hana.get("/ledger/letters/1")
    assert "user:" not in hana.text
    assert "Hana" in re.sub(r"\s+", " ", hana.text).partition("The event")[2]


async def test_a_range_is_counted_then_taken_in_again(yard: Yard, ground: Ground, hana: Visitor) -> None:
    for number in range(3):
        await yard.says(f"hello {number}")
    await hana.get("/ledger/channels/1/replays/new?since=2026-01-01T00:00&until=2026-01-02T00:00")
    assert "There is no delivery of this channel in that range." in hana.text
    assert (await hana.get("/ledger/channels/1/replays/new?since=soon&until=later")).status_code == 400
    until = (datetime.now(UTC) + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
    await hana.get(f"/ledger/channels/1/replays/new?since=2026-01-01T00:00&until={until}")
    assert "3 deliveries" in hana.text
    ends = dict(re.findall(r'type="hidden" name="(first|last)" value="(\d+)"', hana.page))
    await hana.post("/ledger/channels/1/replays", **ends)
    await bookkeeping.keep(ground)
    await yard.take_in()
    await bookkeeping.keep(ground)
    await hana.get("/ledger/channels/1")
    assert "3 of 3" in hana.text
    assert "Done" in hana.text
    async with ground.database.begin() as tx:
        assert (await tx.execute(text("select count(*) from message"))).scalar_one() == 3


@pytest.mark.parametrize("path", ["/ledger/quarantine?channel=x", "/ledger/quarantine?after=-1"])
async def test_impossible_filters_are_refused(path: str, hana: Visitor) -> None:
    assert (await hana.get(path)).status_code == 400


async def test_numbers_open_to_their_rows(yard: Yard, hana: Visitor) -> None:
    await yard.put(message("hello"))
    await yard.take_in()
    await yard.put(message("still waiting"))
    await hana.get("/ledger")
    links = sorted(set(re.findall(r'href="(/ledger/channels/1/[^"]*)"', hana.page)))
    assert len(links) >= 6
    for link in links:
        assert (await hana.get(link.replace("&amp;", "&"))).status_code == 200, link
    await hana.get("/ledger/channels/1/deliveries?state=waiting")
    assert "Waiting" in hana.text
