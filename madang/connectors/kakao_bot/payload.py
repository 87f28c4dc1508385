"""A skill payload of version 2: what she said to the chatbot, and what the chatbot made of it.

Source: kakaobusiness.gitbook.io, skill guide, SkillPayload; the callback guide for ``userRequest.callbackUrl``.
"""

from __future__ import annotations

import mimetypes
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote, urlsplit

import msgspec

from madang.channels.connector import Inbound, Kind, Malformed, Media, Party

CODE = re.compile(r"\bMDG-([0-9A-Za-z]{10})\b")
OURS = "madang"  # in a button's extra: its value; in an event's params: the whole answer
OF_THE_HOUSE = frozenset({"폴백 블록", "웰컴 블록", "탈출 블록"})  # blocks that every bot has: they say nothing
LONGEST = 1_000


def load(raw: bytes) -> dict[str, Any]:
    """The JSON object. Raises :class:`Malformed`."""
    try:
        body = msgspec.json.decode(raw)
    except (msgspec.DecodeError, RecursionError) as error:
        raise Malformed(f"the body is no JSON: {error}") from None
    if not isinstance(body, dict):
        raise Malformed("the body is no JSON object")
    return body


def part(body: Mapping[str, Any], *names: str) -> Mapping[str, Any]:
    """An object within objects, {} where it is missing or something else."""
    for name in names:
        found = body.get(name)
        body = found if isinstance(found, Mapping) else {}
    return body


def text(value: Any) -> str:
    """A JSON value as text, '' for what is none."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    return str(value).replace("\x00", "")


def callback(body: Mapping[str, Any]) -> str:
    """Where the first answer may go within a minute; '' where the block has no callback."""
    return text(part(body, "userRequest").get("callbackUrl"))


def prepared(body: Mapping[str, Any]) -> bytes | None:
    """The answer that an event of ours brought along to the skill; None for what she says herself."""
    given = text(part(body, "userRequest", "params").get(OURS))
    return given.encode() if given.startswith("{") else None


def party(body: Mapping[str, Any]) -> Party | None:
    """Who spoke. Her key of this bot; those of the channel and the app are further names within this account."""
    user = part(body, "userRequest", "user")
    known = part(user, "properties")
    value = text(known.get("botUserKey")) or text(user.get("id"))
    if not value:
        return None
    names = (("plusfriend", known.get("plusfriendUserKey")), ("app", known.get("appUserId")))
    also = tuple((Kind.SCOPED, f"{space}:{text(name)}") for space, name in names if text(name))
    said = text(part(body, "userRequest").get("lang")).lower()
    language = {"kr": "ko"}.get(said, said if re.fullmatch(r"[a-z]{2}", said) else "")
    return Party(Kind.SCOPED, value, also=also, language=language)


def read(body: Mapping[str, Any], key: str, at: Any) -> list[Inbound]:
    """What she said, [] where nobody can be named."""
    who = party(body)
    if who is None:
        return []
    request, action = part(body, "userRequest"), part(body, "action")
    words, files = text(request.get("utterance")).strip(), pictures(body)
    if files and any(file.ref == words for file in files):
        words = ""
    found = CODE.search(words)
    if found is not None:
        words = f"{words[: found.start()].rstrip()} {words[found.end() :].lstrip()}".strip()
    pressed = text(part(action, "clientExtra").get(OURS))
    data = _data(body) | ({"postback": pressed} if pressed else {})
    if not (words or files or pressed or found):
        data["unsupported"] = text(action.get("name")) or "skill"
    kind: Any = "postback" if pressed else "message"
    carry = found[1].upper() if found else ""
    return [Inbound(kind, key, at, who, words, media=files, carry=carry, data=data)]


def _data(body: Mapping[str, Any]) -> dict[str, Any]:
    """The block, its parameters, her time zone, and where the first answer may go.

    A block is shown as the page she was on. It is no topic: the next block is not another matter.
    """
    request = part(body, "userRequest")
    intent = text(part(body, "intent").get("name")) or text(part(request, "block").get("name"))
    given = part(body, "action", "params")
    params = {str(name): text(value)[:LONGEST] for name, value in given.items() if text(value) and not _urls(value)}
    made = {
        "intent": intent[:200],
        "page": {} if intent in OF_THE_HOUSE or not intent else {"title": intent[:200]},
        "params": dict(list(params.items())[:20]),
        "timezone": text(request.get("timezone"))[:60],
        "_callback": callback(body),
    }
    return {name: value for name, value in made.items() if value}


def pictures(body: Mapping[str, Any]) -> tuple[Media, ...]:
    """What she sent: the secure image plugin's list, the medium of the request, or an utterance that is a photo."""
    found: list[str] = []
    for value in part(body, "action", "params").values():
        found += _urls(value)
    found += _links(part(body, "userRequest", "params", "media").get("url"))
    words = text(part(body, "userRequest").get("utterance")).strip()
    if _of_kakao(words):
        found.append(words)
    return tuple(_file(url) for url in dict.fromkeys(found))


def _urls(value: Any) -> list[str]:
    """``{"secureUrls": "List(http://…, http://…)"}``, as text or as an object."""
    if isinstance(value, str) and value.lstrip().startswith("{") and "secureUrls" in value:
        try:
            value = msgspec.json.decode(value)
        except (msgspec.DecodeError, RecursionError):
            return []
    given = text(value.get("secureUrls")) if isinstance(value, Mapping) else ""
    return _links(given)


def _links(value: Any) -> list[str]:
    return re.findall(r"https?://[^\s,()\"']+", text(value))[:10]


def _of_kakao(words: str) -> bool:
    """Whether the words are nothing but the address of a file at Kakao: so a photo comes to a chatbot."""
    if not re.fullmatch(r"https?://\S+", words):
        return False
    try:
        host = urlsplit(words).hostname or ""
    except ValueError:
        return False
    return host.startswith(("dn-m.talk.", "talk.", "secure.")) and host.endswith((".kakao.com", ".kakaocdn.net"))


def _file(url: str) -> Media:
    try:
        name = unquote(urlsplit(url).path).rpartition("/")[2][-120:]
    except ValueError:
        name = ""
    mime = mimetypes.guess_type(name)[0] or "image/jpeg"
    kind: Any = {"image": "image", "video": "video", "audio": "audio"}.get(mime.partition("/")[0], "file")
    return Media(kind, name if "." in name else "photo.jpg", mime, ref=url)
