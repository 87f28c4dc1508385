"""A kept file as an HTTP answer: whole, a part of it for whoever seeks in a recording, or nothing new (RFC 9110)."""

from __future__ import annotations

import logging
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from urllib.parse import quote

from madang.lib.errors import NotFound
from madang.lib.files import Files, Missing

log = logging.getLogger("madang.files")

_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Download:
    """What to answer. ``parts`` begins to read when it is asked, and has proven that the file can be read."""

    status: int
    headers: dict[str, str]
    parts: AsyncIterator[bytes]


async def download(files: Files, sha256: str, size: int, asked: Mapping[str, str]) -> Download:
    """The file as the request's headers (``asked``, lower case) want it.

    Several ranges, and ranges in other units, are answered with the whole, as the RFC allows.
    Raises :class:`NotFound` when the store does not have it, ``Unavailable`` when the store cannot be used.
    """
    tag = f'"{sha256}"'
    always = {"Accept-Ranges": "bytes", "ETag": tag}
    if tag in asked.get("if-none-match", ""):
        return Download(304, always, _nothing())
    part = _part(asked.get("range", ""), size) if asked.get("if-range", tag) == tag else None
    if part is None:
        return Download(200, always | {"Content-Length": str(size)}, await _opened(files, sha256, 0, size))
    start, end = part
    if start >= end:
        return Download(416, always | {"Content-Range": f"bytes */{size}", "Content-Length": "0"}, _nothing())
    told = {"Content-Range": f"bytes {start}-{end - 1}/{size}", "Content-Length": str(end - start)}
    return Download(206, always | told, await _opened(files, sha256, start, end))


def named(name: str, *, inline: bool = False) -> str:
    """A Content-Disposition: draw it here, or save it under its name (RFC 6266)."""
    return f"{'inline' if inline else 'attachment'}; filename*=UTF-8''{quote(name, safe='')}"


def _part(wanted: str, size: int) -> tuple[int, int] | None:
    """Which bytes: from, to before. Empty when there are none such, None when the whole is meant."""
    found = _RANGE.fullmatch(wanted.strip())
    if found is None or not (found[1] or found[2]):
        return None
    if not found[1]:  # the last so many
        return max(0, size - int(found[2])), size
    start, last = int(found[1]), int(found[2] or size)
    return None if last < start else (start, min(last + 1, size))


async def _opened(files: Files, sha256: str, start: int, end: int) -> AsyncIterator[bytes]:
    """The first part is read before anything is answered: what is not there is a 404, not half an answer."""
    parts = files.stream(sha256, start, end)
    try:
        first = await anext(parts, b"")
    except Missing as error:
        log.error("a message has a file that its store does not have: %s %s", sha256, error)
        raise NotFound("This file has been lost.") from None
    return _from(first, parts)


async def _from(first: bytes, parts: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    async with aclosing(parts):  # type: ignore[type-var]
        yield first
        async for part in parts:
            yield part


async def _nothing() -> AsyncIterator[bytes]:
    if False:  # which makes it a generator
        yield b""
