"""Pictures of a mail that lie elsewhere: none is fetched before somebody asks, and then by us (T9)."""

from __future__ import annotations

import asyncio
import base64
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from sqlalchemy import text

from madang.desk.tests.visitor import SCRIPT, Visitor, join
from madang.ground import Ground
from madang.tests.cast import Yard

pytestmark = pytest.mark.slow  # a server beside the house

PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


@dataclass
class Elsewhere:
    """A sender's server that counts who comes."""

    port: int = 0
    asked: list[str] = field(default_factory=list)
    heads: list[str] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        path = head.split(" ")[1]
        self.asked.append(path)
        self.heads.append(head)
        body = PIXEL if path.startswith("/pixel") else b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"
        kind = "image/png" if path.startswith("/pixel") else "image/svg+xml"
        writer.write(f"HTTP/1.1 200 OK\r\ncontent-type: {kind}\r\ncontent-length: {len(body)}\r\n\r\n".encode() + body)
        await writer.drain()
        writer.close()


@pytest.fixture
async def elsewhere() -> AsyncIterator[Elsewhere]:
    """Running on loopback."""
    made = Elsewhere()
    server = await asyncio.start_server(made.serve, "127.0.0.1", 0)
    made.port = server.sockets[0].getsockname()[1]
    async with server:
        yield made


@pytest.fixture
def ground(ground: Ground) -> Ground:
    """A house that may reach the loopback: it is where the sender's server stands here."""
    return replace(ground, settings=replace(ground.settings, allow_hosts=("127.0.0.1",)))


async def _mail(yard: Yard, port: int) -> int:
    await yard.says("Hello")
    site = f"http://127.0.0.1:{port}"
    html = (
        f"<p>Sale</p><img src='{site}/pixel.gif?who=mina'><img src='{site}/drawing.svg'><img src='http://10.0.0.1/x'>"
    )
    async with yard.ground.database.begin() as tx:
        number = await tx.execute(text("update message set html = :html returning id"), {"html": html})
        return int(number.scalar_one())


def _images(page: str) -> list[str]:
    return re.findall(r'src="(/messages/\d+/images/\d+)"', page)


async def _wish(who: Visitor, number: int, always: str) -> int:
    headers: dict[str, Any] = SCRIPT | {"x-csrf-token": who.csrf}
    answer = await who.http.post(f"/messages/{number}/images", data={"always": always}, headers=headers)
    return answer.status_code


async def test_nothing_remote_loads_before_it_is_asked_for_and_then_through_us(
    yard: Yard, ada: Visitor, elsewhere: Elsewhere
) -> None:
    number = await _mail(yard, elsewhere.port)
    await ada.fetch(f"/messages/{number}/mail")
    assert 'data-remote="3"' in ada.page
    assert f"127.0.0.1:{elsewhere.port}" not in ada.page
    assert (_images(ada.page), elsewhere.asked) == ([], [])
    await ada.fetch(f"/messages/{number}/mail?images=true")
    assert f"127.0.0.1:{elsewhere.port}" not in ada.page
    first, second, private = _images(ada.page)
    assert elsewhere.asked == []
    answer = await ada.http.get(first, headers=SCRIPT)
    assert (answer.status_code, answer.headers["content-type"], answer.content) == (200, "image/png", PIXEL)
    assert elsewhere.asked == ["/pixel.gif?who=mina"]
    assert "cookie" not in elsewhere.heads[0].lower()
    assert "referer" not in elsewhere.heads[0].lower()
    for path in (second, private, first.rsplit("/", 1)[0] + "/99"):  # a drawing that runs, our own network, none
        assert (await ada.http.get(path, headers=SCRIPT)).status_code == 404
    await ada.fetch(f"/messages/{number}/mail")
    assert _images(ada.page) == []


async def test_always_for_a_sender_is_kept_for_her_who_said_so(
    yard: Yard, ada: Visitor, elsewhere: Elsewhere, browser: Any
) -> None:
    number = await _mail(yard, elsewhere.port)
    await ada.get("/c/1")
    assert await _wish(ada, number, "true") == 204
    await ada.fetch(f"/messages/{number}/mail")
    assert len(_images(ada.page)) == 3
    assert "data-always" in ada.page
    await join(yard.ground, "Ben")
    ben = browser()
    await ben.sign_in("ben@haneul.kr")
    await ben.fetch(f"/messages/{number}/mail")
    assert _images(ben.page) == []
    await ada.get("/c/1")
    assert await _wish(ada, number, "false") == 204
    await ada.fetch(f"/messages/{number}/mail")
    assert _images(ada.page) == []
