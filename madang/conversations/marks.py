"""What is put under a message: a customer's reaction, or ours. One a person; the newest counts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import text

from madang.conversations.arrivals import Arrival
from madang.conversations.changes import waits_for
from madang.events.kinds import Kind
from madang.events.record import News
from madang.lib.postgres import Tx

LONGEST = 64  # characters: a few emoji with all their joiners
NAMED = text("""
select n.channel, n.name, m.id, m.conversation_id
from unnest(cast(:channels as bigint[]), cast(:names as text[])) as n(channel, name)
join message_name a on a.channel_id = n.channel and a.name = n.name join message m on m.id = a.message_id
""")
PUT = text("""
insert into message_reaction as r (message_id, who, emoji, at)
select * from unnest(cast(:ids as bigint[]), cast(:who as text[]), cast(:emoji as text[]), cast(:ats as timestamptz[]))
on conflict (message_id, who) do update set emoji = excluded.emoji, at = excluded.at where r.at <= excluded.at
""")
TAKE = text("""
delete from message_reaction r
using unnest(cast(:ids as bigint[]), cast(:who as text[]), cast(:ats as timestamptz[])) as n(id, who, at)
where r.message_id = n.id and r.who = n.who and r.at <= n.at
""")
OF = text("""
select message_id, who, emoji from message_reaction where message_id = any(cast(:ids as bigint[])) order by at, who
""")
CUSTOMER = "customer"


async def take_in(tx: Tx, arrivals: Sequence[Arrival]) -> tuple[list[News], dict[int, str]]:
    """Apply a batch of reactions; returns events, and the envelopes that came before their message with the reason."""
    if not arrivals:
        return [], {}
    named = await _named(tx, arrivals)
    news: list[News] = []
    early: dict[int, str] = {}
    last: dict[int, Arrival] = {}
    for one in sorted(arrivals, key=lambda one: one.inbound.at):
        found = named.get((one.bound.row.id, one.inbound.about))
        if found is None and not one.again:
            early[one.envelope_id] = waits_for(one.inbound.about)
        elif found is not None:
            last[found[0]] = one
            data = {"emoji": one.inbound.text[:LONGEST]}
            news.append(News(Kind.MESSAGE_REACTED, found[1], found[0], data=data))
    await _write(tx, last, CUSTOMER)
    return news, early


async def _named(tx: Tx, arrivals: Sequence[Arrival]) -> dict[tuple[int, str], tuple[int, int]]:
    pairs = sorted({(one.bound.row.id, one.inbound.about) for one in arrivals})
    given = {"channels": [channel for channel, _ in pairs], "names": [name for _, name in pairs]}
    return {(row.channel, row.name): (row.id, row.conversation_id) for row in await tx.execute(NAMED, given)}


async def _write(tx: Tx, last: dict[int, Arrival], who: str) -> None:
    put = {number: one for number, one in last.items() if one.inbound.text.strip()}
    gone = {number: one for number, one in last.items() if number not in put}
    if put:
        emoji = [one.inbound.text.strip()[:LONGEST] for one in put.values()]
        await tx.execute(PUT, _columns(put, who) | {"emoji": emoji})
    if gone:
        await tx.execute(TAKE, _columns(gone, who))


def _columns(some: dict[int, Arrival], who: str) -> dict[str, Any]:
    return {"ids": list(some), "who": [who] * len(some), "ats": [one.inbound.at for one in some.values()]}


async def of(tx: Tx, ids: Sequence[int]) -> dict[int, list[tuple[str, str]]]:
    """(emoji, who) under each message; ``who`` is ``customer`` or an event actor."""
    made: dict[int, list[tuple[str, str]]] = {}
    if ids:
        for row in await tx.execute(OF, {"ids": list(ids)}):
            made.setdefault(row.message_id, []).append((row.emoji, row.who))
    return made
