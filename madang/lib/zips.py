"""Many files as one, written while it is read: nothing of it is ever whole in memory or on disk."""

from __future__ import annotations

import zipfile
from collections.abc import AsyncIterator, Iterator
from datetime import datetime
from typing import Protocol

from madang.lib.uploads import clean_name

LARGE = 1 << 31  # bytes from which a member needs the longer format


class Entry(Protocol):
    """One member: its name is unique (:func:`single`), its bytes come in parts."""

    @property
    def name(self) -> str: ...
    @property
    def size(self) -> int: ...
    @property
    def at(self) -> datetime: ...
    def parts(self) -> AsyncIterator[bytes]: ...


class _Sink:
    """What the writer writes, until it is taken. It cannot seek: so sizes are written behind each member."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, part: bytes) -> int:
        self._parts.append(bytes(part))
        return len(part)

    def flush(self) -> None:
        """Nothing waits elsewhere."""

    def take(self) -> bytes:
        made, self._parts = b"".join(self._parts), []
        return made


async def zipped(entries: AsyncIterator[Entry]) -> AsyncIterator[bytes]:
    """The archive in parts, its members stored as they are: pictures and documents hardly shrink."""
    sink = _Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED) as archive:  # type: ignore[call-overload]
        async for entry in entries:
            info = zipfile.ZipInfo(entry.name, entry.at.timetuple()[:6])
            with archive.open(info, "w", force_zip64=entry.size >= LARGE) as member:
                async for part in entry.parts():
                    member.write(part)
                    yield sink.take()
            yield sink.take()
    yield sink.take()


def single(names: Iterator[str]) -> Iterator[str]:
    """Safe names, each once, whatever the system that unpacks them thinks of letters in upper case."""
    taken: set[str] = set()
    for name in names:
        clean = clean_name(name)
        stem, dot, ending = clean.rpartition(".")
        made, number = clean, 1
        while made.casefold() in taken:
            number += 1
            made = f"{stem} ({number}){dot}{ending}" if dot and stem else f"{clean} ({number})"
        taken.add(made.casefold())
        yield made
