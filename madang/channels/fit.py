"""Degrade rather than fail: what a channel cannot show becomes what it can. The words always survive."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from madang.channels.abilities import Fits
from madang.channels.connector import Button, Cap, Connector, Limits, Media, Outbound

CARRIES = {"image": Cap.IMAGE, "audio": Cap.AUDIO, "video": Cap.VIDEO, "file": Cap.FILE}


def fitted(connector: Connector, out: Outbound, link: Callable[[Media], str]) -> list[Outbound]:
    """``out`` as ``connector`` says it: what is sent, and what the preview shows."""
    parts = fit(out, connector.caps, connector.limits, link)
    return connector.fit(parts) if isinstance(connector, Fits) else parts


def fit(out: Outbound, caps: Cap, limits: Limits, link: Callable[[Media], str]) -> list[Outbound]:
    """``out`` as one or more messages the channel takes. ``link`` gives a file's address where it cannot travel."""
    carried = tuple(media for media in out.media if _carried(media, caps, limits))
    kept = _kept(out, caps, limits)
    words = out.text + ("" if kept or out.template is not None else lines(out.buttons))
    for media in out.media:
        if media not in carried:
            words += f"\n{media.name}: {link(media)}"
    parts = split(words.strip(), limits)
    made = [
        replace(out, text=part, media=(), buttons=(), key=out.key if n == 0 else f"{out.key}.{n}")
        for n, part in enumerate(parts)
    ]
    made[0] = replace(made[0], media=tuple(replace(media, link=link(media)) for media in carried))
    made[-1] = replace(made[-1], buttons=kept)
    if Cap.HTML not in caps:
        made = [replace(part, html="") for part in made]
    return made


def _kept(out: Outbound, caps: Cap, limits: Limits) -> tuple[Button, ...]:
    """All the buttons, or none: half of a choice is no choice."""
    fits = Cap.BUTTONS in caps and len(out.buttons) <= limits.buttons
    return out.buttons if fits and all(len(one.label) <= limits.button_text for one in out.buttons) else ()


def lines(buttons: Sequence[Button]) -> str:
    """Buttons as numbered lines, each on its own."""
    return "".join(
        f"\n{n}. {one.label}" + (f": {one.url}" if one.url else "") for n, one in enumerate(buttons, start=1)
    )


def _carried(media: Media, caps: Cap, limits: Limits) -> bool:
    return bool(CARRIES[media.kind] & caps or Cap.FILE in caps) and media.size <= limits.media_bytes


def split(words: str, limits: Limits) -> list[str]:
    """Parts of at most ``limits.text`` in the channel's own counting."""
    return cut(words, limits.text, lambda some: length(some, limits))


def cut(words: str, most: int, long: Callable[[str], int]) -> list[str]:
    """Parts of at most ``most`` as ``long`` counts, broken at white space where there is any."""
    if long(words) <= most:
        return [words]
    parts: list[list[str]] = [[]]
    size = 0  # of the last part: lengths add up, so that a long text is gone through once
    for word in re.findall(r"\S+\s*", words):
        for place, piece in enumerate(_pieces(word, most, long)):
            if parts[-1] and (place or size + long(piece.rstrip()) > most):
                parts.append([])
                size = 0
            parts[-1].append(piece)
            size += long(piece)
    made = ["".join(part).strip() for part in parts]
    return [part for part in made if part] or [""]


def _pieces(word: str, most: int, long: Callable[[str], int]) -> list[str]:
    """A word that alone is too long, cut; any other as it is."""
    if long(word.rstrip()) <= most:
        return [word]
    made: list[list[str]] = [[]]
    size = 0
    for letter in word:
        step = long(letter)
        if size + step > most:
            made.append([])
            size = 0
        made[-1].append(letter)
        size += step
    return ["".join(piece) for piece in made]


def length(words: str, limits: Limits) -> int:
    """How long a text is in the channel's own counting: characters, or bytes of CP949."""
    return len(words.encode("cp949", "replace")) if limits.encoding == "cp949" else len(words)
