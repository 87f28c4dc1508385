"""Where a request comes from, and where a sign-in may lead."""

from __future__ import annotations

import pytest

from madang.staff.origin import from_our_pages, way_back

DESK = "https://desk.haneul.kr"


@pytest.mark.parametrize(
    "path", ["/", "/c/5", "/settings/account?tab=1&x=미나", "/list#end", "/c/5?next=//evil.example"]
)
def test_a_page_of_ours_is_found_again(path: str) -> None:
    assert way_back(path) == path


@pytest.mark.parametrize(
    "evil",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        " //evil.example",
        "/\u00a0/evil.example",
        "javascript:alert(1)",
        "evil.example",
        "///evil.example",
        "/signout",
        "/signin?next=/signin",
        "/" + "x" * 2000,
        "",
    ],
)
def test_the_way_back_is_never_another_site(evil: str) -> None:
    assert way_back(evil) == "/"


@pytest.mark.parametrize(
    ("headers", "ours"),
    [
        ({"sec-fetch-site": "same-origin"}, True),
        ({"sec-fetch-site": "none"}, True),
        ({"sec-fetch-site": "same-site", "origin": DESK}, False),
        ({"sec-fetch-site": "cross-site", "origin": DESK}, False),
        ({"origin": DESK}, True),
        ({"origin": "http://10.0.0.5:8000", "host": "10.0.0.5:8000"}, True),
        ({"origin": "https://evil.example", "host": "desk.haneul.kr"}, False),
        ({"origin": "https://desk.haneul.kr.evil.example", "host": "desk.haneul.kr"}, False),
        ({"origin": "null", "host": "desk.haneul.kr"}, False),
        ({"origin": "null", "host": ""}, False),
        ({}, True),
    ],
)
def test_a_browser_says_truly_where_a_form_was(headers: dict[str, str], ours: bool) -> None:
    assert from_our_pages(headers, DESK) is ours
