"""The way in: envelopes become messages, in order within a sender, each once, in set-based batches."""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

import msgspec
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from madang.channels.book import Book
from madang.channels.connector import Cap
from madang.conversations import changes, filing, receipts
from madang.conversations.arrivals import Arrival, Batch, Claimed, claim, open_all
from madang.conversations.senders import Senders, addresses_of, senders_of
from madang.conversations.threading import Known, Question, Slot, choose
from madang.customers import identity
from madang.customers.identity import Address, Found
from madang.customers.trees import Moved
from madang.events.kinds import Kind
from madang.events.record import SYSTEM, News, record_all
from madang.events.stream import whisper
from madang.ground import Ground
from madang.lib import trace
from madang.lib.breathing import breathing
from madang.lib.files import Unavailable
from madang.lib.postgres import Tx, passing
from madang.lib.script import language_of

log = logging.getLogger("madang.intake")

# What became of a batch, and its tallies: state 1 is counted as 3 (taken in), 2 as 4 (quarantined).
FINISH = text("""
with done as (
  update envelope set state = case when id = any(cast(:bad as bigint[])) then 2 else 1 end,
    reason = coalesce((cast(:reasons as jsonb)) ->> id::text, '')
  where id = any(cast(:ids as bigint[])) and state = 0 returning channel_id, state)
insert into tally (channel_id, what, n) select channel_id, state + 2, count(*) from done group by 1, 2
""")
CLAIM_ONE = text("select id, channel_id, key, body, file, meta, at, again from envelope where id = :id and state = 0")


async def take_in(ground: Ground, book: Book, start: int) -> int:
    """Take in one batch, beginning at lane ``start``; returns how many envelopes it held."""
    rows: list[Claimed] = []
    done = Done()
    try:
        async with ground.database.begin() as tx:
            rows = await claim(tx, start)
            if rows:
                async with breathing(tx):
                    batch = await open_all(rows, book, ground.files)
                done = await _file(tx, batch)
        _tell(done)
    except Moved:
        log.info("somebody was merged meanwhile; the batch is taken in again")
    except (DBAPIError, ValueError, LookupError, TypeError) as error:
        if passing(error) or not rows:
            raise
        log.warning("a batch of %d envelopes failed, taking them in one by one: %s", len(rows), error)
        await _one_by_one(ground, book, rows)
    return len(rows)


async def _one_by_one(ground: Ground, book: Book, rows: Sequence[Claimed]) -> None:
    """Find the one that poisons its batch: it goes to quarantine, the others in."""
    away: set[int] = set()  # lanes that wait for the file store
    for row in rows:
        done = Done()
        if row.lane in away:
            continue
        try:
            async with ground.database.begin() as tx:
                await tx.execute(
                    text("select pg_advisory_xact_lock(7301, lane) from envelope where id = :id"), {"id": row.id}
                )
                fresh = [Claimed(*one) for one in await tx.execute(CLAIM_ONE, {"id": row.id})]
                if fresh:
                    async with breathing(tx):
                        batch = await open_all(fresh, book, ground.files)
                    done = await _file(tx, batch)
            _tell(done)
        except Unavailable as error:
            log.warning("envelope %s waits: %s", row.id, error)
            away.add(row.lane)
        except (DBAPIError, ValueError, LookupError, TypeError) as error:
            if passing(error):
                raise
            about = {trace.KEY: trace.kept(row.meta)}
            log.exception("envelope %s cannot be taken in, it goes to quarantine", row.id, extra=about)
            async with ground.database.begin() as tx:
                await _finish(tx, [row], {row.id: f"{type(error).__name__}: {error}"[:2000]})


class Done(NamedTuple):
    """What became of a batch."""

    rows: Sequence[Claimed] = ()
    bad: Collection[int] = ()
    news: Sequence[News] = ()


def _tell(done: Done) -> None:
    """One line a batch: which requests are taken in, and which messages came of them (request:message)."""
    if good := [trace.kept(row.meta) for row in done.rows if row.id not in done.bad]:
        messages = [f"{one.request}:{one.message}" for one in done.news if one.kind == Kind.MESSAGE_RECEIVED]
        log.info("taken in", extra={"requests": good, "messages": messages})
    if bad := [trace.kept(row.meta) for row in done.rows if row.id in done.bad]:
        log.warning("put into quarantine", extra={"requests": bad, "envelopes": list(done.bad)})


async def _file(tx: Tx, batch: Batch) -> Done:
    news = await _messages(tx, batch.of("message"))
    news += await receipts.take_in(tx, batch.of("receipt"))
    news += await _sessions(tx, batch.of("session", "consent"))
    changed, early = await changes.take_in(tx, batch.of("edit", "delete"))
    await _finish(tx, batch.rows, batch.bad | early)
    await changes.release(tx, [(one.bound.row.id, one.inbound.id) for one in batch.of("message")])
    await record_all(tx, SYSTEM, news + changed)
    await _typing(tx, batch.of("typing"))
    return Done(batch.rows, batch.bad.keys() | early.keys(), news)


async def _typing(tx: Tx, arrivals: Sequence[Arrival]) -> None:
    """Said and not kept: whoever has the conversation open sees it."""
    for one in arrivals:
        known = await identity.find(tx, addresses_of(one))
        for found in known.values():
            await whisper(tx, "typing", customer=found.customer_id, channel=one.bound.row.id)


async def _finish(tx: Tx, rows: Sequence[Claimed], bad: Mapping[int, str]) -> None:
    reasons = msgspec.json.encode({str(key): value for key, value in bad.items()}).decode()
    await tx.execute(FINISH, {"ids": [row.id for row in rows], "bad": list(bad), "reasons": reasons})
    news = [
        News(Kind.ENVELOPE_QUARANTINED, data={"envelope": row.id, "channel": row.channel_id, "reason": bad[row.id]})
        for row in rows
        if row.id in bad
    ]
    await record_all(tx, SYSTEM, news)


async def _sessions(tx: Tx, arrivals: Sequence[Arrival]) -> list[News]:
    """Facts about a person without a message: who she is, an address she left."""
    if not arrivals:
        return []
    senders = await senders_of(tx, arrivals)
    await senders.hold(tx)
    return senders.news + await senders.learn(tx, arrivals)


async def _messages(tx: Tx, arrivals: Sequence[Arrival]) -> list[News]:
    fresh = await filing.unknown(tx, arrivals)
    if not fresh:
        return []
    proven = await identity.prove_claims(tx, _signed(fresh))
    senders = await senders_of(tx, fresh)
    known = await _known(tx, fresh, senders)
    news = [*proven, *senders.news, *await senders.learn(tx, fresh)]
    filed: list[filing.Filed] = []
    for place, arrival in enumerate(fresh):
        if place not in senders.who:
            raise ValueError(f"the sender of message {arrival.inbound.id!r} cannot be made out")
        found = senders.who[place]
        slot = choose(_question(arrival, found), known)
        filed.append(filing.Filed(arrival, found.identity_id, found.customer_id, slot))
    return news + await filing.file(tx, filed, known.opened)


def _signed(arrivals: Sequence[Arrival]) -> list[tuple[int, Address]]:
    """Who answers with a token of ours: (conversation, address)."""
    made: list[tuple[int, Address]] = []
    for one in arrivals:
        if one.inbound.conversation and one.inbound.party:
            made += [(one.inbound.conversation, address) for address in addresses_of(one)[:1]]
    return made


def _question(arrival: Arrival, found: Found) -> Question:
    inbound, row = arrival.inbound, arrival.bound.row
    return Question(
        customer_id=found.customer_id,
        home_id=found.home_id,
        brand_id=row.brand_id,
        channel_id=row.id,
        provider_id=inbound.id,
        at=arrival.received,
        threaded=Cap.SUBJECT in arrival.bound.connector.caps,
        token=inbound.conversation,
        references=inbound.references,
        subject=inbound.subject or _first_line(inbound.text),
        language=(inbound.party.language if inbound.party else "") or language_of(inbound.text),
    )


def _first_line(said: str) -> str:
    line = said.strip().split("\n", 1)[0].strip()
    return line if len(line) <= 80 else f"{line[:79]}…"


async def _known(tx: Tx, arrivals: Sequence[Arrival], senders: Senders) -> Known:
    """Lock every customer concerned, in order, and read their conversations as they now stand."""
    tokens = {one.inbound.conversation for one in arrivals if one.inbound.conversation}
    references = {(one.bound.row.id, name) for one in arrivals for name in one.inbound.references}
    named = await filing.conversations_named(tx, tokens, references)
    await senders.hold(tx, {owner for _, owner in named.values()})
    customers = {found.customer_id for found in senders.who.values()}
    slots = await filing.slots(tx, customers, {number for number, _ in named.values()} | tokens)
    by_customer: dict[int, list[Slot]] = {}
    for slot in slots.values():
        by_customer.setdefault(slot.customer_id, []).append(slot)
    by_reference = {key: slots[number] for key, (number, _) in named.items() if key[0] and number in slots}
    return Known({number: slots[number] for number in tokens if number in slots}, by_reference, by_customer)
