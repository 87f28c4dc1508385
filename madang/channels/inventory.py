"""The part of the contract about what never came: a provider that counts lets the house see what is missing.

A delivery that carries a number says so in ``Delivery.place``. A hole in such a counting is a gap once it is a few
minutes old. Where numbers leave holes by nature, as IMAP's do when mail is deleted, the connector is asked what is
there: it is :class:`Counts`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable

from madang.channels.connector import Delivery


@dataclass(frozen=True, slots=True)
class Stock:
    """What a provider has now, in its own counting.

    ``numbers``: all it has of ``stream`` from the number asked for up to ``upto``, where the cursor stands. What lies
    beyond is not missing but still to be fetched: ``behind`` of them, the oldest there since ``behind_since``.
    """

    stream: str
    upto: int
    numbers: Sequence[int]
    behind: int = 0
    behind_since: datetime | None = None


@runtime_checkable
class Counts(Protocol):
    """A pulled connector whose provider can be asked what it has, and for what it gave out before."""

    async def stock(self, cursor: str, since: Mapping[str, int]) -> Stock | None:
        """What lies at the provider; ``since`` says for each stream from which number on it is of interest.

        Beside the session, on a connection of its own. None when there is nothing to compare now. Raises SetupError.
        """
        ...

    def again(self, stream: str, numbers: Sequence[int]) -> AsyncIterator[Delivery]:
        """Those deliveries once more, with the keys and places they always have; what is gone is not among them.

        Raises SetupError.
        """
        ...
