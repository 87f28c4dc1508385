"""HTML to readable text, and the part of an HTML mail above what it quotes.

One left-to-right scan that builds no tree: neither 100,000 nested elements nor quotes that never close cost more than
their length.
"""

from __future__ import annotations

import html as entities
import re
from dataclasses import dataclass, field

MAX_INPUT = 2_000_000  # characters that are read
MAX_LINK = 300
MAX_QUOTE = 8

MARKUP = re.compile(r"<[a-zA-Z/!?]")
TAG = re.compile(r"(/?)([a-zA-Z][a-zA-Z0-9]*)")
SPACES = re.compile(r"[ \t\r\n\f]+")
UNREAD = "script style head title noscript template svg math object iframe select xml"
SILENT = frozenset(UNREAD.split())
BLOCKS = """
    address article aside blockquote center dd details div dl dt fieldset figcaption figure footer form header hr li
    main nav ol pre section summary table tbody thead tfoot tr ul
"""
BREAKS = frozenset(BLOCKS.split())
PARAGRAPHS = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6"})
TIGHT = re.compile(r"MsoNormal|MsoPlainText|margin(?:-top|-bottom)?:\s*0", re.IGNORECASE)
HREF = re.compile(r"\bhref\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>\"']+))", re.IGNORECASE)
ALT = re.compile(r"\balt\s*=\s*(?:\"([^\"]*)\"|'([^']*)')", re.IGNORECASE)


def to_text(html: str) -> str:
    """What a person would read: block by block, ``>`` before quoted blocks, links behind their words."""
    return Scan(html[:MAX_INPUT]).run()


@dataclass
class Scan:
    """One pass over the markup."""

    html: str
    lines: list[str] = field(default_factory=list)
    line: list[str] = field(default_factory=list)
    blank: bool = False  # a paragraph's end asks for an empty line before what comes
    tight: bool = False  # the open paragraph has no space around it
    quote: int = 0
    pre: int = 0
    href: str = ""
    words: list[str] = field(default_factory=list)  # of the open link
    missing: set[str] = field(default_factory=set)  # closing tags known not to come

    def run(self) -> str:
        position = 0
        while match := MARKUP.search(self.html, position):
            self.text(self.html[position : match.start()])
            position = self.markup(match.start())
            if position < 0:
                return self.result()
        self.text(self.html[position:])
        return self.result()

    def markup(self, start: int) -> int:
        """Handle what begins with ``<`` and say where to go on; -1 at the end of everything readable."""
        if self.html.startswith("<!--", start):
            end = self.html.find("-->", start + 4)
            return -1 if end < 0 else end + 3
        match = TAG.match(self.html, start + 1)
        end = self.tag_end(start)
        if end < 0:
            return -1
        if match is None:
            return end
        name = match[2].lower()
        if match[1]:
            self.closed(name)
            return end
        self.opened(name, self.html[start:end])
        return self.after_silent(name, end) if name in SILENT else end

    def tag_end(self, start: int) -> int:
        """Behind the ``>`` that is not inside a quoted attribute; -1 when there is none."""
        end = self.html.find(">", start)
        for quote in ('"', "'"):
            if end >= 0 and self.html.count(quote, start, end) % 2 and f"={quote}" in self.html[start:end]:
                close = self.html.find(quote, end, end + MAX_LINK * 10)
                longer = self.html.find(">", close) if close >= 0 else -1
                end = longer if longer >= 0 else end
        return end + 1 if end >= 0 else -1

    def after_silent(self, name: str, position: int) -> int:
        """Behind the element's closing tag; where there is none, its content is text for ``head``, lost for others."""
        if name not in self.missing:
            match = re.compile(rf"</{name}\b[^>]*>?", re.IGNORECASE).search(self.html, position)
            if match:
                return match.end()
            self.missing.add(name)
        return position if name in ("head", "title", "object", "select", "xml", "noscript") else -1

    def opened(self, name: str, tag: str) -> None:
        if name == "br":
            self.new_line(keep_empty=True)
        elif name in PARAGRAPHS:
            self.new_line()
            self.tight = bool(TIGHT.search(tag))
            self.blank = self.blank or not self.tight
        elif name in BREAKS:
            self.new_line()
            self.enter(name)
        elif name in ("td", "th"):
            self.text(" ")
        elif name == "a":
            match = HREF.search(tag)
            self.href, self.words = next(filter(None, match.groups()), "") if match else "", []
        elif name == "img" and (match := ALT.search(tag)):
            self.text(next(filter(None, match.groups()), ""))

    def enter(self, name: str) -> None:
        if name == "blockquote":
            self.quote = min(self.quote + 1, MAX_QUOTE)
        elif name == "pre":
            self.pre += 1
        elif name == "li":
            self.line.append("- ")

    def closed(self, name: str) -> None:
        if name == "a":
            self.link()
        if name in PARAGRAPHS:
            self.new_line()
            self.blank = self.blank or not self.tight
        elif name in BREAKS:
            self.new_line()
            self.quote -= name == "blockquote" and self.quote > 0
            self.pre -= name == "pre" and self.pre > 0

    def link(self) -> None:
        """The address behind the words, unless the words are the address."""
        href, words = entities.unescape(self.href).strip(), "".join(self.words).strip()
        self.href = ""
        bare = re.sub(r"^https?://(?:www\.)?|/$", "", href)
        if words and href.startswith(("http://", "https://")) and len(href) <= MAX_LINK and bare not in words:
            self.line.append(f" <{href}>")

    def text(self, raw: str) -> None:
        if not raw:
            return
        words = entities.unescape(raw)
        if self.pre:
            first, *more = words.replace("\r", "").split("\n")
            self.line.append(first)
            for other in more:
                self.new_line(keep_empty=True)
                self.line.append(other)
            return
        words = SPACES.sub(" ", words)
        if words != " " or self.line:
            self.line.append(words)
            if self.href:
                self.words.append(words)

    def new_line(self, keep_empty: bool = False) -> None:
        """Close the current line. An empty one counts only where a line break asked for it."""
        joined = "".join(self.line).replace("\xa0", " ")
        joined = joined.rstrip() if self.pre else joined.strip()
        had_content = bool(self.line)
        self.line = []
        if not joined:
            self.blank = self.blank or keep_empty or had_content
            return
        prefix = ">" * self.quote + " " * bool(self.quote)
        if self.blank and self.lines:
            self.lines.append(prefix.strip())
        self.blank = False
        self.lines.append(prefix + joined)

    def result(self) -> str:
        self.new_line()
        return "\n".join(self.lines).strip()


QUOTE_MARKS = re.compile(
    r"class\s*=\s*[\"']?[^\"'>]{0,100}?\b(?:gmail_quote|gmail_attr|moz-cite-prefix|yahoo_quoted|protonmail_quote|hm_orig\w*)"
    r"|id\s*=\s*[\"']?(?:x_)?(?:appendonsend|divRplyFwdMsg|mail-editor-reference-message-container|OLK_SRC_BODY_SECTION"
    r"|ms-outlook-mobile-body-separator-line|reply-intro|isReplyContent|mailspring-quoted)"
    r"|<blockquote[^>]{0,300}?type\s*=\s*[\"']?cite"
    r"|border-top:\s?solid #(?:E1E1E1|B5C4DF) 1\.0pt",
    re.IGNORECASE,
)


def reply_part(html: str) -> str | None:
    """The markup above the first quotation that a known client marked; None without such a mark."""
    limited = html[:MAX_INPUT]
    for match in QUOTE_MARKS.finditer(limited):
        above = limited[: limited.rfind("<", 0, match.start() + 1)]
        if to_text(above).strip():
            return above
        return None
    return None
