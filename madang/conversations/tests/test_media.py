"""Files a provider holds: fetched after the message, each for itself, from addresses that strangers wrote (T9)."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import func, select, update

from madang.channels.connector import Media
from madang.channels.registry import get
from madang.conversations import media
from madang.conversations.models import Attachment
from madang.lib.files import Unavailable
from madang.lib.files.directory import Directory
from madang.tests.cast import Yard

ODD = ["http://xn--/", "http://a:99999999/x", "https://exa mple/", f"http://{'a' * 300}/", "http://127.0.0.1:1/"]


async def _kept(yard: Yard) -> list[str]:
    async with yard.ground.database.begin() as tx:
        query = select(Attachment.name).where(Attachment.sha256 != "").order_by(Attachment.id)
        return list((await tx.execute(query)).scalars())


async def test_an_address_that_breaks_the_fetching_holds_up_no_other_file(
    yard: Yard, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fetch(_connector: object, file: Media) -> AsyncIterator[bytes]:
        if file.name == "bad":
            raise ValueError("no address at all")
        yield b"content"

    monkeypatch.setattr(get("api"), "fetch", fetch)
    await yard.says("look", media=[{"url": "https://x.example/1", "name": n} for n in ("bad", "good")])
    await media.fetch(yard.ground, yard.book)
    assert await _kept(yard) == ["good"]


@pytest.mark.parametrize("url", ODD)
async def test_odd_addresses_are_tried_and_nothing_breaks(yard: Yard, url: str) -> None:
    await yard.says("look", media=[{"url": url, "name": "x.png"}])
    assert await media.fetch(yard.ground, yard.book) == 1
    assert await _kept(yard) == []


async def test_while_the_store_is_away_no_file_is_given_up(yard: Yard, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fetch(_connector: object, file: Media) -> AsyncIterator[bytes]:
        yield b"content"

    async def away(*_: object) -> tuple[str, int]:
        raise Unavailable("The file store s3://x does not answer in time.")

    monkeypatch.setattr(get("api"), "fetch", fetch)
    await yard.says("look", media=[{"url": "https://x.example/1", "name": "late"}])
    with monkeypatch.context() as broken:
        broken.setattr(Directory, "put_stream", away)
        for _ in range(media.TRIES + 1):
            assert await media.fetch(yard.ground, yard.book) == 1
            await _due(yard)
    await media.fetch(yard.ground, yard.book)
    assert await _kept(yard) == ["late"]


async def _due(yard: Yard) -> None:
    async with yard.ground.database.begin() as tx:
        await tx.execute(update(Attachment).values(fetch_at=func.now()))
