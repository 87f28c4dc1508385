"""The part of the contract that only some connectors fulfil: being connected or polled, and doing small things."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any, Literal, Protocol, runtime_checkable

from madang.channels.connector import Delivery, KnownTemplate, Outbound, Party, Price


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
        self,
        verb: Literal["typing", "read", "react", "edit", "delete", "close", "hide", "unhide"],
        to: Party,
        **more: Any,
    ) -> None:
        """Do one small thing at the provider; failure is logged, never shown as an undelivered message.

        ``about`` the provider's id of the message it is about, ``text`` the emoji or the new words. Raises SendError.
        """
        ...


@runtime_checkable
class Fits(Protocol):
    """A connector that splits and degrades in its own way, beyond what :func:`madang.channels.fit.fit` does. Pure."""

    def fit(self, parts: list[Outbound]) -> list[Outbound]:
        """What the common fitting made, as this provider shows it. The preview shows exactly this."""
        ...


@runtime_checkable
class Prices(Protocol):
    """A provider that takes money for each message. Pure."""

    def price(self, part: Outbound) -> Price | None:
        """What one fitted part costs by the set-up's price list; None when nobody has said."""
        ...


@runtime_checkable
class Templates(Protocol):
    """A provider that approves texts beforehand."""

    async def templates(self) -> Sequence[KnownTemplate]:
        """All there are now, whatever their state. Raises SetupError."""
        ...


@runtime_checkable
class Speaks(Protocol):
    """A channel whose messages show an address or a number of ours. Pure."""

    def speaks_as(self, heard: Mapping[str, Any]) -> Sequence[str]:
        """Ours that a message may come from, first the one it comes from when nobody chooses.

        ``heard`` is the ``data`` of what she said last by this channel. Another one is in ``Outbound.data["sender"]``.
        """
        ...


@runtime_checkable
class Copies(Protocol):
    """A channel on which one message goes to several people at once, as a mail does. Pure."""

    def hears(self, address: str) -> bool:
        """Whether what somebody sends to this address comes to us by this channel."""
        ...

    def others(self, heard: Mapping[str, Any]) -> Sequence[str]:
        """Whom what she said went to, ourselves among them: addresses that can be written to, each once.

        ``heard`` is its ``data``. Who is to get a copy of the answer is in ``Outbound.data["cc"]``.
        """
        ...


@runtime_checkable
class Linked(Protocol):
    """A channel that a link can lead to, in such a way that a short code comes with her. Pure."""

    def link(self, code: str) -> str:
        """The address that opens this channel for her; what she says first there has ``Inbound.carry`` = code.

        '' when the set-up does not allow it. ``code`` is 10 letters and digits.
        """
        ...


@runtime_checkable
class Introduces(Protocol):
    """A provider that says more of a person when asked: the webhook carried an id alone."""

    async def introduce(self, party: Party) -> Party:
        """``party`` with the name and language the provider knows. Raises SendError."""
        ...
