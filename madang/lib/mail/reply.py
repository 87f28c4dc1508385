"""What an author wrote this time: the mail without what it quotes and without the signature. Nothing is lost by it,
the whole text is kept beside it."""

from __future__ import annotations

import re

import quotequail

from madang.lib.html import reply_part, to_text
from madang.lib.mail.quotes import MAX_LINE, MAX_LINES, introduction, quote_start
from madang.lib.mail.signature import DEVICE, RULE, cut_signature

FOOTER = re.compile(r"--|.{0,40}(?:virus|avast|바이러스|unsubscribe|수신거부|mailing list)", re.IGNORECASE)
MAX_TEXT = 2_000_000  # characters; what is longer was not typed, and is shown whole
MAX_SECOND_OPINION = 64 << 10  # characters of HTML: the library reads it with patterns of its own
MAX_SECOND_LINE = 2000


def cut_reply(text: str, html: str | None = None) -> str:
    """The author's own words of ``text``; ``html`` is asked where the text shows no quotation."""
    if len(text) > MAX_TEXT:
        return text.strip()
    lines = text.split("\n")
    start = quote_start(lines)
    if start is not None:
        return own_words(lines, start) or text.strip()
    below = below_quote(lines)
    if below:
        return finish(below)
    by_markup = reply_of_html(html).split("\n") if html else []
    if 0 < sum(map(len, by_markup)) < len(text):
        lines = by_markup
    return finish(lines) or text.strip()


def own_words(lines: list[str], start: int) -> str:
    """Above the quotation; or all of it when answers stand between the quoted lines."""
    quoted = lines[start:]
    if answers_inside(quoted):
        return finish(lines)
    return finish(lines[:start])


def answers_inside(quoted: list[str]) -> bool:
    """Whether own paragraphs follow lines marked with ``>``: then the quotation is what they answer.

    A paragraph counts when an empty line sets it off: what stands right under a marked line was wrapped by a mailer
    that did not repeat the mark. A signature or a footer at the end is no answer.
    """
    seen_mark = False
    for index in range(1, min(len(quoted), MAX_LINES)):
        line = quoted[index]
        if line.startswith(">") or quoted[index - 1].startswith(">"):
            seen_mark = True
        elif line.strip() and seen_mark and not quoted[index - 1].strip():
            return not only_footer(quoted[index:])
    return False


def only_footer(lines: list[str]) -> bool:
    """A signature, or what a list or a virus scanner put below the mail, and nothing marked behind it."""
    if any(line.startswith(">") for line in lines[:MAX_LINES]):
        return False
    return bool(
        FOOTER.match(lines[0][:MAX_LINE]) or RULE.match(lines[0][:MAX_LINE]) or DEVICE.match(lines[0][:MAX_LINE])
    )


def below_quote(lines: list[str]) -> list[str]:
    """The answer under a quotation that opens the mail; [] when the mail does not open with one."""
    first = next((index for index, line in enumerate(lines[:20]) if line.strip()), None)
    if first is None:
        return []
    marked = [index for index, line in enumerate(lines[:MAX_LINES]) if line.startswith(">")]
    if not marked or not introduction(lines, first, lines[first]):
        return []
    between = lines[marked[0] : marked[-1]]
    below = lines[marked[-1] + 1 :]
    return below if any(line.strip() for line in below) and not answers_inside(between) else []


def reply_of_html(html: str) -> str:
    """The text above the quotation by its markup, '' when the markup shows none."""
    above = reply_part(html)
    words = second_opinion(html) if above is None else to_text(above).strip()
    lines = words.split("\n")
    start = quote_start(lines)
    return words if start is None else "\n".join(lines[:start]).strip()


def second_opinion(html: str) -> str:
    """What quotequail says, for clients of other countries; only on HTML of a modest size."""
    if len(html) > MAX_SECOND_OPINION or max(map(len, html.split("\n"))) > MAX_SECOND_LINE:
        return ""
    try:
        pieces = quotequail.quote_html(html, quote_intro_line=True)
    except Exception:  # a library reading hostile markup: any error means that it has no opinion
        return ""
    if len(pieces) < 2 or not pieces[0][0]:
        return ""
    return to_text(pieces[0][1]).strip()


def finish(lines: list[str]) -> str:
    """Signature off, blank ends off."""
    return "\n".join(cut_signature(lines)).strip()
