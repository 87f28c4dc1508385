"""What each webhook means for the house."""

from __future__ import annotations

import mimetypes
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import unquote, urlsplit

import phonenumbers

from madang.channels.connector import Inbound, Kind, Media, Party
from madang.connectors.kakao_consult import start
from madang.connectors.kakao_consult.body import Told, text

BUTTON = "카카오톡 상담하기"  # what Kakao writes on the button that opens the chat
OURS = "mdg:"  # what a button of ours sends along; anything else there is not for us
FILES: Mapping[str, tuple[Any, str, str]] = {
    "photo": ("image", "photo.jpg", "image/jpeg"),
    "image": ("image", "photo.jpg", "image/jpeg"),
    "video": ("video", "video.mp4", "video/mp4"),
    "audio": ("audio", "audio.m4a", "audio/mp4"),
    "file": ("file", "file", "application/octet-stream"),
}


def read(told: Told, channel: str = "") -> Sequence[Inbound]:
    """The facts of one webhook. ``channel`` is our @name: an app may tell of the friends of several channels."""
    if told.kind == "channel":
        return _friend(told, channel)
    if not told.user:
        return []
    party = Party(Kind.SCOPED, told.user, also=_app(told.body.get("app_user_id")))
    if told.kind == "reference":
        return _started(told, party)
    return [READERS.get(told.kind, _unknown)(told, party)]


def _app(number: Any) -> tuple[tuple[Kind, str], ...]:
    """Kakao's number of her in the app that the channel is linked to: another name within this channel."""
    return ((Kind.SCOPED, f"app:{text(number)}"),) if text(number) else ()


def _message(told: Told, party: Party) -> Inbound:
    kind = (told.words("type") or told.words("msg_type") or "text").lower()
    given = told.body.get("contents")
    contents = given if isinstance(given, list) else [told.body.get("content")]
    words = "\n".join(one for one in map(_words, contents) if one)
    code, words = start.code_in(words)
    media = tuple(_file(one["url"], kind) for one in contents if isinstance(one, Mapping) and text(one.get("url")))
    data: dict[str, Any] = {} if kind == "text" or kind in FILES else {"unsupported": kind}
    whole = told.body.get("attachment")
    if isinstance(whole, Mapping) and text(whole.get("url")):  # over 4,000 characters: the whole of it is a file
        media += (Media("file", "message.txt", "text/plain", ref=text(whole["url"])),)
    extra = told.words("extra")
    pressed = extra.startswith(OURS)
    if extra:
        data |= {"postback": extra.removeprefix(OURS)} if pressed else {"_extra": extra}
    return Inbound(
        "postback" if pressed else "message", told.key, told.at, party, words, media=media, carry=code, data=data
    )


def _words(content: Any) -> str:
    return text(content.get("comment")) if isinstance(content, Mapping) else text(content)


def _file(url: Any, said: str) -> Media:
    kind, name, mime = FILES.get(said, FILES["file"])
    try:
        last = unquote(urlsplit(text(url)).path).rpartition("/")[2][-120:]
    except ValueError:
        last = ""
    guessed = mimetypes.guess_type(last)[0] if last else None
    return Media(kind, last if "." in last else name, guessed or mime, ref=text(url))


def _started(told: Told, party: Party) -> list[Inbound]:
    """A session begins. What the link or button brought along stands in the thread, as what she pressed."""
    given = told.body.get("reference")
    code, data = start.read(text(given.get("extra"))) if isinstance(given, Mapping) else ("", {})
    made = [Inbound("session", told.key, told.at, party, reach="open")]
    if code or data:
        pressed = data | {"postback": "start"}
        made.append(Inbound("postback", f"{told.key}:start", told.at, party, BUTTON, carry=code, data=pressed))
    return made


def _over(told: Told, party: Party) -> Inbound:
    return Inbound("session", told.key, told.at, party, reach="closed")


def _ended(told: Told, party: Party) -> Inbound:
    """What became of our own wish to end it."""
    done = told.words("report_code") in ("", "A000")
    return Inbound("session", f"{told.key}:end", told.at, party, reach="closed" if done else None)


def _seen(told: Told, party: Party) -> Inbound:
    """She has read up to here. No message is named: the key of this webhook is its own (Bizgo's SDK says so)."""
    return Inbound("receipt", told.key, told.at, party, state="read")


def _personal(told: Told, party: Party) -> Inbound:
    """She agreed to tell who she is; Kakao vouches for the number of her account."""
    given = told.body.get("personal_info")
    said: Mapping[str, Any] = given if isinstance(given, Mapping) else {}
    name, number = text(said.get("nickname")).strip(), phone(text(said.get("phone_number")))
    also = (*party.also, *(((Kind.PHONE, number),) if number else ()))
    known = Party(party.kind, party.value, name, also)
    contact = {"name": name, "phones": [number] if number else []}
    return Inbound("consent", told.key, told.at, known, data={"contact": contact, "attributes": {}})  # to be learnt


def phone(words: str) -> str:
    """A number as +82…, '' when it is none."""
    try:
        number = phonenumbers.parse(words, "KR")
    except phonenumbers.NumberParseException:
        return ""
    good = phonenumbers.is_possible_number(number)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164) if good else ""


def _certified(told: Told, party: Party) -> Inbound:
    """She signed with Kakao's certificate. What it says of her is encrypted for another system and is not kept."""
    return Inbound("consent", told.key, told.at, party, data={"_certificate": told.words("cert_tx_id")})


def _result(told: Told, party: Party) -> Inbound:
    good = told.words("report_code") == "A000"
    why = "" if good else " ".join(filter(None, (told.words("report_code"), told.words("report_text"))))
    state: Any = "sent" if good else "failed"
    return Inbound("receipt", f"{told.key}:result", told.at, party, why, about=told.key, state=state)


def _unknown(told: Told, party: Party) -> Inbound:
    said = told.kind or told.words("msg_type").lower() or "unknown"
    return Inbound("message", told.key, told.at, party, data={"unsupported": said})


def _friend(told: Told, channel: str) -> Sequence[Inbound]:
    """She added the channel, or blocked it: Kakao itself tells, not the dealer, and names her by the app's number."""
    named, number = told.words("channel_uuid"), told.words("id")
    event = told.words("event")
    if not number or event not in ("added", "blocked") or (channel and named and named != channel):
        return []
    space = "app" if told.words("id_type") == "app_user_id" else "open"
    party = Party(Kind.SCOPED, f"{space}:{number}")
    reach: Any = "blocked" if event == "blocked" else "allowed"
    return [Inbound("consent", f"{event}:{number}:{told.at.isoformat()}", told.at, party, reach=reach)]


READERS: Mapping[str, Callable[[Told, Party], Inbound]] = {
    "message": _message,
    "expired_session": _over,
    "ended": _ended,
    "seen_info": _seen,
    "personal_info": _personal,
    "cert_result": _certified,
    "result": _result,
}
