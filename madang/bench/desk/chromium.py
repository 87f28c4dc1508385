"""A real Chromium with somebody signed in at the desk."""

from __future__ import annotations

import importlib.util
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from madang.bench import company
from madang.bench.house import House
from madang.bench.needs import Unmet

if TYPE_CHECKING:
    from playwright.async_api import Page

PROBE = Path(__file__).with_name("probe.js")
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"]
MISSING = "The desk is measured in a browser: install Playwright (`uv sync`) and Chromium (`apt install chromium`)."


@asynccontextmanager
async def desk(house: House, name: str = "desk") -> AsyncIterator[Page]:
    """A window of 1440 × 900 of a new agent's, with the probe in every page of it; raises Unmet without a browser."""
    if importlib.util.find_spec("playwright") is None:
        raise Unmet(MISSING)
    from playwright.async_api import Error, async_playwright

    (cookie,) = await company.agents(house, 1, name)
    key, _, value = cookie.partition("=")
    async with async_playwright() as playwright:
        try:
            browser = await playwright.chromium.launch(executable_path=_chromium(), args=FLAGS)
        except Error as error:
            raise Unmet(f"{MISSING} It said: {error.message.splitlines()[0]}") from None
        window = await browser.new_context(viewport={"width": 1440, "height": 900}, locale="ko-KR")
        await window.add_cookies([{"name": key, "value": value, "url": house.base}])
        await window.add_init_script(path=PROBE)
        yield await window.new_page()
        await browser.close()


def _chromium() -> str | None:
    """The system's own, else None: Playwright's."""
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
