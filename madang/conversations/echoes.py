"""What our own side wrote elsewhere, in the provider's own tool: it stands in the thread like an answer of ours."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import text

from madang.conversations.arrivals import Arrival
from madang.conversations.models import State
from madang.conversations.placed import Filed
from madang.conversations.senders import Senders
from madang.events.kinds import Kind
from madang.events.record import SYSTEM, News
from madang.lib.postgres import Tx

# An echo of what we have just sent ourselves: its name becomes a further name of that message. While we are still
# sending, also one that says a part of it, or a file alone. What is being sent, or may have been, can have waited for
# long before that; only what is known to be sent has its names, and soon no further one.
OURS = text("""
with given as (
  select * from unnest(cast(:places as int[]), cast(:customers as bigint[]), cast(:channels as bigint[]),
    cast(:texts as text[]), cast(:names as text[])) as g(place, customer, channel, body, name)),
found as (
  select distinct on (g.place) g.place, g.channel, g.name, m.id from given g
  join conversation v on v.customer_id = g.customer and v.last_at > now() - interval '3 days'
  join message m on m.conversation_id = v.id and m.id >= v.first_id and m.channel_id = g.channel
    and m.direction = 'out' and (m.text = g.body or m.state = 1 and position(g.body in m.text) > 0)
    and m.state between 1 and 5 and m.client_key is not null
    and m.at > now() - case when m.state < 3 then interval '3 days' else interval '10 minutes' end
  order by g.place, m.id desc),
named as (
  insert into message_name (channel_id, name, message_id) select channel, name, id from found on conflict do nothing)
select place from found
""")
FILE = text("""
with filed as (
insert into message (conversation_id, channel_id, direction, identity_id, author, text, html, data, state,
                     provider_message_id, envelope_id, at)
select conversation, channel, 'out', identity, author, body, html, data::jsonb, :sent, name, envelope, n.at
from unnest(cast(:conversations as bigint[]), cast(:channels as bigint[]), cast(:identities as bigint[]),
            cast(:authors as text[]), cast(:texts as text[]), cast(:htmls as text[]), cast(:data as text[]),
            cast(:names as text[]), cast(:envelopes as bigint[]), cast(:ats as timestamptz[]))
     with ordinality as n(conversation, channel, identity, author, body, html, data, name, envelope, at, place)
order by place
returning id, channel_id, provider_message_id),
named as (
insert into message_name (channel_id, name, message_id) select channel_id, provider_message_id, id from filed)
select id from filed order by id
""")
COUNT = text("""
update conversation v set messages = messages + a.n, unread = 0, last_id = a.last_id,
  first_id = case when v.first_id = 0 and v.messages = 0 then a.first_id else v.first_id end,
  last_at = greatest(v.last_at, a.at), status = 'open', closed_at = null,
  waiting_since = null, last_text = a.body, last_direction = 'out', last_channel_id = a.channel_id,
  channel_ids = (select array_agg(distinct x order by x) from unnest(v.channel_ids || a.channels) x)
from (
  select conversation_id, count(*) as n, min(id) as first_id, max(id) as last_id, max(at) as at,
    array_agg(distinct channel_id) as channels, (array_agg(left(text, 200) order by id desc))[1] as body,
    (array_agg(channel_id order by id desc))[1] as channel_id
  from message where id = any(cast(:ids as bigint[])) group by 1) a
where v.id = a.conversation_id
""")


async def ours(tx: Tx, arrivals: Sequence[Arrival], senders: Senders) -> set[int]:
    """Places of the echoes of a batch that only say again what we have just sent ourselves."""
    known = [(place, one) for place, one in enumerate(arrivals) if one.inbound.type == "echo" and place in senders.who]
    if not known:
        return set()
    given = {
        "places": [place for place, _ in known],
        "customers": [senders.who[place].customer_id for place, _ in known],
        "channels": [one.bound.row.id for _, one in known],
        "texts": [one.inbound.text for _, one in known],
        "names": [one.inbound.id for _, one in known],
    }
    return {row.place for row in await tx.execute(OURS, given)}


async def file(tx: Tx, filed: Sequence[Filed]) -> list[News]:
    """Write them; their conversations are there. Returns the events."""
    if not filed:
        return []
    ids = [row[0] for row in await tx.execute(FILE, _columns(filed))]
    for one, number in zip(filed, ids, strict=True):
        one.id = number
    await tx.execute(COUNT, {"ids": ids})
    return [
        News(
            Kind.MESSAGE_ECHOED,
            one.slot.id,
            one.id,
            one.customer_id,
            {"channel": one.arrival.bound.row.id},
            SYSTEM,
            one.arrival.request,
        )
        for one in filed
    ]


def _columns(filed: Sequence[Filed]) -> dict[str, Any]:
    facts = [one.arrival.inbound for one in filed]
    return {
        "sent": int(State.SENT),
        "conversations": [one.slot.id for one in filed],
        "channels": [one.arrival.bound.row.id for one in filed],
        "identities": [one.identity_id for one in filed],
        "authors": [str(fact.data.get("author") or "")[:120] for fact in facts],
        "texts": [fact.text for fact in facts],
        "htmls": [fact.html for fact in facts],
        "data": [msgspec.json.encode({**fact.data, "echo": True}).decode() for fact in facts],
        "names": [fact.id for fact in facts],
        "envelopes": [one.arrival.envelope_id for one in filed],
        "ats": [fact.at for fact in facts],
    }
