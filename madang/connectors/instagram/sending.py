"""What the house says, as an account says it: Instagram fetches files itself and counts in bytes. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from madang.channels.connector import Media, Outbound
from madang.channels.fit import cut
from madang.connectors._meta import saying
from madang.lib.meta import speaking

DIRECT = 1_000  # bytes of UTF-8: 333 Korean syllables
PUBLIC = 300  # characters of a comment
IMAGE = 8 << 20  # bytes; video, audio and PDF 25 MB


def fitted(part: Outbound) -> list[Outbound]:
    """One call of the API each."""
    place = saying.where(part)
    if place == "direct":
        return _direct(part)
    part = saying.linked(part, part.media)
    if place == "private":
        return [part]
    return saying.apart(part, cut(part.text, PUBLIC, len))


def _direct(part: Outbound) -> list[Outbound]:
    carried = tuple(one for one in part.media if _carried(one))
    words = part.text + saying.links(one for one in part.media if one not in carried)
    part = replace(part, text=words.strip(), media=carried)
    if not speaking.kind_of_choice(part.text, saying.pressed(part)) or _bytes(part.text) > DIRECT:
        part = saying.linked(part, (), carried)
    return saying.apart(part, cut(part.text, DIRECT, _bytes))


def _bytes(text: str) -> int:
    return len(text.encode())


def _carried(media: Media) -> bool:
    """Instagram fetches files itself, and takes PDF as the only document."""
    if not media.link or (media.kind == "file" and media.mime != "application/pdf"):
        return False
    return media.kind != "image" or media.size <= IMAGE


def message(part: Outbound) -> dict[str, Any]:
    """Words, or where Instagram finds the file."""
    if part.media:
        return {"attachment": {"type": part.media[0].kind, "payload": {"url": part.media[0].link}}}
    return speaking.words(part.text, saying.pressed(part))
