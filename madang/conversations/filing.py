"""Set-based writing of what intake has decided: conversations, messages, attachments, counters."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from typing import Any

import msgspec

from madang.channels.connector import Media
from madang.conversations import echoes
from madang.conversations import statements as sql
from madang.conversations.actions.files import adopt
from madang.conversations.arrivals import Arrival
from madang.conversations.keeping import KeptMedia
from madang.conversations.placed import Filed
from madang.conversations.threading import Slot
from madang.events.kinds import Kind
from madang.events.record import Actor, News
from madang.lib.postgres import Tx
from madang.lib.uploads import clean_name, sniff

UPLOADED = "upload:"  # a ref to what the same sender has uploaded to us before


async def unknown(tx: Tx, arrivals: Sequence[Arrival]) -> list[Arrival]:
    """The arrivals whose message is not here yet, each once."""
    if not arrivals:
        return []
    given = _names([(one.bound.row.id, one.inbound.id) for one in arrivals])
    seen = {(row[0], row[1]) for row in await tx.execute(sql.SEEN, given)}
    fresh: list[Arrival] = []
    for one in arrivals:
        key = (one.bound.row.id, one.inbound.id)
        if key not in seen:
            seen.add(key)
            fresh.append(one)
    return fresh


async def conversations_named(
    tx: Tx, tokens: Collection[int], references: Collection[tuple[int, str]]
) -> dict[tuple[int, str], tuple[int, int]]:
    """(channel, provider id) -> (conversation, customer) for references; tokens under channel 0."""
    named: dict[tuple[int, str], tuple[int, int]] = {}
    if references:
        rows = await tx.execute(sql.NAMED, _names(sorted(references)))
        named |= {(row[0], row[1]): (row[2], row[3]) for row in rows}
    if tokens:
        rows = await tx.execute(sql.OWNERS, {"ids": sorted(tokens)})
        named |= {(0, str(row[0])): (row[0], row[1]) for row in rows}
    return named


async def slots(tx: Tx, customers: Collection[int], numbers: Collection[int]) -> dict[int, Slot]:
    """The conversations a batch may write to: those named, and each customer's newest."""
    rows = await tx.execute(sql.SLOTS, {"customers": sorted(customers), "ids": sorted(numbers)})
    return {
        row.id: Slot(
            customer_id=row.customer_id,
            brand_id=row.brand_id,
            id=row.id,
            status=row.status,
            closed_at=row.closed_at,
            channel_ids=frozenset(row.channel_ids),
            last_at=row.last_at,
            topic=row.topic,
            orders=frozenset(row.orders),
            keeps=row.keeps,
        )
        for row in rows
    }


async def file(tx: Tx, filed: Sequence[Filed], opened: Sequence[Slot]) -> list[News]:
    """Write a batch's messages in order; returns the events of what happened."""
    await _open(tx, opened)
    reopened = {one.slot.id: one.slot for one in filed if one.slot.reopened}
    hers = [one for one in filed if one.arrival.inbound.type != "echo"]
    await _insert(tx, hers)
    echoed = await echoes.file(tx, [one for one in filed if one.arrival.inbound.type == "echo"])
    await _attach(tx, filed)
    await _learn(tx, filed)
    news = [_opened(slot) for slot in opened]
    news += [
        News(Kind.CONVERSATION_REOPENED, number, customer=slot.customer_id, actor=Actor("customer", slot.customer_id))
        for number, slot in reopened.items()
    ]
    return news + [_received(one) for one in hers] + echoed


async def _insert(tx: Tx, hers: Sequence[Filed]) -> None:
    if not hers:
        return
    ids = [row[0] for row in await tx.execute(sql.INSERT_MESSAGES, _message_columns(hers))]
    for one, number in zip(hers, ids, strict=True):
        one.id = number
    await tx.execute(sql.COUNT_IN, {"ids": ids})


async def _learn(tx: Tx, filed: Sequence[Filed]) -> None:
    """What their matters are about, as far as that became known."""
    learned = {one.slot.id: one.slot for one in filed if one.slot.learned}
    if learned:
        rows = [{"id": number, "topic": slot.topic, "orders": sorted(slot.orders)} for number, slot in learned.items()]
        await tx.execute(sql.LEARN, rows)


def _opened(slot: Slot) -> News:
    actor = Actor("customer", slot.customer_id)
    return News(
        Kind.CONVERSATION_OPENED, slot.id, customer=slot.customer_id, data={"brand": slot.brand_id}, actor=actor
    )


def _received(one: Filed) -> News:
    return News(
        Kind.MESSAGE_RECEIVED,
        one.slot.id,
        one.id,
        one.customer_id,
        {"channel": one.arrival.bound.row.id, "auto": one.arrival.inbound.auto},
        Actor("customer", one.customer_id),
        one.arrival.request,
    )


async def _open(tx: Tx, opened: Sequence[Slot]) -> None:
    if not opened:
        return
    given = {
        "customers": [slot.customer_id for slot in opened],
        "homes": [slot.home_id or slot.customer_id for slot in opened],
        "brands": [slot.brand_id for slot in opened],
        "subjects": [slot.subject for slot in opened],
        "languages": [slot.language for slot in opened],
    }
    rows = await tx.execute(sql.OPEN, given)
    for slot, row in zip(opened, rows, strict=True):
        slot.id = row[0]


def _message_columns(filed: Sequence[Filed]) -> dict[str, Any]:
    facts = [one.arrival.inbound for one in filed]
    return {
        "conversations": [one.slot.id for one in filed],
        "channels": [one.arrival.bound.row.id for one in filed],
        "identities": [one.identity_id for one in filed],
        "authors": [(fact.party.name if fact.party else "")[:120] for fact in facts],
        "texts": [fact.text for fact in facts],
        "full_texts": [fact.full_text if fact.full_text != fact.text else "" for fact in facts],
        "htmls": [fact.html for fact in facts],
        "subjects": [fact.subject for fact in facts],
        "data": [msgspec.json.encode(dict(fact.data)).decode() for fact in facts],
        "provider_ids": [fact.id for fact in facts],
        "envelopes": [one.arrival.envelope_id for one in filed],
        "autos": [fact.auto for fact in facts],
        "ats": [fact.at for fact in facts],
    }


async def _attach(tx: Tx, filed: Sequence[Filed]) -> None:
    rows: list[dict[str, Any]] = []
    for one in filed:
        media = one.arrival.inbound.media
        rows += [{"message": one.id, **_row(m)} for m in media if not m.ref.startswith(UPLOADED)]
        keys = [m.ref.removeprefix(UPLOADED) for m in media if m.ref.startswith(UPLOADED)]
        await adopt(tx, _owner(one.arrival), keys, one.id)
    if rows:
        await tx.execute(sql.ATTACH, rows)


def _owner(arrival: Arrival) -> str:
    """Whose uploads these are: the name the channel's door gave them."""
    row, party = arrival.bound.row, arrival.inbound.party
    return f"{row.connector}:{row.key}:{party.kind}:{party.value}" if party else ""


def _row(media: Media) -> dict[str, Any]:
    """A file's row: which one of the store it is, or, when the provider holds it, where to fetch it later."""
    sha256 = media.sha256 if isinstance(media, KeptMedia) else ""
    return {
        "key": secrets.token_hex(16),
        "sha256": sha256,
        "ref": "" if sha256 else media.ref,
        "name": clean_name(media.name),
        "mime": media.mime if sha256 else sniff(b"", media.name, media.mime),
        "size": media.size,
        "content_id": media.content_id[:300],
        "inline": media.inline,
    }


def _names(pairs: Sequence[tuple[int, str]]) -> dict[str, Any]:
    return {"channels": [channel for channel, _ in pairs], "names": [name for _, name in pairs]}
