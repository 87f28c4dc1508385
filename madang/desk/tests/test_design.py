"""The page of the look: every part there is stands on it, and every pair of colours can be read, for every brand."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from madang.brands.accent import strongest
from madang.desk import design
from madang.desk.assets import FOLDER
from madang.desk.page import HERE
from madang.desk.tests.visitor import Visitor
from madang.desk.views.design import keys

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


def _rules() -> Iterator[tuple[str, dict[str, str]]]:
    """Every rule of every sheet but the tokens' own: its selector and what it declares."""
    for path in sorted((FOLDER / "css").glob("*.css")):
        if path.name != "tokens.css":
            sheet = re.sub(r"/\*.*?\*/", "", path.read_text("utf-8"), flags=re.S)
            for selector, body in re.findall(r"([^{}]+){([^{}]*)}", sheet):
                yield selector.strip(), dict(re.findall(r"(?:^|[;\s])([\w-]+):\s*([^;]+)", body))


def _token(value: str) -> str:
    """The name of the token a value is, or ''."""
    found = re.fullmatch(r"var\(--([\w-]+)\)", value.strip())
    return found[1] if found and found[1] in design.tokens() else ""


def test_what_the_sheets_set_on_each_other_is_measured() -> None:
    measured = {(one, ground) for one, ground, needs in design.PAIRS if needs == design.TEXT}
    rules = [(_token(rule.get("color", "")), _token(rule.get("background", ""))) for _, rule in _rules()]
    assert {(ink, ground) for ink, ground in rules if ink and ground} <= measured
    assert {ink for ink, _ in rules if ink} <= {one for one, _ in measured}
    lines = {"field", "warn", "accent", "online"}  # what is drawn in these has no words on it
    assert {ground for _, ground in rules if ground} <= {ground for _, ground in measured} | lines


def test_what_is_found_keeps_its_own_ink() -> None:
    """Marked words stand in every ink; only the darkest can be read on the mark."""
    marked = [
        rule for _, rule in _rules() if _token(rule.get("background", rule.get("background-color", ""))) == "mark"
    ]
    assert len(marked) >= 3
    assert all(_token(rule.get("color", "")) == "ink" for rule in marked)


_OWN = re.compile(r"oklch\(([\d.]+)% ([\d.]+|calc\(var\(--\w+\) \* [\d.]+\)) (var\([\w-]+\)|[\d.]+)\)")


def _own(value: str, theme: str, hue: int) -> design.Oklch | None:
    """A colour a rule mixes itself, by hue; None for tokens and for what shines through."""
    shades = _OWN.findall(value)
    if not shades:
        return None
    lightness, chroma, turn = shades[-1 if theme == "dark" else 0]
    strong = 0.1 * float(re.findall(r"[\d.]+", chroma)[-1]) if "var" in chroma else float(chroma)  # a mark's is .1
    return design.Oklch(float(lightness) / 100, strong, hue if "var" in turn else float(turn))


@pytest.mark.parametrize("theme", design.THEMES)
def test_colours_of_a_part_s_own_can_be_read(theme: str) -> None:
    rules = {selector: rule for selector, rule in _rules() if "color" in rule or "background" in rule}
    both = [(one, one) for one, rule in rules.items() if "color" in rule and "background" in rule]
    faint, found = [], 0
    for front, ground in (*both, (".toast button", ".toast"), (".toast[data-tone=bad] .i", ".toast")):
        for hue in range(0, 360, 15):
            ink = _own(rules[front].get("color", ""), theme, hue)
            paper = _own(rules[ground].get("background", ""), theme, hue)
            if ink and paper:
                found += 1
                faint += [(front, hue)] if design.contrast(ink, paper) < design.TEXT else []
    assert faint == []
    assert found >= 5 * 24  # marks, avatars, the note's button, toasts


def test_contrast_is_what_everybody_else_measures() -> None:
    black, white = design.Oklch(0, 0, 0), design.Oklch(1, 0, 0)
    assert round(design.contrast(black, white), 1) == 21
    assert design.contrast(white, white) == 1


async def test_whoever_is_signed_in_sees_it(ada: Visitor) -> None:
    answer = await ada.get("/desk/design")
    assert answer.status_code == 200
    for said in ("배송지를 바꿀 수 있을까요?", "Can I change the address?", "--accent-fill", "AAA", "lucide"):
        assert said in ada.text
    figures = [f"{ratio:.1f}" for one in design.pairs() for ratio in (one.light, one.dark)]
    assert re.findall(r"</span> (\d+\.\d) <span class=\"pill\"", ada.page) == figures
    for part in ("palette-item", "slash-item", "plan", "aid", "bell-item", "batch", "mention-menu", "tour"):
        assert ada.page.count(f'class="{part}"') >= 4, part
    ids = re.findall(r'\bid="([^"]+)"', re.sub(r"<(symbol)[^>]*>", "", ada.page))
    assert len([one for one in ids if one.startswith(("f-", "h-"))]) == len(
        {one for one in ids if one.startswith(("f-", "h-"))}
    )


def test_every_key_is_listed() -> None:
    """Those too that a template draws in a loop: of the marks, of the thread, of every page."""
    assert {("e", "", "Close the conversation"), ("mod+e", "mark", "Code")} <= set(keys())
    assert {"mod+b", "shift+c", "shift+m", "ArrowDown", "shift+f"} <= {key for key, _context, _text in keys()}
    written = "".join(path.read_text("utf-8") for path in TEMPLATES.rglob("*.html"))
    loops = re.findall(r'data-key="({{.*?}})"', written)
    assert set(loops) == {"{{ key }}", "{{ one.key }}"}  # a draft's own


async def test_nobody_else_sees_it(browser: object) -> None:
    stranger = browser()  # type: ignore[operator]
    assert (await stranger.get("/desk/design")).status_code in (302, 303, 401)
