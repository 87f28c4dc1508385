"""Long files and long functions are found, in Python and in JavaScript."""

from __future__ import annotations

import pytest

from checks import sizes
from checks._javascript import functions
from checks.tests.conftest import Plant


def test_a_long_file_is_named(plant: Plant) -> None:
    found = list(sizes.check(plant({"madang/long.css": "a {}\n" * 301, "madang/short.css": "a {}\n" * 300})))
    assert found == ["madang/long.css has 301 lines, more than 300"]


@pytest.mark.parametrize(
    ("name", "head", "line", "tail"),
    [
        ("a.py", "def work():\n", "    pass\n", ""),
        ("a.js", "function work() {\n", "  go();\n", "}\n"),
        ("a.js", "const work = async (a, b) => {\n", "  if (a) { go(); }\n", "}\n"),
    ],
)
def test_a_long_function_is_named(plant: Plant, name: str, head: str, line: str, tail: str) -> None:
    assert list(sizes.check(plant({name: head + line * 41 + tail})))
    assert not list(sizes.check(plant({name: head + line * 38 + tail})))


def test_a_story_may_be_longer(plant: Plant) -> None:
    story = "def test_story():\n" + "    pass\n" * 60
    assert not list(sizes.check(plant({"tests/browser/test_a.py": story})))
    assert list(sizes.check(plant({"tests/browser/test_a.py": story + "    pass\n" * 20})))


def test_fixtures_and_migrations_may_be_long(plant: Plant) -> None:
    assert not list(sizes.check(plant({"madang/migrations/versions/0001.py": "x = 1\n" * 400})))


def test_braces_in_strings_comments_and_patterns_do_not_count() -> None:
    source = (
        "function a() {\n  // }\n  const b = '}';\n  const c = `}\n}`;\n  const d = /[}/]/;\n}\nclass K { m(x) { } }\n"
    )
    assert [(span.name, span.lines) for span in functions(source)] == [("a", 7), ("m", 1)]
