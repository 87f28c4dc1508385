"""Pages: Jinja2, autoescaped, strict about names, in the reader's language and time zone."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from madang.lib import language as words
from madang.lib import light_marks, moments

_ADDRESS = re.compile(r"\bhttps?://[^\s<>\"'`]{1,2000}", re.IGNORECASE)
_TRAILING = ".,;:!?)]}»”’"


def linked(text: str) -> Markup:
    """Plain text as HTML with its web addresses clickable; nothing else in it is believed."""
    parts: list[Markup] = []
    at = 0
    for found in _ADDRESS.finditer(text):
        address = found[0].rstrip(_TRAILING)
        parts.append(escape(text[at : found.start()]))
        parts.append(Markup('<a href="{0}" target="_blank" rel="noopener noreferrer nofollow">{0}</a>').format(address))
        at = found.start() + len(address)
    parts.append(escape(text[at:]))
    return Markup("").join(parts)


FILTERS: dict[str, Callable[..., Any]] = {
    "ago": moments.ago,
    "clock": moments.clock,
    "date": moments.date,
    "day": moments.day,
    "filesize": moments.filesize,
    "hour": moments.hour,
    "hue": moments.hue,
    "initials": moments.initials,
    "linked": linked,
    "marked_up": light_marks.html,
    "moment": moments.moment,
    "same_day": moments.same_day,
}


def _gettext(message: str, /, **variables: Any) -> Markup:
    """As Jinja's own, which takes every text it translates for markup and for a pattern. What providers say of a
    failure is translated too, where it is one of our texts, and is neither."""
    said = escape(words.gettext(message))
    return said % variables if variables else said


class Pages:
    """The templates of one door. ``folders`` are searched in order; ``shared`` names every template may use."""

    def __init__(self, folders: Sequence[Path], shared: Mapping[str, Any] | None = None) -> None:
        self.env = Environment(
            loader=FileSystemLoader(folders),
            autoescape=True,
            undefined=StrictUndefined,
            auto_reload=False,  # nobody changes a template under a running process: each include would ask the disk
            trim_blocks=True,
            lstrip_blocks=True,
            extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
        )
        self.env.install_gettext_callables(  # type: ignore[attr-defined]
            words.gettext, words.ngettext, newstyle=True, pgettext=words.pgettext, npgettext=words.npgettext
        )
        self.env.globals["gettext"] = _gettext
        self.env.filters.update(FILTERS)
        self.env.globals.update(shared or {})

    def render(
        self, template: str, language: str = "en", timezone: str = "UTC", *, now: datetime | None = None, **context: Any
    ) -> str:
        """The template for one reader. A name it uses and was not given is an error, never an empty place."""
        with words.speaking(language, timezone, now=now) as who:
            return self.env.get_template(template).render(language=who.language, **context)
