"""One id from the webhook to the screen; what fails or is slow leaves one line, and no line tells a secret."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import httpx
import msgspec
import pytest
from standardwebhooks import Webhook

from madang.app import _log_fault
from madang.conversations.actions import say
from madang.conversations.delivery import deliver
from madang.events import log as events
from madang.events.stream import Stream
from madang.front import Front
from madang.lib import trace
from madang.logs import Text
from madang.tests import cast, frames
from madang.tests.cast import SECRET, Yard, message

ID = "shop-4711-request"


class Lines(logging.Handler):
    """What the log says, each line written when it is said."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.lines: list[str] = []
        self.setFormatter(Text("web"))

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))

    def about(self, *words: str) -> list[str]:
        """The lines with all of these words."""
        return [line for line in self.lines if all(word in line for word in words)]


@pytest.fixture
def said() -> Iterator[Lines]:
    """The house's log at the level it usually has."""
    made, house = Lines(), logging.getLogger("madang")
    before = house.level
    house.setLevel(logging.INFO)
    house.addHandler(made)
    yield made
    house.removeHandler(made)
    house.setLevel(before)


def client(front: Front, peer: str = "203.0.113.9") -> httpx.AsyncClient:
    transport = httpx.ASGITransport(front, client=(peer, 50000), raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://desk.haneul.example")


class Screen:
    """Somebody looks."""

    def anyone(self) -> bool:
        return True

    async def news(self, batch: Any, position: int) -> None: ...

    async def live(self, notices: Any) -> None: ...

    def drop(self) -> None: ...

    def stop(self) -> None: ...


async def plain(scope: Any, _receive: Any, send: Any) -> None:
    """Answers with who asks and under which id."""
    if scope["path"] == "/broken":
        raise RuntimeError("broken")
    told = f"{scope['client'][0]} {trace.current()}".encode()
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": told})


def signed(event: dict[str, Any]) -> tuple[bytes, dict[str, str]]:
    raw, at = msgspec.json.encode(event), datetime.now(UTC)
    signature = Webhook(SECRET).sign("w1", at, raw.decode())
    stamp = str(int(at.timestamp()))
    return raw, {"webhook-id": "w1", "webhook-timestamp": stamp, "webhook-signature": signature}


async def test_one_id_goes_from_the_webhook_to_the_screen(yard: Yard, said: Lines) -> None:
    front = Front(frames.app(yard.ground), ("10.0.0.0/8",))
    raw, headers = signed(message("제 주문은 언제 오나요?", value="mina@naver.example"))
    stream = Stream(yard.ground.database, [Screen()])
    listening = asyncio.create_task(stream.run())
    async with client(front, "10.0.0.7") as web:
        answer = await web.post(f"/hooks/{yard.channel.key}", content=raw, headers={**headers, "x-request-id": ID})
    assert (answer.status_code, answer.headers["x-request-id"]) == (200, ID)
    async with asyncio.timeout(5):
        while not stream.position:
            await asyncio.sleep(0.01)
        await yard.take_in()
        while not said.about("told", ID):
            await asyncio.sleep(0.01)
    listening.cancel()
    await asyncio.gather(listening, return_exceptions=True)
    assert said.about("stored", ID)
    assert said.about("taken in", ID)
    assert not re.search("mina@|주문|미나", "\n".join(said.lines))


async def test_an_answer_is_sent_under_the_id_of_the_request_that_wrote_it(yard: Yard, said: Lines) -> None:
    await yard.says("Hello")
    ada = await cast.agent(yard.ground)
    with trace.doing(ID):
        async with yard.ground.database.begin() as tx:
            await say.reply(tx, ada, (await yard.conversations())[0], text="곧 갑니다")
    await deliver(yard.ground, yard.book, "test")
    assert said.about(f"request={ID}", "message")
    assert not said.about("곧 갑니다")
    kept = await _events(yard)
    assert kept["message.queued"] == ID
    assert kept["message.received"] not in ("", ID)


async def _events(yard: Yard) -> dict[str, str]:
    async with yard.ground.database.begin() as tx:
        return {one.kind: trace.kept(one.data) for one in await events.since(tx, 0, 100)}


@pytest.mark.parametrize(
    ("peer", "headers", "kept"),
    [
        ("10.0.0.7", {"x-request-id": ID}, ID),
        ("10.0.0.7", {"traceparent": f"00-{'ab' * 16}-{'cd' * 8}-01"}, "ab" * 16),
        ("10.0.0.7", {"traceparent": f"00-{'00' * 16}-{'cd' * 8}-01"}, ""),
        ("10.0.0.7", {"x-request-id": "short"}, ""),
        ("10.0.0.7", {"x-request-id": "a line\tof my own 12:00:00"}, ""),
        ("10.0.0.7", {"x-request-id": "x" * 65}, ""),
        ("203.0.113.9", {"x-request-id": ID}, ""),
        ("203.0.113.9", {"x-request-id": ID, "x-forwarded-for": "10.0.0.7"}, ""),
    ],
)
async def test_only_a_trusted_proxy_names_a_request(peer: str, headers: dict[str, str], kept: str) -> None:
    async with client(Front(plain, ("10.0.0.0/8",)), peer) as web:
        answer = await web.get("/", headers=headers)
    given = answer.headers["x-request-id"]
    assert given == kept if kept else re.fullmatch("[0-9a-f]{16}", given)
    assert answer.text.endswith(given)


async def test_a_trusted_proxy_says_who_asks_and_nobody_else_does() -> None:
    front = Front(plain, ("10.0.0.0/8",))
    async with client(front, "10.0.0.7") as proxy, client(front) as stranger:
        told = {"x-forwarded-for": "198.51.100.4"}
        assert (await proxy.get("/", headers=told)).text.startswith("198.51.100.4 ")
        assert (await stranger.get("/", headers=told)).text.startswith("203.0.113.9 ")


async def test_what_breaks_leaves_one_line_without_its_address(said: Lines) -> None:
    async with client(Front(plain)) as web:
        await web.get("/broken?token=a-secret")
    (line,) = said.about("a request failed", "request=")
    assert "a-secret" not in line


async def test_routes_are_counted_by_pattern(yard: Yard) -> None:
    app = frames.app(yard.ground)
    front = Front(app, (), app.times)
    async with client(front) as web:
        await web.get("/reset/a-one-time-key")
        await web.get("/nothing/here/at/all")
        await web.request("BREW", "/healthz")
    assert {route for _, route, _ in front.times.routes} <= {"/reset/{key}", "/reset/{token}", "(none)", "/healthz"}
    assert {method for method, _, _ in front.times.routes} == {"GET", "OTHER"}
    assert front.times.running == 0


async def test_whoever_leaves_in_the_middle_of_her_words_is_no_fault_of_ours(yard: Yard, said: Lines) -> None:
    front = Front(frames.app(yard.ground))
    headers = [(b"host", b"desk.haneul.example"), (b"content-type", b"multipart/form-data; boundary=x")]
    scope: dict[str, Any] = {
        **{"type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST", "scheme": "http"},
        **{"path": "/signin", "raw_path": b"/signin", "root_path": "", "query_string": b"", "headers": headers},
        **{"client": ("203.0.113.9", 50000), "server": ("desk.haneul.example", 80)},
    }
    begun: list[dict[str, Any]] = [{"type": "http.request", "body": b"--x\r\n", "more_body": True}]
    parts = iter([*begun, {"type": "http.disconnect"}])

    async def receive() -> dict[str, Any]:
        return next(parts)

    async def send(_message: Any) -> None: ...

    await front(scope, receive, send)
    assert not [line for line in said.lines if "error" in line or "warning" in line]
    assert ("POST", "/signin", "4xx") in front.times.routes


async def test_what_breaks_after_she_has_gone_is_a_fault_all_the_same(said: Lines) -> None:
    await _log_fault(RuntimeError("broken"), {"gone": True, "path_template": "/c/{id}"})  # type: ignore[arg-type]
    assert said.about("/c/{id} failed", "error")
