"""How the house speaks as a page or account: to her alone, below her comment, or once privately to who commented."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Literal

from madang.channels.connector import Media, Outbound
from madang.channels.fit import lines
from madang.lib.meta import speaking

Where = Literal["direct", "public", "private"]


def where(out: Outbound) -> Where:
    """Below a comment where that is what it answers, and was meant to be read by everybody when it was written.

    Below a live video (``_live``) the API answers privately only.
    """
    if not speaking.is_public(out.reply_to):
        return "direct"
    if out.data.get("private") is True or out.heard.get("_live") is True:
        return "private"
    return "public" if out.data.get("public") is True else "direct"


def pressed(part: Outbound) -> list[speaking.Pressed]:
    """Its buttons."""
    return [(one.label, one.value, one.url) for one in part.buttons]


def linked(part: Outbound, away: Sequence[Media], kept: tuple[Media, ...] = ()) -> Outbound:
    """Its words with its buttons as lines and the files ``away`` as links."""
    words = part.text + lines(part.buttons) + links(away)
    return replace(part, text=words.strip(), buttons=(), media=kept)


def links(media: Iterable[Media]) -> str:
    """Files as links, a line each."""
    return "".join(f"\n{one.name}: {one.link}" for one in media)


def apart(part: Outbound, words: Sequence[str]) -> list[Outbound]:
    """One message for each of its files, then its words in these parts; buttons stand below the last."""
    made = [replace(part, text="", media=(one,), buttons=()) for one in part.media]
    made += [replace(part, text=one, media=(), buttons=()) for one in words if one or not made]
    if part.buttons:
        made[-1] = replace(made[-1], buttons=part.buttons)
    return numbered(made)


def numbered(made: Sequence[Outbound]) -> list[Outbound]:
    """Each with a key of its own."""
    return [one if n == 0 else replace(one, key=f"{one.key}/{n}") for n, one in enumerate(made)]


def direct(part: Outbound, now: datetime, *, human: bool) -> dict[str, Any]:
    """To her alone."""
    since = speaking.since(part.heard_at, now)
    return {"recipient": {"id": part.to.value}, **speaking.kind(since, human=human, machine=part.auto)}


def private(part: Outbound) -> dict[str, Any]:
    """The one private answer to a comment, or to a post of hers on the page."""
    is_post = part.heard.get("comment", {}).get("post") == part.reply_to
    return {"recipient": {"post_id" if is_post else "comment_id": part.reply_to}}
