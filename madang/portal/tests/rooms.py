"""A form and a board of Haneul on real sockets, and a browser without the browser."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from typing import Any

import httpx
from sqlalchemy import text as sql_text

from madang.channels.actions import Created
from madang.conversations import actions
from madang.ground import Ground
from madang.portal.tests.site import Doors
from madang.staff.permissions import Viewer
from madang.tests import cast

HIDDEN = re.compile(r'name="given" value="([^"]*)"')


@dataclass
class Room:
    """One channel whose pages are served."""

    ground: Ground
    doors: Doors
    url: str
    brand_id: int
    channel: Created
    readers: list[Reader] = field(default_factory=list)

    def reader(self, language: str = "en") -> Reader:
        """Somebody with a browser of her own."""
        self.readers.append(Reader(self.url, language))
        return self.readers[-1]

    async def close(self) -> None:
        """Everybody goes."""
        for one in self.readers:
            await one.http.aclose()

    @property
    def key(self) -> str:
        return self.channel.key

    async def answer(self, agent: Viewer, conversation: int, text: str, **more: Any) -> int:
        """An agent answers on this channel."""
        async with self.ground.database.begin() as tx:
            return await actions.reply(tx, agent, conversation, text=text, channel_id=self.channel.id, **more)

    async def rows(self, sql: str, **given: Any) -> list[Any]:
        """What the database says."""
        async with self.ground.database.begin() as tx:
            return list((await tx.execute(sql_text(sql), given)).all())


async def channel(ground: Ground, brand_id: int, connector: str, **settings: Any) -> Created:
    """A form or a board of the brand."""
    return await cast.channel(ground, brand_id, connector, settings=settings)


class Reader:
    """Somebody who opens pages and sends their forms."""

    def __init__(self, url: str, language: str = "en") -> None:
        self.http = httpx.AsyncClient(base_url=url, headers={"accept-language": language}, timeout=10)
        self.page = ""
        self.status = 0

    async def get(self, path: str) -> str:
        """Open a page; what stands in it."""
        answer = await self.http.get(path, follow_redirects=True)
        self.status, self.page = answer.status_code, answer.text
        return self.page

    async def post(self, path: str, files: Any = None, **fields: Any) -> httpx.Response:
        """Send the form of the page that is open; a redirect is followed."""
        found = HIDDEN.search(self.page)
        data = {"given": found[1] if found else "", **fields}
        answer = await self.http.post(path, data=data, files=files)
        self.status, self.page = answer.status_code, answer.text
        if answer.status_code == 303:
            await self.get(answer.headers["location"])
        return answer

    @property
    def text(self) -> str:
        """What the page says to people."""
        return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", self.page)))

    @property
    def kept(self) -> list[str]:
        """The files that wait in the page."""
        return re.findall(r'name="kept" value="([0-9a-f]{32})"', self.page)
