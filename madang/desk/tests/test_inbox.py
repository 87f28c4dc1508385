"""What an agent sees and does at the desk, and what nobody else can."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from sqlalchemy import text

from madang.desk.tests.visitor import SCRIPT, Visitor, join
from madang.ground import Ground
from madang.staff.grants import Grant
from madang.tests import cast
from madang.tests.cast import Yard

EVIL = '"><img src=x onerror=alert(1)>{{7919*6997}}</p><style>'
Browser = Callable[[], Visitor]


async def _say(ada: Visitor, key: str, **more: str) -> int:
    sent = {"key": key, "text": "Here it is.", "kind": "reply"} | more
    answer = await ada.http.post("/c/1/messages", data=sent, headers=SCRIPT | {"x-csrf-token": ada.csrf})
    return answer.status_code


async def _count(ground: Ground, table: str) -> int:
    async with ground.database.begin() as tx:
        return int(await tx.scalar(text(f"select count(*) from {table}")) or 0)


async def test_an_empty_house_teaches_an_administrator_to_connect_a_channel(hana: Visitor) -> None:
    await hana.get("/")
    assert "Connect the first channel" in hana.text
    assert 'href="/settings/channels/new"' in hana.page


async def test_an_agent_is_told_whom_to_ask(ada: Visitor) -> None:
    await ada.get("/")
    assert "An administrator has to connect a channel" in ada.text
    assert 'href="/settings/channels/new"' not in ada.page


TAUGHT = {
    "mine": "Take one that nobody has yet",
    "mentions": "writes @ and your name in an internal note",
    "following": "Press Follow above a conversation",
    "all": "As soon as a customer writes",
    "snoozed": "comes back at the time you choose",
    "closed": "opens again by itself",
    "all&f=priority:any_of:3": "Change a filter above",
}


async def test_an_empty_list_says_what_comes_there_and_how(yard: Yard, ada: Visitor) -> None:
    for view, words in TAUGHT.items():
        await ada.get(f"/?view={view}")
        assert words in ada.text, view


async def test_a_conversation_stands_in_the_list_and_opens(yard: Yard, ada: Visitor) -> None:
    await yard.says("배송지를 바꾸고 싶어요")
    await ada.get("/?view=all")
    assert "미나" in ada.text
    await ada.get("/c/1")
    assert '<p lang="ko">배송지를 바꾸고 싶어요</p>' in ada.page
    assert "Reply to 미나 by api channel" in ada.page
    assert 'name="last-event" content="' in ada.page


SCREENS = ["/?view=all", "/c/1", "/c/1/pane", "/list?view=all", "/palette?q=", "/c/1/newest", "/c/1/around"]


async def test_what_customers_write_is_never_markup(yard: Yard, ada: Visitor) -> None:
    await yard.says(EVIL, name=EVIL, subject=EVIL)
    for path in SCREENS:
        assert (await ada.fetch(path)).status_code == 200
        assert "<img src=x" not in ada.page, path
        assert "<style" not in ada.page, path
        assert "55409243" not in ada.text, path


async def test_a_strict_policy_on_every_answer(yard: Yard, ada: Visitor) -> None:
    await yard.says("hi")
    policy = (await ada.get("/c/1")).headers["content-security-policy"]
    assert "script-src 'nonce-" in policy
    assert "unsafe" not in policy
    assert (await ada.fetch("/c/1/pane")).headers["content-security-policy"] == "default-src 'none'"


OTHERS = [
    "/c/1",
    "/c/1/pane",
    "/c/1/around",
    "/c/1/newest",
    "/c/1/older?before=99",
    "/messages/1/mail",
    "/c/999",
]
TOUCHES = [
    ("POST", "messages"),
    ("POST", "assignment"),
    ("POST", "closure"),
    ("DELETE", "closure"),
    ("POST", "typing"),
    ("PUT", "tags"),
    ("PUT", "draft"),
]


async def _ben(ground: Ground, browser: Browser) -> Visitor:
    """An agent who sees only what is assigned to him."""
    await join(ground, "Ben", Grant(sees="assigned"))
    ben = browser()
    await ben.sign_in("ben@haneul.kr")
    return ben


async def test_what_is_out_of_sight_does_not_exist(yard: Yard, ground: Ground, browser: Browser) -> None:
    await yard.says("for nobody yet")
    ben = await _ben(ground, browser)
    for path in OTHERS:
        answer = await ben.fetch(path)
        assert answer.status_code == 404, path
        assert "for nobody yet" not in answer.text


async def test_other_brands_and_their_channels_are_no_filter_of_hers(
    yard: Yard, ground: Ground, browser: Browser
) -> None:
    """T2: what is out of scope does not exist, not even as a choice."""
    for name in ("Juniper", "Zelkova"):
        made = await cast.channel(ground, await cast.brand(ground, name))
        async with ground.database.begin() as tx:
            await tx.execute(
                text("update channel set name = :name where id = :id"), {"name": f"{name} way", "id": made.id}
            )
    await join(ground, "Ben", Grant("agent", brands=frozenset({yard.brand_id, yard.brand_id + 1})))
    ben = browser()
    await ben.sign_in("ben@haneul.kr")
    for path in ("/", "/filters/brand", "/filters/channel"):
        page = (await ben.http.get(path, headers={} if path == "/" else SCRIPT)).text
        assert "Juniper" in page, path
        assert "Zelkova" not in page, path


async def test_what_is_out_of_sight_cannot_be_touched(yard: Yard, ground: Ground, browser: Browser) -> None:
    await yard.says("for nobody yet")
    ben = await _ben(ground, browser)
    headers = SCRIPT | {"x-csrf-token": ben.csrf}
    form = {"text": "x", "user": "1", "tag": "x"}
    for method, verb in TOUCHES:
        answer = await ben.http.request(method, f"/c/1/{verb}", data=form, headers=headers)
        assert answer.status_code == 404, verb
    assert await _count(ground, "message") == 1
    assert await _count(ground, "draft") == 0


async def test_a_viewer_reads_and_writes_nothing(yard: Yard, ground: Ground, browser: Browser) -> None:
    await yard.says("hi")
    await join(ground, "Vera", Grant("viewer"))
    vera = browser()
    await vera.sign_in("vera@haneul.kr")
    await vera.get("/c/1")
    assert "lets you read conversations, not answer them" in vera.text
    assert await _say(vera, str(uuid.uuid4())) == 403


async def test_the_same_key_is_the_same_message(yard: Yard, ground: Ground, ada: Visitor) -> None:
    await yard.says("hi")
    await ada.get("/c/1")
    key = str(uuid.uuid4())
    assert [await _say(ada, key), await _say(ada, key)] == [200, 200]
    assert await _count(ground, "message") == 2
    await ada.fetch("/c/1/newest")
    assert f'id="m-{key}"' in ada.page


async def test_bad_input_is_said_and_nothing_is_kept(yard: Yard, ground: Ground, ada: Visitor) -> None:
    await yard.says("hi")
    await ada.get("/c/1")
    good = str(uuid.uuid4())
    assert await _say(ada, "not-a-uuid") == 400
    assert await _say(ada, good, text="  ") == 400
    assert await _say(ada, good, channel="1e9") == 400
    assert await _say(ada, good, channel="999") == 400
    assert await _say(ada, good, cc="mia@example.com, <script>") == 400
    assert await _count(ground, "message") == 1


async def test_without_the_pages_token_nothing_is_sent(yard: Yard, ground: Ground, ada: Visitor) -> None:
    await yard.says("hi")
    answer = await ada.http.post("/c/1/messages", data={"text": "x"}, headers=SCRIPT)
    assert answer.status_code == 403
    assert await _count(ground, "message") == 1


async def test_a_draft_waits_on_every_machine(yard: Yard, ada: Visitor) -> None:
    await yard.says("hi")
    await ada.get("/c/1")
    form = {"text": 'half a "thought"', "kind": "note"}
    await ada.http.put("/c/1/draft", data=form, headers=SCRIPT | {"x-csrf-token": ada.csrf})
    await ada.fetch("/c/1/pane")
    assert 'data-draft="half a &#34;thought&#34;" data-draft-kind="note"' in ada.page


async def test_an_unknown_view_and_cursor(ada: Visitor) -> None:
    assert (await ada.get("/?view=../../etc")).status_code == 200
    assert (await ada.fetch("/list?view=all&cursor=nonsense")).status_code == 400
