"""Light marks: drawn, taken off, and nothing of a stranger's markup gets through."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madang.lib.light_marks import html, marked, plain

ALLOWED = {"p", "br", "strong", "em", "code", "pre", "ul", "ol", "li", "blockquote", "a"}
PIECES = [
    "**",
    "*",
    "`",
    "```\n",
    "[",
    "](",
    ")",
    "https://x.kr/",
    "javascript:alert(1)",
    "<script>",
    '"',
    "'",
    "\n",
    "- ",
]
PIECES += ["> ", "1. ", "가", "a", " ", "&amp;", "<img src=x onerror=y>", "\\", "{}", "%s", "data:text/html,x"]


class Reader(HTMLParser):
    """What a browser would see."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
def test_hostile_words_never_become_markup(words: str) -> None:
    for mail in (False, True):
        reader = Reader()
        reader.feed(html(words, mail=mail))
        for tag, given_ in reader.found:
            assert tag in ALLOWED
            assert set(given_) <= {"href", "target", "rel", "start", "style"}
            assert (given_.get("href") or "https://").startswith(("https://", "http://", "mailto:"))


@pytest.mark.parametrize(
    ("words", "clean", "drawn"),
    [
        ("**마당**은 *좋아요*", "마당은 좋아요", "<p><strong>마당</strong>은 <em>좋아요</em></p>"),
        ("`a<b`", "a<b", "<p><code>a&lt;b</code></p>"),
        ("- 하나\n- 둘", "- 하나\n- 둘", "<ul><li>하나</li><li>둘</li></ul>"),
        ("3. a\n4. b", "3. a\n4. b", '<ol start="3"><li>a</li><li>b</li></ol>'),
        ("> said\n\nyes", "> said\n\nyes", "<blockquote>said</blockquote><p>yes</p>"),
        ("```\n**x**\n```", "**x**", "<pre><code>**x**</code></pre>"),
        ("2*3*4 and 5 * 6 * 7, **", "2*3*4 and 5 * 6 * 7, **", "<p>2*3*4 and 5 * 6 * 7, **</p>"),
    ],
)
def test_what_is_drawn_and_what_is_left_without(words: str, clean: str, drawn: str) -> None:
    assert (plain(words), str(html(words))) == (clean, drawn)


def test_a_link_keeps_its_address_in_plain_words() -> None:
    assert plain("[표](https://x.kr/a)") == "표 (https://x.kr/a)"
    assert not marked("see https://x.kr/a")
    assert marked("- a list")


def test_hangul_has_no_italics_in_a_mail() -> None:
    assert "font-style:normal" in html("*강조*", mail=True)
    assert "font-style" not in html("*stress*", mail=True)
