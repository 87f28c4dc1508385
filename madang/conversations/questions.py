"""Two customers who may be one, for whoever sees both: the queue in which people decide.

A question names customers as they were; whoever was merged since is asked about as who she is now, and a question
about one and the same person is none any more.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, and_, func, or_, select, true

from madang.conversations import profiles
from madang.customers import defined
from madang.customers.learned import MatchingSettings
from madang.customers.matching.words import OWN
from madang.customers.models import Suggestion
from madang.customers.trees import below, root_beside
from madang.lib import paging
from madang.lib.errors import NotFound
from madang.lib.paging import Page
from madang.lib.postgres import Tx
from madang.staff.permissions import Viewer, permit

CAP = 100  # counts stop here: shown as 99+
CONFLICT = "conflict"
FARTHEST = 2**52  # microseconds: beyond the year 2100

ONE, TWO = (root_beside(Suggestion.__table__.c[side], name) for side, name in (("one_id", "one"), ("two_id", "two")))


@dataclass(frozen=True, slots=True)
class Question:
    """May ``one`` and ``two``, both roots, be the same person? ``one`` stays unless somebody says otherwise.

    ``evidence`` is what speaks for it; each of it has some of field, level, weight (bits: above 0 speaks for it, below
    against), one and two (their values).
    """

    id: int
    one: int
    two: int
    reason: str
    score: float
    evidence: list[dict[str, Any]]
    state: int
    at: datetime
    decided_by: str
    decided_at: datetime | None
    merge_id: int | None

    @property
    def pair(self) -> tuple[int, int]:
        """Both."""
        return self.one, self.two

    @property
    def conflict(self) -> bool:
        """Whether both have proved the same address."""
        return self.reason == CONFLICT


async def waiting(tx: Tx, viewer: Viewer, *, limit: int = 50, cursor: str | None = None) -> Page[Question]:
    """What waits for a decision: conflicts and the surest first."""
    permit(viewer, "customer.merge")
    query = _open(viewer).order_by(Suggestion.score.desc(), Suggestion.id).limit(limit + 1)
    if cursor:
        score, number = paging.decode(cursor, (float, int))
        later = and_(Suggestion.score == score, Suggestion.id > number)
        query = query.where(or_(Suggestion.score < score, later))
    return paging.page(await _asked(tx, viewer, query), limit, lambda one: (one.score, one.id))


async def count(tx: Tx, viewer: Viewer) -> int:
    """How many wait, at most :data:`CAP`."""
    permit(viewer, "customer.merge")
    some = _open(viewer).with_only_columns(Suggestion.id).limit(CAP).subquery()
    return int((await tx.execute(select(func.count()).select_from(some))).scalar_one())


async def about(tx: Tx, viewer: Viewer, customer_id: int, limit: int = 3) -> list[Question]:
    """Open questions about one customer, by the number of the root; none for who may not decide."""
    if not viewer.may("customer.merge"):
        return []
    tree = await below(tx, customer_id)
    hers = or_(Suggestion.one_id.in_(tree), Suggestion.two_id.in_(tree))
    query = _open(viewer).where(hers).order_by(Suggestion.score.desc(), Suggestion.id)
    return await _asked(tx, viewer, query.limit(limit))


async def one(tx: Tx, viewer: Viewer, number: int) -> Question:
    """One question, decided or not, both of whom are in scope; raises NotFound."""
    permit(viewer, "customer.merge")
    found = await _asked(tx, viewer, _seen(viewer).where(Suggestion.id == number))
    if not found:
        raise NotFound("There is no such suggestion.")
    return found[0]


async def moment(tx: Tx) -> int:
    """Now, in microseconds since 1970, by the database's clock: for :func:`newer`."""
    now = func.extract("epoch", func.clock_timestamp()) * 1_000_000
    return int((await tx.execute(select(now))).scalar_one())


async def newer(tx: Tx, viewer: Viewer, since: int) -> int:
    """How many of those that wait came after that :func:`moment`, at most :data:`CAP`."""
    permit(viewer, "customer.merge")
    after = func.to_timestamp(min(since, FARTHEST) / 1_000_000)
    some = _open(viewer).where(Suggestion.at > after).with_only_columns(Suggestion.id).limit(CAP).subquery()
    return int((await tx.execute(select(func.count()).select_from(some))).scalar_one())


def _open(viewer: Viewer) -> Select[*tuple[Any, ...]]:
    """Those as sure as is worth asking: what administrators chose, or past decisions say."""
    least = select(MatchingSettings.suggest_from).scalar_subquery()
    return _seen(viewer).where(Suggestion.state == 0, Suggestion.score >= least, ONE.c.id != TWO.c.id)


@lru_cache(64)  # to build it takes longer than to run it
def _seen(viewer: Viewer) -> Select[*tuple[Any, ...]]:
    columns = (
        Suggestion.id,
        ONE.c.id.label("one"),
        TWO.c.id.label("two"),
        Suggestion.reason,
        Suggestion.score,
        Suggestion.evidence,
        Suggestion.state,
        Suggestion.at,
        Suggestion.decided_by,
        Suggestion.decided_at,
        Suggestion.merge_id,
    )
    query = select(*columns).select_from(Suggestion).join(ONE, true()).join(TWO, true())
    return query.where(profiles.seen(viewer, ONE.c.id), profiles.seen(viewer, TWO.c.id))


async def _asked(tx: Tx, viewer: Viewer, query: Select[*tuple[Any, ...]]) -> list[Question]:
    found = [Question(*row) for row in await tx.execute(query)]
    hidden = await defined.hidden(tx, viewer) if found else frozenset()
    return [replace(one, evidence=[each for each in one.evidence if _hers(each, hidden)]) for one in found]


def _hers(evidence: Mapping[str, Any], hidden: Collection[str]) -> bool:
    """Whether it tells nothing of a field that is not the viewer's to see."""
    name, level = str(evidence.get("field", "")), str(evidence.get("level", ""))
    of_phone = level.startswith("phone") and level != "phone and home"
    return of_phone or not {*OWN.get(name, ()), name.removeprefix("fields.")} & set(hidden)
