"""The part of the contract that only some connectors fulfil: being connected or polled, and doing small things."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Any, Literal, Protocol, runtime_checkable

from madang.channels.connector import Delivery, Party


@runtime_checkable
class Pulls(Protocol):
    """A connector that is connected or polled. One owner in the cluster runs :meth:`listen`."""

    def listen(self, cursor: str) -> AsyncIterator[tuple[Sequence[Delivery], str]]:
        """Yield deliveries and the cursor that stands behind them.

        The consumer stores both in one transaction and only then asks for more: what was yielded and not asked
        past was perhaps not stored, and comes again after a restart from the stored cursor.
        """
        ...


@runtime_checkable
class Acts(Protocol):
    """The small things, gated by ``caps``."""

    async def act(
        self, verb: Literal["typing", "read", "react", "edit", "delete", "close"], to: Party, **more: Any
    ) -> None:
        """Do one small thing at the provider; failure is logged, never shown as an undelivered message."""
        ...
