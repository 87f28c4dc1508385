"""Foreign HTML (T5, T6): loads nothing, runs nothing, steals nothing; and still says what it said."""

from __future__ import annotations

import re
import time

import pytest

from madang.lib.html import sanitise, to_text

HOSTILE = [
    "<script>alert(1)</script>",
    "<style>body{background:url(https://evil.example/?t)}</style>",
    "<base href='https://evil.example/'>",
    "<form action='https://evil.example'><input name=csrf><button>go</button></form>",
    "<svg><script>alert(1)</script><a xlink:href='javascript:alert(1)'>x</a></svg>",
    "<math><mtext><style><img src=x onerror=alert(1)></style></mtext></math>",
    "<img src=x onerror=alert(1)>",
    "<a href='javascript:alert(1)'>x</a>",
    "<a href='JaVa\tScript:alert(1)'>x</a>",
    "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
    "<img src='data:image/svg+xml;base64,PHN2Zz4='>",
    "<div style='background:url(https://evil.example)'>x</div>",
    "<div style='background-color:u\\72l(https://evil.example)'>x</div>",
    "<div style='width:expression(alert(1))'>x</div>",
    "<div style='position:fixed;top:0;left:0;z-index:9'>x</div>",
    "<meta http-equiv=refresh content='0;url=https://evil.example'>",
    "<link rel=stylesheet href='https://evil.example/x.css'>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data='https://evil.example'></object><embed src='https://evil.example'>",
    "<video src='https://evil.example' autoplay></video>",
    "<img srcset='https://evil.example 1x' src='https://evil.example'>",
    "<table background='https://evil.example'><tr><td>x</td></tr></table>",
    "<p id=csrf-token name=x class=modal>x</p>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<textarea></textarea><img src=//evil.example/x>",
]


ATTRIBUTE = re.compile(r'\s[a-z:-]+="[^"]*"')
SIGNS = ["evil", "alert(", "javascript:", "data:", "url(", "<script", "<style", "<base", "<form", "<input"]
SIGNS += ["<svg", "<math", "<iframe", "<meta", "<link"]


@pytest.mark.parametrize("html", HOSTILE)
def test_nothing_hostile_is_left(html: str) -> None:
    clean = sanitise(f"<p>before</p>{html}<p>after</p>").lower()
    attributes = [found.strip() for found in ATTRIBUTE.findall(clean)]
    assert not [found for found in attributes if not found.startswith(("title=", "style=", "rel=", "target="))]
    without_titles = re.sub(r' title="[^"]*"', "", clean)  # inert text
    assert not [sign for sign in SIGNS if sign in without_titles]
    assert "position" not in clean
    assert "before" in clean


def test_pictures_go_through_the_resolvers_or_lose_their_source() -> None:
    html = '<img src="https://a.example/x.png?a=1&amp;b=2" alt="shop"><img src="cid:logo@x">'
    html += '<img src="//b.example/y"><img src="/z">'
    assert "src" not in sanitise(html)
    clean = sanitise(html, remote=lambda url: f"/proxy?u={url}", cid=lambda name: f"/media/{name}")
    assert 'src="/proxy?u=https://a.example/x.png?a=1&amp;b=2"' in clean
    assert 'src="/media/logo@x"' in clean
    assert 'src="/proxy?u=https://b.example/y"' in clean
    assert 'src="/z"' not in clean


def test_links_open_apart_and_know_nothing_of_us() -> None:
    clean = sanitise('<a href="https://x.example" target="_top" rel="opener" onclick="x()">x</a>')
    # The order of the attributes is not settled.
    assert sorted(clean) == sorted('<a href="https://x.example" rel="noopener noreferrer" target="_blank">x</a>')


def test_a_letters_look_survives() -> None:
    html = (
        '<table width="600"><tr><td style="padding: 4px; color: #333"><font color="red">안녕</font></td></tr></table>'
    )
    clean = sanitise(html)
    for kept in ('width="600"', "padding:4px", "color:#333", '<font color="red">안녕</font>'):
        assert kept in clean


def test_a_pasted_picture_is_kept() -> None:
    assert 'src="data:image/png;base64,iVBORw0KGgo="' in sanitise('<img src="data:image/png;base64,iVBORw0KGgo=">')


@pytest.mark.parametrize(
    "bomb",
    ["<div>" * 200_000, "<b><i>" * 50_000, "<table><tr><td>" * 30_000, "<p>" * 200_000, "<" * 500_000, "a" * 6_000_000],
)
@pytest.mark.slow
def test_markup_bombs_cost_little(bomb: str) -> None:
    start = time.process_time()
    sanitise(bomb + "x")
    to_text(bomb)
    assert time.process_time() - start < 2


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>하나</p><p>둘</p>", "하나\n\n둘"),
        ("<div>하나</div><div>둘</div>", "하나\n둘"),
        ("하나<br>둘<br><br>셋", "하나\n둘\n\n셋"),
        ('<p class="MsoNormal">하나</p><p class="MsoNormal">둘</p>', "하나\n둘"),
        ("<div>하나</div><div><br></div><div>둘</div>", "하나\n\n둘"),
        ("<ul><li>하나</li><li>둘</li></ul>", "- 하나\n- 둘"),
        ("<blockquote>인용</blockquote>답", "> 인용\n답"),
        ("<pre>a\n  b</pre>", "a\n  b"),
        ("a &amp;&nbsp;b &lt;c&gt;", "a & b <c>"),
        ("<style>p{}</style><script>x<y</script><!-- c --><title>t</title>words", "words"),
        ("<!--[if mso]><p>no</p><![endif]-->yes", "yes"),
        ('<a href="https://x.example/a">shop</a>', "shop <https://x.example/a>"),
        ('<a href="https://x.example/">x.example</a>', "x.example"),
        ('<img alt="하늘 로고" src="x">', "하늘 로고"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc"),
        ("<a title='1 > 0' href=x>words</a>", "words"),
        ("5 < 6 and 7 > 3", "5 < 6 and 7 > 3"),
        ("<head><title>never closed", "never closed"),
        ("", ""),
    ],
)
def test_text_reads_like_the_page(html: str, text: str) -> None:
    assert to_text(html) == text
