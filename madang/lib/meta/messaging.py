"""The events of Messenger and Instagram (``entry[].messaging`` and ``standby``), read into one shape.

Documented at developers.facebook.com, "Webhook events reference" of the Messenger Platform and "Webhooks" of
Instagram messaging. What neither page names is kept as ``unsupported``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from madang.lib.meta import codes
from madang.lib.meta.attached import File, files, points
from madang.lib.meta.shapes import digest, moment, obj, said

Name = Literal["message", "edit", "delete", "reaction", "receipt", "postback", "session", "echo"]
Raw = Mapping[str, Any]

FACES = {"love": "❤️", "smile": "😆", "wow": "😮", "sad": "😢", "angry": "😠", "like": "👍", "dislike": "👎"}
# Notices about the account or the apps on it: nobody said them.
_NOTICES = {"app_roles", "policy_enforcement", "request_thread_control", "account_linking", "optin", "appointments"}


@dataclass(frozen=True, slots=True)
class Event:
    """``person`` is the scoped id of the customer, whoever of the two wrote. ``data`` is what Inbound.data holds."""

    kind: Name
    id: str
    at: datetime
    person: str
    text: str = ""
    about: str = ""
    files: tuple[File, ...] = ()
    answers: str = ""  # the message this one is a reply to
    state: Literal["", "delivered", "read"] = ""
    reach: Literal["", "open", "closed"] = ""
    carry: str = ""
    metadata: str = ""  # of an echo: what whoever sent it gave along
    data: dict[str, Any] = field(default_factory=dict)


def read(item: Raw, account: str) -> list[Event]:
    """What one event means; nothing for a notice. ``account`` is the page or Instagram account it came to."""
    sender, other = said(obj(item.get("sender")).get("id")), said(obj(item.get("recipient")).get("id"))
    message = obj(item.get("message"))
    ours = message.get("is_echo") is True or bool(account and sender == account)
    person = other if ours else sender
    if not person:
        return []
    at = moment(item.get("timestamp"))
    if message:
        return [_message(message, person, at, ours)]
    if ours:
        return []
    return list(_other(item, person, at))


def _message(message: Raw, person: str, at: datetime, ours: bool) -> Event:
    mid = said(message.get("mid")) or digest(message)
    if message.get("is_deleted") is True:
        return Event("delete", f"{mid}:deleted", at, person, about=mid)
    code, text = codes.taken(said(message.get("text")))
    referral, answered = obj(message.get("referral")), obj(message.get("reply_to"))
    attachments = message.get("attachments")
    data = points(attachments, answered, referral)
    if message.get("is_unsupported") is True:
        data["unsupported"] = "message"
    pressed = obj(message.get("quick_reply"))
    if pressed:
        data["postback"] = said(pressed.get("payload"))
    return Event(
        "echo" if ours else "postback" if pressed else "message",
        mid,
        at,
        person,
        text=text,
        files=files(attachments),
        answers=said(answered.get("mid")),
        carry=code or codes.ref(said(referral.get("ref"))),
        metadata=said(message.get("metadata")),
        data=data,
    )


def _other(item: Raw, person: str, at: datetime) -> Iterator[Event]:
    if "message_edit" in item:
        edit = obj(item["message_edit"])
        mid = said(edit.get("mid"))
        name = f"{mid}:edit:{said(edit.get('num_edit')) or int(at.timestamp() * 1000)}"
        yield Event("edit", name, at, person, text=said(edit.get("text")), about=mid)
    elif "reaction" in item:
        yield _reaction(obj(item["reaction"]), person, at)
    elif "postback" in item:
        yield _postback(obj(item["postback"]), person, at)
    elif "delivery" in item:
        mids = obj(item["delivery"]).get("mids")
        for mid in mids if isinstance(mids, list) else ():
            yield Event("receipt", f"{said(mid)}:delivered", at, person, about=said(mid), state="delivered")
    elif "read" in item:
        yield _seen(obj(item["read"]), person, at)
    elif "referral" in item:
        yield _arrival(obj(item["referral"]), person, at)
    elif "pass_thread_control" in item or "take_thread_control" in item:
        reach: Literal["open", "closed"] = "open" if "pass_thread_control" in item else "closed"
        yield Event("session", f"thread:{digest(item)}", at, person, reach=reach)
    elif not _NOTICES & item.keys():
        kind = next((name for name in item if name not in ("sender", "recipient", "timestamp")), "event")
        yield Event("message", f"{kind}:{digest(item)}", at, person, data={"unsupported": kind})


def _reaction(reaction: Raw, person: str, at: datetime) -> Event:
    mid, name = said(reaction.get("mid")), said(reaction.get("reaction"))
    face = said(reaction.get("emoji")) or FACES.get(name, name)
    text = "" if reaction.get("action") == "unreact" else face
    return Event("reaction", f"{mid}:reaction:{int(at.timestamp() * 1000)}", at, person, text=text, about=mid)


def _postback(pressed: Raw, person: str, at: datetime) -> Event:
    referral = obj(pressed.get("referral"))
    data = {"postback": said(pressed.get("payload"))} | points(None, {}, referral)
    name = said(pressed.get("mid")) or f"postback:{person}:{int(at.timestamp() * 1000)}"
    code = codes.ref(said(referral.get("ref")))
    return Event("postback", name, at, person, text=said(pressed.get("title")), carry=code, data=data)


def _seen(read: Raw, person: str, at: datetime) -> Event:
    """Instagram names the message; Messenger says only until when all was read (``watermark``, milliseconds)."""
    mid = said(read.get("mid"))
    until = at if mid or not read.get("watermark") else moment(read["watermark"])
    name = f"{mid or f'until:{person}:{int(until.timestamp() * 1000)}'}:read"
    return Event("receipt", name, until, person, about=mid, state="read")


def _arrival(referral: Raw, person: str, at: datetime) -> Event:
    """She followed a link into a chat that was there before, and has said nothing yet."""
    code = codes.ref(said(referral.get("ref")))
    data = points(None, {}, referral)
    return Event(
        "session", f"referral:{digest([person, referral])}:{int(at.timestamp())}", at, person, "", carry=code, data=data
    )
