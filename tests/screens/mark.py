"""The mark in every form a browser, a phone or a mail asks for, out of the one drawing `static/mark/madang.svg`.

`bin/mark` writes them; they are committed, because an installation has no Chromium to draw with.
"""

from __future__ import annotations

import io
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

STATIC = Path(__file__).parents[2] / "madang" / "desk" / "static"
DRAWING = STATIC / "mark" / "madang.svg"
DYE, PALE, INK = "#3f4a97", "#b3bcf5", "#5b67c4"  # indigo on paper, on night, and one that stands on both
ICO = (16, 32, 48)


@dataclass(frozen=True, slots=True)
class Form:
    """One picture: ``share`` of its side is the mark, ``tile`` the ground behind it ('' none), ``round`` its corner."""

    name: str
    side: int  # pixels
    share: float
    colour: str
    tile: str = ""
    round: float = 0


FORMS = (
    Form("icon-192.png", 192, 0.58, "#fff", DYE, 0.22),
    Form("icon-512.png", 512, 0.58, "#fff", DYE, 0.22),
    Form("maskable-192.png", 192, 0.5, "#fff", DYE),  # a mask may cut away all but the middle 80 %
    Form("maskable-512.png", 512, 0.5, "#fff", DYE),
    Form("apple-touch-180.png", 180, 0.58, "#fff", DYE),
    Form("badge-96.png", 96, 0.84, "#fff"),  # of a notification: the system paints it in its own colour
    Form("mail-64.png", 64, 1, INK),
    Form("light-64.png", 64, 1, DYE),
    Form("dark-64.png", 64, 1, PALE),
    Form("mono-64.png", 64, 1, "#000"),
)


def strokes() -> str:
    """What stands inside the drawing's <svg>."""
    found = re.search(r"<svg[^>]*>(.*)</svg>", DRAWING.read_text("utf-8"), re.S)
    if found is None:
        raise ValueError(f"{DRAWING} is no drawing")
    return found[1].strip()


def svg(form: Form) -> str:
    """One form as a drawing of its own."""
    inset = form.side * (1 - form.share) / 2
    scale = form.side * form.share / 32
    ground = f'<rect width="{form.side}" height="{form.side}" rx="{form.side * form.round}" fill="{form.tile}"/>'
    mark = f'<g transform="translate({inset} {inset}) scale({scale})" fill="{form.colour}">{strokes()}</g>'
    size = f'width="{form.side}" height="{form.side}" viewBox="0 0 {form.side} {form.side}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{ground if form.tile else ""}{mark}</svg>'


def picture(browser: Browser, form: Form) -> Image.Image:
    """It, drawn by Chromium at its own size."""
    page = browser.new_page(viewport={"width": form.side, "height": form.side})
    page.set_content(f'<body style="margin:0">{svg(form)}')
    taken = page.screenshot(omit_background=True)
    page.close()
    return Image.open(io.BytesIO(taken)).convert("RGBA")


def packed(image: Image.Image) -> Image.Image:
    """In 64 colours: a third of the bytes, no difference to the eye."""
    return image.quantize(64, method=Image.Quantize.FASTOCTREE)


def main() -> None:
    """Write them all."""
    (STATIC / "favicon.svg").write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><g fill="{INK}">{strokes()}</g></svg>\n'
    )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for form in FORMS:
            packed(picture(browser, form)).save(DRAWING.parent / form.name, optimize=True)
        small = [picture(browser, Form("", side, 1, INK)) for side in ICO]
        small[-1].save(STATIC / "favicon.ico", append_images=small[:-1], sizes=[(side, side) for side in ICO])
        browser.close()


if __name__ == "__main__":
    main()
