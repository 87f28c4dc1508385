"""Find or make the customers behind a batch of addresses, set-based. Writes as part of ``conversations`` intake.

Lock order of the house: lane -> identity -> customer (sorted) -> conversation.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import text

from madang.channels.connector import Kind as Proof
from madang.channels.connector import Party
from madang.customers.normal import normalise
from madang.customers.trees import Moved
from madang.events.kinds import Kind
from madang.events.record import Actor, News
from madang.lib.postgres import Tx

GLOBAL = {Proof.EMAIL, Proof.PHONE}  # mean the same person on every channel; all else is the channel's own


@dataclass(frozen=True, slots=True, order=True)
class Address:
    """A proven address in its one spelling."""

    kind: str
    value: str
    account: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """Who stands behind an address: the person she is now, and her home, which is the same unless she was merged."""

    identity_id: int
    customer_id: int
    new: bool
    home_id: int = 0


def addresses(party: Party, account: str, region: str = "") -> list[Address]:
    """Every address the party proves, its own first. ``account`` names the channel's for scoped kinds, ``region`` (ISO
    3166) is where its national phone numbers are read."""
    given = [(str(kind), value) for kind, value in ((party.kind, party.value), *party.also)]
    made = [Address(kind, normalise(kind, value, region), "" if kind in GLOBAL else account) for kind, value in given]
    return [one for one in made if one.value]


FIND = text("""
select i.kind, i.value, i.account, i.id, i.customer_id, coalesce(i.home_id, i.customer_id)
from unnest(cast(:kinds as text[]), cast(:values as text[]), cast(:accounts as text[])) as a(kind, value, account)
join identity i using (kind, value, account)
""")

# Two statements, as the design asks: what a rival transaction made meanwhile is found on the second look.
MAKE_CUSTOMERS = text("""
insert into customer (id, name, language)
select * from unnest(cast(:ids as bigint[]), cast(:names as text[]), cast(:languages as text[]))
""")
MAKE_IDENTITIES = text("""
insert into identity (customer_id, home_id, kind, value, account, proof, proved_by)
select customer, nullif(home, customer), kind, value, account, :proof, :by
from unnest(cast(:customers as bigint[]), cast(:homes as bigint[]), cast(:kinds as text[]), cast(:values as text[]),
            cast(:accounts as text[])) as n(customer, home, kind, value, account)
on conflict do nothing returning kind, value, account, id, customer_id, coalesce(home_id, customer_id)
""")
NUMBERS = text("select nextval('customer_id_seq') from generate_series(1, :n)")
FORGET = text("""
delete from customer c where c.id = any(cast(:ids as bigint[]))
and not exists (select from identity i where i.customer_id = c.id)
""")
OF_CUSTOMER = text("select kind, value, account from identity where customer_id = :customer")
STRAYED = text("""
select 1 from unnest(cast(:ids as bigint[]), cast(:customers as bigint[])) as k(id, customer)
left join identity i using (id) where i.customer_id is distinct from k.customer limit 1
""")
CLAIM = text("""
insert into claim (customer_id, home_id, kind, value)
select customer, nullif(home, customer), kind, value
from unnest(cast(:customers as bigint[]), cast(:homes as bigint[]), cast(:kinds as text[]), cast(:values as text[]))
  as n(customer, home, kind, value)
on conflict do nothing returning customer_id, kind, value
""")


async def find(tx: Tx, wanted: Iterable[Address]) -> dict[Address, Found]:
    """Those of ``wanted`` that are known."""
    rows = await tx.execute(FIND, _columns(sorted(set(wanted))))
    return {Address(row[0], row[1], row[2]): Found(row[3], row[4], False, row[5]) for row in rows}


async def find_or_make(
    tx: Tx, groups: Sequence[tuple[Party, Sequence[Address]]], known: Mapping[Address, Found], proof: str
) -> tuple[dict[Address, Found], list[News]]:
    """Everyone behind parties with their addresses, made where none is ``known``, and the events of what was made."""
    known = dict(known)
    strangers = _strangers(groups, known)
    if not strangers:
        return known, []
    numbers = [row[0] for row in await tx.execute(NUMBERS, {"n": len(strangers)})]
    await tx.execute(
        MAKE_CUSTOMERS,
        {
            "ids": numbers,
            "names": [party.name for party in strangers.values()],
            "languages": [party.language for party in strangers.values()],
        },
    )
    made = await _make(tx, {one: Owner(n, n) for one, n in zip(strangers, numbers, strict=True)}, proof)
    lost = [one for one in strangers if one not in made]
    if lost:  # a rival transaction was first: hers it is
        await tx.execute(FORGET, {"ids": numbers})
        known |= await find(tx, lost)
    news = [
        News(Kind.CUSTOMER_CREATED, customer=found.customer_id, actor=Actor("customer", found.customer_id))
        for found in made.values()
    ]
    return known | made, news


def _strangers(
    groups: Sequence[tuple[Party, Sequence[Address]]], known: Mapping[Address, Found]
) -> dict[Address, Party]:
    """The first address of every party of whom no address is known, in lock order."""
    made: dict[Address, Party] = {}
    for party, some in groups:
        if some and not any(one in known for one in some):
            made.setdefault(some[0], party)
    return dict(sorted(made.items(), key=lambda pair: pair[0]))


class Owner(NamedTuple):
    """Whose an address is to be: the person she is now, and her home."""

    customer_id: int
    home_id: int


async def _make(tx: Tx, owners: Mapping[Address, Owner], proof: str, by: str = "") -> dict[Address, Found]:
    whose = {
        "customers": [one.customer_id for one in owners.values()],
        "homes": [one.home_id for one in owners.values()],
        "proof": proof,
        "by": by,
    }
    given = _columns(list(owners)) | whose
    rows = await tx.execute(MAKE_IDENTITIES, given)
    return {Address(row[0], row[1], row[2]): Found(row[3], row[4], True, row[5]) for row in rows}


async def attach(tx: Tx, owners: Mapping[Address, Owner], proof: str, by: str = "") -> list[News]:
    """Give known customers further proven addresses; one that is somebody else's already stays hers.

    ``by`` is the event actor who showed it, '' when the channel did.
    """
    if not owners:
        return []
    made = await _make(tx, dict(sorted(owners.items())), proof, by)
    return [
        News(Kind.IDENTITY_ADDED, customer=found.customer_id, data={"kind": one.kind, "proof": proof})
        for one, found in made.items()
    ]


# Whoever answers a mail of ours from an address its customer had only said proves that the address is hers.
PROVEN = text("""
delete from claim c using conversation v,
  unnest(cast(:conversations as bigint[]), cast(:kinds as text[]), cast(:values as text[]))
    as a(conversation, kind, value)
where v.id = a.conversation and c.customer_id = v.customer_id and c.kind = a.kind and c.value = a.value
returning c.kind, c.value, c.customer_id, coalesce(c.home_id, c.customer_id) as home_id
""")


async def prove_claims(tx: Tx, answers: Sequence[tuple[int, Address]]) -> list[News]:
    """(conversation a signed token names, address it was used from): turn that customer's claim into an identity."""
    if not answers:
        return []
    given = {"conversations": [number for number, _ in answers], **_columns([address for _, address in answers])}
    del given["accounts"]
    owners = {
        Address(row.kind, row.value): Owner(row.customer_id, row.home_id) for row in await tx.execute(PROVEN, given)
    }
    return await attach(tx, owners, "signed reply")


async def still(tx: Tx, found: Iterable[Found]) -> None:
    """Raise :class:`Moved` when an address is another person's by now. The caller holds the customers."""
    known = {one.identity_id: one.customer_id for one in found}
    given = {"ids": list(known), "customers": list(known.values())}
    if (await tx.execute(STRAYED, given)).first():
        raise Moved


async def claim(tx: Tx, claims: Iterable[tuple[Owner, str, str]], region: str = "") -> list[News]:
    """Note addresses customers only *said*: (whose, kind, value). They never find anybody."""
    said = sorted({(who, kind, normal) for who, kind, value in claims if (normal := normalise(kind, value, region))})
    if not said:
        return []
    given = {
        "customers": [one[0].customer_id for one in said],
        "homes": [one[0].home_id for one in said],
        "kinds": [one[1] for one in said],
        "values": [one[2] for one in said],
    }
    return [
        News(Kind.CLAIM_ADDED, customer=row[0], data={"kind": row[1]}, actor=Actor("customer", row[0]))
        for row in await tx.execute(CLAIM, given)
    ]


def _columns(some: Sequence[Address]) -> dict[str, Any]:
    return {
        "kinds": [one.kind for one in some],
        "values": [one.value for one in some],
        "accounts": [one.account for one in some],
    }


# What a page says of its visitor: never more than 200 words of it, whoever sends them.
LEARN = text("""
with said as (
  select * from unnest(cast(:customers as bigint[]), cast(:names as text[]), cast(:timezones as text[]),
                       cast(:attributes as text[])) as s(customer, name, timezone, given)),
fresh as (
  select c.id, case when c.name = '' then s.name else c.name end as name,
    case when s.timezone = '' then c.timezone else s.timezone end as timezone,
    c.attributes || s.given::jsonb as attributes
  from said s join customer c on c.id = s.customer order by c.id for no key update of c)
update customer c set name = f.name, timezone = f.timezone, attributes = f.attributes from fresh f
where c.id = f.id and (c.name, c.timezone, c.attributes) is distinct from (f.name, f.timezone, f.attributes)
  and (select count(*) from jsonb_object_keys(f.attributes)) <= 200
returning c.id
""")


@dataclass(frozen=True, slots=True)
class Told:
    """What a channel was told of a customer beside her address. None of it is proven, none of it finds her."""

    customer_id: int
    name: str = ""
    timezone: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)


async def learn(tx: Tx, some: Sequence[Told]) -> list[News]:
    """Keep it: a name where there was none, the newest zone, attributes by key. The caller holds the customers."""
    if not some:
        return []
    all_of = _together(some)
    given = {
        "customers": [one.customer_id for one in all_of],
        "names": [" ".join(one.name.split())[:120] for one in all_of],
        "timezones": [one.timezone for one in all_of],
        "attributes": [msgspec.json.encode(dict(one.attributes)).decode() for one in all_of],
    }
    return [
        News(Kind.CUSTOMER_CHANGED, customer=row[0], actor=Actor("customer", row[0]))
        for row in await tx.execute(LEARN, given)
    ]


def _together(some: Sequence[Told]) -> list[Told]:
    """All that was told of each customer in one batch, in the order it was told: a statement changes a row once."""
    made: dict[int, Told] = {}
    for one in some:
        before = made.get(one.customer_id, Told(one.customer_id))
        made[one.customer_id] = Told(
            one.customer_id,
            before.name or one.name,
            one.timezone or before.timezone,
            {**before.attributes, **one.attributes},
        )
    return list(made.values())
