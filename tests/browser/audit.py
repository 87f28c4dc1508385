"""What a browser's own audit asks of a page: accessible (best practice too), named, quiet, strict in its headers, kept,
its focus seen, and on a phone and at 200 % within its window, with room for a finger."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.async_api import ConsoleMessage, Page, Request, Response

from tests.browser.axe import axe_finds

ASKED = Path(__file__).with_suffix(".js")
PHONE: Any = {"width": 390, "height": 844}
TWICE: Any = {"width": 720, "height": 450}  # 1440 by 900 at 200 %


class Ear:
    """What pages of one window say beside themselves."""

    def __init__(self, page: Page, origin: str) -> None:
        self.faults: list[str] = []
        self._origin = origin
        page.on("pageerror", lambda error: self.faults.append(f"script: {error}"))
        page.on("console", self._console)
        page.on("request", self._asked)
        page.on("response", self._answered)
        page.on("requestfailed", self._failed)

    def told(self) -> list[str]:
        """What was said since it was last asked."""
        said, self.faults = self.faults, []
        return said

    def _console(self, said: ConsoleMessage) -> None:
        if said.type in ("error", "warning") and "404" not in said.text:
            self.faults.append(f"console: {said.text}")

    def _asked(self, one: Request) -> None:
        if not one.url.startswith((self._origin, "data:", "blob:")):
            self.faults.append(f"elsewhere: {one.url}")

    def _answered(self, one: Response) -> None:
        kept = one.headers.get("cache-control", "")
        if "/static/" in one.url and ("immutable" not in kept or "max-age=31536000" not in kept):
            self.faults.append(f"not kept: {one.url} {kept}")
        if one.status >= 400 and "/nothing" not in one.url:
            self.faults.append(f"answered {one.status}: {one.url}")

    def _failed(self, one: Request) -> None:
        if "/stream" not in one.url and one.failure != "net::ERR_ABORTED":
            self.faults.append(f"failed: {one.url} {one.failure}")


def _open(answer: Response | None, *, framed: bool) -> list[str]:
    """What the answer's headers leave open. A portal's page may be ``framed`` by the shop."""
    assert answer is not None
    csp = answer.headers.get("content-security-policy", "")
    wanted = {
        "nosniff": answer.headers.get("x-content-type-options") == "nosniff",
        "referrer": answer.headers.get("referrer-policy") in ("same-origin", "no-referrer"),
        "frames": "frame-ancestors 'none'" in csp or (framed and "frame-ancestors " in csp),
        "default": "default-src 'none'" in csp,
        "inline": "'unsafe-" not in csp,
        "sources": " *;" not in csp.replace("frame-ancestors *;", "") and "script-src *" not in csp,
    }
    return [f"open: {name}" for name, there in wanted.items() if not there]


async def audit(page: Page, address: str, *, framed: bool = False) -> list[str]:
    """What is wrong with the page at an address, in the look the window has, and then on a phone and at 200 %."""
    ear = Ear(page, address.split("/", 3)[0] + "//" + address.split("/")[2])
    look = page.viewport_size
    answer = await page.goto(address)
    found = _open(answer, framed=framed) + await axe_finds(page, practice=True)
    await _ready(page)
    found += _amiss(await page.evaluate("audit.told()"))
    found += ["moves"] if await page.evaluate("audit.moving()") else []
    await page.keyboard.press("Shift")
    found += [f"focus not seen: {one}" for one in await page.evaluate("audit.unseen()")]
    for name, size in (("at 200 %", TWICE), ("on a phone", PHONE)):
        await page.set_viewport_size(size)
        found += [f"{name} {wide} px too wide" for wide in [await page.evaluate("audit.wide()")] if wide]
    found += [f"too small {one}" for one in await page.evaluate("audit.small()")]
    if look:
        await page.set_viewport_size(look)
    where = "/" + address.split("/", 3)[3]
    return [f"{where} {one}" for one in found + ear.told()]


async def edgeless(page: Page) -> list[str]:
    """Buttons, switches and what is chosen without an edge, in the colours that stand now."""
    await _ready(page)
    found: list[str] = await page.evaluate("audit.edgeless()")
    return found


async def _ready(page: Page) -> None:
    await page.evaluate(f"() => {{ {ASKED.read_text('utf-8')} }}")


def _amiss(said: dict[str, Any]) -> list[str]:
    found = [f"{said[name]} {name}" for name in ("h1", "main") if said[name] != 1]
    found += [f"no {name}" for name in ("title", "lang", "zooms") if not said[name]]
    found += [f"{name}: {said[name]}" for name in ("pictures", "mixed") if said[name]]
    return found + (["its title is that of the program alone"] if said["title"] == "Madang" else [])
