"""What a web process can be asked about itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from madang.channels.door import Door
from madang.front import Times
from madang.ground import Ground


class Audience(Protocol):
    """Whoever serves live streams."""

    @property
    def listeners(self) -> int:
        """How many are open."""
        ...


@dataclass(frozen=True, slots=True)
class Own:
    """One web process."""

    ground: Ground
    times: Times
    door: Door
    audiences: dict[str, Audience]
