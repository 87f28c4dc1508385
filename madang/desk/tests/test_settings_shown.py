"""What the settings show is what she may do, said in whole words: no button that is refused, no number hard to read."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import text

from madang.channels.health import NOBODY, Health
from madang.desk.tests.visitor import Visitor, join
from madang.desk.views import settings_channels
from madang.ground import Ground
from madang.staff.grants import Grant
from madang.tests import cast
from madang.tests.cast import Yard

pytestmark = pytest.mark.slow  # the house in small; the quick suite has its time

Browser = Callable[[], Visitor]
ACTS = re.compile(r'name="act" value="(\w+)')
GUIDE: dict[str, Any] = {
    "name": "Returns",
    "sort": ["ask", "check"],
    "key": ["", ""],
    "text": ["Order number?", "Photo"],
}
GUIDE["url"] = ["", ""]


async def _lead(ground: Ground, browser: Browser, brand: int) -> Visitor:
    await join(ground, "Ben", Grant("lead", brands=frozenset({brand})))
    ben = browser()
    await ben.sign_in("ben@haneul.kr")
    return ben


async def test_a_guide_of_every_brand_is_read_only_for_who_sees_some(
    ground: Ground, hana: Visitor, browser: Browser
) -> None:
    brand = await cast.brand(ground)
    await hana.get("/settings/guides/new")
    assert (await hana.post("/settings/guides/new", act="save", **GUIDE)).status_code == 303
    await hana.get("/settings/guides/1")
    assert set(ACTS.findall(hana.page)) >= {"save", "up", "remove", "add"}
    ben = await _lead(ground, browser, brand)
    await ben.get("/settings/guides/1")
    assert "Only who sees every brand can change it." in ben.text
    assert ACTS.findall(ben.page) == []
    assert "/settings/guides/1/archival" not in ben.page
    assert re.search(r'<option value="" selected>Every brand<', ben.page), "what it is, not the first brand of hers"
    await hana.post("/settings/guides/1/archival")
    await ben.get("/settings/guides?archived=1")
    assert "Returns" in ben.text
    assert "/settings/guides/1/restoration" not in ben.page
    await hana.get("/settings/guides?archived=1")
    assert 'aria-label="Take back Returns"' in hana.page


async def test_a_macro_she_may_not_change_has_no_buttons_that_change_it(
    ground: Ground, hana: Visitor, browser: Browser
) -> None:
    brand = await cast.brand(ground)
    shared = {"name": "Sorry", "shared": "all", "do": ["say", "close"], "en": ["Sorry.", ""], "ko": ["", ""]}
    await hana.get("/settings/macros/new")
    assert (await hana.post("/settings/macros/new", act="save", **shared)).status_code == 303
    ben = await _lead(ground, browser, brand)
    await ben.get("/settings/macros/1")
    assert "Only who sees every brand can change it." in ben.text
    assert ACTS.findall(ben.page) == []
    assert "move-grip" not in ben.page


async def test_numbers_are_grouped_and_a_link_is_not_withdrawn_by_a_slip(
    yard: Yard, hana: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    busy = replace(NOBODY, received=12_345, sent=2_300, quarantined=1_000)

    async def health(*_: object) -> dict[int, Health]:
        return {yard.channel.id: busy}

    monkeypatch.setattr(settings_channels, "health", health)
    await hana.get(f"/settings/channels/{yard.channel.id}")
    assert "12,345 in, 2,300 out" in hana.text
    assert "1,000 not understood" in hana.text
    await hana.get("/settings/staff/invite")
    given = {"email": "mia@haneul.kr", "role": "agent", "sees": "all", "all_brands": "on"}
    await hana.post("/settings/staff/invite", **given)
    await hana.get("/settings/staff")
    withdrawal = re.search(r'<form[^>]*/withdrawal"[^>]*>', hana.page)
    assert withdrawal
    assert "data-confirm" in withdrawal[0], "it cannot be undone: the link is gone"


async def test_one_english_word_is_as_many_korean_ones_as_it_has_meanings(ground: Ground, hana: Visitor) -> None:
    async with ground.database.begin() as tx:
        await tx.execute(text('update "user" set language = :ko'), {"ko": "ko"})
    await hana.get("/settings/fields/new")
    assert ">숫자<" in hana.page, "a kind of field is no numbering"
    assert "선택지" in hana.text, "what is chosen from is no answer of ours"
    await hana.get("/settings/notifications")
    assert "로그아웃" not in hana.text.partition("이 브라우저")[2], "a browser that wakes is not signed out by that"
