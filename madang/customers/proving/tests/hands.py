"""What people and workers do with a code, and what the channel was given to carry."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import text

from madang.channels.connector import Outbound
from madang.conversations import proving
from madang.customers.proving import sending
from madang.customers.proving.entering import Answer
from madang.staff.permissions import CONSOLE, Viewer
from madang.tests.cast import Yard

WORK = "mina@work.example"


@dataclass
class Post:
    """What the channel was given to carry. ``fails`` is raised instead, once each."""

    sent: list[Outbound] = field(default_factory=list)
    fails: list[Exception] = field(default_factory=list)

    @property
    def code(self) -> str:
        """The code in the last message."""
        found: list[str] = re.findall(r"\b\d{6}\b", self.sent[-1].text)
        return found[0]


async def ask(yard: Yard, viewer: Viewer = CONSOLE, customer: int = 1, value: str = WORK) -> int:
    async with yard.ground.database.begin() as tx:
        return await proving.ask(tx, viewer, customer, "email", value)


async def send(yard: Yard) -> int:
    return await sending.send(yard.ground, yard.book)


async def enter(yard: Yard, number: int, code: str, viewer: Viewer = CONSOLE, customer: int = 1) -> Answer:
    return await proving.enter(yard.ground, viewer, customer, number, code)


async def rows(yard: Yard, query: str, **given: Any) -> list[tuple[Any, ...]]:
    async with yard.ground.database.begin() as tx:
        return [tuple(row) for row in await tx.execute(text(query), given)]


async def proofs(yard: Yard) -> list[tuple[Any, ...]]:
    return await rows(yard, "select value, proof, proved_by, customer_id from identity where proof = 'code'")


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06d}"
