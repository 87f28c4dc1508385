"""The files a delivery brings along, put into the store one by one, so that no batch holds them in memory."""

from __future__ import annotations

from dataclasses import dataclass, replace

from madang.channels.connector import Inbound, Media
from madang.lib.files import Files
from madang.lib.uploads import sniff


@dataclass(frozen=True, slots=True)
class KeptMedia(Media):
    """A file that the store has; its type is told from its bytes."""

    sha256: str = ""


async def keep(files: Files, inbound: Inbound) -> Inbound:
    """The same fact, its files in the store. Raises ``Unavailable``: then the delivery has to wait."""
    if all(media.content is None for media in inbound.media):
        return inbound
    return replace(inbound, media=tuple([await _kept(files, media) for media in inbound.media]))


async def _kept(files: Files, media: Media) -> Media:
    content = media.content
    if content is None:
        return media
    mime = sniff(content[:4096], media.name, media.mime)
    sha256 = await files.put(content)
    where = (media.content_id, media.inline)
    return KeptMedia(media.kind, media.name, mime, None, "", len(content), *where, sha256=sha256)
