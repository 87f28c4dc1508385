"""The matching in a browser: an open queue hears of new questions, one key undoes what was merged by itself."""

from __future__ import annotations

import os
from typing import Any

import msgspec
import pytest
from playwright.async_api import Page, expect
from sqlalchemy import text

from madang.customers.actions import matching, suggesting
from madang.customers.actions.automatic import merge_sure
from madang.customers.actions.suggesting import Pair
from madang.customers.learned import Fate
from madang.customers.matching.weights import shipped
from madang.events.record import SYSTEM
from madang.lib.postgres import Tx
from tests.browser.axe import axe_finds
from tests.browser.office import Office
from tests.browser.people import Agent

pytestmark = pytest.mark.browser

SHOTS = os.environ.get("MADANG_SHOTS", "")  # a folder for pictures, for whoever wants to look
EVIDENCE = [{"field": "name", "level": "same", "weight": 6.5}, {"field": "email", "level": "different", "weight": -1.2}]
LOOKS: tuple[tuple[int, Any, str], ...] = ((1440, "dark", "ko-KR"), (390, "light", "en-US"))
NOBODY_ALIKE = {
    "김미나": "flower@naver.example",
    "Ingrid Solberg": "i.solberg@juniper.example",
    "박서준": "seojun1990@daum.example",
    "Tom Okafor": "hello-tom@mail.example",
    "최은지": "whale_ej@nate.example",
}
QUALITY = {"pairs": 402_113, "suggested": 812, "precision": 0.968, "recall": 0.913, "true": 861.2}
JUDGED = {"decided": 240, "right": 214, "before_right": 231, "surprise": 0.61, "before_surprise": 0.22}
DECIDED = text("""
insert into suggestion (one_id, two_id, reason, score, state, decided_by, decided_at)
select 100000 + n, 200000 + n, 'match', case when n % 4 = 0 then 0.93 else 0.9995 end,
  case when n % 4 = 0 and n % 3 > 0 then 3 else 1 end, 'user:1', now() from generate_series(1, 240) n
""")
PEOPLE = text("""
insert into customer (id, name) select n, 'N' || n from generate_series(100001, 100240) n
union all select n, 'N' || n from generate_series(200001, 200240) n
""")


async def _shot(page: Page, name: str) -> None:
    if SHOTS:
        await page.wait_for_timeout(300)
        await page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)


async def _five(alone: Office) -> Agent:
    ada = await alone.agent(role="administrator", everywhere=True)
    for name, address in NOBODY_ALIKE.items():
        await alone.shop.says("안녕하세요", name, address)
        await expect(ada.row(name)).to_be_visible()  # one after another: their numbers are 1 to 5
    return ada


async def test_an_open_queue_hears_and_one_key_undoes_for_ever(alone: Office) -> None:
    ada = await _five(alone)
    page = ada.page
    await page.goto(f"{alone.house.url}/suggestions")
    await expect(page.get_by_text("Nobody is in doubt")).to_be_visible()
    async with alone.ground.database.begin() as tx:
        await suggesting.suggest(tx, [Pair(1, 3, 0.93, EVIDENCE), Pair(1, 4, 0.92, EVIDENCE)])
    await expect(page.locator("#newer")).to_contain_text("2 new", timeout=10_000)
    await expect(page.locator("#rail-waiting")).to_contain_text("2")
    await page.locator("#newer a").click()
    await expect(page.locator(".pair .side")).to_have_count(2)
    await expect(page.locator("#newer")).to_be_empty()

    async with alone.ground.database.begin() as tx:
        asked = await suggesting.suggest(tx, [Pair(1, 2, 0.9995, EVIDENCE)])
        assert await merge_sure(tx, asked, 0.999) == 1
    await page.keyboard.press("2")
    await page.wait_for_url("**/suggestions/automatic*")
    await expect(page.locator("h1")).to_have_text("Merged by itself")
    await expect(page.locator(".evidence li")).to_have_count(2)
    await page.keyboard.press("z")
    await expect(page.locator(".said .toast")).to_contain_text("it is not asked again")
    await expect(page.locator("[data-part=question]")).to_contain_text("nothing merges them by itself again")
    await expect(page.locator(".ask-list a[data-undone]")).to_have_count(1)
    await page.keyboard.press("1")
    await expect(page.locator(".ask-list li")).to_have_count(2)
    assert ada.errors == []


async def test_an_administrator_sets_it_and_its_screens_read_well_in_every_light(alone: Office) -> None:
    ada = await _five(alone)
    await _look(alone, ada, {"settings-empty": "/settings/matching", "automatic-empty": "/suggestions/automatic"})
    await _set_by_hand(ada)
    async with alone.ground.database.begin() as tx:
        await _a_night(tx)
    filled = {"settings": "/settings/matching", "automatic": "/suggestions/automatic", "queue": "/suggestions"}
    await _look(alone, ada, filled)
    assert ada.errors == []


async def _set_by_hand(ada: Agent) -> None:
    """She is told that nothing bears it out yet, wants it all the same, and has everybody compared."""
    page = ada.page
    await page.goto(f"{ada.house.url}/settings/matching")
    await expect(page.locator("[name=automatic]")).to_be_hidden()
    await page.get_by_text("Merge by itself who is all but certainly one person").click()
    await page.fill("[name=automatic]", "99.5")
    await page.click("form.form [type=submit]")
    await expect(page.locator("#h-confirmed")).to_contain_text("does not bear this out")
    await page.get_by_text("Also where past decisions do not bear it").click()
    await page.click("form.form [type=submit]")
    await expect(page.get_by_role("status").filter(has_text="Saved at")).to_be_visible()
    await expect(page.locator("[name=automatic]")).to_have_value("99.5")
    await page.get_by_role("button", name="Compare everybody now").click()
    await expect(page.locator("#matching-runs")).to_contain_text("Last compared", timeout=120_000)


async def _look(alone: Office, ada: Agent, screens: dict[str, str]) -> None:
    """Screens by day on a telephone, and in Korean by night at a desk."""
    faults: list[str] = []
    for width, scheme, language in LOOKS:
        name = f"Ben{width}{len(screens)}"
        one = await alone.agent(name, "administrator", everywhere=True, width=width, language=language)
        await one.page.emulate_media(color_scheme=scheme)
        for name, path in screens.items():
            await one.page.goto(f"{alone.house.url}{path}")
            await _shot(one.page, f"{name}-{width}")
            await one.page.locator("#content").evaluate("it => it.scrollTo(0, it.scrollHeight)")
            faults += await axe_finds(one.page)
            wide = await one.page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, f"{path} is {wide} wide"
        assert one.errors == []
        await one.page.context.close()
    assert faults == []


async def _a_night(tx: Tx) -> None:
    await tx.execute(PEOPLE)
    await tx.execute(DECIDED)
    await matching.learn_thresholds(tx)
    await tx.execute(text("update matching_settings set automatic = 0.9995"))
    weights = msgspec.to_builtins(shipped())
    taken = await matching.keep(tx, weights, 31_204, QUALITY, Fate.TAKEN)
    await matching.keep(tx, weights, 31_377, QUALITY | JUDGED, Fate.HELD)
    number = await matching.begin(tx, SYSTEM)
    counts = {"customers": 31_377, "pairs": 402_113, "found": 812, "suggested": 14, "merged": 2}
    await matching.end(tx, number, counts, taken)
    asked = await suggesting.suggest(tx, [Pair(1, 2, 0.9999, EVIDENCE), Pair(3, 4, 0.9996, EVIDENCE)])
    assert await merge_sure(tx, asked, 0.999) == 2
    await suggesting.suggest(tx, [Pair(1, 5, 0.95, EVIDENCE)])
