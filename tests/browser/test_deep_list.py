"""A list of hundreds of rows, fetched by scrolling: keys walk through all of it, news leave it where it is."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Route, expect

from tests.browser.office import Office

pytestmark = pytest.mark.browser

DEEP = 400  # rows that are looked at again (steady.js): what lies deeper stands in packs
PAGE = 40
ROW = '<li class="row-item" id="r-{n}"><a class="row" id="c-{n}" href="/c/{n}" data-cid="{n}">Row {n}</a></li>'
MORE = '<li class="more-rows" id="more-rows" data-cursor="{n}"><button type="button" data-act="more">More</button></li>'
FIRST = 9_000_000
# The pointer is over one row after the other, faster than a hand can press.
CROSS = """() => document.querySelectorAll('#list .row').forEach(row =>
  row.dispatchEvent(new PointerEvent('pointerover', {bubbles: true, pointerType: 'mouse'})))"""


async def _deeper(route: Route) -> None:
    """The rows after a cursor, as the server writes them; nobody founds five hundred conversations for this."""
    found = re.search(r"cursor=(\d+)", route.request.url)
    if not found:
        await route.abort()  # looking again would find that this list has one row
        return
    at = int(found.group(1))
    rows = "".join(ROW.format(n=number) for number in range(at, at + PAGE))
    await route.fulfill(body=rows + MORE.format(n=at + PAGE), content_type="text/html")


async def _waits(_route: Route) -> None:
    """What is asked for stands marked in the list until it comes."""


async def test_keys_walk_through_all_of_a_deep_list(office: Office) -> None:
    ada = await office.at_work("미나")
    page, rows = ada.page, ada.page.locator("#list .row")
    await page.route("**/list?*", _deeper)
    await page.route("**/c/90*/pane", _waits)
    await page.evaluate(
        "html => document.getElementById('list').insertAdjacentHTML('beforeend', html)", MORE.format(n=FIRST)
    )
    while (there := await rows.count()) < DEEP + 3 * PAGE:
        await page.evaluate("document.querySelector('#more-rows button').click()")
        await expect(rows).not_to_have_count(there)
    packs = page.locator("#list > .row-pack")
    assert await packs.count() >= 2, "thousands of rows asked one by one whether they are seen make scrolling stutter"
    for edge in range(2):
        first = int(await packs.nth(edge).locator(".row").first.get_attribute("data-cid") or 0)
        await page.locator(f"#c-{first - 1}").click()
        for key, wanted in (("j", first), ("k", first - 1), ("j", first)):
            await page.keyboard.press(key)
            await expect(page.locator("#list [aria-current]")).to_have_id(f"c-{wanted}")
            await expect(page.locator(f"#c-{wanted}")).to_be_in_viewport()


async def test_rows_that_pass_below_the_pointer_are_not_fetched(office: Office) -> None:
    await office.says("Hello?")
    ada = await office.agent()  # nobody is open: nothing is fetched ahead
    page = ada.page
    await expect(page.locator("#list .row")).to_have_count(1)
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.url) if one.url.endswith("/pane") else None)
    await page.route("**/list?*", _deeper)
    await page.route("**/c/90*/pane", _waits)
    await page.evaluate(
        "html => document.getElementById('list').insertAdjacentHTML('beforeend', html)", MORE.format(n=FIRST)
    )
    await page.evaluate("document.querySelector('#more-rows button').click()")
    await expect(page.locator("#list .row")).to_have_count(1 + PAGE)
    async with page.expect_request("**/c/90*/pane"):
        await page.evaluate(CROSS)
    last = f"{office.house.url}/c/{FIRST + PAGE - 1}/pane"
    assert asked == [last], "only where the pointer rests: a list that is scrolled would fetch all that passes below it"
