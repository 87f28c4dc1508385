"""A conversation as plain text: who said what, when and by which way. For mails, tickets elsewhere, a court."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from babel.dates import format_datetime

from madang.conversations.rows import Said
from madang.desk.wording import shown_files
from madang.lib.language import gettext, reader
from madang.lib.language import marked as _

PATTERN = "yyyy-MM-dd HH:mm"


def transcript(messages: Iterable[Said], customer: str) -> str:
    """Each message with its head line, a blank line between them."""
    return "\n\n".join("\n".join(_lines(one, customer)) for one in messages)


def _lines(said: Said, customer: str) -> Iterator[str]:
    yield _head(said, customer)
    if said.deleted_at:
        yield gettext(_("(taken back)"))
        return
    text = (said.full_text or said.text).strip()
    if text:
        yield text
    for file in shown_files(said):
        yield gettext(_("[File: %(name)s]")) % {"name": file.name}


def _head(said: Said, customer: str) -> str:
    at = format_datetime(said.at.astimezone(reader().zone), PATTERN, locale=reader().language)
    name = said.author or (customer or gettext(_("Visitor")) if said.direction == "in" else gettext(_("Madang")))
    way = gettext(_("Internal note")) if said.direction == "note" else said.channel.name if said.channel else ""
    return f"{at} · {name} · {way}" if way else f"{at} · {name}"
