"""A till of the shop, over loopback: it posts signed visits as one that the company has written would."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec
from standardwebhooks import Webhook

from madang.channels.playing import Asked, Bubble, Person, Provider, Refused, Shown, Told
from madang.lib.webhooks import new_secret


class Simulator(Provider):
    """There is no provider: whoever has the secret may post."""

    def __init__(self) -> None:
        super().__init__()
        self.secret = new_secret()

    def form(self) -> dict[str, str]:
        """A store."""
        return {"store": "성수점", "secret": self.secret}

    def person(self, hook: str, name: str = "미나", **more: Any) -> Guest:
        """Somebody who comes to the counter of the channel with this hook. The same name is the same one."""
        return Guest(self, hook, name, more)

    async def answer(self, asked: Asked) -> Told:
        """Nothing is called."""
        raise Refused(404, self.error(404))


class Guest(Person):
    """A customer at the counter. She has no screen there: nothing is ever seen on it."""

    def __init__(self, till: Simulator, hook: str, name: str, more: dict[str, Any]) -> None:
        super().__init__(name)
        self._till, self._hook, self._more = till, hook, more
        self.visitor = f"t{hashlib.sha256(name.encode()).hexdigest()[:16]}"

    async def say(self, text: str, files: Sequence[Shown] = ()) -> Bubble:
        """She comes to the counter; ``text`` is what for."""
        number, at = uuid.uuid4().hex, datetime.now(UTC)
        frame = {"type": "visit", "id": number, "visitor": self.visitor, "at": at.isoformat(), "name": self.name}
        body = msgspec.json.encode(frame | {"came_for": text, "staff": "Ada", "store": "성수점"} | self._more)
        headers = {
            "webhook-id": number,
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": Webhook(self._till.secret).sign(number, at, body.decode()),
            "content-type": "application/json",
        }
        await self._till.post(self._hook, body, headers)
        bubble = Bubble(number, True, text, at)
        self.bubbles.append(bubble)
        return bubble
