"""A screen as a picture: opened, at rest, with clocks and addresses that are the same every time."""

from __future__ import annotations

import io
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Error, Page

from tests.screens.table import Screen, Where

LANGUAGES, THEMES, SIZES = {"ko": "ko-KR", "en": "en-US"}, ("light", "dark"), {1440: 900, 390: 844}
QUALITY = 72  # of WebP: letters stay sharp, a screen is 10 to 50 kB
PATIENCE, TRIES = 20_000, 2  # milliseconds for one step of a screen; a busy machine deserves a second try

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
      .replace(/(hooks|chat|forms|board|join|reset|setup)\\/(?!README)[\\w.-]{8,}/g, '$1/9f2c6a1e')
      .replace(/whsec_[\\w+/=]+/g, 'whsec_9f2c6a1e9f2c6a1e9f2c6a1e9f2c6a1e').replace(/MDG-\\w+/g, 'MDG-9F2C6A1E')
      .replace(/\\d{4}-\\d{2}-\\d{2}T[\\d:.]+Z/g, '2026-03-03T09:41:00Z')
    if (alike !== text) walk.currentNode.data = alike
  }
}"""
# Fonts are there, nothing moves, no body is still being fetched; at most two seconds.
STILL = """async () => {
  await document.fonts.ready
  const late = performance.now() + 2000
  const waits = () => document.querySelector('[aria-busy=true], .skeleton') && performance.now() < late
  while (waits()) await new Promise(done => setTimeout(done, 40))
  const ends = document.getAnimations().filter(one => one.effect.getComputedTiming().iterations !== Infinity)
  await Promise.all(ends.map(one => one.finished.catch(() => 0)))
}"""
WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


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


LOOKS = tuple(Look(*one) for one in product(LANGUAGES, THEMES, SIZES))


@dataclass(frozen=True, slots=True)
class Shot:
    """A picture that was made."""

    screen: Screen
    look: Look
    path: Path
    seconds: float


class Camera:
    """A browser of Ada's. ``faults`` are pages that did not answer as they should, or are wider than their window."""

    def __init__(self, browser: Browser, url: str, people: dict[str, Any], found: Where, *, tall: int = 0) -> None:
        self._browser, self._url, self._people, self._tall = browser, url, people, tall
        self._addresses = dict(found)
        self.faults: list[str] = []

    def walk(self, screens: list[Screen], looks: list[Look], to: Path) -> Iterator[Shot]:
        """Every screen in every look of one language; yields the pictures as they are made."""
        for width, who in product(SIZES, (*self._people, "")):
            wanted = [look for look in looks if look.width == width]
            mine = [one for one in screens if (one.who if one.signed_in else "") == who and one.stands(width)]
            if wanted and mine:
                room = self._room(wanted[0].language, width, who)
                for screen in mine:
                    if not screen.path and screen.name not in self._addresses:
                        self._fault(screen, wanted[0], "there is no such page in this house")
                        continue
                    yield from self._tried(room, screen, wanted, to)
                room.close()

    def _room(self, language: str, width: int, who: str) -> BrowserContext:
        made = self._browser.new_context(
            viewport={"width": width, "height": self._tall or SIZES[width]},
            locale=LANGUAGES[language],
            timezone_id="Asia/Seoul",
            storage_state=self._people.get(who),
            reduced_motion="reduce",
            service_workers="block",  # its page for no network would be a picture too
        )
        made.set_default_timeout(PATIENCE)
        return made

    def _tried(self, room: BrowserContext, screen: Screen, looks: list[Look], to: Path) -> Iterator[Shot]:
        """The pictures of one screen; one that fails twice is a fault, and the walk goes on."""
        for tries in range(TRIES):
            page = room.new_page()
            try:
                yield from list(self._shots(page, screen, looks, to))
                return
            except Error as error:
                if tries + 1 == TRIES:
                    self._fault(screen, looks[0], f"{type(error).__name__}: {str(error).splitlines()[0][:200]}")
            finally:
                page.close()

    def _shots(self, page: Page, screen: Screen, looks: list[Look], to: Path) -> Iterator[Shot]:
        began = time.monotonic()
        self._open(page, screen, looks[0])
        for look in looks:
            page.emulate_media(color_scheme=look.theme)  # type: ignore[arg-type]
            page.evaluate(STILL)
            page.evaluate(ALIKE)
            path = to / look.folder / f"{screen.name}.webp"
            path.parent.mkdir(parents=True, exist_ok=True)
            taken = Image.open(io.BytesIO(page.screenshot(animations="disabled")))
            taken.save(path, quality=QUALITY, method=4)
            yield Shot(screen, look, path, time.monotonic() - began)
            began = time.monotonic()
        if (wide := int(page.evaluate(WIDE))) > 0:
            self._fault(screen, looks[0], f"{wide} px wider than its window")

    def _open(self, page: Page, screen: Screen, look: Look) -> None:
        address = self._address(screen)
        answer = page.goto(address if address.startswith("http") else self._url + address)
        for selector, value in screen.fill.items():
            page.locator(selector).first.fill(value)
        if screen.send or screen.run:
            with page.expect_navigation() as going:
                page.evaluate(screen.run) if screen.run else page.locator(screen.send).first.click()
            answer = going.value
        if answer is None or answer.status != screen.status:
            self._fault(screen, look, f"answered {answer.status if answer else 'nothing'}")
        for key in screen.press.split():
            page.keyboard.press(key)
        for selector in screen.click:
            page.locator(selector).first.click()
        if screen.wait:
            page.locator(screen.wait).first.wait_for()

    def _fault(self, screen: Screen, look: Look, words: str) -> None:
        self.faults.append(f"{screen.name} ({look.language}, {look.width} px): {words}")

    def _address(self, screen: Screen) -> str:
        """Where the screen is in this house; links are followed once, as Ada."""
        if screen.name not in self._addresses:
            self._addresses[screen.name] = self._followed(screen) if screen.first else screen.path
        return self._addresses[screen.name]

    def _followed(self, screen: Screen) -> str:
        room = self._room("ko", 1440, "ada")
        page, address = room.new_page(), screen.path
        try:
            for selector in screen.first:
                page.goto(self._url + address)
                link = page.locator(selector).first
                address = str(link.get_attribute("href", timeout=PATIENCE / 2)).removeprefix(self._url)
        finally:
            room.close()
        return (address.split("?")[0] + screen.then) if screen.then else address
