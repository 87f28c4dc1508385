"""The bell, live: counted in every tab, shown by one, gone everywhere once seen; and what she wants to be told."""

from __future__ import annotations

import asyncio

import pytest
from playwright.async_api import Locator, Page, expect
from sqlalchemy import insert, select

from madang.conversations.inbox.models import SavedView
from madang.lib.web_push import Browser
from madang.notifications.actions import allow
from madang.notifications.models import DeskBrowser
from tests.browser.axe import axe_finds
from tests.browser.office import Office
from tests.browser.people import Visitor

pytestmark = pytest.mark.browser

SHOWN = """async () => {
  const worker = await navigator.serviceWorker.getRegistration('/');
  return (await worker.getNotifications()).map(one => one.tag);
}"""
HEARD = """window.heard = []; const play = HTMLMediaElement.prototype.play;
HTMLMediaElement.prototype.play = function () { return play.call(this).then(() => heard.push(this.duration)); }"""
TONES = """window.tones = 0; const start = OscillatorNode.prototype.start;
OscillatorNode.prototype.start = function (...when) { tones++; return start.call(this, ...when); }"""
# What the service worker shows for a push, where these pages stand (focused or not).
PUSHED = """async ([id, focused]) => {
  self.clients.matchAll = async () => [{focused, visibilityState: 'visible'}];
  const [{tag}] = await self.registration.getNotifications();
  await show({title: 'Pushed', tag, id});
  const [{title, silent}, more] = await self.registration.getNotifications();
  return [title, silent, Boolean(more)];
}"""
NEWEST = "async () => (await self.registration.getNotifications())[0].data.id"
IDLE = """const now = performance.now.bind(performance);
performance.now = () => now() + 130_000;
dispatchEvent(new Event('focus'))"""
BEHIND = "document.hasFocus = () => false"  # a page in a headless browser always has the focus


async def _until_shown(page: Page, many: int) -> None:
    """So many notices stand: the browser puts them up and takes them down a moment after the page has."""
    async with asyncio.timeout(10):
        while len(await page.evaluate(SHOWN)) != many:
            await asyncio.sleep(0.05)


async def test_it_rings_in_one_tab_counts_in_all_and_is_gone_everywhere(office: Office) -> None:
    ada = await office.agent()
    room = ada.page.context
    await room.grant_permissions(["notifications"])
    await ada.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    other = await room.new_page()
    await other.add_init_script(BEHIND)
    await other.goto(office.house.url + "/settings/account")
    await ada.page.evaluate(BEHIND)
    async with other.expect_request(lambda one: "here=1" in one.url):
        await other.evaluate("dispatchEvent(new Event('focus'))")
    async with other.expect_request(lambda one: "/state?" in one.url and "here=1" not in one.url):
        await other.evaluate(IDLE)  # nobody has touched anything: her phone may ring
    counts = [page.locator("#bell-count") for page in (ada.page, other)]
    await expect(counts[0]).to_have_text("")
    await office.says("언제 오나요?")
    await expect(counts[0]).to_have_text("1")
    await ada.page.keyboard.press("Shift+N")
    first = ada.page.locator("#bell-panel .bell-item > a")
    await expect(first).to_have_count(1)
    await expect(first).to_be_focused()
    await expect(first).to_contain_text("미나")
    await _until_shown(ada.page, 1)  # one notice, whichever tab showed it
    (worker,) = room.service_workers
    newest = await worker.evaluate(NEWEST)
    for number, focused, silent in ((newest, False, True), (newest + 1, True, True), (newest + 2, False, False)):
        assert await worker.evaluate(PUSHED, [number, focused]) == ["Pushed", silent, False]
    assert await axe_finds(ada.page) == []
    await ada.page.keyboard.press("Escape")
    await expect(ada.page.locator("#bell-panel")).to_be_hidden()
    await other.evaluate("dispatchEvent(new Event('focus'))")
    await expect(counts[1]).to_have_text("1")
    await other.goto(office.house.url + "/notifications")
    await other.locator("[data-act=bell-seen]").click()
    await expect(counts[0]).to_have_text("")
    await expect(counts[1]).to_have_text("")
    await _until_shown(other, 0)
    await other.get_by_role("button", name="Undo").click()
    await expect(counts[0]).to_have_text("1")
    await other.keyboard.press("Shift+N")
    await expect(other.locator("#bell-panel .bell-item")).to_have_count(1)
    await other.keyboard.press("Escape")
    theirs = other.locator("#bell-page")  # the same list as in the panel, with a switch of its own
    await theirs.get_by_role("button", name="Do not disturb").click()
    await expect(theirs.get_by_role("button", name="For an hour")).to_be_visible()
    await ada.page.keyboard.press("Shift+N")
    await first.press("Enter")
    await expect(ada.page.locator("#log")).to_contain_text("언제 오나요?")
    await expect(counts[0]).to_have_text("")
    assert ada.errors == []


async def test_ways_of_each_view_quiet_hours_over_midnight_and_a_try(office: Office) -> None:
    ada = await office.agent("Ada", width=390, language="ko-KR")
    async with office.ground.database.begin() as tx:
        kept = {"name": "반품", "owner_id": ada.viewer.user_id, "condition": {"all": []}, "created_by": "user:1"}
        view = (await tx.execute(insert(SavedView).values(kept).returning(SavedView.id))).scalar_one()
    page, settings = ada.page, f"{office.house.url}/settings/notifications"
    await page.emulate_media(color_scheme="dark")
    await page.add_init_script(HEARD)
    await page.goto(settings)

    def box(way: str) -> Locator:
        return page.locator(f"input[name=watch][value='{view}.{way}']")

    await expect(box("push")).to_be_disabled()
    await box("app").check()
    await expect(box("push")).to_be_checked()
    await box("push").uncheck()
    await page.locator("#f-quiet").press("Space")
    await expect(page.locator("#f-quiet")).to_be_checked()
    await page.locator("#f-start").fill("23:30")
    await page.locator("#f-end").fill("06:00")
    state = page.locator("#wishes .save-state")
    await page.keyboard.press("Control+s")
    await expect(state).to_have_attribute("data-state", "saved")
    assert page.url == settings
    assert await axe_finds(page) == []
    await page.reload()
    await expect(box("app")).to_be_checked()
    await expect(box("push")).not_to_be_checked()
    await expect(page.locator("#f-start")).to_have_value("23:30")
    past = page.locator("#settings-past li")
    await past.filter(has_text="23:30").get_by_role("button", name="되돌리기").click()
    await expect(page.locator("#f-start")).to_have_value("22:00")
    await past.filter(has_text="보기에 새 메시지").last.get_by_role("button", name="되돌리기").click()
    await expect(box("app")).not_to_be_checked()
    await page.locator("[data-act=try-way][data-way=app]").click()
    await expect(page.locator("#bell-count")).to_have_text("1")
    await expect(page.locator("#f-end")).to_have_value("06:00")
    await page.locator("[data-act=try-sound]").click()
    await page.wait_for_function("() => heard.length")
    assert 0.5 < await page.evaluate("heard[0]") < 1  # seconds: a browser understood what was written for it
    assert ada.errors == []


SUBSCRIBED = """PushManager.prototype.getSubscription = async () => ({
  endpoint: 'https://push.example/send/ada', unsubscribe: async () => true,
})"""  # no push service answers here
COUNTED = """navigator.setAppBadge = async n => { localStorage.counted = n; };
navigator.clearAppBadge = async () => { localStorage.counted = 0; };"""


async def test_who_signs_out_is_told_nothing_more_in_that_browser(office: Office) -> None:
    ada = await office.agent()
    key = Browser("https://push.example/send/ada", "BA" + "A" * 85, "A" * 22)
    async with office.ground.database.begin() as tx:
        await allow(tx, ada.viewer, key, "Chromium")
    await ada.page.evaluate(SUBSCRIBED)
    await ada.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    await ada.page.evaluate(COUNTED)
    await office.says("언제 오나요?")
    await ada.page.wait_for_function("() => localStorage.counted === '1'")
    await ada.page.locator(".rail-me").click()
    bar = ada.page.locator("meta[name=theme-color][media*=light]")
    for theme, colour in (("Dark", "#0c0d11"), ("Auto", "#f4f2ef")):
        await ada.page.get_by_role("button", name=theme).click()
        await expect(bar).to_have_attribute("content", colour)
    await ada.page.get_by_role("button", name="Sign out").click()
    await expect(ada.page.locator("input[type=password]")).to_be_visible()
    assert await ada.page.evaluate("localStorage.counted") == "0", "the app's icon counts nobody's conversations"
    async with office.ground.database.begin() as tx:
        left = await tx.execute(select(DeskBrowser.id).where(DeskBrowser.user_id == ada.viewer.user_id))
        assert left.all() == [], "whoever sits there next would read her customers' words"


async def test_a_visitor_s_chat_rings_for_an_answer_once_she_has_turned_its_sound_on(office: Office) -> None:
    connected = await office.connected("webchat", "Haneul chat", {})
    ada = await office.agent()
    page = await (await office.room("ko-KR", 480)).new_page()
    await page.add_init_script(TONES)
    mina = Visitor(office.house, page, connected["key"])
    await mina.come()
    sound = mina.frame.locator("#sound")
    await expect(sound).to_have_accessible_name("새 메시지 알림음")
    await mina.say("배송은 언제 오나요?")
    await ada.page.locator("#list .row", has_text="배송은").click()
    await ada.answer("내일이요.")
    await mina.sees("내일이요.")
    assert await mina.frame.evaluate("tones") == 0, "silent until she wants it"
    await sound.click()
    await expect(sound).to_have_attribute("aria-pressed", "true")
    assert await mina.frame.evaluate("tones") == 2, "she hears what she has chosen"
    await ada.answer("아침에요.")
    await mina.sees("아침에요.")
    assert await mina.frame.evaluate("tones") == 4
    await mina.come()
    await expect(mina.frame.locator("#sound")).to_have_attribute("aria-pressed", "true")
