"""How long a sound lasts: LINE wants it said, and shows it. Pure.

MPEG-4 says it in its movie header (ISO/IEC 14496-12, ``mvhd``); everything else is guessed by its size.
"""

from __future__ import annotations

import struct

GUESS = 8.0  # bytes a millisecond: 64 kbit a second, what telephones record at


def milliseconds(content: bytes, size: int) -> int:
    """At least one second. ``content``: the file, or as much of it as one has."""
    return max(1000, _written(content) or round(size / GUESS))


def _written(content: bytes) -> int:
    """What the movie header says; 0 when there is none."""
    place = content.find(b"mvhd")
    if place < 0:
        return 0
    shape = ">II" if content[place + 4 : place + 5] == b"\0" else ">IQ"
    start = place + (16 if shape == ">II" else 24)
    try:
        scale, length = struct.unpack_from(shape, content, start)
    except struct.error:
        return 0
    return round(length * 1000 / scale) if scale and length / scale < 86_400 else 0
