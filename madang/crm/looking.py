"""What is known of the people of a round: who is linked to what, who has which address, what they have now."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Row, text

from madang.channels.crm import Contact
from madang.customers.imports.values import phone_number
from madang.customers.normal import email
from madang.lib.postgres import Tx

PLAIN = ("name", "language", "timezone", "company", "region")
LINKS_OF_CONTACTS = text("""
select id, external_id, customer_id, home_id, known, gone_at from crm_link
where account_id = :account and external_id = any(cast(:ids as text[])) order by id
""")
# The root's own first, then the oldest: the first that is not gone is the one that is written to.
LINKS_OF_CUSTOMERS = text("""
select id, external_id, customer_id, home_id, known, gone_at from crm_link
where account_id = :account and customer_id = any(cast(:ids as bigint[]))
order by customer_id, home_id is not null, id
""")
PEOPLE = text("""
select id, name, language, timezone, company, region, fields, blocked_at is not null as blocked, created_at
from customer where id = any(cast(:ids as bigint[])) and merged_into is null
""")
# Sure is what was proven, and what a file of ours lists; what somebody has typed into a chat leads to nobody's contact.
ADDRESSES = text("""
select customer_id, kind, value, true as sure from (
  select customer_id, kind, value, main, id from identity
  where customer_id = any(cast(:ids as bigint[])) and kind in ('email', 'phone') order by main desc, id) i
union all
select c.customer_id, kind, c.value, k.value is not null from claim c
left join customer_outside_key k on k.source = '' and k.value = 'email:' || c.value and k.customer_id = c.customer_id
where c.customer_id = any(cast(:ids as bigint[])) and kind in ('email', 'phone')
""")
CHANGED_AT = text("""
select customer_id, field, max(at) as at from field_change
where customer_id = any(cast(:ids as bigint[])) and not undone group by 1, 2
""")
BY_EMAIL = text("""
select value, customer_id from identity
where kind = 'email' and account = '' and value = any(cast(:mails as text[]))
""")
# By its number: as an earlier connection or an imported file of this CRM gave it; then by an address a file listed.
BY_KEY = text("""
select source, value, customer_id from customer_outside_key
where (source = any(cast(:sources as text[])) and value = any(cast(:ids as text[])))
   or (source = '' and value = any(cast(:mails as text[])))
""")


@dataclass(slots=True)
class Person:
    """A customer as she is now. Of all ``emails`` by the ``sure`` ones her contact is found, or made."""

    id: int
    values: dict[str, Any]
    at: dict[str, datetime]
    blocked: bool = False
    emails: list[str] = field(default_factory=list)
    sure: list[str] = field(default_factory=list)
    phones: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Known:
    """``by_contact``: links by the contact's id; ``of``: those of a customer, the main one first."""

    by_contact: dict[str, Row[Any]]
    of: dict[int, list[Any]]
    people: dict[int, Person]
    owners: dict[str, list[int]]  # by contact id: whom its addresses and keys are of, the surest first

    @property
    def ids(self) -> set[int]:
        """Everybody it is about."""
        some = {one.customer_id for one in self.by_contact.values()}
        return some | {one for several in self.owners.values() for one in several} | set(self.people)


def mails_of(contact: Contact) -> list[str]:
    """Its addresses in our spelling."""
    return list(dict.fromkeys(filter(None, (email(one.strip()) for one in contact.emails))))[:20]


def phones_of(contact: Contact, region: str) -> list[str]:
    """Its numbers in our spelling."""
    return list(dict.fromkeys(filter(None, (phone_number(one, region) for one in contact.phones))))[:20]


async def links_of_customers(tx: Tx, account: int, ids: Iterable[int]) -> dict[int, list[Any]]:
    """The links of customers, the main one of each first; those that are gone are among them."""
    made: dict[int, list[Any]] = {}
    for row in await tx.execute(LINKS_OF_CUSTOMERS, {"account": account, "ids": sorted(set(ids))}):
        made.setdefault(row.customer_id, []).append(row)
    return made


async def links_of_contacts(tx: Tx, account: int, ids: Iterable[str]) -> dict[str, Row[Any]]:
    """Links by the contact's id."""
    rows = await tx.execute(LINKS_OF_CONTACTS, {"account": account, "ids": sorted(set(ids))})
    return {row.external_id: row for row in rows}


async def people(tx: Tx, ids: Iterable[int]) -> dict[int, Person]:
    """Customers as they are; merged ones and strangers are left out."""
    given = {"ids": sorted(set(ids))}
    made: dict[int, Person] = {}
    for row in await tx.execute(PEOPLE, given):
        values = {name: getattr(row, name) for name in PLAIN if getattr(row, name)}
        values |= {f"fields.{name}": value for name, value in row.fields.items() if value not in (None, "")}
        made[row.id] = Person(row.id, values, dict.fromkeys(values, row.created_at), row.blocked)
    for row in await tx.execute(ADDRESSES, given):
        if row.customer_id in made:
            kept = made[row.customer_id].emails if row.kind == "email" else made[row.customer_id].phones
            kept.append(row.value)
            if row.sure and row.kind == "email":
                made[row.customer_id].sure.append(row.value)
    for row in await tx.execute(CHANGED_AT, given):
        if row.customer_id in made:
            made[row.customer_id].at[row.field] = row.at
    return made


@dataclass(frozen=True, slots=True)
class Asked:
    """Whom a round is about. ``missing``: contacts that are not there any more."""

    account: int
    sources: Sequence[str]
    contacts: Sequence[Contact]
    missing: Sequence[str]
    customers: Sequence[int]


async def known(tx: Tx, asked: Asked) -> Known:
    """All that is needed to plan it."""
    account, contacts, customers = asked.account, asked.contacts, asked.customers
    ids = {number for one in contacts for number in (one.id, *one.merged)}
    links = await links_of_contacts(tx, account, ids | set(asked.missing))
    owners = await _owners(tx, asked.sources, [one for one in contacts if one.id not in links])
    everybody = {one.customer_id for one in links.values()} | set(customers)
    everybody |= {one for some in owners.values() for one in some}
    return Known(links, await links_of_customers(tx, account, everybody), await people(tx, everybody), owners)


async def _owners(tx: Tx, sources: Sequence[str], contacts: Sequence[Contact]) -> dict[str, list[int]]:
    mails = {mail for one in contacts for mail in mails_of(one)}
    by_mail = {row.value: row.customer_id for row in await tx.execute(BY_EMAIL, {"mails": sorted(mails)})}
    numbers = [number for one in contacts for number in (one.id, *one.merged)]
    keys = {"ids": numbers, "mails": [f"email:{one}" for one in sorted(mails)], "sources": list(sources)}
    by_key = {(row.source, row.value): row.customer_id for row in await tx.execute(BY_KEY, keys)}
    made = {}
    for one in contacts:
        found = [by_key.get((source, number)) for number in (one.id, *one.merged) for source in sources]
        found += [by_mail.get(mail) for mail in mails_of(one)]
        found += [by_key.get(("", f"email:{mail}")) for mail in mails_of(one)]
        made[one.id] = list(dict.fromkeys(number for number in found if number))
    return made
