"""One running house for all stories that leave it standing. Each story has a brand of its own there: its people see
nothing of another story's. What looks at all there is, or stops everything, has an office alone in a house."""

from __future__ import annotations

import itertools
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, BrowserContext, expect

from madang.commands.channel import _create as connect
from madang.events.record import Actor
from madang.ground import Ground
from madang.lib.embedded_postgres import running_url
from madang.settings import load
from madang.staff.actions import create_token
from madang.staff.actions.users import create_user
from madang.staff.actions.wishes import prefer
from madang.staff.grants import Grant
from madang.staff.permissions import CONSOLE, Role, Scope, Viewer
from madang.staff.sessions import Browser as Program
from madang.staff.sessions import begin, cookie_name
from madang.tests import cast
from tests.browser.people import PASSWORD, Agent, context
from tests.browser.shop import Shop
from tests.house import House

_number = itertools.count(1)


@asynccontextmanager
async def standing() -> AsyncIterator[tuple[House, Ground]]:
    """A house that runs until the last story has ended, and the same from within."""
    data = Path(tempfile.mkdtemp(prefix="madang-house-"))
    data.chmod(0o711)
    house = House(data)
    await house.start()
    url = running_url(data)
    assert url, "the house has a database"
    settings = load({}, data=data, port=house.port, allow_hosts=("127.0.0.1",))
    ground = Ground.open(replace(settings, database_url=url), url, pool=3)
    yield house, ground
    await ground.close()
    code = await house.stop()
    assert code == 0, "\n".join(house.told[-60:])
    shutil.rmtree(data)


class Office:
    """What one story has: a brand, an ``api`` channel by which customers write, and whoever sits down at the desk."""

    def __init__(self, house: House, ground: Ground, browser: Browser) -> None:
        self.house, self.ground, self.browser = house, ground, browser
        self.number = next(_number)
        self.brand_id = self.channel_id = 0
        self.shop: Shop

    async def open(self) -> None:
        """Found the brand and connect its channel."""
        self.brand_id = await cast.brand(self.ground, f"Haneul {self.number}")
        made = await self.channel()
        self.shop, self.channel_id = Shop(self.house, made.key), made.id

    async def channel(self, connector: str = "api", **more: Any) -> Any:
        """One more channel of the brand, made from within; ``settings`` and ``secrets`` as the connector asks."""
        return await cast.channel(self.ground, self.brand_id, connector, **more)

    async def connected(self, connector: str, name: str, fields: dict[str, str]) -> dict[str, Any]:
        """A channel as ``madang channel create`` connects it, set-up tried out: its id, its key, its secrets."""
        return await connect(self.ground, connector, name, str(self.brand_id), fields)

    async def token(self, name: str, role: Role) -> str:
        """What a program shows to the API; of the whole company."""
        async with self.ground.database.begin() as tx:
            return (await create_token(tx, CONSOLE, name=name, role=role)).token

    async def room(self, language: str = "en-US", width: int = 1440, height: int = 900) -> BrowserContext:
        """A browser profile of somebody's own."""
        return await context(self.browser, language, width, height)

    async def user(self, name: str, role: Role = "agent", language: str = "en", everywhere: bool = False) -> Viewer:
        """A colleague, who sees this story's brand only unless ``everywhere``."""
        brands = None if everywhere else frozenset({self.brand_id})
        email = f"{name.lower()}-{self.number}@haneul.example"
        given = Grant(role, brands=brands)
        async with self.ground.database.begin() as tx:
            about = {"name": name, "email": email, "password": PASSWORD, "language": language}
            number = await create_user(tx, None, grant=given, **about)
            viewer = Viewer(Actor("user", number), name, role, Scope(number, brands=brands), number, email)
            await prefer(tx, viewer, "undo", 0)  # what she sends leaves at once: few stories have ten seconds
        return viewer

    async def agent(
        self,
        name: str = "Ada",
        role: Role = "lead",
        *,
        language: str = "en-US",
        width: int = 1440,
        height: int = 900,
        everywhere: bool = False,
        view: str = "all",
    ) -> Agent:
        """Somebody signed in, in a browser of her own, looking at a view of the desk."""
        viewer = await self.user(name, role, language[:2], everywhere)
        room = await self.room(language, width, height)
        async with self.ground.database.begin() as tx:
            begun = await begin(tx, viewer.user_id or 0, Program())
        await room.add_cookies(
            [{"name": cookie_name(self.ground.settings), "value": begun.token, "url": self.house.url}]
        )
        made = Agent(self.house, await room.new_page(), name, viewer.email)
        made.viewer = viewer
        await made.page.goto(f"{self.house.url}/?view={view}")
        await expect(made.page.locator("#desk")).to_be_visible()
        return made

    async def at_work(self, *customers: str, **more: Any) -> Agent:
        """Ada, with a conversation of each customer in her list and that of the first open."""
        ada = await self.agent(**more)
        for number, name in enumerate(customers):
            await self.says("Hello?", name, number)
            if more.get("everywhere"):  # other stories' customers are in this list too
                await expect(ada.page.locator("#list .row", has_text=name).first).to_be_visible()
            elif more.get("view", "all") == "all":  # one after the other: two at once come in any order
                await expect(ada.page.locator("#list .row")).to_have_count(number + 1)
        if customers:
            await ada.open(customers[0])
        return ada

    async def says(self, text: str, name: str = "미나", number: int = 0) -> None:
        """A customer of this story writes; each ``number`` is another person."""
        await self.shop.says(text, name, f"c{number}-{self.number}@naver.example")
