"""What would style a whole page anew is found."""

from __future__ import annotations

import pytest

from checks import styles
from checks.tests.conftest import Plant

SHEET = "madang/desk/static/css/desk.css"


@pytest.mark.parametrize(
    ("rule", "bad"),
    [
        (".desk:has(.open) .row { color: red; }", True),
        (".a, .files:has(> .one ~ .two) > .one { color: red; }", True),
        (".card:has(:checked), .x .y { color: red; }", False),
        (".a .card:has(.b:not(.c, .d)) { color: red; }", False),
        ("/* .desk:has(.open) .row */ .row { color: red; }", False),
        ("@media (width < 48rem) { .desk:has(.open) .row { color: red; } }", True),
    ],
)
def test_has_speaks_of_its_own_element(plant: Plant, rule: str, bad: bool) -> None:
    tree = plant({SHEET: '@import "a.css" layer(parts);\n', "madang/desk/static/css/a.css": rule})
    assert bool(list(styles.check(tree))) is bad


def test_sheets_of_single_pages_are_left_alone(plant: Plant) -> None:
    tree = plant({SHEET: "", "madang/desk/static/css/webhooks.css": ".a:has(.b) .c { color: red; }"})
    assert not list(styles.check(tree))
