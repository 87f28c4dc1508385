"""Comments and posts of others on the page (webhook field ``feed``): everybody reads them. Pure.

A comment's id is ``{post}_{comment}``, a post's ``{page}_{post}``: digits, so that a name alone says it is public.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from madang.channels.connector import Inbound, Kind, Media, Party
from madang.connectors._meta.facts import media
from madang.lib.meta import codes
from madang.lib.meta.attached import files
from madang.lib.meta.shapes import digest, moment, obj, said

Raw = Mapping[str, Any]

_POSTS = {"post", "status", "photo", "video", "share"}
_FIELDS = {"feed", "mention"}


def mean(change: Raw, page: str, time: object) -> Iterator[Inbound]:
    """What a change of the feed means; nothing for likes and for what the page itself does."""
    value, field = obj(change.get("value")), said(change.get("field"))
    author = obj(value.get("from")) or {"id": value.get("sender_id"), "name": value.get("sender_name")}
    who = said(author.get("id"))
    if not who or who == page:
        return
    party = Party(Kind.SCOPED, who, said(author.get("name")))
    at = moment(value.get("created_time") or time)
    item = said(value.get("item"))
    if field not in _FIELDS:
        name = f"{field}:{digest(value)}"
        yield Inbound("message", name, at, party, data={"unsupported": field or "change"})
    elif item == "comment" and said(value.get("comment_id")):
        yield from _comment(value, said(value.get("comment_id")), party, at, moment(time))
    elif item in _POSTS and said(value.get("post_id")):
        yield from _comment(value, said(value.get("post_id")), party, at, moment(time))


def _comment(value: Raw, name: str, party: Party, at: datetime, told: datetime) -> Iterator[Inbound]:
    verb, words = said(value.get("verb")), said(value.get("message"))
    if verb == "remove":
        yield Inbound("delete", f"{name}:removed", told, party, about=name)
    elif verb in ("edited", "edit"):
        yield Inbound(
            "edit",
            f"{name}:edited:{digest([words, value.get('photo'), told.isoformat()])}",
            told,
            party,
            words,
            about=name,
        )
    elif verb == "add":
        yield _added(value, name, party, at, words)


def _added(value: Raw, name: str, party: Party, at: datetime, words: str) -> Inbound:
    post, parent = said(value.get("post_id")), said(value.get("parent_id"))
    code, text = codes.taken(words)
    url = said(value.get("permalink_url")) or said(obj(value.get("post")).get("permalink_url"))
    return Inbound(
        "message",
        name,
        at,
        party,
        text,
        media=_media(value),
        references=(parent,) if parent not in ("", post, name) else (),
        carry=code,
        data={"comment": {"post": post, "url": url}},
    )


def _media(value: Raw) -> tuple[Media, ...]:
    given = [
        {"type": kind, "payload": {"url": said(value.get(key))}}
        for key, kind in (("photo", "image"), ("video", "video"))
    ]
    return media(files(given))
