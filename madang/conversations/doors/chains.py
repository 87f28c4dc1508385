"""A brand's chain: which door is tried when one does not lead to her. One at a time; a receipt ends it.

A message is at one step at a time and has one row in the outbox at most. What may have reached her (unsure) stands
still until a person looks: the next door is never tried beside it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, text

from madang.channels import templates
from madang.conversations import phrasing
from madang.conversations.doors import carries
from madang.conversations.doors.words import spread
from madang.conversations.ways import Way, ways
from madang.ground import Ground
from madang.lib.errors import NotFound, Refused
from madang.lib.postgres import Tx

STEPS = text("""
select s.id, s.place, s.channel_id, s.template_id, s.values, s.wait
from chain_step s join conversation v on v.brand_id = s.brand_id where v.id = :conversation order by s.place
""")
WORDS = text("""
select m.text, m.data, c.name, c.id as customer_id, b.name as brand, coalesce(r.place, -1) as place
from message m join conversation v on v.id = m.conversation_id join customer c on c.id = v.customer_id
join brand b on b.id = v.brand_id left join chain_run r on r.message_id = m.id where m.id = :message
""")
AT = text("""
insert into chain_run (message_id, place) values (:message, :place)
on conflict (message_id) do update set place = excluded.place, due = null
""")
# Where the brand waits for a receipt, it waits from now on. What was sent by a step that waits for none is at its end.
SENT = text("""
with step as (
  select s.place, s.wait from chain_step s join conversation v on v.brand_id = s.brand_id
  left join chain_run r on r.message_id = :message
  where v.id = :conversation and s.channel_id = :channel and (s.template_id is not null) = :templated
    and s.place >= coalesce(r.place, 0) order by s.place limit 1),
waiting as (
  insert into chain_run (message_id, place, due)
  select :message, place, now() + wait * interval '1 minute' from step where wait > 0
  on conflict (message_id) do update set place = excluded.place, due = excluded.due returning 1)
delete from chain_run where message_id = :message and not exists (select from waiting)
""")
# It goes on behind the door that failed, which stands in a chain once: one that has come to its end never begins again.
FAILED = text("""
insert into chain_run (message_id, place, due)
select m.id, coalesce((select max(s.place) from chain_step s where s.brand_id = v.brand_id
  and s.channel_id = m.channel_id and (s.template_id is not null) = (m.data ? 'template')), -1), now()
from message m join conversation v on v.id = m.conversation_id
where m.id = any(cast(:ids as bigint[])) and exists (select from chain_step s where s.brand_id = v.brand_id)
on conflict (message_id) do update set due = now()
""")
# She has it: what has not gone out by the next door does not go.
REACHED = text("""
with over as (delete from chain_run where message_id = any(cast(:ids as bigint[])) returning message_id)
delete from outbox o using over where o.message_id = over.message_id and o.leased_until is null
""")


@dataclass(frozen=True, slots=True)
class Step:
    """The next door for a message, and how it is said there. ``template`` is what stands in the message's data."""

    place: int
    way: Way
    template: Mapping[str, Any] | None


async def has(tx: Tx, conversation_id: int) -> bool:
    """Whether the conversation's brand has a chain."""
    return (await tx.execute(STEPS, {"conversation": conversation_id})).first() is not None


async def following(ground: Ground, tx: Tx, conversation_id: int, message_id: int, channel_id: int) -> Step | None:
    """The next step that leads to her now; None at the end of the chain. Nothing is written but a link it needs."""
    steps = (await tx.execute(STEPS, {"conversation": conversation_id})).all()
    said = (await tx.execute(WORDS, {"message": message_id})).one()
    if not steps:
        return None
    leading = {way.channel_id: way for way in await ways(tx, conversation_id)}
    for step in steps:
        way = leading.get(step.channel_id)
        fresh = step.channel_id != channel_id or (step.template_id is not None and "template" not in said.data)
        if step.place <= said.place or way is None or not way.reachable or not fresh:
            continue
        if step.template_id is None and (way.needs_template or "public" in way.can):
            continue
        made = await _said(ground, tx, step, said, conversation_id) if step.template_id is not None else None
        if step.template_id is None or made is not None:
            return Step(step.place, way, made)
    return None


async def _said(ground: Ground, tx: Tx, step: Row[Any], said: Row[Any], conversation_id: int) -> dict[str, Any] | None:
    """The template with its places filled; None where it cannot be sent."""
    given = {"text": said.text, "name": said.name, "brand": said.brand}
    if any("{link}" in str(value) for value in step.values.values()):
        code = carries.new_code()
        await carries.keep(tx, code, conversation_id, said.customer_id, "system")
        given["link"] = f"{ground.settings.public_url}/go/{code}"
    try:
        row = await templates.one(tx, step.template_id)
        made, words = templates.chosen(row, {place: spread(str(v), given) for place, v in step.values.items()})
    except (NotFound, Refused):
        return None
    return {**phrasing.kept_template(row.name, made), "text": words}


async def at(tx: Tx, message_id: int, step: Step) -> None:
    """The message is at this step now, on its way out."""
    await tx.execute(AT, {"message": message_id, "place": step.place})


async def sent(tx: Tx, message_id: int, conversation_id: int, channel_id: int, *, templated: bool) -> None:
    """A provider took it: wait for a receipt where the brand wants that, else the chain is over."""
    given = {"message": message_id, "conversation": conversation_id, "channel": channel_id, "templated": templated}
    await tx.execute(SENT, given)


async def failed(tx: Tx, message_ids: Sequence[int]) -> None:
    """Receipts say that these did not arrive: the next door is tried."""
    if message_ids:
        await tx.execute(FAILED, {"ids": list(message_ids)})


async def reached(tx: Tx, message_ids: Sequence[int]) -> None:
    """Receipts say that these did: nothing more is tried."""
    if message_ids:
        await tx.execute(REACHED, {"ids": list(message_ids)})
