"""The page of the look: every part there is stands on it, and every pair of colours can be read, for every brand."""

from __future__ import annotations

import re

import pytest

from madang.brands.accent import strongest
from madang.desk import design
from madang.desk.page import HERE
from madang.desk.tests.visitor import Visitor

TEMPLATES = HERE / "templates"


def test_every_macro_stands_on_the_page() -> None:
    macros = re.findall(r"{% macro ([a-z]\w*)\(", (TEMPLATES / "_macros.html").read_text("utf-8"))
    shown = "".join(path.read_text("utf-8") for path in (TEMPLATES / "design").rglob("*.html"))
    assert macros
    assert [name for name in macros if not re.search(rf"{{[{{%][^}}]*\b{name}\(", shown)] == []


@pytest.mark.parametrize("hue", [0, 45, 90, 110, 158, 200, 250, 274, 330])
def test_every_colour_can_be_read_where_it_stands(hue: int) -> None:
    dim = [
        (one.colour, one.ground, theme)
        for one in design.pairs(hue, strongest(hue))
        for theme in design.THEMES
        if not one.level(theme)
    ]
    assert dim == []


def test_contrast_is_what_everybody_else_measures() -> None:
    black, white = design.Oklch(0, 0, 0), design.Oklch(1, 0, 0)
    assert round(design.contrast(black, white), 1) == 21
    assert design.contrast(white, white) == 1


async def test_whoever_is_signed_in_sees_it(ada: Visitor) -> None:
    answer = await ada.get("/desk/design")
    assert answer.status_code == 200
    for said in ("배송지를 바꿀 수 있을까요?", "Can I change the address?", "--accent-fill", "AAA", "lucide"):
        assert said in ada.text
    ids = re.findall(r'\bid="([^"]+)"', re.sub(r"<(symbol)[^>]*>", "", ada.page))
    assert len([one for one in ids if one.startswith(("f-", "h-"))]) == len(
        {one for one in ids if one.startswith(("f-", "h-"))}
    )


async def test_nobody_else_sees_it(browser: object) -> None:
    stranger = browser()  # type: ignore[operator]
    assert (await stranger.get("/desk/design")).status_code in (302, 303, 401)
