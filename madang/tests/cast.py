"""The named cast: Ada and Ben are agents, 미나 and Mia customers, Haneul (하늘) and Juniper brands."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import insert, select

from madang.brands.models import Brand
from madang.channels import actions as channels
from madang.channels.book import Book
from madang.channels.connector import Delivery
from madang.channels.store import pack, store
from madang.conversations.intake import take_in
from madang.conversations.models import Conversation
from madang.events.record import SYSTEM, Actor
from madang.ground import Ground
from madang.staff.models import User
from madang.staff.permissions import Role, Scope, Viewer

SECRET = "whsec_" + "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0"
AT = {"at": "1790000000"}
_number = itertools.count(1)


async def brand(ground: Ground, name: str = "Haneul", **more: Any) -> int:
    """A brand's number."""
    async with ground.database.begin() as tx:
        made: int = (await tx.execute(insert(Brand).values(name=name, **more).returning(Brand.id))).scalar_one()
        return made


async def agent(ground: Ground, name: str = "Ada", role: Role = "agent", **scope: Any) -> Viewer:
    """A user of the house, as a viewer."""
    email = f"{name.lower()}@haneul.example"
    async with ground.database.begin() as tx:
        statement = insert(User).values(name=name, email=email, role=role).returning(User.id)
        number: int = (await tx.execute(statement)).scalar_one()
    return Viewer(Actor("user", number), name, role, Scope(number, **scope), number, email)


async def channel(
    ground: Ground,
    brand_id: int,
    connector: str = "api",
    settings: Mapping[str, Any] | None = None,
    secrets: Mapping[str, str] | None = None,
) -> channels.Created:
    """A channel of the brand."""
    async with ground.database.begin() as tx:
        return await channels.create(
            tx,
            SYSTEM,
            ground.keys,
            connector=connector,
            name=f"{connector} channel",
            brand_id=brand_id,
            settings=settings or {},
            secrets=secrets or {"secret": SECRET},
        )


@dataclass
class Yard:
    """A brand with one channel of one's own, and hands to push messages in."""

    ground: Ground
    book: Book
    brand_id: int
    channel: channels.Created

    async def put(self, body: Mapping[str, Any], *, key: str = "", channel_id: int = 0) -> None:
        """Make one delivery of the ``api`` channel durable."""
        await self.put_all([body], key=key, channel_id=channel_id)

    async def put_all(self, bodies: Sequence[Mapping[str, Any]], *, key: str = "", channel_id: int = 0) -> None:
        """Make several durable in one go; ``key`` is for one."""
        given = [Delivery(key or f"k{next(_number)}", _sender(one), msgspec.json.encode(one), AT) for one in bodies]
        packed = [await pack(self.ground.files, channel_id or self.channel.id, one) for one in given]
        async with self.ground.database.begin() as tx:
            await store(tx, packed)

    async def take_in(self) -> int:
        """Take in all that waits; returns how many envelopes that was."""
        total = 0
        while done := await take_in(self.ground, self.book, 0):
            total += done
        return total

    async def says(self, text: str, *, name: str = "미나", value: str = "mina@naver.example", **more: Any) -> None:
        """A customer says something, and it is taken in."""
        await self.put(message(text, name=name, value=value, **more))
        await self.take_in()

    async def conversations(self) -> list[int]:
        """Every conversation, oldest first."""
        async with self.ground.database.begin() as tx:
            return list((await tx.execute(select(Conversation.id).order_by(Conversation.id))).scalars())


def _sender(body: Mapping[str, Any]) -> str:
    sender = body.get("from", {})
    return f"{sender.get('kind')}:{sender.get('value')}"


def message(
    text: str, *, name: str = "미나", value: str = "mina@naver.example", kind: str = "email", **more: Any
) -> dict[str, Any]:
    """The body of a message as the ``api`` channel takes it."""
    number = next(_number)
    sender = {"kind": kind, "value": value, "name": name}
    return {"type": "message", "id": f"m{number}", "at": "2026-11-22T01:02:03Z", "from": sender, "text": text, **more}


async def yard(ground: Ground) -> Yard:
    """Haneul, with one ``api`` channel."""
    brand_id = await brand(ground)
    return Yard(ground, Book(ground), brand_id, await channel(ground, brand_id))
