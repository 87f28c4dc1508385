"""The seam for translations: whoever can translate says so here, and then each message in another language than its
reader's has a place in the thread for it (``data-translation``). Until then nothing is shown and nothing is asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol


class Translator(Protocol):
    """What can be asked. Languages are BCP 47; ``''`` is unknown."""

    def speaks(self, source: str, target: str) -> bool:
        """Whether it can bring one into the other."""
        ...

    async def translate(self, texts: Sequence[str], source: str, target: str) -> list[str]:
        """The texts in the other language, in order."""
        ...


class Seat:
    """Where the translator of this process sits; empty without one."""

    def __init__(self) -> None:
        self._sits: Translator | None = None

    def take(self, translator: Translator | None) -> None:
        """Set it, or with None take it away."""
        self._sits = translator

    @property
    def translator(self) -> Translator | None:
        """Who sits here."""
        return self._sits

    def wanted(self, source: str, target: str) -> bool:
        """Whether a text is to have a place for its translation."""
        one, other = source.partition("-")[0], target.partition("-")[0]
        return self._sits is not None and bool(one) and one != other and self._sits.speaks(source, target)


seat = Seat()
