"""From a shop's program to an agent's and back: hook, intake, API, delivery, receipts. Its own words are judged by the
standard's package (the simulator), the house's by its constraints."""

from __future__ import annotations

import dataclasses
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import msgspec
import pytest
from sqlalchemy import text

from madang.api.tests.conftest import Program, token
from madang.channels.actions import Created
from madang.channels.book import Book
from madang.connectors.api.simulator import Simulator
from madang.conversations import delivery, media
from madang.ground import Ground
from madang.lib.webhooks import new_secret
from madang.tests import cast, frames
from madang.tests.cast import Yard

pytestmark = pytest.mark.slow  # the house in small; the quick suite has its time

MINA = {"kind": "email", "value": "mina@naver.example", "name": "미나"}


@pytest.fixture
async def house(ground: Ground) -> Ground:
    """The same ground, on which this machine may be called: the shop runs on it."""
    return dataclasses.replace(ground, settings=dataclasses.replace(ground.settings, allow_hosts=("127.0.0.0/8",)))


@pytest.fixture
async def shop() -> AsyncIterator[Simulator]:
    made = Simulator(new_secret())
    await made.start()
    yield made
    await made.stop()


@pytest.fixture
async def channel(house: Ground, shop: Simulator) -> Created:
    brand = await cast.brand(house)
    return await cast.channel(house, brand, settings={"callback_url": shop.url}, secrets={"secret": shop.secret})


@pytest.fixture
async def web(house: Ground) -> AsyncIterator[httpx.AsyncClient]:
    """The whole application, every door."""
    transport = httpx.ASGITransport(app=frames.app(house))
    async with httpx.AsyncClient(transport=transport, base_url="http://desk.haneul.example") as client:
        yield client


@pytest.fixture
async def desk(house: Ground, web: httpx.AsyncClient) -> Program:
    return Program(web, await token(house, "agent"))


@dataclasses.dataclass
class Way:
    """Both ends, and the work in between."""

    house: Ground
    web: httpx.AsyncClient
    shop: Simulator
    channel: Created
    yard: Yard

    async def post(
        self, event: Any, webhook_id: str = "w-1", at: datetime | None = None, more: dict[str, str] | None = None
    ) -> httpx.Response:
        """Post as the shop does; ``more`` are headers that replace its own."""
        body = event if isinstance(event, bytes) else msgspec.json.encode(event)
        given = self.shop.headers(webhook_id, body, at) | (more or {})
        return await self.web.post(f"/hooks/{self.channel.key}", content=body, headers=given)

    async def stored(self) -> int:
        async with self.house.database.begin() as tx:
            return int((await tx.execute(text("select count(*) from envelope"))).scalar_one())

    async def deliver(self) -> None:
        async with self.house.database.begin() as tx:
            await tx.execute(text("update outbox set due = now() - interval '1 second'"))
        await delivery.deliver(self.house, self.yard.book, "this test")


@pytest.fixture
async def way(house: Ground, web: httpx.AsyncClient, shop: Simulator, channel: Created) -> AsyncIterator[Way]:
    yard = Yard(house, Book(house), 0, channel)
    yield Way(house, web, shop, channel, yard)
    await (await yard.book.by_id(channel.id)).connector.close()


def message(number: int = 1, **more: Any) -> dict[str, Any]:
    return {"type": "message", "id": f"m-{number}", "at": "2026-11-22T01:02:03Z", "from": MINA, "text": "환불?", **more}


async def only(desk: Program) -> dict[str, Any]:
    (item,) = (await desk.get("/api/v1/conversations"))["items"]
    return dict(item)


async def states(desk: Program) -> list[str | None]:
    items = (await desk.get(f"/api/v1/conversations/{(await only(desk))['id']}/messages"))["items"]
    return [item["state"] for item in items]


async def test_what_is_posted_is_a_conversation(way: Way, desk: Program) -> None:
    assert (await way.post(message())).status_code == 200
    await way.yard.take_in()
    item = await only(desk)
    assert item["customer"]["name"] == "미나"
    assert item["last_message"]["text"] == "환불?"
    customer = await desk.get(f"/api/v1/customers/{item['customer']['id']}")
    addresses = [(one["kind"], one["value"], one["proven"]) for one in customer["addresses"]]
    assert addresses == [("email", "mina@naver.example", True)]
    assert [one["id"] for one in customer["conversations"]] == [item["id"]]


async def test_a_repeat_is_taken_and_changes_nothing(way: Way, desk: Program) -> None:
    """T22: the same delivery, and the same message in another delivery."""
    for webhook_id in ("w-1", "w-1", "w-2"):
        assert (await way.post(message(), webhook_id)).status_code == 200
    await way.yard.take_in()
    assert (await way.post(message(), "w-3")).status_code == 200
    await way.yard.take_in()
    assert (await only(desk))["messages"] == 1


async def test_what_proves_nothing_is_refused_and_not_stored(way: Way) -> None:
    """T10."""
    signed = way.shop.headers("w-1", msgspec.json.encode(message()))
    for wrong in (
        {"webhook-signature": ""},
        {"webhook-id": ""},
        {"webhook-timestamp": ""},
        {"webhook-signature": "v1,AAAA"},
        {"webhook-signature": signed["webhook-signature"][:-4] + "AAA="},
        {"webhook-id": "w-2"},
    ):
        assert (await way.post(message(), more=wrong)).status_code == 403, wrong
    for minutes in (-6, 6):
        assert (await way.post(message(), at=datetime.now(UTC) + timedelta(minutes=minutes))).status_code == 403
    bare = await way.web.post(f"/hooks/{way.channel.key}", content=msgspec.json.encode(message()))
    assert bare.status_code == 403
    assert (await way.web.post("/hooks/nothing", content=b"{}")).status_code == 404
    assert await way.stored() == 0


async def test_what_is_malformed_is_told_why_and_not_stored(way: Way) -> None:
    wrong = {"no text": message(text=None), "no sender": {"type": "message", "id": "m"}, "odd": {"type": "fax"}}
    for reason, event in wrong.items():
        answer = await way.post(event)
        assert answer.status_code == 400, reason
        assert len(answer.text) > 10
    assert "not JSON" in (await way.post(b"{")).text
    assert await way.stored() == 0


async def test_an_answer_goes_back_signed_and_its_receipts_return(way: Way, desk: Program) -> None:
    await way.post(message())
    await way.yard.take_in()
    item = await only(desk)
    await desk.send("POST", f"/api/v1/conversations/{item['id']}/messages", json={"text": "내일 도착합니다."})
    await way.deliver()
    ((webhook_id, answer),) = way.shop.received.items()
    assert (answer["text"], answer["conversation"], answer["to"]["value"]) == (
        "내일 도착합니다.",
        item["id"],
        MINA["value"],
    )
    assert answer["id"] == webhook_id
    assert await states(desk) == [None, "sent"]
    for number, (state, seen) in enumerate([("read", "read"), ("delivered", "read"), ("failed", "read")]):
        await way.post({"type": "receipt", "about": answer["id"], "state": state}, f"r-{number}")
        await way.yard.take_in()
        assert await states(desk) == [None, seen]


async def test_an_answer_is_tried_again_and_counts_once(way: Way, desk: Program) -> None:
    await way.post(message())
    await way.yard.take_in()
    item = await only(desk)
    way.shop.will(503, "drop")
    await desk.send("POST", f"/api/v1/conversations/{item['id']}/messages", json={"text": "Once."})
    for seen in ("sending", "sending", "sent"):
        await way.deliver()
        assert await states(desk) == [None, seen]
    assert list(way.shop.tries.values()) == [3]
    assert len(way.shop.received) == 1


async def test_an_edit_and_a_deletion_find_their_message(way: Way, desk: Program) -> None:
    await way.post(message(1), "w-1")
    await way.post(message(2, text="second"), "w-2")
    now = datetime.now(UTC).isoformat()
    await way.post({"type": "edit", "about": "m-1", "from": MINA, "text": "교환?", "at": now}, "w-3")
    await way.post({"type": "delete", "about": "m-2", "from": MINA, "at": now}, "w-4")
    await way.yard.take_in()
    items = (await desk.get(f"/api/v1/conversations/{(await only(desk))['id']}/messages"))["items"]
    assert [(one["text"], bool(one["edited_at"]), bool(one["deleted_at"])) for one in items] == [
        ("교환?", True, False),
        ("", False, True),
    ]


async def test_a_file_is_fetched_after_the_message_and_downloaded_with_the_token(way: Way, desk: Program) -> None:
    way.shop.files["pole.png"] = b"\x89PNG\r\n\x1a\n pixels"
    await way.post(message(text="", media=[{"url": f"{way.shop.files_url}pole.png", "name": "부러진 폴.png"}]))
    await way.yard.take_in()
    matter = f"/api/v1/conversations/{(await only(desk))['id']}/messages"
    (waiting,) = (await desk.get(matter))["items"][0]["attachments"]
    assert (await desk("GET", waiting["href"])).status_code == 404
    await media.fetch(way.house, way.yard.book)
    (file,) = (await desk.get(matter))["items"][0]["attachments"]
    assert (file["name"], file["mime"], file["size"]) == ("부러진 폴.png", "image/png", 15)
    answer = await desk("GET", file["href"])
    assert answer.content == way.shop.files["pole.png"]
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert (await way.web.get(file["href"])).status_code == 401


async def test_the_doors_of_the_house_do_not_mix(way: Way, desk: Program) -> None:
    """A program without a token is told so as a program, not sent to a sign-in page."""
    answer = await way.web.get("/api/v1/me")
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert (await desk("GET", "/")).status_code in (302, 303, 307, 401)
