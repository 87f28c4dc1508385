"""The company itself: brands, people, channels. Made once; each start points the channels at the fresh simulators."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec
from sqlalchemy import select

from madang.brands.actions import Look, create_brand
from madang.brands.models import Brand
from madang.channels import actions as channels
from madang.channels.queries import ChannelRow, config_of
from madang.channels.queries import channels as all_channels
from madang.channels.registry import fields
from madang.channels.setup import fill
from madang.demo.doors import Doors
from madang.events.record import SYSTEM
from madang.ground import Ground
from madang.lib.postgres import Tx
from madang.staff.actions import create_user
from madang.staff.grants import Grant
from madang.staff.models import User
from madang.staff.permissions import Viewer
from madang.staff.viewers import viewer_of_user

BRANDS = {
    "haneul": Look(
        "하늘",
        hue=250,
        chroma=0.11,
        language="ko",
        signature="하늘 고객센터",
        greeting="안녕하세요! 무엇을 도와드릴까요?",
    ),
    "juniper": Look(
        "Juniper", hue=158, chroma=0.09, language="en", signature="Juniper", greeting="Hello! How can we help?"
    ),
}
PEOPLE = {"Ada": ("administrator", "ko"), "Ben": ("agent", "en")}
CONNECTORS = {"mail": "email", "chat": "webchat", "kiosk": "api"}
CHANNELS = {
    ("haneul", "mail"): "하늘 메일",
    ("haneul", "chat"): "하늘 채팅",
    ("juniper", "mail"): "Juniper mail",
    ("juniper", "kiosk"): "Juniper store kiosk",
}


class Kept(msgspec.Struct):
    """What outlives a restart, beside the data: the demo's password, visitors' tokens, and how far the story is."""

    password: str = msgspec.field(default_factory=lambda: "-".join(secrets.token_hex(2) for _ in range(4)))
    told: int = 0
    number: int = 1000
    tokens: dict[str, str] = {}

    @classmethod
    def read(cls, data: Path) -> Kept:
        """From the data directory, or new."""
        path = data / "demo.json"
        return msgspec.json.decode(path.read_bytes(), type=cls) if path.exists() else cls()

    def write(self, data: Path) -> None:
        """Into the data directory."""
        path = data / "demo.json"
        part = path.with_suffix(".part")
        part.write_bytes(msgspec.json.encode(self))
        part.chmod(0o600)
        part.replace(path)


@dataclass(frozen=True)
class Company:
    """Everybody and everything by name."""

    agents: Mapping[str, Viewer]
    channels: Mapping[tuple[str, str], ChannelRow]

    def secret(self, ground: Ground, brand: str, by: str) -> str:
        """The signing secret of an ``api`` channel."""
        return config_of(ground, self.channels[brand, by], {}).secrets["secret"]


async def found(
    ground: Ground, kept: Kept, settings: Mapping[tuple[str, str], Mapping[str, str]], doors: Doors
) -> Company:
    """Make what is not there yet, and set the channels up with this start's addresses."""
    async with ground.database.begin() as tx:
        brands = {key: await _brand(tx, look) for key, look in BRANDS.items()}
        agents = {name: await _agent(tx, name, kept.password) for name in PEOPLE}
        there = {row.name: row for row in await all_channels(tx)}
        for (brand, by), name in CHANNELS.items():
            await _channel(ground, tx, there.get(name), CONNECTORS[by], name, brands[brand], settings[brand, by])
        rows = {row.name: row for row in await all_channels(tx)}
    await doors.found(ground, {key: (number, BRANDS[key].name, BRANDS[key].language) for key, number in brands.items()})
    return Company(agents, {place: rows[name] for place, name in CHANNELS.items()})


async def _brand(tx: Tx, look: Look) -> int:
    known: int | None = (await tx.execute(select(Brand.id).where(Brand.name == look.name))).scalar_one_or_none()
    return known or await create_brand(tx, SYSTEM, look)


async def _agent(tx: Tx, name: str, password: str) -> Viewer:
    role, language = PEOPLE[name]
    email = f"{name.lower()}@madang.example"
    number = (await tx.execute(select(User.id).where(User.email == email))).scalar_one_or_none()
    if number is None:
        grant = Grant(role=role)  # type: ignore[arg-type]
        number = await create_user(
            tx, SYSTEM, name=name, email=email, password=password, grant=grant, language=language
        )
    viewer = await viewer_of_user(tx, number)
    if viewer is None:
        raise LookupError(f"{name} was retired; remove demo.json and the data directory to begin again")
    return viewer


async def _channel(
    ground: Ground, tx: Tx, row: ChannelRow | None, connector: str, name: str, brand_id: int, given: Mapping[str, str]
) -> None:
    kept = config_of(ground, row, {}).secrets if row else {}
    settings, hidden = fill(fields(connector), given, kept)
    if row is None:
        made = {"connector": connector, "name": name, "brand_id": brand_id, "settings": settings, "secrets": hidden}
        await channels.create(tx, SYSTEM, ground.keys, **made)  # type: ignore[arg-type]
    elif (row.settings, kept) != (settings, hidden):
        await channels.change(tx, SYSTEM, ground.keys, row.id, name=name, settings=settings, secrets=hidden)
