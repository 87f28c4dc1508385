"""What administrators choose of the matching, and what it has learned: each change with its event."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, insert, select, update

from madang.changes.actions import Subject, note
from madang.customers import decisions
from madang.customers.learned import Fate, MatchingModel, MatchingRun, MatchingSettings, Phase
from madang.customers.matching.thresholds import FLOOR, LOWEST, SUGGESTED, WORTH_ASKING, WORTH_MERGING, lowest
from madang.customers.matching.weights import shape
from madang.events.kinds import Kind
from madang.events.record import SYSTEM, Actor, News, record
from madang.lib.errors import NotFound, Refused
from madang.lib.language import gettext as _
from madang.lib.language import marked
from madang.lib.postgres import Tx
from madang.lib.zones import zones
from madang.staff.permissions import Viewer, permit

SUBJECT = Subject("matching", "matching")
DIED = marked("Its process ended in the middle.")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an administrator chooses. ``suggest`` None: learned from decisions; ``automatic`` None: never."""

    suggest: float | None
    automatic: float | None
    confirmed: bool
    learns: bool
    nightly: bool
    hour: int
    timezone: str


async def choose(tx: Tx, viewer: Viewer, wanted: Wanted) -> None:
    """Choose anew; raises Refused naming the field."""
    permit(viewer, "matching.manage")
    query = select(MatchingSettings.borne_from).with_for_update()
    _check(wanted, (await tx.execute(query)).scalar_one())
    values = {name: getattr(wanted, name) for name in Wanted.__slots__} | {
        "confirmed": wanted.confirmed and wanted.automatic is not None
    }
    before = await _kept(tx, values)
    await tx.execute(update(MatchingSettings).values(values))
    await note(tx, viewer.actor, SUBJECT, before, values)
    await learn_thresholds(tx)
    data = {"suggest": wanted.suggest, "automatic": wanted.automatic, "confirmed": values["confirmed"]}
    data |= {"learns": wanted.learns, "nightly": wanted.nightly}
    await record(tx, viewer.actor, News(Kind.MATCHING_CHANGED, data=data))


async def _kept(tx: Tx, names: Iterable[str]) -> dict[str, Any]:
    columns = (getattr(MatchingSettings, name) for name in names)
    return dict((await tx.execute(select(*columns))).mappings().one())


def _check(wanted: Wanted, borne_from: float | None) -> None:
    if wanted.suggest is not None and not LOWEST <= wanted.suggest < 1:
        raise Refused(_("Give a chance from 50 to 99.9 percent."), "suggest")
    if not 0 <= wanted.hour < 24:
        raise Refused(_("Give an hour from 0 to 23."), "hour")
    if wanted.timezone not in zones():
        raise Refused(_("This time zone is not known."), "timezone")
    if wanted.automatic is None:
        return
    if not FLOOR <= wanted.automatic < 1:
        raise Refused(_("Nobody is merged by itself below 99 percent."), "automatic")
    if not wanted.confirmed and (borne_from is None or borne_from > wanted.automatic):
        raise Refused(
            _("What was decided so far does not bear this out. Confirm below that you want it all the same."),
            "confirmed",
        )


async def learn_thresholds(tx: Tx) -> None:
    """Make anew what follows from the decisions. Derived: no event."""
    counted = await decisions.counted(tx)
    chosen = (await tx.execute(select(MatchingSettings.suggest).with_for_update())).scalar_one()
    learned = lowest(counted, WORTH_ASKING)
    values = {
        "suggest_from": chosen if chosen is not None else max(learned or SUGGESTED, LOWEST),
        "borne_from": lowest(counted, WORTH_MERGING),
        "decided": sum(one[1] for one in counted),
        "accepted": sum(one[2] for one in counted),
    }
    await tx.execute(update(MatchingSettings).values(values))


async def ask(tx: Tx, viewer: Viewer) -> None:
    """Have everybody compared with everybody soon."""
    permit(viewer, "matching.manage")
    await tx.execute(update(MatchingSettings).values(asked_at=func.now()))
    await record(tx, viewer.actor, News(Kind.MATCHING_ASKED))


async def use(tx: Tx, viewer: Viewer, model_id: int | None) -> None:
    """Weigh by learned weights, or (None) by those Madang comes with. Raises NotFound, Refused."""
    permit(viewer, "matching.manage")
    if model_id is not None:
        known = (await tx.execute(select(MatchingModel.shape).where(MatchingModel.id == model_id))).scalar_one_or_none()
        if known is None:
            raise NotFound(_("There are no such weights."))
        if known != shape():
            raise Refused(_("These weights were learned by another version of Madang. Let it learn anew."), "model")
        await tx.execute(update(MatchingModel).where(MatchingModel.id == model_id).values(fate=Fate.TAKEN))
    learns = {} if model_id else {"learns": False}  # or tonight's would take the place of what was chosen
    values = {"model_id": model_id, **learns}
    await note(tx, viewer.actor, SUBJECT, await _kept(tx, values), values)
    await tx.execute(update(MatchingSettings).values(values))
    await record(tx, viewer.actor, News(Kind.MATCHING_CHANGED, data={"model": model_id}))


async def keep(tx: Tx, weights: Mapping[str, Any], customers: int, quality: Mapping[str, Any], fate: Fate) -> int:
    """Keep learned weights, and use them unless they are held back; returns their number."""
    values = {"shape": shape(), "weights": weights, "customers": customers, "quality": quality, "fate": fate}
    number: int = (await tx.execute(insert(MatchingModel).values(values).returning(MatchingModel.id))).scalar_one()
    if fate == Fate.TAKEN:
        await tx.execute(update(MatchingSettings).values(model_id=number))
    data = {"model": number, "customers": customers, "taken": fate == Fate.TAKEN}
    await record(tx, SYSTEM, News(Kind.MATCHING_LEARNED, data=data))
    return number


async def begin(tx: Tx, actor: Actor) -> int:
    """A run begins; the caller has the lease, so that whatever still runs has died. Returns its number."""
    died = {"phase": Phase.BROKEN, "ended_at": func.now(), "problem": DIED}
    await tx.execute(update(MatchingRun).where(MatchingRun.phase == Phase.RUNNING).values(died))
    made = insert(MatchingRun).values(by=str(actor), step="reading").returning(MatchingRun.id)
    number: int = (await tx.execute(made)).scalar_one()
    return number


async def move(tx: Tx, number: int, step: str, counts: Mapping[str, int]) -> None:
    """How far a run is. Progress: no event."""
    await tx.execute(update(MatchingRun).where(MatchingRun.id == number).values(step=step, counts=dict(counts)))


async def end(tx: Tx, number: int, counts: Mapping[str, int], model_id: int | None) -> None:
    """All of it is written. What was asked for since it began is asked for still."""
    values = {"phase": Phase.ENDED, "step": "", "counts": dict(counts), "model_id": model_id, "ended_at": func.now()}
    began = update(MatchingRun).where(MatchingRun.id == number).values(values).returning(MatchingRun.at)
    at = (await tx.execute(began)).scalar_one()
    await tx.execute(update(MatchingSettings).where(MatchingSettings.asked_at <= at).values(asked_at=None))
    await record(tx, SYSTEM, News(Kind.MATCHING_ENDED, data={"run": number, **counts, "model": model_id}))


async def fail(tx: Tx, number: int, problem: str) -> None:
    """It cannot go on; the pairs it had written stay. It is not tried again for whoever asked."""
    values = {"phase": Phase.BROKEN, "problem": problem, "ended_at": func.now()}
    await tx.execute(update(MatchingRun).where(MatchingRun.id == number).values(values))
    await tx.execute(update(MatchingSettings).values(asked_at=None))
    await record(tx, SYSTEM, News(Kind.MATCHING_FAILED, data={"run": number, "problem": problem}))
