"""What a browser's own audit asks of a page: accessible, named, sized, quiet, safe in its headers, light.

Measured on the main pages as they are served. The mark and the first steps stand on them; the tour is the demo's.
"""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Browser, ConsoleMessage, Page, Request, Response

from tests.browser.people import Agent, context
from tests.browser.test_desk import Shop, _faults
from tests.house import House

pytestmark = pytest.mark.browser

SCREENS = (
    "/?view=all",
    "/c/1",
    "/desk/design",
    "/first-steps",
    "/settings/account",
    "/settings/channels",
    "/nothing-here",
)
BUDGET = 120_000  # bytes of a first load on the wire, pictures and all
TAP = 24  # CSS pixels, WCAG 2.2 AA (2.5.8)

ASKED = """() => {
  const small = [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select')]
    .filter(one => one.checkVisibility({visibilityProperty: true, opacityProperty: true}))
    .filter(one => !one.closest('p, small, td, .sr, .pick, .skip, label, .choice, .help')) // words in a line may
    .filter(one => !one.matches('.sr, .skip, .text-link, .search-key'))
    .map(one => [one, one.getBoundingClientRect()])
    .filter(([, it]) => it.width && it.height && (it.width < TAP || it.height < TAP))
    .map(([one, it]) => `${one.outerHTML.slice(0, 90)} ${it.width}x${it.height}`)
  return {
    title: document.title,
    lang: document.documentElement.lang,
    viewport: document.querySelector('meta[name=viewport]')?.content ?? '',
    h1: document.querySelectorAll('h1').length,
    unsized: [...document.images].filter(one => !one.getAttribute('width')).map(one => one.src),
    mixed: [...document.querySelectorAll('[src^="http:"], link[href^="http:"]')].map(one => one.src || one.href),
    wide: document.documentElement.scrollWidth - innerWidth,
    small,
  }
}""".replace("TAP", str(TAP))


class Ear:
    """What a page says beside itself: errors, failed requests, bytes."""

    def __init__(self, page: Page, origin: str) -> None:
        self.faults: list[str] = []
        self._origin = origin
        page.on("pageerror", lambda error: self.faults.append(f"script: {error}"))
        page.on("console", self._console)
        page.on("requestfailed", self._failed)
        page.on("request", self._asked)

    def _console(self, said: ConsoleMessage) -> None:
        if said.type == "error":
            self.faults.append(f"console: {said.text}")

    def _asked(self, one: Request) -> None:
        if not one.url.startswith((self._origin, "data:", "blob:")):
            self.faults.append(f"elsewhere: {one.url}")

    def _failed(self, one: Request) -> None:
        if "/stream" not in one.url and one.failure != "net::ERR_ABORTED":
            self.faults.append(f"failed: {one.url} {one.failure}")


def _headers(answer: Response | None) -> list[str]:
    """What the answer's headers leave open."""
    assert answer is not None
    given = {name.lower(): value for name, value in answer.headers.items()}
    csp = given.get("content-security-policy", "")
    wanted = {
        "nosniff": given.get("x-content-type-options") == "nosniff",
        "referrer": given.get("referrer-policy") in ("same-origin", "no-referrer", "strict-origin-when-cross-origin"),
        "frames": "frame-ancestors 'none'" in csp,
        "default": "default-src 'none'" in csp,
        "inline": "'unsafe-inline'" not in csp and "'unsafe-eval'" not in csp,
    }
    return [name for name, there in wanted.items() if not there]


async def _weight(browser: Browser, page: Page, path: str) -> int:
    """Bytes on the wire of a first visit."""
    fresh = await browser.new_context(storage_state=await page.context.storage_state(), viewport=page.viewport_size)
    first = await fresh.new_page()
    teller = await fresh.new_cdp_session(first)
    await teller.send("Network.enable")
    counted: list[float] = []
    teller.on("Network.loadingFinished", lambda told: counted.append(told["encodedDataLength"]))
    await first.goto(path)
    await first.wait_for_timeout(300)  # what scripts ask for once they run
    await fresh.close()
    return int(sum(counted))


@pytest.mark.parametrize(("width", "language"), [(1440, "ko-KR"), (390, "en-US")])
async def test_every_main_page_passes_the_audit(house: House, browser: Browser, width: int, language: str) -> None:
    shop = await Shop.of(house)
    ada = Agent(house, await (await context(browser, language, width)).new_page(), "Ada")
    await ada.set_up()
    await shop.says("배송지를 바꿀 수 있을까요?")
    await ada.view("all")
    await ada.page.locator("#list .row").first.wait_for()
    found: list[str] = []
    for path in SCREENS:
        ear = Ear(ada.page, house.url)
        answer = await ada.page.goto(f"{house.url}{path}")
        said: dict[str, Any] = await ada.page.evaluate(ASKED)
        found += [f"{path} {one}" for one in _headers(answer)]
        found += [f"{path} {one}" for one in ear.faults if "404" not in one]
        found += await _faults(ada.page)
        found += [f"{path} has no {name}" for name in ("title", "lang", "viewport", "h1") if not said[name]]
        found += [f"{path} {name}: {said[name]}" for name in ("unsized", "mixed", "small") if said[name]]
        found += [f"{path} is {said['wide']} px too wide"] if said["wide"] > 0 else []
    assert found == []


async def test_the_desk_is_light(house: House, browser: Browser) -> None:
    ada = Agent(house, await (await context(browser)).new_page(), "Ada")
    await ada.set_up()
    assert await _weight(browser, ada.page, f"{house.url}/?view=all") < BUDGET
