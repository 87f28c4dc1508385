"""Receipts that name no message: whatever we said to her by this door until then is delivered, or read."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import text

from madang.conversations.arrivals import Arrival
from madang.conversations.models import State
from madang.conversations.senders import addresses_of
from madang.customers import identity
from madang.lib.postgres import Tx

# A hundred of each conversation: what she has not seen of older ones, a watermark long ago has told of.
BELOW = text("""
select g.place, m.provider_message_id as name
from unnest(cast(:places as int[]), cast(:channels as bigint[]), cast(:identities as bigint[]),
  cast(:ats as timestamptz[]), cast(:states as smallint[])) as g(place, channel, identity, at, state)
join identity i on i.id = g.identity
join conversation c on c.customer_id = i.customer_id and g.channel = any(c.channel_ids)
cross join lateral (
  select l.provider_message_id, l.channel_id, l.identity_id, l.direction, l.state, l.at from message l
  where l.conversation_id = c.id and l.id >= c.first_id order by l.id desc limit 100) as m
where m.direction = 'out' and m.channel_id = g.channel and m.identity_id = g.identity and m.at <= g.at
  and m.state between :sent and g.state - 1 and m.provider_message_id is not null
""")


async def below(tx: Tx, arrivals: Sequence[Arrival]) -> list[tuple[Arrival, str]]:
    """Each such receipt with the name of every message that it is about."""
    some = [one for one in arrivals if one.inbound.state in ("delivered", "read") and not one.inbound.about]
    whose = {place: addresses_of(one)[:1] for place, one in enumerate(some)}
    known = await identity.find(tx, [address for one in whose.values() for address in one])
    found = [(place, known[one[0]].identity_id) for place, one in whose.items() if one and one[0] in known]
    if not found:
        return []
    given = {
        "places": [place for place, _ in found],
        "channels": [some[place].bound.row.id for place, _ in found],
        "identities": [number for _, number in found],
        "ats": [some[place].inbound.at for place, _ in found],
        "states": [State[str(some[place].inbound.state).upper()] for place, _ in found],
        "sent": State.SENT,
    }
    return [(some[row.place], row.name) for row in await tx.execute(BELOW, given)]
