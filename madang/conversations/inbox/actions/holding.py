"""Many conversations held at once, in the house's order, and what could not be done with each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ARRAY, BigInteger, any_, cast, select

from madang.conversations.models import Conversation
from madang.customers.models import Customer
from madang.events.kinds import Kind
from madang.events.record import News, record_all
from madang.lib.errors import Refused
from madang.lib.language import gettext
from madang.lib.language import marked as _
from madang.lib.postgres import Tx
from madang.staff.permissions import Verb, Viewer, permit

MOST = 500  # conversations of one batch
MISSING = _("It is not there any more, or not yours to see.")


@dataclass(frozen=True, slots=True)
class Held:
    """A conversation as it stands, locked until the transaction ends."""

    id: int
    customer_id: int
    brand_id: int
    status: str
    assignee_id: int | None
    team_id: int | None
    tags: list[str]
    priority: int
    snoozed_until: datetime | None
    last_id: int
    fields: Mapping[str, Any]
    unread: int
    keeps: bool
    waiting_since: datetime | None


COLUMNS = tuple(getattr(Conversation, name) for name in Held.__dataclass_fields__)


@dataclass(frozen=True, slots=True)
class Step:
    """One way back: ``verb`` with ``value`` on these, as far as ``was`` is still what is there."""

    verb: str
    value: Any
    ids: tuple[int, ...]
    was: Any = None


@dataclass(slots=True)
class Done:
    """What became of a batch: what was changed, what could not be, each with its reason, and how to undo it."""

    changed: list[int] = field(default_factory=list)
    refused: dict[int, str] = field(default_factory=dict)
    undo: list[Step] = field(default_factory=list)

    def add(self, other: Done) -> None:
        """With what another did."""
        self.changed += other.changed
        self.refused |= other.refused
        self.undo += other.undo


async def hold_all(tx: Tx, viewer: Viewer, verb: Verb, ids: Sequence[int]) -> tuple[dict[int, Held], Done]:
    """Lock them, customers before conversations, each by number. Those she does not see are refused, one by one."""
    permit(viewer, verb)
    wanted = sorted(set(ids))
    if not wanted:
        raise Refused(gettext(_("Choose at least one conversation.")))
    if len(wanted) > MOST:
        raise Refused(gettext(_("Choose at most %(n)s conversations at once.")) % {"n": MOST})
    hers = (Conversation.id == any_(cast(wanted, ARRAY(BigInteger))), viewer.scope.where(Conversation))
    owners = sorted(set((await tx.execute(select(Conversation.customer_id).where(*hers))).scalars()))
    people = select(Customer.id).where(Customer.id == any_(cast(owners, ARRAY(BigInteger)))).order_by(Customer.id)
    await tx.execute(people.with_for_update(key_share=True))
    query = select(*COLUMNS).where(*hers, Conversation.merged_into_id.is_(None)).order_by(Conversation.id)
    rows = (await tx.execute(query.with_for_update(key_share=True, of=Conversation))).all()
    held = {row.id: Held(*row) for row in rows}
    return held, Done(refused={one: gettext(MISSING) for one in wanted if one not in held})


async def tell(
    tx: Tx, viewer: Viewer, kind: Kind, some: Mapping[int, Mapping[str, Any]], held: Mapping[int, Held]
) -> None:
    """An event for each, with its data."""
    news = [News(kind, number, customer=held[number].customer_id, data=dict(data)) for number, data in some.items()]
    await record_all(tx, viewer.actor, news)


def grouped(before: Mapping[int, Any]) -> list[tuple[Any, tuple[int, ...]]]:
    """By what each was, those that were it."""
    made: dict[Any, list[int]] = {}
    for number, value in before.items():
        made.setdefault(value, []).append(number)
    return [(value, tuple(ids)) for value, ids in made.items()]
