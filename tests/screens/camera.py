"""A screen as a picture: opened, at rest, with clocks and addresses that are the same every time."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page

from tests.screens.table import Screen

LANGUAGES, THEMES, SIZES = ("ko", "en"), ("light", "dark"), ((1440, 900), (390, 844))
QUALITY = 78  # of WebP: letters stay sharp, a screen is 15-60 kB

# What is another at every start: times, the port, and keys that are drawn by lot.
ALIKE = """() => {
  for (const one of document.querySelectorAll('time')) {
    one.textContent = one.textContent.replace(/\\d{1,2}:\\d{2}/, '9:41')
      .replace(/\\d{4}(?!:)/g, '2026').replace(/(?<![:\\d])\\d{1,2}(?![:\\d])/g, '3')
  }
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  while (walk.nextNode()) {
    const text = walk.currentNode.data
    const alike = text.replace(/127\\.0\\.0\\.1:\\d+/g, 'madang.example')
      .replace(/(hooks|chat|forms|board)\\/[\\w-]{8,}/g, '$1/9f2c6a1e')
    if (alike !== text) walk.currentNode.data = alike
  }
}"""
STILL = """async () => {
  await document.fonts.ready
  const ends = document.getAnimations().filter(one => one.effect.getComputedTiming().iterations !== Infinity)
  await Promise.all(ends.map(one => one.finished.catch(() => 0)))
}"""


@dataclass(frozen=True, slots=True)
class Look:
    """One of the eight ways to look at a screen."""

    language: str
    theme: str
    width: int

    @property
    def folder(self) -> str:
        """Where its pictures lie."""
        return f"{self.language}-{self.theme}-{self.width}"


class Camera:
    """A browser of Ada's. ``faults`` are pages that did not answer as they should."""

    def __init__(self, browser: Browser, url: str, signed_in: Any) -> None:
        self._browser, self._url, self._signed_in = browser, url, signed_in
        self._addresses: dict[str, str] = {}
        self.faults: list[str] = []

    def walk(self, screens: list[Screen], looks: list[Look], to: Path) -> Iterator[Path]:
        """Every screen in every look of one language; yields the pictures as they are made."""
        for (width, height), inside in product(SIZES, (True, False)):
            wanted = [look for look in looks if look.width == width]
            mine = [one for one in screens if one.signed_in is inside and (width > 1000 or not one.wide)]
            if wanted and mine:
                page = self._context(wanted[0].language, width, height, inside=inside).new_page()
                for screen in mine:
                    yield from self._shots(page, screen, wanted, to)
                page.context.close()

    def _context(self, language: str, width: int, height: int, *, inside: bool) -> BrowserContext:
        size: Any = {"width": width, "height": height}
        state = self._signed_in if inside else None
        locale = {"ko": "ko-KR", "en": "en-US"}[language]
        return self._browser.new_context(
            viewport=size, locale=locale, timezone_id="Asia/Seoul", storage_state=state, is_mobile=False
        )

    def _shots(self, page: Page, screen: Screen, looks: list[Look], to: Path) -> Iterator[Path]:
        try:
            self._open(page, screen)
            for look in looks:
                page.emulate_media(color_scheme=look.theme, reduced_motion="reduce")  # type: ignore[arg-type]
                page.evaluate(STILL)
                path = to / look.folder / f"{screen.name}.webp"
                path.parent.mkdir(parents=True, exist_ok=True)
                shot = Image.open(io.BytesIO(page.screenshot(animations="disabled")))
                shot.save(path, quality=QUALITY, method=4)
                yield path
        except Exception as error:
            self.faults.append(f"{screen.name} at {looks[0].width}: {type(error).__name__}: {str(error)[:200]}")

    def _open(self, page: Page, screen: Screen) -> None:
        answer = page.goto(self._url + self._address(screen))
        if answer is None or answer.status != screen.status:
            self.faults.append(f"{screen.name}: answered {answer.status if answer else 'nothing'}")
        for key in filter(None, screen.press.split()):
            page.keyboard.press(key)
            page.wait_for_selector("dialog[open]", timeout=5_000)
        page.evaluate(ALIKE)

    def _address(self, screen: Screen) -> str:
        """Where the screen is in this house; links are followed once, as Ada."""
        if screen.name not in self._addresses:
            self._addresses[screen.name] = self._followed(screen) if screen.first else screen.path
        return self._addresses[screen.name]

    def _followed(self, screen: Screen) -> str:
        page = self._context("ko", *SIZES[0], inside=True).new_page()
        address = screen.path
        try:
            for selector in screen.first:
                page.goto(self._url + address)
                link = page.locator(selector).first
                address = str(link.get_attribute("href", timeout=5_000)).removeprefix(self._url)
        finally:
            page.context.close()
        return address.split("?")[0] + screen.then
