"""Somebody with a browser, without the browser: cookies, forms, and what a browser tells of itself."""

from __future__ import annotations

import html
import re
from typing import Any

import httpx
from sqlalchemy import insert

from madang.app import App
from madang.ground import Ground
from madang.staff.actions import create_user
from madang.staff.grants import Grant
from madang.staff.models import Preference
from madang.tests import frames

PASSWORD = "감나무 아래 빨간 자전거"
NAVIGATION = {"accept": "text/html", "sec-fetch-mode": "navigate", "sec-fetch-site": "same-origin"}
SCRIPT = {"accept": "*/*", "sec-fetch-mode": "cors", "sec-fetch-site": "same-origin"}


class Visitor:
    """One browser."""

    def __init__(self, ground: Ground, app: App | None = None) -> None:
        self.ground = ground
        transport = httpx.ASGITransport(app or frames.app(ground))
        self.http = httpx.AsyncClient(transport=transport, base_url=ground.settings.public_url, headers=NAVIGATION)
        self.page = ""

    async def get(self, path: str, **headers: str) -> httpx.Response:
        """Open a page."""
        return self._seen(await self.http.get(path, headers=headers))

    async def fetch(self, path: str) -> httpx.Response:
        """What a script of ours asks for: a piece of a page."""
        return self._seen(await self.http.get(path, headers=SCRIPT | {"x-desk": "1"}))

    async def post(self, path: str, **fields: Any) -> httpx.Response:
        """Send a form of the page that is open, with its hidden token. ``headers`` are headers."""
        headers = fields.pop("headers", None)
        sent = {"csrf": self.csrf, **fields}
        return self._seen(await self.http.post(path, data=sent, headers=headers))

    async def sign_in(self, email: str, password: str = PASSWORD, **more: str) -> httpx.Response:
        """By the form."""
        await self.get("/signin")
        answer = await self.post("/signin", email=email, password=password, **more)
        if answer.status_code == 303:
            await self.get("/settings/account")
        return answer

    @property
    def csrf(self) -> str:
        """The form token of the page that is open."""
        found = re.search(r'<meta name="csrf" content="([^"]*)"', self.page)
        return found[1] if found else ""

    @property
    def text(self) -> str:
        """What the page says."""
        return html.unescape(re.sub(r"<[^>]+>", " ", self.page))

    def link(self, kind: str) -> str:
        """The one-time link the page shows."""
        found = re.search(rf"https?://[^\s\"<]+(/{kind}/[\w-]+)", self.page)
        assert found, self.page
        return found[1]

    def _seen(self, answer: httpx.Response) -> httpx.Response:
        if "text/html" in answer.headers.get("content-type", ""):
            self.page = answer.text
        return answer


async def join(ground: Ground, name: str, grant: Grant = Grant()) -> int:  # noqa: B008
    """A user who can sign in as name@haneul.kr. What she sends leaves at once: few tests have ten seconds."""
    async with ground.database.begin() as tx:
        number = await create_user(
            tx, None, name=name, email=f"{name.lower()}@haneul.kr", password=PASSWORD, grant=grant, language="en"
        )
        await tx.execute(insert(Preference).values(user_id=number, name="undo", value=0))
        return number
