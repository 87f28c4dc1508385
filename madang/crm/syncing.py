"""One round: some contacts and some customers, looked at on both sides, decided, done here, written there, noted.

What was done is noted last. A round that breaks off is done again: what both sides say already is no change.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from madang.channels.crm import Contact, Crm, Written
from madang.crm import looking, planning
from madang.crm.account import Account
from madang.crm.actions import filing, queueing
from madang.crm.actions.queueing import Task
from madang.crm.planning import Plan
from madang.customers.trees import Moved, hold, roots
from madang.lib.postgres import Database, Tx

log = logging.getLogger("madang.crm")
T = TypeVar("T")

TRIES = 5  # to find everybody unmoved between reading and locking


@dataclass(slots=True)
class Round:
    """What is looked at: contacts in hand, contacts to be read, customers. ``tasks``: those it answers."""

    contacts: list[Contact] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    customers: list[int] = field(default_factory=list)
    tasks: list[Task] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)

    @property
    def erased(self) -> list[str]:
        """Contacts whose data had to be erased there."""
        return [one.key for one in self.tasks if one.what == "erased"]


def of_tasks(tasks: Sequence[Task]) -> Round:
    """A round for what is due."""
    ids = [one.key for one in tasks if one.way == "in"]
    customers = [int(one.key) for one in tasks if one.way == "out"]
    return Round(ids=ids, customers=customers, tasks=list(tasks))


async def go(database: Database, crm: Crm, account: Account, one: Round, *, dry: bool = False) -> Counter[str]:
    """Do it; returns what was done, by name. Raises CrmError: then nothing is lost, and all of it may be done again."""
    await _read(database, crm, account, one)
    plan, links = await _here(database, account, one, dry=dry)
    if dry:
        return plan.counts
    answers = await _there(crm, plan, links)
    async with database.begin() as tx:
        refused = await filing.settle(tx, account, plan, links, answers)
        stuck = [*filing.problems(plan, one.erased), *refused]
        await queueing.stuck(tx, account.id, stuck, one.tasks)
        waits = {(each.way, each.key) for each in stuck}
        await queueing.done(tx, account.id, [task for task in one.tasks if (task.way, task.key) not in waits])
    plan.counts["refused"] += len(refused)
    return plan.counts + Counter()


async def _read(database: Database, crm: Crm, account: Account, one: Round) -> None:
    """How the contacts are now: those asked for, those of the customers, and who has their addresses there."""
    async with database.begin() as tx:
        one.customers = sorted(set((await roots(tx, one.customers)).values()))
        links = await looking.links_of_customers(tx, account.id, one.customers)
        people = await looking.people(tx, [number for number in one.customers if number not in links])
    wanted = {row.external_id for some in links.values() for row in some if row.gone_at is None} | set(one.ids)
    asked = sorted(wanted - {contact.id for contact in one.contacts})
    for some in _parts(asked, crm.limits.batch):
        found = await crm.read(some, account.names)
        one.contacts += {contact.id: contact for contact in found.values()}.values()
        one.missing += [number for number in some if number not in found]
    mails = sorted({mail for person in people.values() for mail in person.sure[:3]})
    for some in _parts(mails, crm.limits.batch):
        one.contacts += (await crm.find(some, account.names)).values()


def _parts(some: Sequence[T], size: int) -> list[Sequence[T]]:
    return [some[at : at + size] for at in range(0, len(some), size)]


async def _here(database: Database, account: Account, one: Round, *, dry: bool) -> tuple[Plan, dict[str, int]]:
    """Everybody held, what is planned is done here."""
    for _try in range(TRIES):
        try:
            async with database.begin() as tx:
                known = await _known(tx, account, one, lock=not dry)
                plan = planning.plan(account, known, one.contacts, one.missing, one.customers)
                return plan, {} if dry else await filing.take_in(tx, account, plan)
        except Moved:  # merged in between: nothing is written, look again
            async with database.begin() as tx:
                one.customers = sorted(set((await roots(tx, one.customers)).values()))
    raise Moved


async def _known(tx: Tx, account: Account, one: Round, *, lock: bool) -> looking.Known:
    asked = looking.Asked(account.id, account.sources, one.contacts, one.missing, one.customers)
    found = await looking.known(tx, asked)
    if not lock:
        return found
    await hold(tx, found.ids)
    again = await looking.known(tx, asked)
    if again.ids != found.ids:
        raise Moved
    return again


async def _there(crm: Crm, plan: Plan, links: dict[str, int]) -> list[Written]:
    """Write what the plan says, in the CRM's batches."""
    writes = [*planning.writes(plan.steps, links), *(write for _person, write, _decision in plan.fresh)]
    made: list[Written] = []
    for some in _parts(writes, crm.limits.batch):
        made += await crm.write(some)
    return made
