"""What the house says, as a page says it: to her alone, below her comment, or once privately to who commented. Pure."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from typing import Any, Literal

from madang.channels.calling import Part
from madang.channels.connector import Media, Outbound
from madang.channels.fit import lines
from madang.lib.meta import speaking

Where = Literal["direct", "public", "private"]


def where(out: Outbound) -> Where:
    """Below a comment where that is what it answers, and was meant to be read by everybody when it was written."""
    if not speaking.is_public(out.reply_to):
        return "direct"
    if out.data.get("private") is True:
        return "private"
    return "public" if out.data.get("public") is True else "direct"


def fitted(part: Outbound) -> list[Outbound]:
    """One call of the API each."""
    place = where(part)
    if place == "private":  # one message is allowed: what hangs on it goes as links
        return [_with_links(part, part.media)]
    if place == "public":
        picture = next((one for one in part.media if one.kind == "image" and one.link), None)
        others = tuple(one for one in part.media if one is not picture)
        return [replace(_with_links(part, others), media=(picture,) if picture else ())]
    if not speaking.kind_of_choice(part.text, pressed(part)):
        part = replace(part, text=(part.text + lines(part.buttons)).strip(), buttons=())
    made = [replace(part, text="", media=(one,), buttons=()) for one in part.media]
    if part.text or not made:
        made.append(replace(part, media=()))
    return [one if n == 0 else replace(one, key=f"{part.key}/{n}") for n, one in enumerate(made)]


def _with_links(part: Outbound, media: tuple[Media, ...]) -> Outbound:
    words = part.text + lines(part.buttons) + "".join(f"\n{one.name}: {one.link}" for one in media)
    return replace(part, text=words.strip(), buttons=(), media=())


def pressed(part: Outbound) -> list[speaking.Pressed]:
    """Its buttons."""
    return [(one.label, one.value, one.url) for one in part.buttons]


def direct(part: Outbound, now: datetime, *, human: bool) -> dict[str, Any]:
    """A message to her alone: the body, or the plain fields of a form where a file goes with it."""
    since = speaking.since(part.heard_at, now)
    made: dict[str, Any] = {"recipient": {"id": part.to.value}}
    made |= speaking.kind(since, human=human, machine=part.auto)
    return made | {"message": _message(part)}


def private(part: Outbound) -> dict[str, Any]:
    """The one private answer to a comment, or to a post of hers on the page."""
    is_post = part.heard.get("comment", {}).get("post") == part.reply_to
    return {"recipient": {"post_id" if is_post else "comment_id": part.reply_to}, "message": _message(part)}


def _message(part: Outbound) -> dict[str, Any]:
    if part.media:
        payload: dict[str, Any] = {"is_reusable": False}
        message: dict[str, Any] = {"attachment": {"type": part.media[0].kind, "payload": payload}}
    else:
        message = speaking.words(part.text, pressed(part))
    return message | {"metadata": f"{speaking.OURS}{part.key}"[:1000]}


def form(body: dict[str, Any], media: Media, content: bytes) -> list[Part]:
    """The same as a form, with the file."""
    fields: list[Part] = [
        (name, "", "", (one if isinstance(one, str) else json.dumps(one)).encode()) for name, one in body.items()
    ]
    return [*fields, ("filedata", media.name, media.mime, content)]


def comment(part: Outbound) -> dict[str, str]:
    """Below her comment or post; one picture may go along."""
    made = {"message": part.text} if part.text else {}
    return made | ({"attachment_url": part.media[0].link} if part.media else {})
