"""What hangs on a message of Messenger and Instagram: files to fetch, and what is pointed at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from mimetypes import MimeTypes
from pathlib import PurePosixPath
from typing import Any, Literal
from urllib.parse import urlsplit

from madang.lib.meta.shapes import items, obj, said

_MIMES = {"image": "image/jpeg", "video": "video/mp4", "audio": "audio/mp4", "file": "application/octet-stream"}
_FILES: dict[str, Literal["image", "video", "audio", "file"]] = {
    "image": "image",
    "video": "video",
    "audio": "audio",
    "file": "file",
    "sticker": "image",
    "story_mention": "file",  # a picture or a video: nobody says which
}
_KNOWN = MimeTypes()  # Python's own list: the machine's would make parsing differ from one to the next
_LINKS = {"fallback", "share", "ig_post", "ig_reel", "reel", "post", "product"}


@dataclass(frozen=True, slots=True)
class File:
    """``url`` is the provider's, for a while."""

    kind: Literal["image", "video", "audio", "file"]
    name: str
    mime: str
    url: str


def files(attachments: Any) -> tuple[File, ...]:
    """The files of a message."""
    made: list[File] = []
    for one in items(attachments):
        kind, url = _FILES.get(said(one.get("type"))), said(obj(one.get("payload")).get("url"))
        if kind is not None and url:
            made.append(File(kind, *_named(kind, url), url))
    return tuple(made)


def _named(kind: str, url: str) -> tuple[str, str]:
    """(name, MIME type) as the address has them, else by kind."""
    try:
        name = PurePosixPath(urlsplit(url).path).name
    except ValueError:
        name = ""
    mime = _KNOWN.guess_type(name)[0] if "." in name else None
    fits = mime is not None and (kind == "file" or mime.startswith(f"{kind}/"))
    return (name if fits else kind)[:120], mime if fits and mime else _MIMES[kind]


def points(attachments: Any, answered: Mapping[str, Any], referral: Mapping[str, Any]) -> dict[str, Any]:
    """Places, pages, stories, stickers, and what we cannot show, under the keys of Inbound.data."""
    data: dict[str, Any] = {}
    for one in items(attachments):
        kind, payload = said(one.get("type")), obj(one.get("payload"))
        url = said(payload.get("url")) or said(one.get("url"))
        title = said(one.get("title")) or said(payload.get("title"))
        if payload.get("sticker_id") or kind == "sticker":
            data["sticker"] = {"id": said(payload.get("sticker_id")), "url": url}
        elif kind == "location":
            data["location"] = _place(payload, title)
        elif kind in ("story_mention", "story"):
            data["story"] = {"url": url}
        elif kind in _LINKS:
            data["page"] = {"url": url, "title": title}
        elif kind not in _FILES:
            data["unsupported"] = kind or "attachment"
    if story := obj(answered.get("story")):
        data["story"] = {"url": said(story.get("url"))}
    if advert := _advert(referral):
        data["page"] = advert
    return data


def _place(payload: Mapping[str, Any], title: str) -> dict[str, Any]:
    at = obj(payload.get("coordinates"))
    return {"lat": at.get("lat"), "lng": at.get("long"), "title": title}


def _advert(referral: Mapping[str, Any]) -> dict[str, str]:
    """The advertisement, post or product she came from."""
    context = obj(referral.get("ads_context_data"))
    title = said(context.get("ad_title")) or said(referral.get("ad_id"))
    url = said(context.get("photo_url")) or said(referral.get("referer_uri"))
    return {"url": url, "title": title} if title or url else {}
