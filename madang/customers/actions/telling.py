"""What happened elsewhere is written down with the customer: a whole batch in one statement, each event once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import msgspec
from sqlalchemy import Row, text

from madang.customers.actions.counting import Counted, count, week
from madang.customers.happenings import Happening, Unfit
from madang.customers.identity import Owner
from madang.events.kinds import Kind
from madang.events.record import Actor, News, record_all
from madang.lib.postgres import Tx

BLOCKED = text("select id from customer where id = any(cast(:ids as bigint[])) and blocked_at is not null")
# In the order of the keys: two who tell the same wait for each other and never across.
TELL = text("""
insert into customer_event (customer_id, home_id, source, key, kind, at, title, url, amount, currency, data)
select customer, nullif(home, customer), :source, key, kind, at, title, url, amount, currency, data::jsonb
from unnest(cast(:customers as bigint[]), cast(:homes as bigint[]), cast(:keys as text[]), cast(:kinds as text[]),
            cast(:ats as timestamptz[]), cast(:titles as text[]), cast(:urls as text[]), cast(:amounts as bigint[]),
            cast(:currencies as text[]), cast(:data as text[]))
  as g(customer, home, key, kind, at, title, url, amount, currency, data)
order by key
on conflict (source, key) do nothing
returning customer_id as customer, coalesce(home_id, customer_id) as home, kind, at, amount, currency
""")


class Told(NamedTuple):
    """One thing, and whose it is."""

    owner: Owner
    happening: Happening


async def tell(tx: Tx, actor: Actor, source: str, some: Sequence[Told]) -> int:
    """Write down what is new of a checked batch; returns how many that were.

    The caller holds the customers. Raises Unfit when one of them is blocked: then nothing is kept.
    """
    await _refuse_blocked(tx, some)
    written = (await tx.execute(TELL, _columns(some) | {"source": source})).all()
    await count(tx, (one for row in written for one in _counted(row)))
    await record_all(tx, actor, list(_news(source, written)))
    return len(written)


async def _refuse_blocked(tx: Tx, some: Sequence[Told]) -> None:
    everyone = sorted({one.owner.customer_id for one in some})
    blocked = set((await tx.execute(BLOCKED, {"ids": everyone})).scalars())
    said = "This customer is blocked: nothing more is kept about her. Unblock her first."
    problems = [(f"events[{place}]", said) for place, one in enumerate(some) if one.owner.customer_id in blocked]
    if problems:
        raise Unfit(problems)


def _columns(some: Sequence[Told]) -> dict[str, object]:
    return {
        "customers": [one.owner.customer_id for one in some],
        "homes": [one.owner.home_id for one in some],
        "keys": [one.happening.key for one in some],
        "kinds": [one.happening.kind for one in some],
        "ats": [one.happening.at for one in some],
        "titles": [one.happening.title for one in some],
        "urls": [one.happening.url for one in some],
        "amounts": [one.happening.amount for one in some],
        "currencies": [one.happening.currency for one in some],
        "data": [msgspec.json.encode(dict(one.happening.data)).decode() for one in some],
    }


def _counted(row: Row[tuple[object, ...]]) -> Iterator[Counted]:
    owner = Owner(row.customer, row.home)
    yield Counted(owner, week(row.at), row.at)
    if row.kind != "campaign":  # that is what we did
        yield Counted(owner, "seen", row.at)
    if row.kind == "order" and row.amount is not None:
        yield Counted(owner, f"spent {row.currency}", row.at, row.amount)


def _news(source: str, written: Iterable[Row[tuple[object, ...]]]) -> Iterator[News]:
    """One for each customer of the batch."""
    kinds: dict[int, Counter[str]] = {}
    for row in written:
        kinds.setdefault(row.customer, Counter())[row.kind] += 1
    for customer, some in sorted(kinds.items()):
        data = {"source": source, "kinds": dict(some), "events": some.total()}
        yield News(Kind.CUSTOMER_TOLD, customer=customer, data=data)
