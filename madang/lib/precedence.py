"""Work that can wait lets work that cannot go first, but never for long."""

from __future__ import annotations

import asyncio
from contextlib import suppress

LONGEST = 1.0  # seconds for which a round of what can wait is held back


class Precedence:
    """Between one who must not wait and any number who can. One event loop; nobody is held back at first."""

    def __init__(self, longest: float = LONGEST) -> None:
        self._longest = longest
        self._room = asyncio.Event()
        self._room.set()

    def crowded(self, yes: bool) -> None:
        """Said by the one who must not wait, after each of its rounds: whether there is still much to do."""
        if yes:
            self._room.clear()
        else:
            self._room.set()

    async def turn(self) -> None:
        """Returns when there is room; at the latest after ``longest``: a house always busy is searched too."""
        if not self._room.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(self._room.wait(), self._longest)

    def end(self) -> None:
        """Nobody is held back any more."""
        self._room.set()
