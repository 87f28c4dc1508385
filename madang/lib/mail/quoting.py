"""What is answered, quoted below the answer in the customer's own conventions."""

from __future__ import annotations

import html as entities
import re
from datetime import datetime, timedelta, timezone

from babel import Locale, UnknownLocaleError
from babel.dates import format_datetime

Said = tuple[str, datetime, str]  # author, when (aware, in the zone to show), words

SEOUL = timezone(timedelta(hours=9))  # Korea has had no summer time since 1988
LINK = re.compile(r"https?://[^\s<>\"']{1,2000}[^\s<>\"'.,;:!?)\]]")


def attribution(author: str, at: datetime, language: str) -> str:
    """The line above a quotation: ``2026년 11월 21일 (토) 오후 3:21, 하늘 님이 작성:``."""
    who = " ".join(author.split())
    if language.lower().startswith("ko"):
        when = format_datetime(at.astimezone(SEOUL), "y년 M월 d일 (EEE) aaaa h:mm", locale="ko")
        return f"{when}, {who} 님이 작성:"
    when = format_datetime(at, "EEE, MMM d, y 'at' h:mm a", locale=known(language))
    return f"On {when}, {who} wrote:"


def known(language: str) -> Locale:
    """English of some kind as asked for, because the words around it are English."""
    try:
        found = Locale.parse(language.replace("-", "_"))
    except (ValueError, UnknownLocaleError):
        return Locale("en")
    return found if found.language == "en" else Locale("en")


def quoted_text(history: tuple[Said, ...], language: str) -> str:
    """Each one under the last, one mark deeper."""
    lines: list[str] = []
    for depth, (author, at, words) in enumerate(history):
        above, below = mark(depth), mark(depth + 1)
        lines += ["" if not depth else above.rstrip(), above + attribution(author, at, language), above.rstrip()]
        lines += [(below + line).rstrip() for line in words.replace("\r\n", "\n").rstrip().split("\n")]
    return "\n".join(lines).strip("\n")


def mark(depth: int) -> str:
    return ">" * depth + " " * bool(depth)


def quoted_html(history: tuple[Said, ...], language: str) -> str:
    """Nested quotations."""
    opened = "".join(
        f'<div>{entities.escape(attribution(author, at, language))}</div>\n<blockquote type="cite" '
        f'style="margin: 0 0 0 0.8em; padding-left: 0.8em; border-left: 1px solid #ccc">{text_to_html(words)}\n'
        for author, at, words in history
    )
    return f"<br>\n{opened}{'</blockquote>' * len(history)}"


def text_to_html(text: str) -> str:
    """Escaped words with their line breaks, addresses of pages made into links."""
    pieces: list[str] = []
    done = 0
    for match in LINK.finditer(text):
        pieces.append(entities.escape(text[done : match.start()]))
        address = entities.escape(match[0])
        pieces.append(f'<a href="{address}">{address}</a>')
        done = match.end()
    pieces.append(entities.escape(text[done:]))
    return "".join(pieces).replace("\n", "<br>\n")
