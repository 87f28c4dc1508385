"""What axe finds on a page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.async_api import Page

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"

# What fades in has too little contrast on its way.
STILL = """Promise.all(document.getAnimations()
  .filter((one) => one.effect.getComputedTiming().iterations !== Infinity).map((one) => one.finished.catch(() => 0)))"""

# Only of what is amiss it writes down where. What passes is judged all the same.
LAW = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]
RUN = "tags => axe.run(document, {runOnly: tags, resultTypes: ['violations']})"


async def axe_finds(page: Page, *, practice: bool = False) -> list[str]:
    """What axe finds on the page as it stands: the law, and what is good ``practice`` besides."""
    await page.evaluate(f"{STILL}.then(() => 0)")
    await page.evaluate(AXE.read_text("utf-8"))
    found: Any = await page.evaluate(RUN, [*LAW, "best-practice"] if practice else LAW)
    return [f"{page.url}: {one['id']} {[node['target'] for node in one['nodes']]}" for one in found["violations"]]
