"""A planned round into the house: new customers, corrected fields, addresses, links. Set-based, one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import Row, text

from madang.channels.crm import Written
from madang.crm.account import Account
from madang.crm.actions import queueing
from madang.crm.actions.queueing import Stuck
from madang.crm.planning import BLOCKED, ERASED, NOBODY, Plan, Step
from madang.crm.translating import same
from madang.customers.actions import outside
from madang.customers.actions.outside import Overruled
from madang.customers.actions.suggesting import Pair, suggest
from madang.customers.identity import Owner
from madang.customers.trees import hold, roots
from madang.events.kinds import Kind
from madang.events.record import News, record_all
from madang.lib.language import marked as _
from madang.lib.postgres import Tx

PROOF = "crm"
LIKELY = 0.9  # the CRM says that they are one
PROBLEM = _("Some fields could not be taken over.")

# A link of a customer whom somebody else holds since is the root's, with her home.
LINK = text("""
insert into crm_link as l (account_id, external_id, customer_id, home_id, known)
select :account, external, root, nullif(home, root), known::jsonb
from unnest(cast(:externals as text[]), cast(:roots as bigint[]), cast(:homes as bigint[]), cast(:knowns as text[]))
  as n(external, root, home, known) order by external
on conflict (account_id, external_id) do update set known = l.known || excluded.known
returning id, external_id
""")
AGREED = text("""
update crm_link l set known = n.known::jsonb, external_id = n.external, gone_at = null
from unnest(cast(:ids as bigint[]), cast(:externals as text[]), cast(:knowns as text[])) as n(id, external, known)
where l.id = n.id
""")
WROTE = text("""
update crm_link l set known = l.known || n.known::jsonb
from unnest(cast(:ids as bigint[]), cast(:knowns as text[])) as n(id, known) where l.id = n.id
""")
GONE = text("update crm_link set gone_at = now() where id = any(cast(:ids as bigint[])) and gone_at is null")
OF_LINKS = text("select id, customer_id from crm_link where id = any(cast(:ids as bigint[]))")


async def take_in(tx: Tx, account: Account, plan: Plan) -> dict[str, int]:
    """Do what was planned here; the caller holds the people. Returns the links of the contacts, by their ids."""
    steps = [one for one in plan.steps if one.decision is not None]
    about = {"crm": account.id}
    fresh = [one for one in steps if one.person is None]
    made = await outside.make(tx, account.actor, [one.decision.take for one in fresh if one.decision], about)
    whose = {one.contact.id: number for one, number in zip(fresh, made, strict=True)}
    await outside.number(tx, account.sources[0], whose)
    whose |= {one.contact.id: one.person.id for one in steps if one.person}
    changes = _changes(steps)
    await outside.correct(tx, account.actor, changes, about)
    await _conflicts(tx, account, steps)
    links = await _links(tx, account, steps, whose)
    await _addresses(tx, account, steps, whose)
    await _unlink(tx, account, [*plan.gone, *(row for one in steps for row in one.swallowed)])
    await _ask(tx, steps, whose)
    await queueing.look_at(
        tx, account.id, {one.person.id for one in steps if one.person and one.changes and not one.main}
    )
    return links


def _changes(steps: Sequence[Step]) -> dict[int, dict[str, tuple[Any, Any]]]:
    """By customer: two contacts of one may correct the same field, from the first value to the last."""
    made: dict[int, dict[str, tuple[Any, Any]]] = {}
    for one in steps:
        for name, (before, after) in one.changes.items() if one.person else ():
            mine = made.setdefault(one.person.id, {}) if one.person else {}
            mine[name] = (mine.get(name, (before,))[0], after)
    return {who: {n: pair for n, pair in some.items() if pair[0] != pair[1]} for who, some in made.items()}


async def _conflicts(tx: Tx, account: Account, steps: Sequence[Step]) -> None:
    """What both sides changed is told; where ours stays, what the CRM had is in the chain as a change undone."""
    kept = [
        Overruled(one.person.id, clash.field, clash.here, clash.there)
        for one in steps
        for clash in (one.decision.conflicts if one.decision and one.person else ())
        if clash.kept == "here" and one.person
    ]
    await outside.overrule(tx, account.actor, kept)
    news = [
        News(
            Kind.CRM_CONFLICT,
            customer=one.person.id,
            data={"crm": account.id, "fields": {clash.field: clash.kept for clash in one.decision.conflicts}},
        )
        for one in steps
        if one.person and one.decision and one.decision.conflicts
    ]
    await record_all(tx, account.actor, news)


async def _links(tx: Tx, account: Account, steps: Sequence[Step], whose: Mapping[str, int]) -> dict[str, int]:
    old = [one for one in steps if one.link is not None]
    await tx.execute(
        AGREED,
        {
            "ids": [one.link.id for one in old if one.link],
            "externals": [one.contact.id for one in old],
            "knowns": [_json(one.decision.known) for one in old if one.decision],
        },
    )
    new = [one for one in steps if one.link is None]
    people = [whose[one.contact.id] for one in new]
    given = {
        "externals": [one.contact.id for one in new],
        "roots": people,
        "homes": people,
        "knowns": [_json(one.decision.known) for one in new if one.decision],
    }
    links = {row.external_id: row.id for row in await tx.execute(LINK, {"account": account.id, **given})}
    return links | {one.contact.id: one.link.id for one in old if one.link}


async def _addresses(tx: Tx, account: Account, steps: Sequence[Step], whose: Mapping[str, int]) -> None:
    """New ones of each, with the home of the link: what a merge joined is parted again by an undo."""
    said: list[tuple[Owner, str, str]] = []
    for one in steps:
        number = whose[one.contact.id]
        home = (one.link.home_id if one.link is not None else None) or number
        known = {*one.person.emails, *one.person.phones} if one.person else set()
        said += [(Owner(number, home), "email", mail) for mail in one.emails if mail not in known]
        said += [(Owner(number, home), "phone", phone) for phone in one.phones if phone not in known]
    proof = PROOF if account.option("proven") else ""
    await outside.say_addresses(tx, account.actor, list(dict.fromkeys(said)), proof=proof)


async def _unlink(tx: Tx, account: Account, rows: Sequence[Row[Any]]) -> None:
    await tx.execute(GONE, {"ids": [one.id for one in rows]})
    news = [
        News(Kind.CRM_UNLINKED, customer=one.customer_id, data={"crm": account.id, "contact": one.external_id})
        for one in rows
    ]
    await record_all(tx, account.actor, news)


async def _ask(tx: Tx, steps: Sequence[Step], whose: Mapping[str, int]) -> None:
    """Contacts that are one there are customers who may be one here: a person decides."""
    pairs = [
        Pair(whose[one.contact.id], other, LIKELY, [{"field": "address", "level": "one contact of the CRM"}])
        for one in steps
        for other in one.others
    ]
    await suggest(tx, pairs)


async def settle(
    tx: Tx, account: Account, plan: Plan, links: Mapping[str, int], answers: Sequence[Written]
) -> list[Stuck]:
    """Keep what both sides have now, after it was written there. Returns what the CRM refused."""
    by_link = {links[one.contact.id]: one for one in plan.steps if one.contact.id in links}
    fresh = {-person.id: (person, decision) for person, _one, decision in plan.fresh}
    wrote: dict[int, dict[str, list[Any]]] = {}
    refused: list[Stuck] = []
    born: list[tuple[int, str, dict[str, list[Any]]]] = []
    for one in answers:
        if one.key > 0:
            step = by_link[one.key]
            if one.contact is None:
                refused.append(Stuck("in", step.contact.id, one.problem, step.person.id if step.person else 0))
            elif step.decision is not None:
                wrote[one.key] = _agreed(account, step.decision.sent, one, sure=True)
        elif one.contact is None:
            refused.append(Stuck("out", str(-one.key), one.problem, -one.key))
        else:
            person, decision = fresh[one.key]
            born.append((person.id, one.contact.id, _agreed(account, decision.sent, one, sure=one.new)))
    given = {"ids": list(wrote), "knowns": [_json(one) for one in wrote.values()]}
    await tx.execute(WROTE, given)
    await _born(tx, account, born)
    return refused


def _agreed(account: Account, sent: Mapping[str, Any], one: Written, *, sure: bool) -> dict[str, list[Any]]:
    """What was sent, and how it stands there. Of a contact that was there before only what it has taken over."""
    theirs = {pair.field: pair.theirs for pair in account.pairs}
    now = one.contact.values if one.contact else {}
    pairs = {name: [value, now.get(theirs[name], "")] for name, value in sent.items()}
    return {name: pair for name, pair in pairs.items() if sure or same(str(pair[0]), str(pair[1]))}


async def _born(tx: Tx, account: Account, born: Sequence[tuple[int, str, dict[str, list[Any]]]]) -> None:
    """Links of contacts that were made there. Somebody may have been merged meanwhile."""
    now = await roots(tx, [one[0] for one in born])
    await hold(tx, now.values())
    kept = [one for one in born if one[0] in now]
    given = {
        "externals": [one[1] for one in kept],
        "roots": [now[one[0]] for one in kept],
        "homes": [one[0] for one in kept],
        "knowns": [_json(one[2]) for one in kept],
    }
    await tx.execute(LINK, {"account": account.id, **given})


def problems(plan: Plan, erased: Sequence[str]) -> list[Stuck]:
    """What a person should see of a round, beside what the CRM refuses."""
    made: list[Stuck] = []
    for one in plan.steps:
        who = one.person.id if one.person else 0
        if one.skip in (NOBODY, BLOCKED):
            made.append(Stuck("in", one.contact.id, one.skip, who))
        elif one.decision and one.decision.problems:
            made.append(Stuck("in", one.contact.id, PROBLEM, who, one.decision.problems))
    made += [Stuck("in", one.external_id, ERASED, one.customer_id) for one in plan.gone if one.external_id in erased]
    for person, _one, decision in plan.fresh:
        if decision.problems:
            made.append(Stuck("out", str(person.id), PROBLEM, person.id, decision.problems))
    return made


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()
