"""A shop's program with a token, in front of the real door over a real database."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from litestar import Litestar

from madang.api.routes import ROUTES
from madang.ground import Ground
from madang.staff.actions import create_token
from madang.staff.permissions import CONSOLE, Role
from madang.tests import frames
from madang.tests.cast import Yard


@dataclass
class Program:
    """Calls the API with one token."""

    http: httpx.AsyncClient
    token: str

    async def __call__(self, method: str, path: str, **more: Any) -> httpx.Response:
        headers = {"authorization": f"Bearer {self.token}", **more.pop("headers", {})}
        return await self.http.request(method, path, headers=headers, **more)

    async def get(self, path: str, **params: Any) -> Any:
        """The JSON of a 200."""
        answer = await self("GET", path, params=params)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def send(self, method: str, path: str, **more: Any) -> Any:
        """The JSON of a 2xx."""
        answer = await self(method, path, **more)
        assert answer.is_success, answer.text
        return answer.json()


async def token(ground: Ground, role: Role) -> str:
    async with ground.database.begin() as tx:
        return (await create_token(tx, CONSOLE, name=f"{role} program", role=role)).token


def door(ground: Ground) -> Litestar:
    """The routes, mounted as the application mounts them."""
    return frames.door(ROUTES, ground=ground)


@pytest.fixture
async def web(ground: Ground) -> AsyncIterator[httpx.AsyncClient]:
    """The door as the application mounts it, without the other doors: they are not asked here."""
    transport = httpx.ASGITransport(app=door(ground))  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url="http://desk.haneul.example") as client:
        yield client


@pytest.fixture
async def program(ground: Ground, web: httpx.AsyncClient, yard: Yard) -> Program:
    """A program that may do what an agent may."""
    return Program(web, await token(ground, "agent"))


@pytest.fixture
async def onlooker(ground: Ground, web: httpx.AsyncClient) -> Program:
    """A program that may only read."""
    return Program(web, await token(ground, "viewer"))


@pytest.fixture
async def administrator(ground: Ground, web: httpx.AsyncClient) -> Program:
    """A program that may do anything."""
    return Program(web, await token(ground, "administrator"))
