"""What the house says, as a page says it: files of ours in a form, a picture below a comment. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from madang.channels.calling import Part
from madang.channels.connector import Media, Outbound
from madang.connectors._meta import saying
from madang.lib.meta import speaking


def fitted(part: Outbound) -> list[Outbound]:
    """One call of the API each."""
    place = saying.where(part)
    if place == "private":  # one message is allowed: what hangs on it goes as links
        return [saying.linked(part, part.media)]
    if place == "public":
        picture = next((one for one in part.media if one.kind == "image" and one.link), None)
        others = [one for one in part.media if one is not picture]
        return [saying.linked(part, others, (picture,) if picture else ())]
    if not speaking.kind_of_choice(part.text, saying.pressed(part)):
        part = saying.linked(part, (), part.media)
    return saying.apart(part, [part.text])


def message(part: Outbound) -> dict[str, Any]:
    """Words, or the plain fields of a form with a file; marked as ours for its echo."""
    if part.media:
        payload: dict[str, Any] = {"is_reusable": False}
        made: dict[str, Any] = {"attachment": {"type": part.media[0].kind, "payload": payload}}
    else:
        made = speaking.words(part.text, saying.pressed(part))
    return made | {"metadata": f"{speaking.OURS}{part.key}"[:1000]}


def form(body: Mapping[str, Any], media: Media, content: bytes) -> list[Part]:
    """The same as a form, with the file."""
    fields: list[Part] = [
        (name, "", "", (one if isinstance(one, str) else json.dumps(one)).encode()) for name, one in body.items()
    ]
    return [*fields, ("filedata", media.name, media.mime, content)]


def comment(part: Outbound) -> dict[str, str]:
    """Below her comment or post; one picture may go along."""
    made = {"message": part.text} if part.text else {}
    return made | ({"attachment_url": part.media[0].link} if part.media else {})
