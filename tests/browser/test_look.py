"""Every main page passes the audit (audit.py), each in one look: over all of them light and dark, 1440 px, a phone and
200 %, Korean and English are there. What customers open is among them. And the desk is light, and can be installed."""

from __future__ import annotations

from itertools import cycle
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.audit import PHONE, TWICE, audit, edgeless
from tests.browser.office import Office

pytestmark = pytest.mark.browser

DESK = ("/?view=all", "CONVERSATION", "CUSTOMER", "CONVERSATION", "/suggestions", "/segments", "/segments/new")
HOUSE = ("/counter", "/ledger", "/ledger/quarantine", "/ledger/letters", "/notifications", "/first-steps", "/quality")
ANSWERS = ("", "/account", "/notifications", "/macros", "/macros/new", "/guides", "/channels", "/channels/new")
COMPANY = ("/brands", "/doors", "/alerts", "/staff", "/staff/invite", "/teams", "/fields", "/tokens", "/webhooks")
OTHERS = ("/desk/design", "/nothing", "/settings/channels/new/email", "/settings/history")
PORTAL = {"form": "/forms/{}", "board": "/board/{}", "webchat": "/chat/{}/frame"}
WIDE: Any = {"width": 1440, "height": 900}
LOOKS: Any = ((WIDE, "light"), (PHONE, "dark"), (TWICE, "light"), (WIDE, "dark"), (PHONE, "light"))
BUDGET = 120_000  # bytes of a first load on the wire, pictures and all
INKS = """[...document.querySelectorAll('.pane .btn .i')]
  .filter(one => getComputedStyle(one).color !== getComputedStyle(one.parentElement).color).map(one => one.outerHTML)"""
SWITCHES = "[...document.querySelectorAll('.switch span')].map(one => getComputedStyle(one).backgroundColor)"


async def _walked(office: Office, language: str, *paths: str) -> str:
    """What is wrong with the pages, each in the next look; a line each."""
    ada = await office.at_work("미나", role="administrator", language=language, everywhere=True)
    page, found = ada.page, list[str]()
    places = {"CONVERSATION": page.url.removeprefix(office.house.url)}
    places["CUSTOMER"] = str(await page.locator(".panel-name a").first.get_attribute("href"))
    for path, (size, scheme) in zip(paths, cycle(LOOKS), strict=False):
        await page.set_viewport_size(size)
        await page.emulate_media(color_scheme=scheme)
        found += await audit(page, office.house.url + places.get(path, path))
    return "\n".join(found)


async def test_the_desk_passes_the_audit(office: Office) -> None:
    assert await _walked(office, "ko-KR", *DESK) == ""


async def test_what_is_beside_the_desk_passes_the_audit(office: Office) -> None:
    assert await _walked(office, "en-US", *HOUSE) == ""


async def test_your_settings_pass_the_audit(office: Office) -> None:
    assert await _walked(office, "ko-KR", *(f"/settings{one}" for one in ANSWERS)) == ""


async def test_the_company_s_settings_pass_the_audit(office: Office) -> None:
    assert await _walked(office, "en-US", *(f"/settings{one}" for one in COMPANY)) == ""


async def test_the_look_and_what_is_not_there_pass_the_audit(office: Office) -> None:
    assert await _walked(office, "ko-KR", *OTHERS) == ""


async def test_what_customers_open_passes_the_audit(office: Office) -> None:
    found: list[str] = []
    room = await office.room("ko-KR", PHONE["width"], PHONE["height"])
    page = await room.new_page()
    for (connector, path), scheme in zip(PORTAL.items(), cycle(("dark", "light")), strict=False):
        made = await office.channel(connector)
        await page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        found += await audit(page, office.house.url + path.format(made.key), framed=True)
    assert "\n".join(found) == ""


async def test_forced_colours_leave_every_button_its_edge_and_the_app_can_be_installed(office: Office) -> None:
    ada = await office.agent(role="administrator")
    await ada.page.emulate_media(forced_colors="active")
    for path in ("/?view=all", "/settings/account", "/segments/new", "/desk/design"):
        await ada.page.goto(f"{office.house.url}{path}")
        assert await edgeless(ada.page) == [], path
    assert len(set(await ada.page.evaluate(SWITCHES))) == 2, "on is another colour than off"
    assert await ada.page.evaluate(INKS) == [], "a drawing has the colour of the words beside it"
    await ada.page.emulate_media(media="print", forced_colors="none")
    for path in ("/suggestions", "/settings/account"):  # on paper there is the page, and nothing that leads elsewhere
        await ada.page.goto(f"{office.house.url}{path}")
        await expect(ada.page.locator(".rail")).to_be_hidden()
        assert await ada.page.locator("#content").evaluate("one => one.offsetWidth > innerWidth * .9")
    await ada.page.emulate_media(media="screen")
    link = await ada.page.locator("link[rel=manifest]").get_attribute("href")
    answer = await ada.page.request.get(f"{office.house.url}{link}")
    told = await answer.json()
    assert (told["display"], bool(told["name"]), bool(told["start_url"])) == ("standalone", True, True)
    assert {"192x192", "512x512"} <= {one["sizes"] for one in told["icons"]}
    for one in told["icons"]:
        picture = await ada.page.request.get(f"{office.house.url}{one['src']}")
        assert picture.headers["content-type"] == one["type"]


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


async def test_the_desk_is_light(office: Office) -> None:
    ada = await office.agent()
    assert await _weight(office.browser, ada.page, f"{office.house.url}/?view=all") < BUDGET
