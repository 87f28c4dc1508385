"""From an update of Telegram's to the house's facts. Pure.

A message id is unique in its chat only, so ours is ``<chat>:<message>``. A group that the set-up names is one customer,
who is written to as a whole; ``data.author`` says who of it spoke.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import msgspec

from madang.channels.connector import Inbound, Kind, Malformed, Party
from madang.connectors.telegram.said import Raw, number, part, said, word, words

LISTENED = ("message", "edited_message", "message_reaction", "callback_query", "my_chat_member")
# What is not said by a customer to us: other doors of the Bot API, or notices.
NOTICES = frozenset(
    {
        "channel_post",
        "edited_channel_post",
        "business_connection",
        "business_message",
        "edited_business_message",
        "deleted_business_messages",
        "message_reaction_count",
        "inline_query",
        "chosen_inline_result",
        "shipping_query",
        "pre_checkout_query",
        "poll",
        "poll_answer",
        "chat_member",
        "chat_join_request",
        "chat_boost",
        "removed_chat_boost",
    }
)
START = re.compile(r"/start(?:@\w+)?(?:\s+([A-Za-z0-9_-]{1,64}))?\s*")
CODE = re.compile(r"MDG-([A-Z0-9]{10})")
CARRY = re.compile(r"\s*\[?\bMDG-([A-Z0-9]{10})\b\]?[ \t]*")
GONE = frozenset({"kicked", "left"})


def update(body: bytes) -> dict[str, Any]:
    """The update; raises :class:`Malformed`."""
    try:
        made = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Malformed(f"the body is not JSON: {error}") from None
    if not isinstance(made, dict):
        raise Malformed("the body is no update of Telegram's")
    number(made, "update_id")
    return made


def content(given: Raw) -> tuple[str, Raw]:
    """(what kind of update, what it holds); ('', {}) for an empty one."""
    for name, value in given.items():
        if name != "update_id" and isinstance(value, dict):
            return name, value
    return "", {}


def place(given: Raw) -> str:
    """The chat an answer goes to; '' when nobody can be told."""
    _name, held = content(given)
    for chat in (held.get("chat"), _within(held, "message", "chat"), held.get("from"), held.get("user")):
        if isinstance(chat, dict) and isinstance(chat.get("id"), int):
            return str(chat["id"])
    return ""


def _within(held: Raw, name: str, inner: str) -> Any:
    value = held.get(name)
    return value.get(inner) if isinstance(value, dict) else None


def fact(given: Raw, groups: Collection[str], came: datetime | None = None) -> Inbound | None:
    """What an update means; None for what concerns nobody, and for groups that are not in ``groups``.

    ``came``: when it was delivered. A press of a button says no time, only when its message was sent.
    """
    name, held = content(given)
    who = place(given)
    if not who or name in NOTICES or not _listens(held, groups):
        return None
    reads = _KINDS.get(name)
    made = reads(given, held) if reads else _strange(given, held, name)
    return replace(made, at=came) if made is not None and came is not None and "date" not in held else made


def _strange(given: Raw, held: Raw, name: str) -> Inbound:
    """Nobody knows it: it is kept."""
    data = {"unsupported": name, **_author(held)}
    return Inbound("message", f"update:{given['update_id']}", _moment(held), _party(held, place(given)), data=data)


def _chat(held: Raw) -> Raw:
    for chat in (held.get("chat"), _within(held, "message", "chat")):
        if isinstance(chat, dict):
            return chat
    return {}


def _listens(held: Raw, groups: Collection[str]) -> bool:
    """A chat of two, or one that was named by its number or its @name."""
    chat = _chat(held)
    if chat.get("type", "private") == "private":
        return True
    return str(chat.get("id")) in groups or f"@{word(chat, 'username')}".lower() in groups


def _sender(held: Raw) -> Raw:
    for who in (held.get("from"), held.get("user")):
        if isinstance(who, dict):
            return who
    return {}


def _name(who: Raw) -> str:
    return " ".join(f"{word(who, 'first_name')} {word(who, 'last_name')}".split())


def _party(held: Raw, who: str, phone: str = "") -> Party:
    chat, sender = _chat(held), _sender(held)
    also = ((Kind.PHONE, phone),) if phone else ()
    if chat.get("type", "private") != "private":
        return Party(Kind.SCOPED, who, word(chat, "title"))
    return Party(Kind.SCOPED, who, _name(sender) or _name(chat), also, language=word(sender, "language_code"))


def _author(held: Raw) -> dict[str, str]:
    """Who of a group spoke."""
    grouped = _chat(held).get("type", "private") != "private"
    return {"author": _name(_sender(held))} if grouped and _name(_sender(held)) else {}


def _moment(held: Raw) -> datetime:
    """Seconds since 1970; a press of a button has no time of its own, only its message has."""
    given = held.get("date")
    if given is None:
        given = _within(held, "message", "date") or 0
    if not isinstance(given, int) or isinstance(given, bool) or not 0 <= given < 2**36:
        raise Malformed("`date` is no time that could have been")
    return datetime.fromtimestamp(given, UTC)


def _key(held: Raw) -> str:
    return f"{number(part(held, 'chat'), 'id')}:{number(held, 'message_id')}"


def _message(given: Raw, held: Raw) -> Inbound | None:
    what, who, at, key = said(held), place(given), _moment(held), _key(held)
    party = _party(held, who, what.phone)
    text, carry = _carried(what.text)
    if text == "/start" and not carry:  # she opened the bot, and has said nothing yet
        return Inbound("consent", key, at, party, reach="allowed")
    album = word(held, "media_group_id")
    answered = held.get("reply_to_message")
    return Inbound(
        "message",
        key,
        at,
        party,
        text=text,
        media=what.media,
        references=(_key(answered),) if isinstance(answered, dict) else (),
        auto=bool(_sender(held).get("is_bot")),
        carry=carry,
        data={**what.data, **_author(held)} | ({"album": album} if album else {}),
    )


def _carried(text: str) -> tuple[str, str]:
    """(the text without the code of a carry-on link, the code)."""
    start = START.fullmatch(text)
    if start is not None:
        code = CODE.fullmatch(start[1] or "")
        return ("/start", code[1]) if code else (text.strip(), "")
    if found := CARRY.search(text):
        return (text[: found.start()] + " " + text[found.end() :]).strip(), found[1]
    return text, ""


def _edit(given: Raw, held: Raw) -> Inbound | None:
    """A live location moves by edits: those are no new words."""
    if "location" in held:
        return None
    edited = held.get("edit_date")
    at = _moment({"date": edited}) if edited is not None else _moment(held)
    key = f"edit:{given['update_id']}"
    return Inbound("edit", key, at, _party(held, place(given)), text=words(held), about=_key(held), data=_author(held))


def _reaction(given: Raw, held: Raw) -> Inbound:
    """All her reactions to a message; the newest counts."""
    kept = held.get("new_reaction")
    if not isinstance(kept, list):
        raise Malformed("`new_reaction` is no list")
    emoji = [word(one, "emoji") or "⭐" for one in kept if isinstance(one, dict)]  # a custom one is a picture
    text = emoji[-1] if emoji else ""
    key = f"reaction:{given['update_id']}"
    return Inbound("reaction", key, _moment(held), _party(held, place(given)), text, about=_key(held))


def _press(given: Raw, held: Raw) -> Inbound:
    value, on = word(held, "data"), held.get("message")
    about = _key(on) if isinstance(on, dict) else ""
    text = _label(on, value) if isinstance(on, dict) else value
    data = {"postback": value, **_author(held)}
    key = f"callback:{word(held, 'id')}"
    return Inbound("postback", key, _moment(held), _party(held, place(given)), text, about=about, data=data)


def _label(on: Raw, value: str) -> str:
    """What stands on the button that says ``value``."""
    rows = _within(on, "reply_markup", "inline_keyboard")
    rows = rows if isinstance(rows, list) else []
    buttons = [one for row in rows if isinstance(row, list) for one in row if isinstance(one, dict)]
    return next((word(one, "text") for one in buttons if one.get("callback_data") == value), value)


def _member(given: Raw, held: Raw) -> Inbound:
    gone = word(part(held, "new_chat_member"), "status") in GONE
    key = f"member:{given['update_id']}"
    party = _party(held, place(given))
    return Inbound("consent", key, _moment(held), party, reach="blocked" if gone else "allowed")


_KINDS: Mapping[str, Callable[[Raw, Raw], Inbound | None]] = {
    "message": _message,
    "edited_message": _edit,
    "message_reaction": _reaction,
    "callback_query": _press,
    "my_chat_member": _member,
}
