"""Which conversation a message belongs to. Pure: everything it decides from is handed in.

In this order: a token we signed; an earlier message it refers to, of the same customer; for channels without threads
the customer's newest open conversation with that brand, or one that closed a short while ago on this channel; else a
new one. A number in a subject proves nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

REOPEN_WITHIN = timedelta(days=7)


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


def choose(question: Question, known: Known) -> Slot:
    """The slot for one message, remembered for the rest of the batch."""
    slot = _by_token(question, known) or _by_reference(question, known) or _by_customer(question, known)
    if slot is None:
        slot = Slot(question.customer_id, question.brand_id, home_id=question.home_id)
        slot.subject, slot.language = question.subject, question.language
        known.opened.append(slot)
    if slot.status == "closed":
        slot.status, slot.reopened = "open", True
    slot.last_at = question.at
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


def _by_customer(question: Question, known: Known) -> Slot | None:
    if question.threaded:
        return None
    mine: list[Slot] = [*known.by_customer.get(question.customer_id, []), *known.opened]
    mine = [s for s in mine if s.customer_id == question.customer_id and s.brand_id == question.brand_id]
    still_open = [slot for slot in mine if slot.status == "open"]
    if still_open:
        return max(still_open, key=_age)
    recent = [slot for slot in mine if _may_reopen(slot, question)]
    return max(recent, key=_age, default=None)


def _may_reopen(slot: Slot, question: Question) -> bool:
    if slot.closed_at is None or question.channel_id not in slot.channel_ids:
        return False
    return question.at - slot.closed_at < REOPEN_WITHIN


def _age(slot: Slot) -> tuple[bool, float, int]:
    return (slot.last_at is not None, slot.last_at.timestamp() if slot.last_at else 0.0, slot.id)
