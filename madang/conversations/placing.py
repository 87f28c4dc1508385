"""Into which conversations a batch goes: what is asked for each message, and what has to be known to answer."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from madang.channels.connector import Cap
from madang.conversations import filing
from madang.conversations.arrivals import Arrival
from madang.conversations.joining.queries import all_now_at
from madang.conversations.senders import Senders
from madang.conversations.threading import DEFAULT, Known, Policy, Question, Slot
from madang.customers.identity import Found
from madang.lib.postgres import Tx
from madang.lib.script import language_of

MOST_ORDERS = 20
_MENTION = re.compile(r"\[#(\d{1,18})\]")


def question_of(arrival: Arrival, found: Found) -> Question:
    """What one message asks."""
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
        topic=str(inbound.data.get("topic") or "")[:200],
        orders=_orders(inbound.data),
        mentions=_mentions(arrival),
        policy=policy_of(arrival.bound.connector.config.brand.get("threading") or {}),
    )


def policy_of(kept: Mapping[str, Any]) -> Policy:
    """A brand's policy as it is kept; what cannot be read any more is the default."""
    try:
        return msgspec.convert(dict(kept), Policy) if kept else DEFAULT
    except msgspec.ValidationError:
        return DEFAULT


def _orders(data: Mapping[str, Any]) -> frozenset[str]:
    given = data.get("orders")
    some = given if isinstance(given, list | tuple) else []
    return frozenset(str(one).strip()[:100] for one in some[:MOST_ORDERS] if str(one).strip())


def _mentions(arrival: Arrival) -> tuple[int, ...]:
    """Numbers in the subject or the first words, as our own mails write them: [#42]."""
    said = f"{arrival.inbound.subject}\n{arrival.inbound.text[:500]}"
    return tuple(int(number) for number in _MENTION.findall(said)[:5]) if "[#" in said else ()


def _first_line(said: str) -> str:
    line = said.strip().split("\n", 1)[0].strip()
    return line if len(line) <= 80 else f"{line[:79]}…"


async def known_of(tx: Tx, arrivals: Sequence[Arrival], senders: Senders) -> Known:
    """Lock every customer concerned, in order, and read their conversations as they now stand."""
    tokens = {one.inbound.conversation for one in arrivals if one.inbound.conversation}
    said = tokens | {number for one in arrivals for number in _mentions(one)}
    references = {(one.bound.row.id, name) for one in arrivals for name in one.inbound.references}
    at = await all_now_at(tx, said)
    named = await filing.conversations_named(tx, {at[one] for one in tokens if one in at}, references)
    await senders.hold(tx, {owner for _, owner in named.values()})
    # Looked up again: it may have been merged while we waited for her.
    at = await all_now_at(tx, said | {number for number, _ in named.values()})
    customers = {found.customer_id for found in senders.who.values()}
    slots = await filing.slots(tx, customers, set(at.values()))
    by_customer: dict[int, list[Slot]] = {}
    for slot in slots.values():
        by_customer.setdefault(slot.customer_id, []).append(slot)
    by_id = {one: slots[number] for one, number in at.items() if number in slots}
    by_reference = {key: by_id[number] for key, (number, _) in named.items() if key[0] and number in by_id}
    return Known(by_id, by_reference, by_customer)
