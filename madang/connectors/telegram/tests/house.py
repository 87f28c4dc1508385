"""The house's door, as far as a connector sees it: real webhooks over a socket become facts."""

from __future__ import annotations

from typing import Any

from madang.channels.connector import Connector, Forged, Inbound, Request
from madang.channels.playing import Asked, Person, Provider, Refused, Told


class House(Provider):
    """Give :attr:`hook` to a phone; ``facts`` is what came, each delivery once, ``keys`` how often it came."""

    def __init__(self, connector: Connector) -> None:
        super().__init__()
        self.connector = connector
        self.facts: list[Inbound] = []
        self.keys: dict[str, int] = {}
        self.requests: list[Request] = []

    @property
    def hook(self) -> str:
        return f"{self.url}/hooks/{self.connector.config.key}"

    def form(self) -> dict[str, str]:
        return {}

    def person(self, hook: str, name: str = "미나", **more: Any) -> Person:
        raise NotImplementedError

    async def answer(self, asked: Asked) -> Told:
        request = Request(asked.method, asked.path, asked.headers, asked.body, asked.query)
        try:
            reply = self.connector.verify(request)
        except Forged as error:
            raise Refused(403, {"message": str(error)}) from None
        self.requests.append(request)
        for part in self.connector.split(request):
            self.keys[part.key] = self.keys.get(part.key, 0) + 1
            if self.keys[part.key] == 1:
                self.facts += self.connector.parse(part)
        return Told(reply.body, reply.status, {"content-type": reply.mime})
