"""The way in: envelopes become messages, in order within a sender, each once, in set-based batches."""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

import msgspec
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from madang.channels.book import Book
from madang.conversations import changes, echoes, filing, marks, receipts
from madang.conversations.arrivals import Arrival, Batch, Claimed, claim, open_all
from madang.conversations.doors import carries, reaching
from madang.conversations.placed import Filed
from madang.conversations.placing import known_of, question_of
from madang.conversations.senders import addresses_of, senders_of
from madang.conversations.threading import choose
from madang.customers import identity
from madang.customers.identity import Address
from madang.customers.trees import Moved
from madang.events.kinds import Kind
from madang.events.record import SYSTEM, News, record_all
from madang.events.stream import whisper
from madang.ground import Ground
from madang.lib import trace
from madang.lib.breathing import breathing
from madang.lib.files import Unavailable
from madang.lib.postgres import Tx, passing

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
    news = await carries.redeem(tx, batch.arrivals)
    facts = batch.of("session", "consent")
    # Who comes by a link, or has a new number, is who she is before her first words are looked at.
    news += await _sessions(tx, [one for one in facts if one.linked or not one.inbound.reach])
    news += await _messages(tx, batch.of("message", "postback", "echo"))
    news += await receipts.take_in(tx, batch.of("receipt"))
    news += await _sessions(tx, [one for one in facts if one.inbound.reach and not one.linked])
    changed, early = await changes.take_in(tx, batch.of("edit", "delete"))
    marked, too_early = await marks.take_in(tx, batch.of("reaction"))
    early |= too_early
    await _finish(tx, batch.rows, batch.bad | early)
    said = batch.of("message", "postback", "echo")
    await changes.release(tx, [(one.bound.row.id, one.inbound.id) for one in said])
    await record_all(tx, SYSTEM, news + changed + marked)
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
    news = senders.news + await senders.learn(tx, arrivals)
    return news + await reaching.take_in(tx, arrivals, senders)


async def _messages(tx: Tx, arrivals: Sequence[Arrival]) -> list[News]:
    fresh = await filing.unknown(tx, arrivals)
    if not fresh:
        return []
    proven = await identity.prove_claims(tx, _signed(fresh))
    senders = await senders_of(tx, fresh)
    known = await known_of(tx, fresh, senders)
    news = [*proven, *senders.news, *await senders.learn(tx, fresh)]
    filed: list[Filed] = []
    said_by_us = await echoes.ours(tx, fresh, senders)
    for place, arrival in enumerate(fresh):
        if place in said_by_us:
            continue
        if place not in senders.who:
            raise ValueError(f"the sender of message {arrival.inbound.id!r} cannot be made out")
        found = senders.who[place]
        slot = choose(question_of(arrival, found), known)
        filed.append(Filed(arrival, found.identity_id, found.customer_id, slot))
    await reaching.spoken(tx, filed)
    return news + await filing.file(tx, filed, known.opened)


def _signed(arrivals: Sequence[Arrival]) -> list[tuple[int, Address]]:
    """Who answers with a token of ours: (conversation, address)."""
    made: list[tuple[int, Address]] = []
    for one in arrivals:
        if one.inbound.conversation and one.inbound.party:
            made += [(one.inbound.conversation, address) for address in addresses_of(one)[:1]]
    return made
