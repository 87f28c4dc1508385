"""Which conversation a message belongs to. Pure: everything it decides from is handed in.

In this order: a token we signed; an earlier message it refers to, or one of her own matters that it names (#42), of the
same customer; the matter of the order number given; what a colleague has chosen to keep open for her; for channels
without threads the customer's newest open conversation with that brand, or one that closed a short while ago on this
channel; else a new one. What her brand's :class:`Policy` sets apart (another door, another order, another topic, too
long ago) is not continued. To anybody but its own customer a number proves nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

import msgspec


class Policy(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """How a brand threads. Days and hours count from the last word of a matter, reopening from when it was closed."""

    reopen_days: int = 7  # a closed matter goes on when she writes by its own door within so many days; 0 never
    across: Literal["continue", "new"] = "continue"  # she comes by another door while a matter is open
    across_days: int = 0  # but one in which nothing was said for so many days is not continued; 0: always
    mail_hours: int = 0  # a mail that answers nothing continues an open matter this fresh; 0: is always a new one
    by_order: bool = True  # another order number is another matter
    by_topic: bool = True  # another topic is another matter
    signs: bool = True  # messengers are told that an agent writes, and has read


DEFAULT = Policy()


@dataclass(slots=True)
class Slot:
    """A conversation a batch writes to: known by ``id``, or new until it is inserted."""

    customer_id: int
    brand_id: int
    id: int = 0
    status: str = "open"
    closed_at: datetime | None = None
    channel_ids: frozenset[int] = frozenset()
    last_at: datetime | None = None
    assignee_id: int | None = None
    team_id: int | None = None
    reopened: bool = False
    subject: str = ""
    language: str = ""
    home_id: int = 0  # of a new one: for whom of a merged person it is opened
    topic: str = ""
    orders: frozenset[str] = frozenset()
    keeps: bool = False  # a colleague says that what she writes next belongs here
    learned: bool = False  # topic or orders became known by this batch


@dataclass(slots=True)
class Known:
    """What the database knows that may matter to a batch, and what the batch itself has decided so far."""

    by_id: Mapping[int, Slot]
    by_reference: Mapping[tuple[int, str], Slot]  # (channel, provider message id)
    by_customer: Mapping[int, list[Slot]]
    decided: dict[tuple[int, str], Slot] = field(default_factory=dict)
    opened: list[Slot] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Question:
    """One message that looks for its conversation."""

    customer_id: int
    brand_id: int
    channel_id: int
    provider_id: str
    at: datetime
    threaded: bool  # the channel has threads of its own (mail): an unthreaded message is a new matter
    token: int | None = None
    references: tuple[str, ...] = ()
    subject: str = ""
    language: str = ""
    home_id: int = 0
    topic: str = ""
    orders: frozenset[str] = frozenset()
    mentions: tuple[int, ...] = ()  # numbers of conversations that she names
    policy: Policy = DEFAULT


def choose(question: Question, known: Known) -> Slot:
    """The slot for one message, remembered for the rest of the batch."""
    slot = (
        _by_token(question, known)
        or _by_reference(question, known)
        or _by_mention(question, known)
        or _by_customer(question, known)
    )
    if slot is None:
        slot = Slot(question.customer_id, question.brand_id, home_id=question.home_id)
        slot.subject, slot.language = question.subject, question.language
        known.opened.append(slot)
    if slot.status == "closed":
        slot.status, slot.reopened = "open", True
    slot.last_at = question.at
    _learn(slot, question)
    known.decided[(question.channel_id, question.provider_id)] = slot
    return slot


def _by_token(question: Question, known: Known) -> Slot | None:
    slot = known.by_id.get(question.token or 0)
    return slot if slot is not None and slot.brand_id == question.brand_id else None


def _by_reference(question: Question, known: Known) -> Slot | None:
    for reference in reversed(question.references):
        key = (question.channel_id, reference)
        slot = known.decided.get(key) or known.by_reference.get(key)
        if slot is not None and slot.customer_id == question.customer_id:
            return slot
    return None


def _by_mention(question: Question, known: Known) -> Slot | None:
    for number in question.mentions:
        slot = known.by_id.get(number)
        if slot is not None and (slot.customer_id, slot.brand_id) == (question.customer_id, question.brand_id):
            return slot
    return None


def _by_customer(question: Question, known: Known) -> Slot | None:
    mine: list[Slot] = [*known.by_customer.get(question.customer_id, []), *known.opened]
    mine = [s for s in mine if s.customer_id == question.customer_id and s.brand_id == question.brand_id]
    mine = [slot for slot in mine if slot.status == "open" or _may_reopen(slot, question)]
    same_order = [slot for slot in mine if slot.orders & question.orders]
    kept = [slot for slot in mine if slot.keeps and slot.status == "open"]
    fitting = [slot for slot in mine if _continues(slot, question)]
    still_open = [slot for slot in fitting if slot.status == "open"]
    for some in (same_order, kept, still_open, fitting):
        if some:
            return max(some, key=_age)
    return None


def _continues(slot: Slot, question: Question) -> bool:
    """Whether the brand lets this message go on in that matter of hers."""
    policy = question.policy
    quiet = question.at - slot.last_at if slot.last_at else timedelta()
    if question.threaded and (slot.status != "open" or not policy.mail_hours or quiet > _hours(policy.mail_hours)):
        return False
    if policy.by_order and question.orders and slot.orders and not slot.orders & question.orders:
        return False
    if policy.by_topic and question.topic and slot.topic and slot.topic != question.topic:
        return False
    if not slot.channel_ids or question.channel_id in slot.channel_ids:
        return True
    return policy.across == "continue" and not (policy.across_days and quiet > timedelta(days=policy.across_days))


def _hours(many: int) -> timedelta:
    return timedelta(hours=many)


def _may_reopen(slot: Slot, question: Question) -> bool:
    if slot.closed_at is None:
        return False
    here = question.channel_id in slot.channel_ids or bool(slot.orders & question.orders)
    return here and question.at - slot.closed_at < timedelta(days=question.policy.reopen_days)


def _learn(slot: Slot, question: Question) -> None:
    """A matter is about what its messages say it is about."""
    slot.channel_ids |= {question.channel_id}
    if question.orders - slot.orders or (question.topic and not slot.topic):
        slot.orders |= question.orders
        slot.topic = slot.topic or question.topic
        slot.learned = True


def _age(slot: Slot) -> tuple[bool, float, int]:
    return (slot.last_at is not None, slot.last_at.timestamp() if slot.last_at else 0.0, slot.id)
