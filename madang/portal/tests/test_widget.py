"""The widget in a real browser, on a company's page of another origin under a strict policy."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, expect
from sqlalchemy import text

from madang.portal.tests.shop import Shop, customer, opened
from madang.portal.tests.site import Site, eventually
from madang.tests import cast

pytestmark = pytest.mark.browser
AXE = Path(__file__).parents[3] / "node_modules" / "axe-core" / "axe.min.js"


async def knows(site: Site, attributes: dict[str, str]) -> bool:
    """Whether that, and nothing else, is kept of the customer."""
    async with site.ground.database.begin() as tx:
        return bool((await tx.execute(text("select attributes from customer"))).scalar() == attributes)


async def test_it_works_under_a_strict_policy_and_leaves_nothing_behind_in_the_page(
    site: Site, browser: Browser
) -> None:
    ada = await cast.agent(site.ground)
    shop = Shop(site, before="window.before = Object.getOwnPropertyNames(window)")
    async with opened(shop) as url, customer(browser) as mia:
        await mia.come(url)
        await mia.call("toggle", "open")
        await mia.say("Do you ship to Norway?")
        await eventually(site.conversations)
        await site.answer(ada, "We do! https://haneul.example/norway.")
        await mia.sees("We do!")
        fresh = await mia.page.evaluate("Object.getOwnPropertyNames(window).filter((n) => !before.includes(n))")
        link = mia.frame.locator("#log a")
        assert await link.get_attribute("href") == "https://haneul.example/norway"
        assert "noopener" in (await link.get_attribute("rel") or "")
        assert set(fresh) <= {"before", "madang"}
        assert await mia.context.cookies() == []
        assert await mia.page.evaluate("document.body.querySelectorAll('[style]').length") <= 1  # the host, by CSSOM
        assert mia.faults == []


async def test_what_a_page_or_a_person_passes_in_is_only_ever_text(site: Site, browser: Browser) -> None:
    ada = await cast.agent(site.ground)
    hostile = "<img src=x onerror=\"top.postMessage('xss','*')\"> javascript:alert(1) http://a\"onmouseover=alert(1)"
    shop = Shop(
        site,
        before="""
        Object.prototype.locale = 'zz'; Object.prototype.theme = 'evil'; Object.prototype.q = [['toggle', 'open']];
        Object.prototype.madang = 'close'; window.heard = [];
        window.addEventListener('message', (e) => { if (e.data === 'xss') heard.push(e.data) });
        """,
    )
    async with opened(shop) as url, customer(browser) as mia:
        await mia.come(url)
        assert not await mia.launcher("root.querySelector('.root').hasAttribute('data-open')")
        await mia.page.evaluate(
            """() => {
            const evil = '{"__proto__": {"polluted": "yes"}, "constructor": "x", "plan": "gold"}';
            madang('setCustomAttributes', JSON.parse(evil));
            madang('setCustomAttributes', {toString: () => 'x', deep: {a: 1}, fn() {}});
            madang('setLocale', '__proto__'); madang('__proto__'); madang({}); madang('constructor');
            madang('on', 'x', 'y');
            madang('setUser', {}, null); madang('setUser', '__proto__', JSON.parse('{"__proto__": {"hash": "x"}}'));
            }"""
        )
        await mia.call("toggle", "open")
        await mia.say(hostile)
        await eventually(site.conversations)
        await site.answer(ada, hostile)
        await mia.sees("<img src=x", times=2)
        assert await mia.frame.evaluate("document.querySelectorAll('#log img, #log [onmouseover]').length") == 0
        links = await mia.frame.evaluate("[...document.querySelectorAll('#log a')].map((a) => a.getAttribute('href'))")
        assert all(link.startswith("http://a") and '"' not in link for link in links)
        assert await mia.page.evaluate("heard") == []
        for place in (mia.page, mia.frame):
            assert await place.evaluate("({}).polluted === undefined")

        await eventually(lambda: knows(site, {"plan": "gold"}))


async def test_keyboard_and_reader_find_their_way(site: Site, browser: Browser) -> None:
    async with opened(Shop(site)) as url, customer(browser) as mia:
        await mia.come(url)
        await mia.page.focus("#own")
        await mia.page.keyboard.press("Tab")
        assert (
            await mia.launcher("b.getAttribute('aria-label') + b.getAttribute('aria-expanded')") == "Open the chatfalse"
        )
        await mia.page.keyboard.press("Enter")
        await expect(mia.frame.locator("#text")).to_be_focused()
        label = await mia.launcher(
            "[panel.role || panel.getAttribute('role'), panel.getAttribute('aria-label')].join()"
        )
        assert label == "dialog,Chat with Haneul"
        await mia.page.keyboard.press("Escape")
        await mia.until("b.getAttribute('aria-expanded') === 'false' && root.activeElement === b")
        await mia.page.focus("#own")
        await mia.call("toggle", "open")
        await expect(mia.frame.locator("#text")).to_be_focused()
        await mia.call("toggle", "close")
        assert await mia.page.evaluate("document.activeElement.id") == "own"


async def test_enter_belongs_to_the_syllable_while_it_is_composed(site: Site, browser: Browser) -> None:
    async with opened(Shop(site)) as url, customer(browser) as mina:
        await mina.come(url)
        await mina.call("toggle", "open")
        await mina.frame.fill("#text", "안녕하세")
        await mina.frame.evaluate(
            """() => { for (const more of [{isComposing: true}, {keyCode: 229}]) {
            const enter = new KeyboardEvent('keydown', {key: 'Enter', bubbles: true, ...more});
            document.getElementById('text').dispatchEvent(enter);
            } }"""
        )
        assert await mina.frame.input_value("#text") == "안녕하세"
        await mina.frame.press("#text", "Shift+Enter")
        assert await mina.frame.input_value("#text") == "안녕하세\n"


async def test_calls_made_before_the_script_came_are_made_then(site: Site, browser: Browser) -> None:
    stub = "window.madang = function () { (madang.q = madang.q || []).push(arguments) };"
    calls = (
        "madang('setLocale', 'ko'); madang('on', 'ready', () => { window.isReady = true }); madang('toggle', 'open');"
    )
    async with opened(Shop(site, before=stub + calls)) as url, customer(browser) as mina:
        await mina.come(url)
        await mina.until_page("window.isReady")
        assert await mina.frame.get_attribute("html", "lang") == "ko"
        assert await mina.launcher("b.getAttribute('aria-expanded')") == "true"


async def test_it_works_where_a_browser_denies_storage_and_what_only_https_gives(site: Site, browser: Browser) -> None:
    denied = """if (location.pathname.endsWith('/frame')) {
    Object.defineProperty(window, 'localStorage', {get() { throw new DOMException('no') }});
    Object.defineProperty(crypto, 'randomUUID', {value: undefined});
    Object.defineProperty(navigator, 'locks', {value: undefined}); }"""
    async with opened(Shop(site)) as url, customer(browser) as mia:
        await mia.context.add_init_script(denied)
        await mia.come(url)
        await mia.call("toggle", "open")
        await mia.say("no storage here")
        await eventually(site.conversations)
        await expect(mia.frame.locator(".msg[data-state=sent]")).to_have_count(1)


async def test_on_a_phone_it_fills_the_screen(site: Site, browser: Browser) -> None:
    screen: Any = {"width": 390, "height": 844}
    async with opened(Shop(site)) as url, customer(browser, viewport=screen, has_touch=True, is_mobile=True) as mia:
        await mia.come(url)
        await mia.call("toggle", "open")
        await expect(mia.frame.locator("#text")).to_be_visible()
        await mia.until("panel.getBoundingClientRect().y === 0")
        box = await mia.launcher("JSON.parse(JSON.stringify(panel.getBoundingClientRect()))")
        assert (box["x"], box["width"]) == (0, 390)
        assert await mia.launcher("getComputedStyle(b).display") == "none"
        assert await mia.frame.evaluate("parseFloat(getComputedStyle(document.getElementById('text')).fontSize)") >= 16
        assert await mia.frame.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("locale", ["ko", "en"])
async def test_axe_finds_nothing(site: Site, browser: Browser, scheme: Any, locale: str) -> None:
    ada = await cast.agent(site.ground)
    shop = Shop(site, attributes=f'data-locale="{locale}"')
    async with opened(shop) as url, customer(browser, color_scheme=scheme, bypass_csp=True) as mia:
        await mia.come(url)
        await mia.call("toggle", "open")
        await mia.say("배송지를 바꾸고 싶어요. https://haneul.example")
        await eventually(site.conversations)
        await expect(mia.frame.locator("#ask-form")).to_be_visible()
        await site.answer(ada, "네, 바꿔 드렸어요. https://haneul.example")
        await mia.sees("네, 바꿔")
        for place, what in ((mia.page, "'madang-chat'"), (mia.frame, "document")):
            await place.add_script_tag(content=AXE.read_text("utf-8"))
            named = "r.violations.map((v) => [v.id, v.nodes[0].html])"
            found = await place.evaluate(f"axe.run({what}).then((r) => {named})")
            assert found == []
