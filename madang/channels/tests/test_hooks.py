"""The provider door: durable before it answers, forged is refused, a repeat is a no-op."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import msgspec
import pytest
from sqlalchemy import func, select
from standardwebhooks import Webhook

from madang.channels import actions as channels
from madang.channels.door import Door
from madang.channels.hooks import Hooks
from madang.channels.models import Envelope
from madang.events.record import SYSTEM
from madang.tests.cast import SECRET, Yard, message


class Provider:
    """Signs as the standard's own package does, and posts to the door."""

    def __init__(self, yard: Yard) -> None:
        self.yard = yard
        hooks = Hooks(yard.book, Door(yard.ground.database, yard.ground.files))
        self.http = httpx.AsyncClient(transport=httpx.ASGITransport(hooks), base_url="http://madang.example")

    async def post(self, body: dict[str, Any] | bytes, *, key: str = "w1", **change: str) -> httpx.Response:
        """Post a body, signed; ``change`` replaces headers ('' removes one)."""
        raw = body if isinstance(body, bytes) else msgspec.json.encode(body)
        at = datetime.now(UTC)
        headers = {
            "webhook-id": key,
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": Webhook(SECRET).sign(key, at, raw.decode("utf-8", "replace")),
        }
        headers |= {name.replace("_", "-"): value for name, value in change.items()}
        headers = {name: value for name, value in headers.items() if value}
        return await self.http.post(f"/hooks/{self.yard.channel.key}", content=raw, headers=headers)

    async def stored(self) -> int:
        """How many envelopes there are."""
        async with self.yard.ground.database.begin() as tx:
            return (await tx.execute(select(func.count()).select_from(Envelope))).scalar_one()


@pytest.fixture
def provider(yard: Yard) -> Provider:
    """The other side of Haneul's channel."""
    return Provider(yard)


async def test_a_signed_delivery_is_durable_when_it_is_answered_and_a_repeat_changes_nothing(
    provider: Provider,
) -> None:
    said = message("Hello")
    assert (await provider.post(said)).status_code == 200
    assert (await provider.post(said)).status_code == 200
    assert await provider.stored() == 1
    assert await provider.yard.take_in() == 1


@pytest.mark.parametrize("header", ["webhook_id", "webhook_timestamp", "webhook_signature"])
async def test_a_missing_header_is_refused_and_nothing_is_stored(provider: Provider, header: str) -> None:
    assert (await provider.post(message("Hello"), **{header: ""})).status_code == 403
    assert await provider.stored() == 0


async def test_a_wrong_signature_another_id_and_an_old_one_are_refused(provider: Provider) -> None:
    said = message("Hello")
    old = str(int((datetime.now(UTC) - timedelta(minutes=6)).timestamp()))
    for change in ({"webhook_signature": "v1,AAAA"}, {"webhook_id": "other"}, {"webhook_timestamp": old}):
        assert (await provider.post(said, **change)).status_code == 403
    assert await provider.stored() == 0


async def test_a_malformed_body_is_told_why(provider: Provider) -> None:
    answer = await provider.post({"type": "message", "id": "1"})
    assert answer.status_code == 400
    assert "from" in answer.text


async def test_a_body_over_the_limit_and_an_unknown_channel_are_told_so(provider: Provider) -> None:
    assert (await provider.post(b"x" * (2 << 20))).status_code == 413
    assert (await provider.http.post("/hooks/nobody", content=b"{}")).status_code == 404


async def test_many_at_once_are_all_stored_in_their_order(provider: Provider) -> None:
    said = [message(str(n)) for n in range(200)]
    answers = await asyncio.gather(*(provider.post(one, key=f"w{n}") for n, one in enumerate(said)))
    assert {answer.status_code for answer in answers} == {200}
    assert await provider.yard.take_in() == 200


async def test_when_the_database_does_not_take_it_the_provider_is_asked_to_repeat(
    provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    await provider.post(message("warm"), key="w0")

    async def broken(*_: object) -> set[tuple[int, str]]:
        raise OSError("the disk is full")

    monkeypatch.setattr("madang.channels.door.store_group", broken)
    answer = await provider.post(message("Hello"))
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    monkeypatch.undo()
    assert (await provider.post(message("Hello"))).status_code == 200


async def test_a_retired_channel_takes_nothing_and_keeps_its_history(provider: Provider) -> None:
    await provider.post(message("Hello"))
    async with provider.yard.ground.database.begin() as tx:
        await channels.retire(tx, SYSTEM, provider.yard.channel.id)
    provider.yard.book.forget()
    assert (await provider.post(message("again"), key="w2")).status_code == 404
    assert await provider.stored() == 1


@pytest.mark.parametrize("key", ["%00", "%ff", "a%20b", "x" * 500, ""])
async def test_a_key_that_can_be_nobodys_is_nobodys(provider: Provider, key: str) -> None:
    answer = await provider.http.post(f"/hooks/{key}", content=b"{}")
    assert (answer.status_code, answer.text) == (404, "no such channel")


async def test_a_delivery_while_the_database_is_away_is_to_be_repeated(
    provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(_key: str) -> None:
        raise ConnectionRefusedError("nobody there")

    monkeypatch.setattr(provider.yard.book, "by_key", away)
    assert (await provider.post(message("Hello"))).status_code == 503
