"""Whose words: every user-visible text is an English msgid, said in the reader's language and time zone.

`speaking(language, timezone)` sets the reader for a block; `_` and `ngettext` then answer in that language. Catalogues
lie at ``<folder>/<language>/**/*.po``; one that is not compiled, or is newer than its ``.mo``, is read as it is.
"""

from __future__ import annotations

import gettext as stdlib
import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LANGUAGES = {"ko": "한국어", "en": "English"}
DEFAULT = "en"


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads what is being written. ``now`` is fixed while it is written."""

    language: str
    zone: tzinfo
    now: datetime


@lru_cache
def zone(name: str) -> tzinfo:
    """The IANA zone, UTC when there is none of that name."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


def known(language: str) -> str:
    """The language we speak that is nearest to a BCP 47 tag: ``ko-KR`` is ``ko``, ``fr`` is ``en``."""
    base = language.replace("_", "-").split("-")[0].lower()
    return base if base in LANGUAGES else DEFAULT


def preferred(accept_language: str) -> str:
    """The first language of an ``Accept-Language`` header that we speak, English when none."""
    wishes: list[tuple[float, str]] = []
    for part in accept_language.split(",")[:20]:
        tag, _, weight = part.strip().partition(";q=")
        wishes.append((_number(weight), tag.split("-")[0].lower()))
    spoken = [tag for weight, tag in sorted(wishes, key=lambda wish: -wish[0]) if tag in LANGUAGES and weight > 0]
    return spoken[0] if spoken else DEFAULT


def _number(weight: str) -> float:
    try:
        return float(weight or 1)
    except ValueError:
        return 0.0


_NOBODY = Reader(DEFAULT, ZoneInfo("UTC"), datetime.min)
_reader: ContextVar[Reader] = ContextVar("reader", default=_NOBODY)
_catalogues: dict[str, stdlib.NullTranslations] = {}


@contextmanager
def speaking(language: str, timezone: str = "UTC", *, now: datetime | None = None) -> Iterator[Reader]:
    """Write for a reader until the end of the block. ``now`` is aware; the present when not given."""
    where = zone(timezone)
    one = Reader(known(language), where, now.astimezone(where) if now else datetime.now(where))
    before = _reader.set(one)
    try:
        yield one
    finally:
        _reader.reset(before)


def reader() -> Reader:
    """Who reads now."""
    return _reader.get()


def learn(folders: Sequence[Path]) -> None:
    """Read the catalogues under ``folders`` (each ``<language>/**/*.po``); where two say a text, the first wins."""
    for folder in reversed(folders):
        for path in sorted(folder.glob("*/**/*.po")):
            language = path.relative_to(folder).parts[0]
            fresh = _read(path, language)
            if language in _catalogues:
                fresh.add_fallback(_catalogues[language])
            _catalogues[language] = fresh


def _read(path: Path, language: str) -> stdlib.GNUTranslations:
    ready = path.with_suffix(".mo")
    if ready.exists() and ready.stat().st_mtime >= path.stat().st_mtime:
        with ready.open("rb") as file:
            return stdlib.GNUTranslations(file)
    with path.open("rb") as file:
        catalogue = read_po(file, locale=language)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return stdlib.GNUTranslations(compiled)


_SILENT = stdlib.NullTranslations()


def _spoken() -> stdlib.NullTranslations:
    return _catalogues.get(_reader.get().language, _SILENT)


def gettext(message: str) -> str:
    """``message`` in the reader's language; itself when nobody has translated it."""
    return _spoken().gettext(message) if message else ""


def ngettext(singular: str, plural: str, n: int) -> str:
    """The form for ``n``, in the reader's language."""
    return _spoken().ngettext(singular, plural, n)


def pgettext(context: str, message: str) -> str:
    """As :func:`gettext`, for a word that means different things in different places."""
    return _spoken().pgettext(context, message)


def npgettext(context: str, singular: str, plural: str, n: int) -> str:
    """As :func:`ngettext`, with a context."""
    return _spoken().npgettext(context, singular, plural, n)


def marked(message: str) -> str:
    """Mark a text for translation where it stands; it is translated later, when it is shown."""
    return message
