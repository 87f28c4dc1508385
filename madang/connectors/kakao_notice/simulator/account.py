"""What the two dealers' APIs know of the account they serve."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Protocol

from madang.connectors.kakao_notice.simulator.phone import Phone
from madang.lib.http import Answer


class Account(Protocol):
    """Its balance, whom it reaches, and where its reports go."""

    phones: dict[str, Phone]
    taken: dict[str, str]
    money: bool
    hook: str

    def later(self, report: Callable[[], Awaitable[None]]) -> None:
        """Tell the house what became of a notice, after the API has answered."""

    async def post(self, hook: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """A webhook to the house."""
