"""The log misses nothing, guards itself, and its seals show every change."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from madang.conversations.actions import letters
from madang.events import dispatch
from madang.events import log as events
from madang.events.dispatch import Reaction
from madang.events.kinds import Kind
from madang.events.log import Happened
from madang.events.record import SYSTEM, Actor, News, record
from madang.events.seal import seal, verify
from madang.events.stream import Stream, whisper
from madang.lib.partitions import month_of, name_of
from madang.lib.postgres import Database, Tx
from madang.staff.permissions import CONSOLE

ADA = Actor("user", 1)


async def _say(db: Database, number: int = 1) -> None:
    async with db.begin() as tx:
        await record(tx, ADA, *(News(Kind.CONVERSATION_CLOSED, n) for n in range(number)))


TRUNCATE_A_MONTH = f"truncate {name_of('event', month_of(datetime.now(UTC)))}"


@pytest.mark.parametrize(
    "statement", ["update event set actor = 'x'", "delete from event", "truncate event", TRUNCATE_A_MONTH]
)
async def test_nobody_changes_what_happened(db: Database, statement: str) -> None:
    await _say(db)
    with pytest.raises(DBAPIError, match="append-only"):
        async with db.begin() as tx:
            await tx.execute(text(statement))


async def test_seals_verify_and_a_change_behind_their_back_shows(db: Database) -> None:
    for _ in range(3):
        await _say(db, 4)
        assert await seal(db) == 4
    verdict = await verify(db)
    assert (verdict.seals, verdict.events, verdict.unsealed, verdict.faults) == (3, 12, 0, [])
    async with db.begin() as tx:
        await tx.execute(text("alter table event disable trigger event_guard"))
        change = text("update event set actor = 'user:2' where id = (select min(id) + 5 from event) returning id")
        changed = (await tx.execute(change)).scalar_one()
        await tx.execute(text("alter table event enable trigger event_guard"))
    assert (await verify(db)).faults == [f"event {changed}: its content does not fit its digest"]


async def test_a_removed_event_breaks_its_seal(db: Database) -> None:
    await _say(db, 4)
    await seal(db)
    async with db.begin() as tx:
        await tx.execute(text("alter table event disable trigger event_guard"))
        await tx.execute(text("delete from event where id = (select min(id) + 1 from event)"))
    assert (await verify(db)).faults == ["seal 1: it was made over 4 events, 3 are there"]


async def test_erasure_may_blank_a_payload_and_the_chain_still_verifies(db: Database) -> None:
    async with db.begin() as tx:
        await record(tx, ADA, News(Kind.CUSTOMER_CHANGED, customer=1, data={"name": "미나"}))
    await seal(db)
    async with db.begin() as tx:
        await tx.execute(text("set local madang.erasing = 'on'"))
        await tx.execute(text("""update event set data = '{"erased": true}'"""))
    assert (await verify(db)).faults == []


async def test_a_reader_by_position_misses_nothing_of_slow_transactions(db: Database) -> None:
    slow = await db.engine.connect()
    transaction = await slow.begin()
    await record(slow, ADA, News(Kind.CONVERSATION_OPENED, 1))
    await _say(db)
    async with db.begin() as tx:
        held = await events.behind(tx, (0, 0), Kind, 10)
        assert held.count == 0  # the quick one is later: reading it now would skip the slow
    await transaction.commit()
    await slow.close()
    async with db.begin() as tx:
        kinds = [event.kind for event in (await events.behind(tx, (0, 0), Kind, 10)).events]
    assert kinds == ["conversation.opened", "conversation.closed"]


async def _drain(db: Database, one: Reaction) -> None:
    while await dispatch.advance(db, one):
        pass


async def test_each_event_reaches_its_reaction_once_and_in_order(db: Database) -> None:
    heard: list[int | None] = []

    async def hear(_tx: Tx, batch: Sequence[Happened]) -> None:
        heard.extend(event.conversation_id for event in batch)

    one = Reaction("test", frozenset({Kind.CONVERSATION_CLOSED}), hear)
    await dispatch.seed(db, [one])
    await _say(db, 3)
    async with db.begin() as tx:
        await record(tx, SYSTEM, News(Kind.CONVERSATION_OPENED, 9))
    await asyncio.gather(*(_drain(db, one) for _ in range(3)))
    assert heard == [None, 1, 2]


async def test_who_has_something_to_read_is_told_once_it_can_be_read(db: Database) -> None:
    async def never(_tx: Tx, _batch: Sequence[Happened]) -> None:
        raise ValueError

    one, two = Reaction("one", frozenset(), never), Reaction("two", frozenset({Kind.CONVERSATION_CLOSED}), never)
    await dispatch.seed(db, [one, two])
    assert await dispatch.late(db) == set()
    async with db.begin() as older:
        await older.execute(text("select pg_current_xact_id()"))
        await _say(db)
        assert await dispatch.late(db) == set(), "what is older may still slip in front"
    assert await dispatch.late(db) == {"one", "two"}
    await dispatch.advance(db, one)
    await dispatch.advance(db, two)
    assert await dispatch.late(db) == set(), "one has read it, the other failed and is to wait"
    async with db.begin() as tx:
        await tx.execute(text("update reaction_position set retry_at = now() where failures > 0"))
    assert await dispatch.late(db) == {"two"}


async def test_a_poisonous_event_becomes_a_dead_letter_and_holds_up_nobody(db: Database) -> None:
    heard: list[int | None] = []

    async def hear(_tx: Tx, batch: Sequence[Happened]) -> None:
        if any(event.conversation_id == 1 for event in batch) and len(heard) < 2:
            raise RuntimeError("poison")
        heard.extend(event.conversation_id for event in batch)

    one = Reaction("test", frozenset({Kind.CONVERSATION_CLOSED}), hear)
    await dispatch.seed(db, [one])
    await _say(db, 3)
    for _ in range(dispatch.TRIES + 1):
        await dispatch.advance(db, one)
        async with db.begin() as tx:
            await tx.execute(text("update reaction_position set retry_at = null"))
    async with db.begin() as tx:
        (letter,) = await dispatch.letters(tx)
    assert heard == [None, 2]
    assert letter.error == "RuntimeError: poison"
    async with db.begin() as tx:
        assert await letters.replay(tx, CONSOLE, [one], letter.id) == ""
    assert heard == [None, 2, 1]
    async with db.begin() as tx:
        assert await dispatch.letters(tx) == []


class Ear:
    """An audience that remembers."""

    def __init__(self) -> None:
        self.heard: list[int] = []
        self.whispers: list[str] = []
        self.news_came = asyncio.Event()

    def anyone(self) -> bool:
        """Always here."""
        return True

    async def news(self, batch: Sequence[Happened], position: int) -> None:
        """Remember the events."""
        self.heard += [event.id for event in batch]
        self.news_came.set()

    async def live(self, notices: Sequence[dict[str, object]]) -> None:
        """Remember the whispers."""
        self.whispers += [str(one["kind"]) for one in notices]
        self.news_came.set()

    def drop(self) -> None:
        """Never asked to."""

    def stop(self) -> None:
        """Nothing to end."""


async def test_a_full_disk_makes_no_dead_letters(db: Database) -> None:
    async def full(tx: Tx, _batch: Sequence[Happened]) -> None:
        await tx.execute(text("do $$ begin raise exception 'no space left' using errcode = '53100'; end $$"))

    one = Reaction("full disk", frozenset({Kind.CONVERSATION_CLOSED}), full)
    await dispatch.seed(db, [one])
    await _say(db)
    for _ in range(dispatch.TRIES + 2):
        async with db.begin() as tx:
            await tx.execute(text("update reaction_position set retry_at = null"))
        await dispatch.advance(db, one)
    async with db.begin() as tx:
        assert await dispatch.letters(tx) == []
        assert (await tx.execute(text("select max(failures) from reaction_position"))).scalar_one() == 0


async def _until(ear: Ear, count: int) -> None:
    async with asyncio.timeout(10):
        while len(ear.heard) + len(ear.whispers) < count:
            ear.news_came.clear()
            await ear.news_came.wait()


async def test_the_stream_tells_each_event_once_even_when_its_ears_are_cut_off(db: Database) -> None:
    ear = Ear()
    stream = Stream(db, [ear])
    running = asyncio.create_task(stream.run())
    async with asyncio.timeout(10):
        while not stream.position:
            await asyncio.sleep(0.01)
    await _say(db, 2)
    async with db.begin() as tx:
        await whisper(tx, "typing", conversation=1)
    await _until(ear, 3)
    async with db.begin() as tx:
        await tx.execute(
            text("""
            select pg_terminate_backend(pid) from pg_stat_activity
            where datname = current_database() and query like 'LISTEN%'""")
        )
        await record(tx, ADA, News(Kind.CONVERSATION_CLOSED, 7))
    await _until(ear, 4)
    running.cancel()
    assert sorted(ear.heard) == sorted(set(ear.heard))
    assert len(ear.heard) == 3
