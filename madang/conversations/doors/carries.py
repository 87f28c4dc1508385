"""A link by which she goes on at another door: given once, used once, for a day. Who comes by it is whom it was for.

Whoever has read the message that holds the link can come by it, as with a signed answer to a mail. It proves her only
to whom nothing else has been proven: two who are each somebody are never made one by it, a person decides.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Row, text

from madang.channels.connector import Kind as Proof
from madang.conversations.arrivals import Arrival
from madang.conversations.doors.models import LASTS
from madang.customers.identity import Address
from madang.events.kinds import Kind
from madang.events.record import SYSTEM, News
from madang.lib.postgres import Tx

ALPHABET = "ABCDEFGHJKMNPQRSTVWXYZ23456789"  # what is read aloud and typed without mistakes
LENGTH = 10
_CODE = re.compile(rf"[{ALPHABET}]{{{LENGTH}}}")

# The strongest address of hers: it says most about who she is.
STRONGEST = text("""
select id from identity where customer_id = :customer
order by array_position(array['account', 'email', 'phone', 'scoped', 'cookie'], kind), id limit 1
""")
OFFER = text("""
insert into carry (digest, conversation_id, identity_id, by, expires_at)
values (:digest, :conversation, :identity, :by, now() + cast(:kept as interval))
""")
LOOK = text("""
select c.conversation_id, v.brand_id, v.customer_id, v.language from carry c
join conversation v on v.id = c.conversation_id
where c.digest = :digest and c.used_at is null and c.expires_at > now()
""")
TAKE = text("""
with given as (
  select * from unnest(cast(:digests as text[]), cast(:channels as bigint[])) as g(digest, channel)),
open as (
  select c.digest, g.channel from carry c join given g using (digest)
  join conversation v on v.id = c.conversation_id join channel h on h.id = g.channel and h.brand_id = v.brand_id
  where c.used_at is null and c.expires_at > now() order by c.digest for update of c),
used as (
  update carry c set used_at = now(), used_channel_id = o.channel from open o where c.digest = o.digest
  returning c.digest, c.conversation_id, c.identity_id, o.channel)
select u.digest, u.conversation_id, u.channel, i.kind, i.value, i.account
from used u left join identity i on i.id = u.identity_id
""")


def new_code() -> str:
    """A code that nobody guesses: 49 bits, for a day."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def digest(code: str) -> str:
    """What is kept of a code."""
    return hashlib.sha256(code.upper().encode()).hexdigest()


async def keep(tx: Tx, code: str, conversation_id: int, customer_id: int, by: str) -> None:
    """Let the code lead to the conversation and to whoever it is with."""
    identity = (await tx.execute(STRONGEST, {"customer": customer_id})).scalar_one_or_none()
    given = {"digest": digest(code), "conversation": conversation_id, "identity": identity, "by": by, "kept": LASTS}
    await tx.execute(OFFER, given)


async def look(tx: Tx, code: str) -> Row[Any] | None:
    """(conversation_id, brand_id, customer_id, language) of a code that is still good; it stays good."""
    if not _CODE.fullmatch(code.upper()):
        return None
    return (await tx.execute(LOOK, {"digest": digest(code)})).one_or_none()


async def redeem(tx: Tx, arrivals: Sequence[Arrival]) -> list[News]:
    """Let those of a batch who came by a link stand where it leads to. Codes that are over mean nothing."""
    coming: dict[str, Arrival] = {}
    for one in arrivals:
        party = one.inbound.party
        # A mail's sender is only what the mail says: with a code of his own somebody would make another's address his.
        if party is None or party.kind == Proof.EMAIL or one.again:
            continue
        if _CODE.fullmatch(one.inbound.carry.upper()):
            coming.setdefault(digest(one.inbound.carry), one)
    if not coming:
        return []
    given = {"digests": list(coming), "channels": [one.bound.row.id for one in coming.values()]}
    news: list[News] = []
    for row in await tx.execute(TAKE, given):
        one = coming[row.digest]
        one.inbound = replace(one.inbound, conversation=row.conversation_id)
        if row.kind is not None:
            one.linked = (Address(row.kind, row.value, row.account),)
        data = {"channel": row.channel}
        news.append(News(Kind.CARRY_USED, row.conversation_id, data=data, actor=SYSTEM, request=one.request))
    return news
