"""From a webhook of LINE's to the house's facts. Pure.

A group that the set-up names is one customer, who is written to as a whole; ``data.author`` says who of it spoke.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from typing import Any, Literal

import msgspec

from madang.channels.connector import Inbound, Kind, Malformed, Party
from madang.connectors.line.said import Raw, said, word

# What the account itself is told of: nobody has said anything.
NOTICES = frozenset(
    {
        "accountLink",
        "activated",
        "beacon",
        "botResumed",
        "botSuspended",
        "deactivated",
        "delivery",
        "memberJoined",
        "memberLeft",
        "membership",
        "module",
        "videoPlayComplete",
    }
)
REACH: Mapping[str, Literal["allowed", "blocked"]] = {
    "follow": "allowed",
    "join": "allowed",
    "unfollow": "blocked",
    "leave": "blocked",
}
CARRY = re.compile(r"\s*\[?\bMDG-([A-Z0-9]{10})\b\]?[ \t]*")


def events(body: bytes) -> list[dict[str, Any]]:
    """The events of a webhook; raises :class:`Malformed`."""
    try:
        webhook = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Malformed(f"the body is not JSON: {error}") from None
    found = webhook.get("events") if isinstance(webhook, dict) else None
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise Malformed("the body is no webhook of LINE's: it has no `events`")
    return found


def key_of(event: Raw) -> str:
    """The event's own id, the same when LINE delivers it again."""
    given = event.get("webhookEventId")
    return (
        given
        if isinstance(given, str) and given
        else hashlib.sha256(msgspec.json.encode(event, order="sorted")).hexdigest()
    )


def sender(event: Raw) -> str:
    """Whom an answer goes to: the user, or the group or room she spoke in; '' when nobody is named."""
    source = event.get("source")
    if not isinstance(source, dict):
        return ""
    return word(source, "groupId") or word(source, "roomId") or word(source, "userId")


def fact(event: Raw, groups: Collection[str]) -> Inbound | None:
    """What one event means; None for what concerns nobody, and for groups that are not in ``groups``."""
    kind, who = word(event, "type"), sender(event)
    source = event.get("source") or {}
    if not who or kind in NOTICES or (source.get("type") in ("group", "room") and who not in groups):
        return None
    party, at, key = Party(Kind.SCOPED, who), _moment(event), key_of(event)
    author = {"author": word(source, "userId")} if who != source.get("userId") and source.get("userId") else {}
    if kind == "message":
        return _message(event, party, at, author)
    if kind == "messageEdited":
        about = _part(event, "message")
        return Inbound("edit", key, at, party, text=word(about, "text"), about=word(about, "id"), data=author)
    if kind == "unsend":
        return Inbound("delete", key, at, party, about=word(_part(event, "unsend"), "messageId"), data=author)
    if kind in REACH:
        return Inbound("consent", key, at, party, reach=REACH[kind])
    if kind == "postback":
        return _postback(event, party, at, author)
    return Inbound("message", key, at, party, data={"unsupported": kind or "event", **author})


def _message(event: Raw, party: Party, at: datetime, author: Raw) -> Inbound:
    message = _part(event, "message")
    what, number = said(message), word(message, "id") or key_of(event)
    text, carry = what.text, ""
    if found := CARRY.search(text):
        carry, text = found[1], (text[: found.start()] + " " + text[found.end() :]).strip()
    quoted = word(message, "quotedMessageId")
    tokens = {"_quote": word(message, "quoteToken"), "_read": word(message, "markAsReadToken")}
    data = {**what.data, **author, "_reply": word(event, "replyToken"), **tokens}
    return Inbound(
        "message",
        number,
        at,
        party,
        text=text,
        media=what.media,
        references=(quoted,) if quoted else (),
        carry=carry,
        data={name: value for name, value in data.items() if value != ""},
    )


def _postback(event: Raw, party: Party, at: datetime, author: Raw) -> Inbound:
    """A button. Ours carry their label, because LINE does not say which one she pressed; a rich menu's do not."""
    raw = _part(event, "postback")
    value = word(raw, "data")
    label, value = pressed(value)
    params = raw.get("params")
    picked = " ".join(str(one) for one in params.values()) if isinstance(params, dict) else ""  # a date or a time
    text = " ".join(one for one in (label or value, picked) if one)
    data = {"postback": value, **author, "_reply": word(event, "replyToken")}
    return Inbound("postback", key_of(event), at, party, text=text, data=data)


def press(label: str, value: str) -> str:
    """What a button of ours says when it is pressed."""
    return json.dumps([label, value], ensure_ascii=False)


def pressed(said: str) -> tuple[str, str]:
    """(label, value) of what :func:`press` made; anything else is a value without a label."""
    try:
        made = msgspec.json.decode(said, type=tuple[str, str])
    except (msgspec.DecodeError, UnicodeEncodeError):
        return "", said
    return made


def _part(event: Raw, name: str) -> Raw:
    part = event.get(name)
    if not isinstance(part, dict):
        raise Malformed(f"an event of type {event.get('type')!r} without `{name}`")
    return part


def _moment(event: Raw) -> datetime:
    """Milliseconds since 1970, also of a redelivered event the time it happened."""
    given = event.get("timestamp")
    if not isinstance(given, int) or isinstance(given, bool) or not 0 <= given < 2**42:
        raise Malformed("an event without a `timestamp`")
    return datetime.fromtimestamp(given / 1000, UTC)
