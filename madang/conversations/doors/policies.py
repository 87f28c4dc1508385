"""What a brand has decided of its doors: how it threads, which doors it tries, and what that would mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import select, text

from madang.brands.models import Brand
from madang.channels import templates
from madang.conversations.actions.chains import StepGiven
from madang.conversations.doors.words import spread
from madang.conversations.placing import policy_of
from madang.conversations.threading import Known, Policy, Question, Slot, choose
from madang.lib.errors import NotFound
from madang.lib.language import marked as _
from madang.lib.postgres import Tx

STEPS = text("select channel_id, template_id, values, wait from chain_step where brand_id = :brand order by place")


async def policy(tx: Tx, brand_id: int) -> Policy:
    """How a brand threads now; raises NotFound."""
    kept = (await tx.execute(select(Brand.threading).where(Brand.id == brand_id))).scalar_one_or_none()
    if kept is None:
        raise NotFound("There is no such brand.")
    return policy_of(kept)


async def chain(tx: Tx, brand_id: int) -> list[StepGiven]:
    """The doors a brand tries, in order; none when it tries whatever is open."""
    rows = (await tx.execute(STEPS, {"brand": brand_id})).all()
    return [StepGiven(row.channel_id, row.template_id, dict(row.values), row.wait) for row in rows]


@dataclass(frozen=True, slots=True)
class Case:
    """An example of a customer who writes again. ``words`` is a msgid."""

    words: str
    quiet: timedelta = timedelta(hours=2)  # since the last word of the matter
    closed: timedelta | None = None  # since it was closed; None while it is open
    elsewhere: bool = False  # by another door
    mail: bool = False  # by a mail that answers nothing
    order: bool = False  # she names another order
    topic: bool = False  # she chose another topic


CASES: Sequence[Case] = (
    Case(_("She writes again by the same door, two hours later.")),
    Case(_("She writes by another door, two hours later."), elsewhere=True),
    Case(_("She writes by another door, five days later."), quiet=timedelta(days=5), elsewhere=True),
    Case(_("She writes by another door, a month later; nobody has closed the matter."), timedelta(30), elsewhere=True),
    Case(_("She writes about another order number."), order=True),
    Case(_("She chooses another topic in a form."), topic=True, elsewhere=True),
    Case(
        _("She sends a mail that answers nothing, an hour after she wrote in the chat."), timedelta(hours=1), mail=True
    ),
    Case(_("She writes by the same door, three days after the matter was closed."), timedelta(3), closed=timedelta(3)),
    Case(_("She writes by the same door, two weeks after the matter was closed."), timedelta(14), closed=timedelta(14)),
)
HERE, ELSEWHERE = 1, 2  # two channels


def goes_on(case: Case, rule: Policy) -> bool:
    """Whether the matter goes on by this rule; else a new one begins. Decided by what decides in earnest."""
    now = datetime.now(UTC)
    matter = Slot(1, 1, id=1, status="closed" if case.closed is not None else "open", channel_ids=frozenset({HERE}))
    matter.last_at, matter.orders, matter.topic = now - case.quiet, frozenset({"17"}), "delivery"
    matter.closed_at = now - case.closed if case.closed is not None else None
    asked = Question(
        customer_id=1,
        brand_id=1,
        channel_id=ELSEWHERE if case.elsewhere or case.mail else HERE,
        provider_id="example",
        at=now,
        threaded=case.mail,
        orders=frozenset({"18"}) if case.order else frozenset(),
        topic="refund" if case.topic else "",
        policy=rule,
    )
    return choose(asked, Known({1: matter}, {}, {1: [matter]})) is matter


async def reading(tx: Tx, step: StepGiven, example: Mapping[str, str]) -> str:
    """How an answer would read at this step: the words themselves, or the template with its places filled."""
    if step.template_id is None:
        return example["text"]
    row = await templates.one(tx, step.template_id)
    return templates.filled(row.body, {place: spread(str(value), example) for place, value in step.values.items()})
