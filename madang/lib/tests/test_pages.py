"""Templates: escaped (T5), strict, in one language at a time."""

from __future__ import annotations

from pathlib import Path

import pytest
from jinja2 import UndefinedError
from markupsafe import escape

from madang.lib.pages import Pages, linked


@pytest.fixture
def pages(tmp_path: Path) -> Pages:
    """Two small templates."""
    (tmp_path / "a.html").write_text("<p>{{ name }} {{ language }} {{ _('%(n)s here', n=n) }}</p>")
    (tmp_path / "b.html").write_text("{{ missing }}")
    return Pages([tmp_path], {"house": "Madang"})


def test_text_is_never_markup(pages: Pages) -> None:
    page = pages.render("a.html", "ko", name="<b>&", n="<i>")
    assert page == "<p>&lt;b&gt;&amp; ko &lt;i&gt; here</p>"


@pytest.mark.parametrize("said", ["<script>alert(1)</script>", '" onfocus="alert(1)', "100 % full", "%(name)s", "%s"])
def test_what_a_provider_says_is_no_markup_and_no_pattern(pages: Pages, tmp_path: Path, said: str) -> None:
    (tmp_path / "c.html").write_text('<b title="{{ _(said) }}">{{ _(said) }}</b>')
    page = pages.render("c.html", said=said)
    assert page == f'<b title="{escape(said)}">{escape(said)}</b>'


def test_a_name_that_was_not_given_is_an_error(pages: Pages) -> None:
    with pytest.raises(UndefinedError):
        pages.render("b.html")


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("<b>", "&lt;b&gt;"),
        ('x" onmouseover="y', "x&#34; onmouseover=&#34;y"),
        ("javascript:alert(1)", "javascript:alert(1)"),
    ],
)
def test_what_is_no_address_stays_text(text: str, html: str) -> None:
    assert str(linked(text)) == html


def test_addresses_can_be_clicked() -> None:
    html = str(linked("자세히는 https://haneul.example/a?b=1&c=2). 끝"))
    assert 'href="https://haneul.example/a?b=1&amp;c=2"' in html
    assert 'rel="noopener noreferrer nofollow"' in html
    assert html.endswith("</a>). 끝")
    assert str(linked('https://a.example/"onclick=x')).count('"') == 6  # the quote ends the address


def test_a_huge_text_is_no_trouble() -> None:
    assert len(linked("https://" * 20_000)) > 100_000
