"""`bin/screenshots`: the demo with its whole history, and a picture of every screen in eight looks."""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from madang.demo.live import STILL
from madang.demo.story import story
from tests.house import House
from tests.screens import filled, index
from tests.screens.camera import LOOKS, Camera, Shot
from tests.screens.table import SCREENS

DOCS = Path(__file__).parents[2] / "docs" / "screens"
PATIENCE = 240  # seconds for the demo's history
SPEAK = """async language => {
  const form = new URLSearchParams(new FormData(document.querySelector('form[action="/settings/account"]')))
  form.set('language', language)
  form.set('theme', 'auto')
  await fetch('/settings/account', {method: 'POST', body: form})
  const headers = {'x-csrf-token': document.querySelector('meta[name=csrf]').content, 'x-desk': '1'}
  await fetch('/preferences/tour', {method: 'PUT', body: new URLSearchParams({value: '"seen"'}), headers})
}"""


def wanted() -> argparse.Namespace:
    """What was asked for."""
    asked = argparse.ArgumentParser(prog="bin/screenshots", description=__doc__)
    asked.add_argument("--only", default="", help="screens whose name contains this; several with commas")
    asked.add_argument("--look", default="", help="looks whose name contains this, as ko-light-1440 or dark")
    asked.add_argument("--to", type=Path, default=DOCS, help="folder of the pictures")
    asked.add_argument("--tall", type=int, default=0, help="height of the window in pixels, to see more of a page")
    asked.add_argument("--url", default="", help="a demo that runs already")
    asked.add_argument("--password", default="", help="of that demo")
    asked.add_argument("--setup", default="", help="first link into a house where nobody is yet")
    return asked.parse_args()


async def begun(data: Path) -> tuple[House, str]:
    """A demo that has told its history and whose customers hold still, and its people's password."""
    (data / STILL).touch()  # so that two runs see the same
    house = House(data, "--demo")
    await house.start()
    await house.until(lambda: any("password" in line for line in house.told))
    matters, deadline = len(story().matters), time.monotonic() + PATIENCE
    while json.loads((data / "demo.json").read_text())["told"] < matters:
        if time.monotonic() > deadline:
            raise TimeoutError("the demo does not come to an end of its history\n" + "\n".join(house.told[-40:]))
        await asyncio.sleep(0.2)
    return house, re.findall(r"password (\S+)", "\n".join(house.told))[0]


@contextmanager
def demo(asked: argparse.Namespace) -> Iterator[tuple[str, str, str]]:
    """Address and password of the demo that is looked at, and the first link into a house where nobody is yet."""
    if asked.url:
        yield asked.url.rstrip("/"), asked.password, asked.setup
        return
    with asyncio.Runner() as runner, ExitStack() as after:  # houses are stopped before the loop ends
        demo_data, empty_data = folder(after), folder(after)
        house, password = runner.run(begun(demo_data))
        after.callback(lambda: runner.run(house.stop()))
        empty = House(empty_data)
        runner.run(empty.start())
        after.callback(lambda: runner.run(empty.stop()))
        runner.run(empty.until(lambda: bool(empty.setup)))
        yield house.url, password, empty.setup


def folder(after: ExitStack) -> Path:
    """A data directory that is gone afterwards."""
    made = Path(tempfile.mkdtemp(prefix="madang-screens-"))
    made.chmod(0o711)
    after.callback(shutil.rmtree, made, ignore_errors=True)
    return made


def signed_in(browser: Browser, url: str, password: str, name: str) -> Any:
    """Somebody's cookies."""
    page = browser.new_context().new_page()
    page.goto(f"{url}/signin")
    page.fill("[name=email]", f"{name}@madang.example")
    page.fill("[name=password]", password)
    page.click("form [type=submit]")
    page.wait_for_selector("#desk")
    kept = page.context.storage_state()
    page.context.close()
    return kept


def speak(browser: Browser, url: str, ada: Any, language: str) -> None:
    """From now on the desk speaks this language with her, and follows the browser's light."""
    page = browser.new_context(storage_state=ada).new_page()
    page.goto(f"{url}/settings/account")
    page.evaluate(SPEAK, language)
    page.context.close()


def shoot(url: str, password: str, setup: str, asked: argparse.Namespace) -> list[str]:
    """Every picture that was asked for; what did not work."""
    names = asked.only.split(",")
    screens = [one for one in SCREENS if any(name in one.name for name in names)]
    looks = [one for one in LOOKS if asked.look in one.folder]
    began, made = time.monotonic(), 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        people = {name: signed_in(browser, url, password, name) for name in ("ada", "ben")}
        faults: list[str] = []
        page = browser.new_context(storage_state=people["ada"], locale="ko-KR").new_page()
        page.set_default_timeout(30_000)
        found = filled.fill(page, url, faults) | ({"set-up": setup} if setup else {})
        page.context.close()
        camera = Camera(browser, url, people, found, tall=asked.tall)
        for language in dict.fromkeys(look.language for look in looks):
            for state in people.values():
                speak(browser, url, state, language)
            for shot in camera.walk(screens, [one for one in looks if one.language == language], asked.to):
                made += 1
                tell(made, shot)
        browser.close()
    print(f"{made} pictures in {time.monotonic() - began:.0f} s under {asked.to}")
    return faults + camera.faults


def tell(number: int, shot: Shot) -> None:
    """One line a picture."""
    size = shot.path.stat().st_size / 1000
    print(f"{number:4} {shot.look.folder}/{shot.path.name} {size:.0f} kB {shot.seconds:.1f} s", flush=True)


def main() -> int:
    """0 when every screen answered as the table says."""
    asked = wanted()
    with demo(asked) as (url, password, setup):
        faults = shoot(url, password, setup, asked)
    index.write(asked.to)
    print(*faults, sep="\n", file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
