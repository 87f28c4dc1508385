"""Customers who write by the company's own channel."""

from __future__ import annotations

import json

from madang.channels.registry import simulator
from madang.tests.cast import SECRET, message
from tests.house import House


class Shop:
    """The shop's program, as the ``api`` channel's simulator plays it."""

    def __init__(self, house: House, key: str) -> None:
        self.hook = f"{house.url}/hooks/{key}"
        self.machine = simulator("api").Simulator(SECRET)

    @classmethod
    async def of(cls, house: House) -> Shop:
        """Connect the channel."""
        fields = ("--name", "Shop", "--set", f"secret={SECRET}")
        return cls(house, json.loads(await house.verb("channel", "create", "api", *fields))["key"])

    async def says(self, text: str, name: str = "미나", value: str = "mina@naver.example") -> None:
        """A customer writes."""
        said = message(text, name=name, value=value)
        await self.machine.post(self.hook, f"w-{said['id']}", said)
