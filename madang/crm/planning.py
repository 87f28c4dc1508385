"""What a round does to whom: pure, so that the dry run and the run cannot differ."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row

from madang.channels.crm import Contact, Write
from madang.crm.account import Account
from madang.crm.deciding import Decision, Side, decide
from madang.crm.looking import Known, Person, mails_of, phones_of
from madang.crm.pairs import PHONE, Pair
from madang.crm.translating import clean
from madang.lib.language import marked as _

NOBODY = _("There is no e-mail address and no phone: she could never be found again.")
BLOCKED = _("She is blocked, so nothing was changed.")
ERASED = _("Her data was erased there, as the law gives her the right. Decide whether it must be erased here too.")


@dataclass(slots=True)
class Step:
    """What one contact does. ``person`` None: she is made. ``link`` None: it is made."""

    contact: Contact
    person: Person | None = None
    link: Row[Any] | None = None
    follows: str = ""  # the id under which it was linked before it was merged there
    swallowed: list[Row[Any]] = field(default_factory=list)  # links of contacts that are this one now
    others: list[int] = field(default_factory=list)  # who she may be too
    decision: Decision | None = None
    changes: dict[str, tuple[Any, Any]] = field(default_factory=dict)  # here: before, after
    emails: list[str] = field(default_factory=list)
    phones: list[str] = field(default_factory=list)
    main: bool = True
    skip: str = ""


@dataclass(frozen=True, slots=True)
class Fresh:
    """Stands for a link that is made in this round."""

    id: int = 0
    gone_at: None = None


@dataclass(slots=True)
class Plan:
    """A round: contacts that are there, links whose contacts are not, customers to be made there."""

    steps: list[Step] = field(default_factory=list)
    gone: list[Row[Any]] = field(default_factory=list)
    fresh: list[tuple[Person, Write, Decision]] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)


def plan(
    account: Account, known: Known, contacts: Sequence[Contact], missing: Sequence[str], customers: Sequence[int]
) -> Plan:
    """``missing``: contacts that were asked for and are not there; ``customers``: those of whom something is new."""
    made = Plan()
    for contact in {one.id: one for one in contacts}.values():
        made.steps.append(_step(account, known, contact, made.counts))
    met = {one.person.id for one in made.steps if one.person}
    made.gone = [known.by_contact[one] for one in missing if one in known.by_contact]
    made.gone = [one for one in made.gone if one.gone_at is None]
    made.counts["gone"] += len(made.gone)
    for number in customers:
        if number not in met:
            _make_there(account, known, number, made)
    made.counts += Counter()  # only what there is
    return made


def _step(account: Account, known: Known, contact: Contact, counts: Counter[str]) -> Step:
    step = Step(contact, emails=mails_of(contact), phones=phones_of(contact, account.terms.region))
    step.link = known.by_contact.get(contact.id)
    step.swallowed = [known.by_contact[one] for one in contact.merged if one in known.by_contact]
    if step.link is None and step.swallowed:
        live = [one for one in step.swallowed if one.gone_at is None] or step.swallowed
        step.link, step.follows = live[0], live[0].external_id
        step.swallowed.remove(live[0])
    step.swallowed = [one for one in step.swallowed if one.gone_at is None]
    found = [step.link.customer_id] if step.link is not None else known.owners.get(contact.id, [])
    found = [one for one in found if one in known.people]
    step.others = list(dict.fromkeys([*found[1:], *(one.customer_id for one in step.swallowed)]))
    if found:
        step.person = known.people[found[0]]
        step.others = [one for one in step.others if one != step.person.id]
    _judge(account, known, step, counts)
    return step


def _judge(account: Account, known: Known, step: Step, counts: Counter[str]) -> None:
    if step.person is not None and step.person.blocked:
        step.skip = BLOCKED
    elif step.person is None and not account.option("make_here"):
        step.skip = "unwanted"
    elif step.person is None and not (step.emails or step.phones):
        step.skip = NOBODY
    if step.skip:
        counts["skipped"] += 1
        return
    step.main = _main(known, step)
    step.decision = decide(
        account.terms,
        account.pairs,
        step.link.known if step.link is not None else {},
        _here(step.person),
        _there(account, step.contact),
        main=step.main,
    )
    _phone(account, step, step.decision)
    _count(step, step.decision, counts)
    _go_along(known, step, step.decision)


def _go_along(known: Known, step: Step, decision: Decision) -> None:
    """What the next contact of this round meets: the same customer may come twice."""
    before = step.person.values if step.person else {}
    step.changes = {name: (before.get(name), value) for name, value in decision.take.items()}
    if step.person is not None:
        step.person.values.update(decision.take)
        if step.link is None:
            known.of.setdefault(step.person.id, []).append(Fresh())


def _main(known: Known, step: Step) -> bool:
    """Whether this is the contact that is written to."""
    if step.person is None:
        return True
    live = [one for one in known.of.get(step.person.id, []) if one.gone_at is None]
    return not live or (step.link is not None and live[0].id == step.link.id)


def _here(person: Person | None) -> Side:
    return Side(person.values, person.at) if person else Side({}, {})


def _there(account: Account, contact: Contact) -> Side:
    values = {name: clean(contact.values.get(name, "")) for name in account.names}
    return Side(values, {"": contact.at})


def _phone(account: Account, step: Step, decision: Decision) -> None:
    """A phone is written only where there is none; what comes is added, so nothing is ever overwritten."""
    pair = _pair_of(account)
    if pair is None or not pair.comes:
        step.phones = []
    if pair is None or not pair.goes or not step.main or not step.person or not step.person.phones:
        return
    mine, hers = step.person.phones[0], step.contact.values.get(pair.theirs, "")
    before = decision.known.get(PHONE)
    if not hers and (not before or before[0] != mine):
        decision.send[pair.theirs], decision.sent[PHONE] = mine, mine
    elif before is None:
        decision.known[PHONE] = [mine, hers]


def _pair_of(account: Account) -> Pair | None:
    return next((one for one in account.pairs if one.field == PHONE), None)


def _count(step: Step, decision: Decision, counts: Counter[str]) -> None:
    if step.person is None:
        counts["made_here"] += 1
    elif step.link is None:
        counts["linked"] += 1
    if step.person is not None and decision.take:
        counts["changed_here"] += 1
    if decision.send:
        counts["changed_there"] += 1
    if not decision.take and not decision.send and step.person is not None:
        counts["same"] += 1
    counts["conflicts"] += len(decision.conflicts)
    counts["problems"] += bool(decision.problems)


def _make_there(account: Account, known: Known, number: int, made: Plan) -> None:
    """She has no contact there. One that was deleted there is not made again."""
    person = known.people.get(number)
    if person is None or person.blocked or known.of.get(number) or not account.option("make_there"):
        return
    if not person.sure:
        made.counts["unreachable"] += 1
        return
    decision = decide(account.terms, account.pairs, {}, _here(person), Side({}, {}), main=True)
    pair = _pair_of(account)
    if pair is not None and pair.goes and person.phones:
        decision.send[pair.theirs], decision.sent[PHONE] = person.phones[0], person.phones[0]
    made.fresh.append((person, Write(-number, decision.send, email=person.sure[0]), decision))
    made.counts["made_there"] += 1


def writes(steps: Sequence[Step], links: Mapping[str, int]) -> list[Write]:
    """What the contacts that are there are to get; ``links`` by the contact's id."""
    return [
        Write(links[one.contact.id], one.decision.send, id=one.contact.id)
        for one in steps
        if one.decision and one.decision.send and one.contact.id in links
    ]
