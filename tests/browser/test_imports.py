"""An import in a browser, on a phone: a Korean file from Excel goes in, its progress is seen, and it is taken back."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.browser.office import Office

pytestmark = pytest.mark.browser

MANY = 1_500
HEAD = "고객번호,이름,이메일,휴대폰,태그"


async def _fits(page: Page) -> None:
    wide = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, page.url


async def test_a_file_goes_in_and_comes_back_on_a_phone(office: Office, tmp_path: Path) -> None:
    hana = await office.agent("Hana", "administrator", everywhere=True, width=390, height=844)
    page, file = hana.page, tmp_path / "고객.csv"
    rows = [f"{n},고객 {n},c{n}@naver.example,010-{n:08d},단골" for n in range(MANY)]
    file.write_bytes("\n".join([HEAD, *rows, "x,이름뿐,not a mail,,"]).encode("cp949"))
    await page.goto(f"{office.house.url}/settings/imports")
    await _fits(page)
    await page.set_input_files("[name=file]", file)
    await page.click("form[enctype] [type=submit]")
    await expect(page.locator("[name=targets]").nth(2)).to_have_value("email")
    await _fits(page)
    await page.click("text=Look through it")
    await expect(page.get_by_text("Nothing has been written yet.")).to_be_visible(timeout=30_000)
    await expect(page.get_by_text("“not a mail” is no e-mail address.")).to_be_visible()
    await _fits(page)
    await page.click("text=Take it in")
    await expect(page.get_by_text("Taken in", exact=True)).to_be_visible(timeout=30_000)
    await expect(page.locator(".facts").first).to_contain_text("1,501")
    page.on("dialog", lambda asked: asked.accept())
    await page.click("text=Take it back")
    await expect(page.get_by_text("1,501 customers whom this import made are gone.")).to_be_visible(timeout=30_000)
    await _fits(page)
    assert hana.errors == []
