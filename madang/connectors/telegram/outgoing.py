"""An answer as calls of the Bot API, in their order. Pure.

Methods and limits: core.telegram.org/bots/api#sendmessage and those below it
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from madang.channels.connector import Button, Media, Outbound
from madang.channels.fit import lines

CAPTION = 1_024
DATA = 64  # bytes of what a button says
PHOTO = 10 << 20
ALBUM = 10
PHOTOS = {"image/jpeg", "image/png", "image/webp"}
VOICES = {"audio/ogg", "audio/opus"}
MUSIC = {"audio/mpeg", "audio/mp3", "audio/mp4", "audio/m4a", "audio/x-m4a"}
METHODS = {
    "photo": "sendPhoto",
    "animation": "sendAnimation",
    "video": "sendVideo",
    "voice": "sendVoice",
    "audio": "sendAudio",
    "document": "sendDocument",
}


@dataclass(frozen=True, slots=True)
class Call:
    """One call: its method, its fields, and the files that go with it by the name of their part."""

    method: str
    fields: dict[str, Any]
    files: tuple[tuple[str, Media], ...] = ()


def fitted(parts: Sequence[Outbound]) -> list[Outbound]:
    """What a button says has at most 64 bytes: where one has more, all become numbered lines."""
    return [
        replace(part, text=part.text + lines(part.buttons), buttons=())
        if any(len(_value(one).encode()) > DATA for one in part.buttons)
        else part
        for part in parts
    ]


def calls(out: Outbound, quote: bool) -> list[Call]:
    """The files first, in albums where that is possible; words that fit go below them, else they follow."""
    chat: dict[str, Any] = {"chat_id": recipient(out.to.value)}
    _chat, _colon, number = out.reply_to.partition(":")
    if quote and number.isdecimal() and _chat == out.to.value:
        chat["reply_parameters"] = {"message_id": int(number), "allow_sending_without_reply": True}
    markup = {"reply_markup": keyboard(out.buttons)} if out.buttons else {}
    albums = [list(some) for _form, some in groupby(out.media, key=_form)]
    rows = [some[n : n + ALBUM] for some in albums for n in range(0, len(some), ALBUM)]
    if markup and not out.text:  # an album bears no buttons: the last file alone has them
        rows = [[media] for media in out.media]
    single = len(rows) == 1 and (len(rows[0]) == 1 or not markup)
    caption = out.text if single and len(out.text) <= CAPTION else ""
    below = markup if caption or not out.text else {}
    made = [_row(row, chat, caption, below if row is rows[-1] else {}) for row in rows]
    if out.text and not caption:
        made.append(Call("sendMessage", chat | {"text": out.text} | markup))
    return made


def keyboard(buttons: Sequence[Button]) -> dict[str, Any]:
    """Each button on a row of its own, below the message."""
    return {"inline_keyboard": [[_button(one)] for one in buttons]}


def recipient(value: str) -> int | str:
    """A chat's number as a number."""
    return int(value) if value.lstrip("-").isdecimal() else value


def as_document(call: Call) -> Call:
    """A picture that Telegram does not take as one (its sides are too long) goes as a file."""
    fields = {name: value for name, value in call.fields.items() if name != "photo"}
    return Call("sendDocument", fields, tuple(("document", media) for _name, media in call.files))


def _value(button: Button) -> str:
    return "" if button.url else button.value or button.label


def _button(button: Button) -> dict[str, str]:
    where = {"url": button.url} if button.url else {"callback_data": _value(button)}
    return {"text": button.label} | where


def kind_of(media: Media) -> str:
    """How Telegram shows this file."""
    if media.mime in PHOTOS and media.size <= PHOTO:
        return "photo"
    known = {"image/gif": "animation", "video/mp4": "video"}
    if media.mime in VOICES | MUSIC:
        return "voice" if media.mime in VOICES else "audio"
    return known.get(media.mime, "document")


def _form(media: Media) -> str:
    """Files of one form can be an album: pictures with films, music, documents; what cannot stands alone."""
    kind = kind_of(media)
    return {"photo": "seen", "video": "seen", "audio": "heard", "document": "read"}.get(kind, f"{kind}:{id(media)}")


def _row(row: Sequence[Media], chat: dict[str, Any], caption: str, markup: dict[str, Any]) -> Call:
    words = {"caption": caption} if caption else {}
    if len(row) == 1:
        kind = kind_of(row[0])
        return Call(METHODS[kind], chat | words | markup, ((kind, row[0]),))
    files = tuple((f"file{n}", media) for n, media in enumerate(row))
    album = [{"type": kind_of(media), "media": f"attach://{name}"} for name, media in files]
    album[0] |= words
    return Call("sendMediaGroup", chat | {"media": album}, files)
