"""What the search over the settings finds: every title, heading, field and help text of the real pages.

Nothing is listed twice: the templates are read as the pages are drawn of them, and the set-up forms of connectors as
they declare their fields. Both languages are searched, 초성 and half-typed syllables too; what is found is shown in the
reader's.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

from madang.channels.registry import crms, entries, fields
from madang.desk.settings_nav import Item, items, pages_of
from madang.desk.settings_reading import Text, templates
from madang.lib.language import LANGUAGES, gettext, speaking
from madang.lib.search.korean import initials, keys
from madang.staff.permissions import Viewer

MOST = 24
_SYLLABLES = re.compile(r"[가-힣]+")


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that can be found. Texts are msgids; ``href`` leads to it, ``within`` is what it stands in."""

    page: str
    label: str
    href: str
    help: str = ""
    within: str = ""
    also: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """An entry in the reader's words."""

    page: str
    icon: str
    label: str
    path: str
    help: str
    href: str


def found(viewer: Viewer, asked: str) -> list[Found]:
    """What fits every word of ``asked``, the best first, of the pages that open for her."""
    words = _plain(asked).split()
    if not words:
        return []
    hers = pages_of(viewer)
    scored = ((_score(one, words), place) for place, one in enumerate(index()) if one.page in hers)
    best = sorted((score, place) for score, place in scored if score)[:MOST]
    return [_shown(index()[place]) for _score_, place in best]


@cache
def index() -> Sequence[Entry]:
    """Everything, pages first, each label once a page."""
    made: dict[tuple[str, str], Entry] = {}
    for one in _all():
        made.setdefault((one.page, one.label), one)
    return list(made.values())


def _all() -> Iterator[Entry]:
    known = items()
    for item in known.values():
        yield Entry(item.name, item.label, item.href, item.lead or item.help, "", item.also)
    for text in templates():
        if text.section in known:
            yield _entry(known[text.section], text)
    for page, some in (("channels", entries()), ("crm", crms())):
        for name, one in some.items():
            where = Entry(page, one.manifest.title, f"/settings/{page}/new/{name}", one.manifest.summary)
            yield where
            for field in fields(name):
                yield replace(where, label=field.label, help=field.help, within=one.manifest.title)


def _entry(item: Item, text: Text) -> Entry:
    anchor = f"#{text.anchor}" if text.anchor and text.first else ""
    return Entry(item.name, text.label, item.href + anchor, text.help, "", "")


@cache
def _said(entry: Entry) -> tuple[str, str, str]:
    """Label, other words and the rest of an entry in every language, made comparable; 초성 behind each."""
    parts: list[list[str]] = [[], [], []]
    item = items()[entry.page]
    for language in LANGUAGES:
        with speaking(language):
            parts[0].append(gettext(entry.label))
            parts[1] += [gettext(one) for one in (entry.also, entry.within) if one]
            parts[2] += [gettext(one) for one in (entry.help, item.label) if one]
    label, also, rest = (_plain(" ".join(texts)) for texts in parts)
    return (f"{label} {_initials(label)}", f"{also} {_initials(also)}", f"{rest} {_initials(rest)}")


@cache
def _typed(entry: Entry) -> tuple[str, ...]:
    """The same, key by key."""
    return tuple(map(keys, _said(entry)))


def _score(entry: Entry, words: Sequence[str]) -> int:
    """0 when a word is missing; the lower, the better."""
    whole = 0 if entry.label == items()[entry.page].label else 1
    worst = 0
    for asked in words:
        whole_syllables = _SYLLABLES.search(asked)  # without one it is 초성, or another script
        said, word = (_typed(entry), keys(asked)) if whole_syllables else (_said(entry), asked)
        place = next((at for at, text in enumerate(said) if word in text), None)
        if place is None:
            return 0
        level = 0 if said[place].startswith(word) else 1 if f" {word}" in said[place] else 2
        worst = max(worst, 3 * place + level)
    return 1 + worst * 2 + whole


def _shown(entry: Entry) -> Found:
    item = items()[entry.page]
    names = [item.label, *([entry.within] if entry.within else [])]
    path = " › ".join(gettext(name) for name in names) if entry.label != item.label else ""
    return Found(
        entry.page, item.icon, gettext(entry.label), path, gettext(entry.help) if entry.help else "", entry.href
    )


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


def _initials(text: str) -> str:
    """The 초성 of its words, with and without the spaces between them."""
    some = [initials(word) for word in _SYLLABLES.findall(text)]
    return f"{' '.join(some)} {''.join(some)}"
