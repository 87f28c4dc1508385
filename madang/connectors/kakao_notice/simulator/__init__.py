"""Solapi and Bizgo on loopback, with the KakaoTalk of everybody they reach."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, ClassVar, Literal

from madang.channels.playing import Asked, Person, Provider, Refused, Told
from madang.connectors.kakao_notice.simulator import bizgo_side, solapi_side
from madang.connectors.kakao_notice.simulator.phone import Phone
from madang.connectors.kakao_notice.simulator.stock import HOOK_SECRET, WEBHOOK_SECRET

MINA = "01012345678"


class Simulator(Provider):
    """One account at one dealer. ``phones`` by number; whoever is not among them has no KakaoTalk.

    ``form`` speaks of ``dealer``, and both APIs answer. ``repeats`` makes each report come so many times.
    """

    sides: ClassVar[dict[str, Any]] = {"/api/comm/": bizgo_side, "/": solapi_side}

    def __init__(self, dealer: Literal["solapi", "bizgo"] = "solapi") -> None:
        super().__init__()
        self.dealer = dealer
        self.phones: dict[str, Phone] = {}
        self.hook = ""
        self.repeats = 1
        self.taken: dict[str, str] = {}  # Bizgo's idempotency keys, and the message key each was given
        self.money = True
        self._tasks: set[asyncio.Task[None]] = set()

    def form(self) -> dict[str, str]:
        """The set-up form of a channel that speaks with this simulator."""
        own = bizgo_side.FORM if self.dealer == "bizgo" else solapi_side.FORM
        prices = {"price_alimtalk": "13", "price_brand": "26.5"}
        return {"dealer": self.dealer, "hook_secret": HOOK_SECRET, "api_url": self.url} | prices | own

    def person(self, hook: str, name: str = "미나", **more: Any) -> Person:
        """Somebody with KakaoTalk at ``phone`` (01012345678). Reports of the channel go to ``hook``."""
        if hook:
            self.hook = f"{hook}?s={HOOK_SECRET}"
        number = str(more.get("phone") or MINA).replace("+82", "0")
        known = next((one for one in self.phones.values() if one.name == name), None)
        return known or self.phones.setdefault(number, Phone(name, number))

    async def answer(self, asked: Asked) -> Told:
        """One call of either API."""
        side = next(side for path, side in self.sides.items() if asked.path.startswith(path))
        told: Told = await side.answer(self, asked)
        return told

    def error(self, status: int) -> Any:
        """As the dealer of this account writes an error."""
        return (bizgo_side if self.dealer == "bizgo" else solapi_side).error(status)

    def later(self, report: Callable[[], Awaitable[None]]) -> None:
        """Tell the house what became of a notice, after the API has answered."""

        async def tell() -> None:
            for _ in range(self.repeats):
                await report()

        if self.hook:
            task = asyncio.create_task(tell())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def settled(self) -> None:
        """All reports are with the house. Raises what it answered to one it did not take."""
        await asyncio.gather(*self._tasks)

    async def stop(self) -> None:
        """Stop, with no report under way."""
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await super().stop()


__all__ = ["HOOK_SECRET", "MINA", "WEBHOOK_SECRET", "Phone", "Refused", "Simulator"]
