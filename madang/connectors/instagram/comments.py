"""Comments below the account's posts, reels and live videos (``comments``, ``live_comments``). Pure.

Instagram tells of a comment once: neither its edits nor its end come by webhook.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from madang.channels.connector import Inbound, Kind, Party
from madang.lib.meta import codes
from madang.lib.meta.shapes import digest, moment, obj, said

FIELDS = {"comments": False, "live_comments": True}


def mean(change: Mapping[str, Any], account: str, time: object) -> Iterator[Inbound]:
    """A comment as a message; nothing for the account's own."""
    value, field = obj(change.get("value")), said(change.get("field"))
    author = obj(value.get("from"))
    who, name = said(author.get("id")), said(value.get("id"))
    if not who or who == account or author.get("self_ig_scoped_id"):
        return
    party, at = Party(Kind.SCOPED, who, said(author.get("username"))), moment(time)
    if field not in FIELDS or not name:
        yield Inbound("message", f"{field}:{digest(value)}", at, party, data={"unsupported": field or "change"})
        return
    code, text = codes.taken(said(value.get("text")))
    parent = said(value.get("parent_id"))
    data: dict[str, Any] = {"comment": {"post": said(obj(value.get("media")).get("id")), "url": ""}}
    if FIELDS[field]:
        data["_live"] = True  # below a live video the API answers privately only
    references = (parent,) if parent and parent != name else ()
    yield Inbound("message", name, at, party, text, references=references, carry=code, data=data)
