"""The desk's files: complete, small, plain drawings, and named by what they are."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from madang.desk import assets, sprite
from madang.desk.assets import Assets

TEMPLATES = Path(assets.__file__).parent / "templates"
BUDGET = 120_000  # bytes of the first load, packed, page included


def test_every_file_a_template_names_is_there() -> None:
    for path in TEMPLATES.rglob("*.html"):
        for name in re.findall(r"static\('([^']+)'\)", path.read_text("utf-8")):
            assert assets.assets().url(name).endswith(name), path


def test_every_icon_a_template_names_is_in_the_sprite() -> None:
    drawn = set(re.findall(r'<symbol id="([^"]+)"', sprite.build().decode()))
    assert sprite.used() <= drawn
    assert {"ch-email", "ch-webchat", "ch-api"} <= drawn


@pytest.mark.parametrize(
    "inside",
    ["<script>x()</script>", '<path onload="x()"/>', '<image href="x"/>', "<style>p{}</style>", "<foreignObject/>"],
)
def test_a_drawing_that_could_do_more_is_refused(inside: str) -> None:
    with pytest.raises(ValueError, match="plain drawing"):
        sprite.symbol("evil", f'<svg viewBox="0 0 24 24">{inside}</svg>')


def test_a_changed_file_is_a_new_address_for_all() -> None:
    before = Assets({"a.js": b"1", "b.js": b"2"})
    after = Assets({"a.js": b"1", "b.js": b"3"})
    assert before.url("a.js") != after.url("a.js")
    assert before.url("a.js") == Assets({"b.js": b"2", "a.js": b"1"}).url("a.js")
    with pytest.raises(KeyError):
        before.url("c.js")


def test_the_stylesheet_is_one_file_in_its_layers() -> None:
    css = assets.assets().files["css/desk.css"].content.decode()
    assert "@import" not in css
    assert css.index("@layer reset{") < css.index("@layer tokens{") < css.index("@layer states{")
    sheets = [assets.FOLDER / name for name in assets.SHEETS]
    written = {path.name for path in (assets.FOLDER / "css").glob("*.css")} - {one.name for one in sheets}
    named = re.findall(r'"([\w-]+\.css)"', "".join(one.read_text() for one in sheets))
    assert written == set(named)
    assert len(named) == len(set(named))


def test_every_module_that_is_imported_is_there() -> None:
    files = assets.assets().files
    for path, file in files.items():
        if not path.endswith(".js") or path.startswith("vendor/"):
            continue
        for target in re.findall(r"(?:from|import\(?) ?'(\.[^']+)'", file.content.decode()):
            found = (Path("/") / path).parent / target
            assert str(found.resolve().relative_to("/")) in files, f"{path} imports {target}"


def test_the_first_load_keeps_its_budget() -> None:
    page = 25_000  # the desk with forty rows and thirty messages, packed
    made = assets.assets()
    scripts = {"js/desk.js", "js/stream-worker.js"}
    scripts |= made.needs("js/desk.js") | made.needs("js/stream-worker.js")
    first = ["css/desk.css", "icons.svg", *scripts]
    assert page + sum(len(made.files[name].gzipped) for name in first) < BUDGET


def test_scripts_are_joined_as_long_as_they_are_those_that_are_there(tmp_path: Path) -> None:
    folder = tmp_path / "static"
    (folder / "css").mkdir(parents=True)
    for name in assets.SHEETS:
        (folder / name).write_text("")
    (folder / "js").mkdir()
    (folder / "js" / "desk.js").write_text("import './one.js';")
    (folder / "js" / "one.js").write_text("go();")
    assert {"js/desk.js", "js/one.js"} <= set(assets.read(folder))
    (folder / "built" / "js").mkdir(parents=True)
    (folder / "built" / "js" / "desk.js").write_text("go();")
    (folder / "built" / "of").write_text(assets.digest(folder))
    joined = assets.read(folder)
    assert joined["js/desk.js"] == b"go();"
    assert "js/one.js" not in joined
    (folder / "js" / "one.js").write_text("go(2);")
    changed = assets.read(folder)
    assert changed["js/desk.js"] == b"import './one.js';"
    assert changed["js/one.js"] == b"go(2);"
