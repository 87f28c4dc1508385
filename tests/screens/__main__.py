"""`bin/screenshots`: the demo with its whole history, and a picture of every screen in eight looks."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import shutil
import signal
import sys
import tempfile
import time
from itertools import product
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from madang.demo.story import story
from tests.house import House
from tests.screens.camera import LANGUAGES, SIZES, THEMES, Camera, Look
from tests.screens.table import SCREENS

DOCS = Path(__file__).parents[2] / "docs" / "screens"
KEPT = (Look("ko", "light", 1440), Look("en", "dark", 390))  # each language, theme and width once: all eight pass 6 MB
SPEAK = """async language => {
  const form = new URLSearchParams(new FormData(document.querySelector('form[action="/settings/account"]')))
  form.set('language', language)
  form.set('theme', 'auto')
  await fetch('/settings/account', {method: 'POST', body: form})
  const headers = {'x-csrf-token': document.querySelector('meta[name=csrf]').content, 'x-desk': '1'}
  await fetch('/preferences/tour', {method: 'POST', body: new URLSearchParams({value: '"seen"'}), headers})
}"""


def wanted() -> argparse.Namespace:
    """What was asked for."""
    asked = argparse.ArgumentParser(prog="bin/screenshots", description=__doc__)
    asked.add_argument("--all", action="store_true", help="all eight looks, not only the two that are committed")
    asked.add_argument("--only", default="", help="screens whose name contains this")
    asked.add_argument("--to", type=Path, default=DOCS, help="folder of the pictures")
    asked.add_argument("--url", default="", help="a demo that runs already")
    asked.add_argument("--password", default="", help="of that demo")
    return asked.parse_args()


async def begun() -> tuple[House, str]:
    """A demo that has told its history, and its people's password."""
    data = Path(tempfile.mkdtemp(prefix="madang-screens-"))
    data.chmod(0o711)
    house = House(data, "--demo")
    await house.start()
    await house.until(lambda: any("password" in line for line in house.told))
    matters, deadline = len(story().matters), time.monotonic() + 120
    while json.loads((data / "demo.json").read_text())["told"] < matters:
        if time.monotonic() > deadline:
            raise TimeoutError("the demo does not come to an end of its history")
        await asyncio.sleep(0.2)
    return house, re.findall(r"password (\S+)", "\n".join(house.told))[0]


def signed_in(browser: Browser, url: str, password: str, language: str = "", state: Any = None) -> Any:
    """Ada's cookies, after she has chosen a language."""
    page = browser.new_context(storage_state=state).new_page()
    if state is None:
        page.goto(f"{url}/signin")
        page.fill("[name=email]", "ada@madang.example")
        page.fill("[name=password]", password)
        page.click("form [type=submit]")
        page.wait_for_selector("#desk")
    page.goto(f"{url}/settings/account")
    page.evaluate(SPEAK, language)
    kept = page.context.storage_state()
    page.context.close()
    return kept


def shoot(url: str, password: str, asked: argparse.Namespace) -> list[str]:
    """Every picture; what did not work."""
    screens = [one for one in SCREENS if asked.only in one.name]
    every = [Look(language, theme, size[0]) for language, theme, size in product(LANGUAGES, THEMES, SIZES)]
    looks, faults, began, made, state = every if asked.all else list(KEPT), [], time.monotonic(), 0, None
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for language in dict.fromkeys(look.language for look in looks):
            state = signed_in(browser, url, password, language, state)
            camera = Camera(browser, url, state)
            made += sum(1 for _ in camera.walk(screens, [one for one in looks if one.language == language], asked.to))
            faults += camera.faults
        signed_in(browser, url, password, "ko", state)
        browser.close()
    print(f"{made} pictures in {time.monotonic() - began:.0f} s under {asked.to}")
    return faults


def main() -> int:
    """0 when every screen answered as the table says."""
    asked = wanted()
    if asked.url:
        faults = shoot(asked.url, asked.password, asked)
    else:
        with asyncio.Runner() as runner:
            house, password = runner.run(begun())
            try:
                people = house.children().get("demo")
                if people:
                    os.kill(people, signal.SIGSTOP)  # the customers hold still, so that two runs see the same
                faults = shoot(house.url, password, asked)
            finally:
                if people:
                    os.kill(people, signal.SIGCONT)
                runner.run(house.stop())
                shutil.rmtree(house.data, ignore_errors=True)
    print(*faults, sep="\n", file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
