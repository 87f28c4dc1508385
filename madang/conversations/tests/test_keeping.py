"""Files that come with a delivery: put away at once, and waited for in order while the store is away."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

import pytest
from sqlalchemy import select, text

from madang.channels.connector import Connector, Delivery, Inbound, Kind, Media, Party
from madang.channels.registry import get
from madang.channels.store import lane_of
from madang.conversations import filing
from madang.conversations.arrivals import claim, open_all
from madang.conversations.models import Attachment, Message
from madang.conversations.placed import Filed
from madang.conversations.threading import Slot
from madang.events.record import News
from madang.lib.files import Unavailable
from madang.lib.files.directory import Directory
from madang.lib.postgres import Tx
from madang.tests.cast import Yard

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 64
HER_LANE, HIS_LANE = "email:mina@naver.example", "email:ben@naver.example"


@pytest.fixture
def carries(monkeypatch: pytest.MonkeyPatch) -> None:
    """The ``api`` channel's messages bring a file in their own body when they speak of one."""
    real = get("api").parse

    def parse(connector: Connector, delivery: Delivery) -> Sequence[Inbound]:
        (fact,) = real(connector, delivery)
        media = (Media("image", "a.svg", "image/svg+xml", PNG),) if "picture" in fact.text else ()
        party = Party(Kind.EMAIL, fact.party.value) if fact.party else None
        return [Inbound("message", fact.id, datetime.now(UTC), party, text=fact.text, media=media)]

    monkeypatch.setattr(get("api"), "parse", parse)


@pytest.fixture
def away() -> Iterator[pytest.MonkeyPatch]:
    """The store answers nobody; undo() brings it back."""

    async def put(*_: object) -> str:
        raise Unavailable("The file store s3://x does not answer in time.")

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Directory, "put", put)
        yield patched


async def said(yard: Yard) -> list[str]:
    async with yard.ground.database.begin() as tx:
        return list((await tx.execute(select(Message.text).order_by(Message.id))).scalars())


async def test_no_batch_holds_a_file_in_memory(yard: Yard, carries: None) -> None:
    await yard.put(message("a picture", "mina"))
    async with yard.ground.database.begin() as tx:
        batch = await open_all(await claim(tx, 0), yard.book, yard.ground.files)
    assert [one.content for arrival in batch.arrivals for one in arrival.inbound.media] == [None]
    await yard.take_in()
    async with yard.ground.database.begin() as tx:
        row = (await tx.execute(select(Attachment.sha256, Attachment.mime, Attachment.size))).one()
    assert (row.mime, row.size) == ("image/png", len(PNG))  # by its bytes, whatever it claims to be
    assert await yard.ground.files.read(row.sha256) == PNG


async def test_while_the_store_is_away_words_come_in_and_files_wait_in_order(
    yard: Yard, carries: None, away: pytest.MonkeyPatch
) -> None:
    number = yard.channel.id
    assert lane_of(number, HER_LANE) != lane_of(number, HIS_LANE)
    for words, who in (("a picture", "mina"), ("did you see it?", "mina"), ("hello", "ben")):
        await yard.put(message(words, who))
    with pytest.raises(Unavailable):
        await yard.take_in()
    assert await said(yard) == ["hello"]
    away.undo()
    await yard.take_in()
    assert await said(yard) == ["hello", "a picture", "did you see it?"]
    async with yard.ground.database.begin() as tx:
        assert (await tx.execute(text("select count(*) from envelope where state = 2"))).scalar_one() == 0
        assert (await tx.execute(select(Attachment.size))).scalars().all() == [len(PNG)]


def message(words: str, who: str) -> dict[str, object]:
    sender = {"kind": "email", "value": f"{who}@naver.example", "name": who}
    return {"type": "message", "id": f"{who}-{words}", "from": sender, "text": words}


async def test_what_poisons_its_batch_is_found_while_the_store_is_away(
    yard: Yard, carries: None, away: pytest.MonkeyPatch, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither of two troubles hides the other."""
    real = filing.file

    async def file(tx: Tx, filed: Sequence[Filed], opened: Sequence[Slot]) -> list[News]:
        if any(one.arrival.inbound.text == "poison" for one in filed):
            raise ValueError("cannot be written")
        return await real(tx, filed, opened)

    monkeypatch.setattr(filing, "file", file)
    for words, who in (("a picture", "mina"), ("poison", "ben"), ("hello", "ben")):
        await yard.put(message(words, who))
    with pytest.raises(Unavailable):
        await yard.take_in()
    assert await said(yard) == ["hello"]
    away.undo()
    await yard.take_in()
    assert await said(yard) == ["hello", "a picture"]
