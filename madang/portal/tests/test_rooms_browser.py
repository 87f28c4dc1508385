"""A form and a board as somebody uses them in a browser: small and wide, light and dark."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from madang.ground import Ground
from madang.portal import once
from madang.portal.tests.rooms import Room, channel
from madang.portal.tests.site import eventually, listening, serving
from madang.staff.tests.people import cheap_passwords
from madang.tests import cast

pytestmark = pytest.mark.browser

AXE = Path(__file__).parents[3] / "node_modules" / "axe-core" / "axe.min.js"
SIZES: tuple[Any, ...] = ({"width": 390, "height": 844}, {"width": 1440, "height": 900})
FORM = {
    "ask_name": "optional",
    "ask_email": "required",
    "ask_phone": "optional",
    "ask_orders": "optional",
    "ask_files": "optional",
    "topics": ["배송", "반품·교환"],
    "consent": "문의에 답하기 위한 개인정보 이용에 동의합니다.",
    "intro": "평일 10시부터 6시까지 답해 드려요.",
    "case_page": True,
}


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(once, "QUICKEST", 0.0)
    with cheap_passwords():
        yield


@pytest.fixture
async def rooms(ground: Ground) -> AsyncIterator[tuple[Room, Room]]:
    """The form and the board of Haneul."""
    brand_id = await cast.brand(ground, "하늘", language="ko")
    form = await channel(ground, brand_id, "form", **FORM)
    board = await channel(ground, brand_id, "board", visibility="public", title="묻고 답하기")
    async with serving(ground) as (doors, url):
        yield Room(ground, doors, url, brand_id, form), Room(ground, doors, url, brand_id, board)


async def nothing_found(page: Page, name: str) -> None:
    """What axe finds on the page as it stands, small and wide; nothing runs over its edge."""
    for size in SIZES:
        await page.set_viewport_size(size)
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{name} {size}"
        await page.evaluate(AXE.read_text("utf-8"))
        found = await page.evaluate("axe.run(document).then((r) => r.violations.map((v) => [v.id, v.nodes[0].html]))")
        assert found == [], f"{name} {size}"
        await picture(page, f"{name}-{size['width']}")


async def picture(page: Page, name: str) -> None:
    """Kept only where somebody wants to look: MADANG_PICTURES names a folder."""
    import os

    if folder := os.environ.get("MADANG_PICTURES"):
        await page.screenshot(path=f"{folder}/{name}.png", full_page=True)


async def opened(browser: Browser, **more: Any) -> Page:
    wishes: dict[str, Any] = {"locale": "ko-KR", "bypass_csp": True} | more
    context = await browser.new_context(**wishes)
    return await context.new_page()


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_a_form_is_filled_in_wrongly_then_well_and_answered(
    rooms: tuple[Room, Room], browser: Browser, scheme: Any
) -> None:
    form, page = rooms[0], await opened(browser, color_scheme=scheme)
    ada = await cast.agent(form.ground)
    await page.goto(f"{form.url}/forms/{form.key}")
    await nothing_found(page, f"form-{scheme}")
    await page.fill("#f-text", "색이 사진과 달라요")
    await page.click("button[type=submit]")
    await expect(page.locator("#problems")).to_contain_text("이메일 주소")
    await nothing_found(page, f"form-wrong-{scheme}")
    await expect(page.locator("#f-text")).to_have_value("색이 사진과 달라요")
    await page.fill("#f-email", "mina@naver.example")
    await page.select_option("#f-topic", "반품·교환")
    await page.check("#f-consent")
    await page.set_input_files("#f-files", {"name": "컵.png", "mimeType": "image/png", "buffer": PNG})
    await page.click("button[type=submit]")
    await expect(page.locator(".case-number b")).to_have_text(re.compile(r"\w{4}-\w{4}"))
    ((number,),) = await eventually(lambda: form.rows("select id from conversation"))
    await form.rows("select 1")
    async with form.ground.database.begin() as tx:
        from sqlalchemy import text

        await tx.execute(text("delete from claim"))
    await form.answer(ada, number, "다시 보내 드릴게요. https://haneul.example")
    await eventually(lambda: form.rows("select 1 from message where direction = 'out' and state = 3"))
    await page.reload()
    await expect(page.locator(".said[data-ours]")).to_contain_text("다시 보내 드릴게요")
    await nothing_found(page, f"case-{scheme}")


PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360f8cfc00000030101005cd1a1b60000000049454e44ae426082"
)


async def test_the_form_stands_inside_another_page_under_its_policy(rooms: tuple[Room, Room], browser: Browser) -> None:
    form = rooms[0]

    async def shop(scope: Any, receive: Any, send: Any) -> None:
        script = f"{form.url}/forms/{form.key}/embed.js"
        body = f'<!doctype html><html lang="ko"><title>S</title><script async src="{script}"></script>'
        policy = f"default-src 'none'; script-src {form.url}; frame-src {form.url}"
        headers = [(b"content-type", b"text/html; charset=utf-8"), (b"content-security-policy", policy.encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body.encode()})

    async with listening(shop) as url:
        page = await opened(browser, bypass_csp=False)
        faults: list[str] = []
        page.on("console", lambda line: faults.append(line.text) if "Security Policy" in line.text else None)
        await page.goto(url)
        frame = page.frame_locator("iframe")
        await expect(frame.locator("h1")).to_have_text("하늘에 문의하기")
        await expect(page.locator("iframe")).to_have_attribute("style", re.compile(r"height: [5-9]\d\d|height: 1\d{3}"))
        await frame.locator("button[type=submit]").click()
        await expect(frame.locator("#problems")).to_be_visible()
        assert faults == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_a_board_is_asked_publicly_and_secretly_and_answers(
    rooms: tuple[Room, Room], browser: Browser, scheme: Any
) -> None:
    board, page = rooms[1], await opened(browser, color_scheme=scheme)
    ada = await cast.agent(board.ground)
    await page.goto(f"{board.url}/board/{board.key}")
    await nothing_found(page, f"board-empty-{scheme}")
    for title, secret in (("머그컵 재입고 언제인가요", False), ("환불 계좌를 바꿔 주세요", True)):
        await page.goto(f"{board.url}/board/{board.key}")
        await page.get_by_role("link", name="질문하기").click()
        await page.fill("#f-title", title)
        await page.fill("#f-text", f"{title}\n부탁드려요.")
        await page.fill("#f-author", "미나")
        await page.fill("#f-password", "감나무 아래")
        await page.set_checked("[name=secret]", secret)
        if secret:
            await nothing_found(page, f"board-write-{scheme}")
        await page.locator("form[method=post] button[type=submit]").click()
        await expect(page.locator("h1")).to_contain_text(title)
    mine = page.url
    rows = await eventually(lambda: _both(board))
    await board.answer(ada, rows[-1][0], "네, 바꿔 드렸어요.")
    await eventually(lambda: board.rows("select 1 from message where direction = 'out' and state = 3"))
    await page.reload()
    await expect(page.locator(".said[data-ours]")).to_contain_text("바꿔 드렸어요")
    await nothing_found(page, f"board-post-{scheme}")
    stranger = await opened(browser, color_scheme=scheme)
    await stranger.goto(f"{board.url}/board/{board.key}")
    await expect(stranger.locator(".posts")).to_contain_text("비밀글")
    assert "환불" not in await stranger.content()
    await nothing_found(stranger, f"board-list-{scheme}")
    await stranger.goto(mine)
    assert "환불" not in await stranger.content()
    await nothing_found(stranger, f"board-locked-{scheme}")
    await stranger.fill("#f-password", "감나무 아래")
    await stranger.keyboard.press("Enter")
    await expect(stranger.locator("h1")).to_contain_text("환불 계좌")


async def _both(board: Room) -> list[Any]:
    rows = await board.rows("select conversation_id from message order by id")
    return rows if len(rows) == 2 else []


async def test_notices_are_asked_for_by_a_press_only(rooms: tuple[Room, Room], browser: Browser) -> None:
    from madang.portal.tests.site import chat_channel

    chat = await chat_channel(rooms[0].ground, rooms[0].brand_id)
    page = await opened(browser)
    await page.context.add_init_script(
        """window.asked = 0; Notification.requestPermission = async () => { window.asked += 1; return 'granted'; };
        PushManager.prototype.getSubscription = async () => null;
        PushManager.prototype.subscribe = async (wish) => ({endpoint: 'https://push.example/1',
          toJSON: () => ({keys: {p256dh: KEY, auth: 'AAAAAAAAAAAAAAAAAAAAAA'}}), wish});
        const KEY = 'B' + 'A'.repeat(86);"""
    )
    await page.goto(f"{rooms[0].url}/chat/{chat.key}/frame?locale=ko")
    await page.fill("#text", "안녕하세요")
    await page.press("#text", "Enter")
    await page.wait_for_selector(".msg[data-state=sent]")
    async with page.context.expect_page() as popup:
        await page.click("#notices")
    window = await popup.value
    await expect(window.locator("#allow")).to_be_enabled()
    assert await window.evaluate("asked") == 0
    await nothing_found(window, "push-window")
    await window.click("#allow")
    await expect(window.locator("#said")).to_contain_text("됐어요")
    assert await window.evaluate("asked") == 1
    ((endpoint, kind),) = await rooms[0].rows("select endpoint, kind from push_subscription")
    assert (endpoint, kind) == ("https://push.example/1", "cookie")
