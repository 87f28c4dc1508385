"""How a brand threads, and which doors it tries in which order. Administrators say so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import msgspec
from sqlalchemy import delete, insert, select, update

from madang.brands.models import Brand
from madang.brands.queries import brand
from madang.changes.actions import Subject, note
from madang.channels import templates
from madang.channels.connector import Cap
from madang.channels.queries import channels
from madang.channels.registry import get
from madang.conversations.doors.models import ChainStep
from madang.conversations.placing import policy_of
from madang.conversations.threading import Policy
from madang.events.kinds import Kind
from madang.events.record import News, record
from madang.lib.errors import NotFound, Refused
from madang.lib.language import gettext as _
from madang.lib.postgres import Tx
from madang.staff.permissions import Viewer, permit

MOST_STEPS = 10
LONGEST_WAIT = 2 * 24 * 60  # minutes
BOUNDS = {"reopen_days": 365, "across_days": 365, "mail_hours": 24 * 30}


@dataclass(frozen=True, slots=True)
class StepGiven:
    """One step as an administrator gives it. ``wait`` in minutes; ``values`` fill the template's places."""

    channel_id: int
    template_id: int | None = None
    values: Mapping[str, str] = field(default_factory=dict)
    wait: int = 0


async def set_threading(tx: Tx, viewer: Viewer, brand_id: int, policy: Policy) -> None:
    """Let a brand thread by ``policy`` from now on. Raises Refused, NotFound."""
    subject = await _mine(tx, viewer, brand_id)
    for name, most in BOUNDS.items():
        if not 0 <= getattr(policy, name) <= most:
            raise Refused(_("Give a number from 0 to %(most)s.") % {"most": most}, name)
    kept = msgspec.to_builtins(policy)
    before = (await tx.execute(select(Brand.threading).where(Brand.id == brand_id))).scalar_one()
    await tx.execute(update(Brand).where(Brand.id == brand_id).values(threading=kept))
    was, now = (msgspec.structs.asdict(one) for one in (policy_of(before), policy))
    await note(tx, viewer.actor, subject, was, now)
    await record(tx, viewer.actor, News(Kind.BRAND_CHANGED, data={"brand": brand_id, "threading": kept}))


async def set_chain(tx: Tx, viewer: Viewer, brand_id: int, steps: Sequence[StepGiven]) -> None:
    """Let a brand try these doors in this order; none: any other that is open. Raises Refused naming the step."""
    subject = await _mine(tx, viewer, brand_id)
    if len(steps) > MOST_STEPS:
        raise Refused(_("A chain has at most %(n)s steps.") % {"n": MOST_STEPS})
    mine = {row.id: row.connector for row in await channels(tx) if row.brand_id == brand_id}
    for place, step in enumerate(steps):
        await _check(tx, mine, place, step)
        if any(_door(step) == _door(before) for before in steps[:place]):
            raise Refused(_("This channel stands in the chain already."), f"step-{place}")
    was = await _steps(tx, brand_id)
    await tx.execute(delete(ChainStep).where(ChainStep.brand_id == brand_id))
    rows = [
        {
            "brand_id": brand_id,
            "place": place,
            "channel_id": step.channel_id,
            "template_id": step.template_id,
            "values": dict(step.values),
            "wait": step.wait,
        }
        for place, step in enumerate(steps)
    ]
    if rows:
        await tx.execute(insert(ChainStep), rows)
    await note(tx, viewer.actor, subject, {"chain": was}, {"chain": [asdict(step) for step in steps]})
    told = [{name: row[name] for name in ("channel_id", "template_id", "wait")} for row in rows]
    await record(tx, viewer.actor, News(Kind.CHAIN_CHANGED, data={"brand": brand_id, "steps": told}))


async def _steps(tx: Tx, brand_id: int) -> list[dict[str, Any]]:
    """The chain as it stands."""
    step = ChainStep
    query = select(step.channel_id, step.template_id, step.values, step.wait).where(step.brand_id == brand_id)
    return [dict(row) for row in (await tx.execute(query.order_by(step.place))).mappings()]


async def _mine(tx: Tx, viewer: Viewer, brand_id: int) -> Subject:
    """This brand, if she may say so of it. Raises NotPermitted, NotFound."""
    permit(viewer, "brand.manage")
    if viewer.scope.brands is not None and brand_id not in viewer.scope.brands:
        raise NotFound("There is no such brand.")
    return Subject("doors", f"brand:{brand_id}", (await brand(tx, brand_id)).name, brand_id)


def _door(step: StepGiven) -> tuple[int, bool]:
    """What may stand in a chain once: a channel, and the same one by a template."""
    return step.channel_id, step.template_id is not None


async def _check(tx: Tx, mine: Mapping[int, str], place: int, step: StepGiven) -> None:
    where = f"step-{place}"
    if step.channel_id not in mine:
        raise Refused(_("Choose a channel of this brand."), where)
    caps = get(mine[step.channel_id]).caps
    if Cap.PUBLIC in caps:
        raise Refused(_("What is said there, everybody reads: it cannot be a step."), where)
    if not 0 <= step.wait <= LONGEST_WAIT:
        raise Refused(_("Wait between 0 minutes and 2 days."), where)
    if step.template_id is None:
        if Cap.TEXT not in caps:
            raise Refused(_("This channel carries templates only. Choose one."), where)
        return
    try:
        row = await templates.one(tx, step.template_id)
    except NotFound:
        raise Refused(_("Choose a template of this channel."), where) from None
    if row.channel_id != step.channel_id:
        raise Refused(_("Choose a template of this channel."), where)
    if missing := [name for name in row.places if not str(step.values.get(name) or "").strip()]:
        raise Refused(_("Fill in “%(place)s” of the template.") % {"place": missing[0]}, where)
