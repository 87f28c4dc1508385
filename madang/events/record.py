"""Write what happened, in the transaction in which it happens, and wake whoever waits for news."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import msgspec
from sqlalchemy import text

from madang.events.kinds import Kind
from madang.lib import trace
from madang.lib.postgres import Tx

ActorKind = Literal["user", "token", "customer", "bot", "crm", "system"]


@dataclass(frozen=True, slots=True)
class Actor:
    """Who did it. Written ``user:3``; the house itself is ``system``.

    ``token``: the number of the one that spoke for her when she did it by a program. She is the same with it.
    """

    kind: ActorKind
    id: int = 0
    token: int = field(default=0, compare=False)

    def __str__(self) -> str:
        return f"{self.kind}:{self.id}" if self.id else self.kind

    @property
    def signed(self) -> str:
        """With the token, where there is no other place for it: ``user:3 token:7``."""
        return f"{self} token:{self.token}" if self.token else str(self)


SYSTEM = Actor("system")
BY_TOKEN = "by_token"  # under this name an event's data has the number of the token by which a person did it


def token_of(data: Mapping[str, Any]) -> str:
    """The token by which a person did what an event tells, as an actor is written; '' when she did it herself."""
    return f"token:{data[BY_TOKEN]}" if data.get(BY_TOKEN) else ""


@dataclass(frozen=True, slots=True)
class News:
    """One event about to be written. The subjects are bare numbers: this floor knows no rooms."""

    kind: Kind
    conversation: int | None = None
    message: int | None = None
    customer: int | None = None
    data: dict[str, Any] = field(default_factory=dict)
    actor: Actor | None = None  # when it differs from the batch's
    request: str = ""  # the id of what brought it; without one that of the request being answered


# pg_notify takes < 8,000 bytes: a batch says its ids in pieces of 400.
RECORD = text("""
with e as (
  insert into event (kind, actor, conversation_id, message_id, customer_id, data)
  select k, a, nullif(c, 0), nullif(m, 0), nullif(u, 0), d::jsonb
  from unnest(cast(:kinds as text[]), cast(:actors as text[]), cast(:conversations as bigint[]),
              cast(:messages as bigint[]), cast(:customers as bigint[]), cast(:data as text[]))
       with ordinality as n(k, a, c, m, u, d, place)
  order by place returning id),
said as (select pg_notify('news', string_agg(id::text, ',')) from (
  select id, (row_number() over (order by id)) / 400 as piece from e) p group by piece)
select array(select id from e order by id), (select count(*) from said)
""")


async def record(tx: Tx, actor: Actor, *news: News) -> list[int]:
    """Append events in order, all by ``actor`` unless one names its own; returns their ids."""
    return await record_all(tx, actor, news)


async def record_all(tx: Tx, actor: Actor, news: Sequence[News]) -> list[int]:
    """As :func:`record`, for a batch."""
    if not news:
        return []
    request = trace.current()
    row = (
        await tx.execute(
            RECORD,
            {
                "kinds": [str(one.kind) for one in news],
                "actors": [str(one.actor or actor) for one in news],
                "conversations": [one.conversation or 0 for one in news],
                "messages": [one.message or 0 for one in news],
                "customers": [one.customer or 0 for one in news],
                "data": [_data(one, one.actor or actor, request) for one in news],
            },
        )
    ).one()
    ids: list[int] = row[0]
    return ids


def _data(one: News, actor: Actor, request: str) -> str:
    by = {BY_TOKEN: actor.token} if actor.token else {}
    known = one.request or request
    return msgspec.json.encode({**one.data, **by, **({trace.KEY: known} if known else {})}).decode()
