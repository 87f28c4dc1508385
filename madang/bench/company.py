"""Who and what a measured house needs: a brand, channels of one's own, agents with open sessions, a program's token."""

from __future__ import annotations

from dataclasses import dataclass
from secrets import token_hex

from sqlalchemy import select

from madang.bench.house import Grounded
from madang.brands.actions import Look, create_brand
from madang.brands.models import Brand
from madang.channels import actions as channels
from madang.channels.registry import fields
from madang.channels.setup import fill
from madang.events.record import SYSTEM
from madang.lib.postgres import Tx
from madang.lib.webhooks import new_secret
from madang.staff import sessions
from madang.staff.actions import create_token, create_user
from madang.staff.grants import Grant
from madang.staff.permissions import CONSOLE, Role

CONNECTOR = "api"  # the simplest way in: what is measured is the house, not a provider


@dataclass(frozen=True, slots=True)
class Line:
    """A channel and how to sign for it."""

    id: int
    key: str
    secret: str

    @property
    def path(self) -> str:
        """Where its webhooks are posted."""
        return f"/hooks/{self.key}"


async def channel(house: Grounded, name: str, callback: str = "", connector: str = CONNECTOR) -> Line:
    """A new channel of the first brand; answers go to ``callback``."""
    settings, secrets = fill(fields(connector), {"callback_url": callback})
    async with house.ground.database.begin() as tx:
        made = await channels.create(
            tx,
            SYSTEM,
            house.ground.keys,
            connector=connector,
            name=name,
            brand_id=await _brand(tx),
            settings=settings,
            secrets=secrets,
        )
    return Line(made.id, made.key, secrets.get("secret", ""))


async def agents(house: Grounded, many: int, name: str = "agent", role: Role = "agent") -> list[str]:
    """The cookie headers of as many agents (or ``role``) who see everything, Korean and English readers in turn.

    Made once a house and name.
    """
    made = house.cookies.setdefault(name, [])
    for number in range(len(made), many):
        async with house.ground.database.begin() as tx:
            user = await create_user(
                tx,
                SYSTEM,
                name=f"{name} {number}",
                email=f"{name}{number}-{token_hex(4)}@bench.example",
                password=new_secret(),
                grant=Grant(role=role),
                language="ko" if number % 2 else "en",
            )
            begun = await sessions.begin(tx, user, sessions.Browser())
        made.append(f"{sessions.cookie_name(house.settings)}={begun.token}")
    return made[:many]


async def token(house: Grounded) -> str:
    """A key for the API."""
    async with house.ground.database.begin() as tx:
        return (await create_token(tx, CONSOLE, name="bench", role="agent")).token


async def _brand(tx: Tx) -> int:
    found = (await tx.execute(select(Brand.id).order_by(Brand.id).limit(1))).scalar_one_or_none()
    return found or await create_brand(tx, SYSTEM, Look("하늘"))
