"""Foreign HTML: made harmless for a sandboxed frame, and turned into text."""

from __future__ import annotations

import html as entities
import re
from collections.abc import Callable

import nh3

from madang.lib.html_text import reply_part, to_text

__all__ = ["reply_part", "sanitise", "to_text"]

MAX_INPUT = 5_000_000  # characters; what is longer is shown as text
MAX_DEPTH = 500  # nested elements; the tree builder's time grows with their square

WORDS_AND_BLOCKS = """
    a abbr address article aside b bdi bdo big blockquote br caption center cite code col colgroup dd del details dfn
    div dl dt em figcaption figure font footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd li main mark ol p pre q rp rt
    ruby s samp section small span strike strong sub summary sup table tbody td tfoot th thead time tr tt u ul var wbr
"""
TAGS = frozenset(WORDS_AND_BLOCKS.split())
NOT_FOR_MAIL = """
    script style title template svg math iframe object embed noscript noembed noframes textarea select audio video
    applet frameset
"""
DROPPED_WITH_CONTENT = frozenset(NOT_FOR_MAIL.split())
EVERYWHERE = frozenset({"align", "dir", "lang", "style", "title"})
SIZES = frozenset({"width", "height", "bgcolor", "valign", "border"})
ATTRIBUTES = {
    "*": EVERYWHERE,
    "a": frozenset({"href"}),
    "img": frozenset({"src", "alt", "width", "height", "border"}),
    "font": frozenset({"color", "size", "face"}),
    "table": SIZES | {"cellpadding", "cellspacing"},
    "tr": SIZES,
    "td": SIZES | {"colspan", "rowspan", "nowrap"},
    "th": SIZES | {"colspan", "rowspan", "nowrap"},
    "col": SIZES | {"span"},
    "ol": frozenset({"start", "type"}),
    "li": frozenset({"value"}),
    "time": frozenset({"datetime"}),
}
SIDES = ("", "-top", "-right", "-bottom", "-left")
EDGES = frozenset(f"{name}{side}" for name in ("margin", "padding", "border") for side in SIDES)
LOOKS = """
    color background-color font font-family font-size font-style font-weight line-height letter-spacing text-align
    text-indent text-decoration text-transform vertical-align white-space word-break overflow-wrap width height
    max-width min-width border-collapse border-spacing border-color border-style border-width border-radius
    list-style-type direction
"""
PROPERTIES = EDGES | frozenset(LOOKS.split())
# What could load, run or escape; a backslash could spell any of it.
BAD_STYLE = re.compile(r"url|image|expression|behavior|binding|script|@|\\|/\*|<", re.IGNORECASE)
SAFE_LINK = re.compile(r"(?:https?://|mailto:|tel:)", re.IGNORECASE)
DATA_IMAGE = re.compile(r"data:image/(?:png|jpe?g|gif|webp);base64,[A-Za-z0-9+/=\s]+\Z", re.IGNORECASE)
SCHEMES = frozenset({"http", "https", "mailto", "tel", "cid", "data"})

Resolve = Callable[[str], str | None]


def sanitise(html: str, *, remote: Resolve | None = None, cid: Resolve | None = None) -> str:
    """Markup that loads nothing, runs nothing and styles only itself, to be shown in a sandboxed frame.

    ``remote`` gives the address to load an outside image through, ``cid`` that of an inline image by its Content-ID;
    an image for which they give None, or that nobody was named for, keeps only its alternative text.
    """
    if len(html) > MAX_INPUT or too_deep(html):
        return f"<pre>{entities.escape(to_text(html))}</pre>"

    def image(source: str) -> str | None:
        address = source.strip()
        if address[:4].lower() == "cid:":
            return cid(address[4:].strip("<>")) if cid else None
        if address[:2] == "//" or address[:4].lower() == "http":
            return remote("https:" + address if address[:2] == "//" else address) if remote else None
        return address if DATA_IMAGE.match(address) else None

    def filtered(tag: str, attribute: str, value: str) -> str | None:
        if attribute == "src":
            return image(value)
        if attribute == "href":
            return value if SAFE_LINK.match(value.strip()) else None
        if attribute == "style":
            return None if BAD_STYLE.search(value) else value
        return value

    return nh3.clean(
        html.replace("\x00", ""),
        tags=TAGS,
        clean_content_tags=DROPPED_WITH_CONTENT,
        attributes=ATTRIBUTES,
        attribute_filter=filtered,
        link_rel="noopener noreferrer",
        set_tag_attribute_values={"a": {"target": "_blank"}},
        url_schemes=SCHEMES,
        filter_style_properties=PROPERTIES,
    )


ELEMENT = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
# Elements that have no end tag or may go without: they do not nest by being repeated.
WITHOUT_END = """
    area br col embed hr img input link meta param source track wbr p li dt dd td th tr option thead tbody tfoot
"""
FLAT = frozenset(WITHOUT_END.split())


def too_deep(html: str) -> bool:
    """Whether elements are, or may be, nested deeper than a mail has reason to."""
    depth = 0
    for slash, name in ELEMENT.findall(html):
        if name.lower() in FLAT:
            continue
        depth = max(0, depth - 1) if slash else depth + 1
        if depth > MAX_DEPTH:
            return True
    return False
