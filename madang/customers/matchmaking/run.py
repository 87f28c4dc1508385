"""One run: everybody is read, weights are learned where there is enough to learn from, and all pairs are suggested.

It holds the house's one lease for this, so that there is one at a time. Killed at any point it leaves a run that is
not ended, weights that are kept whole or not at all, and suggestions that the next run makes again: nothing half.
Heavy: only for ``madang match``.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from madang.customers import decisions, weighing
from madang.customers.actions import automatic, matching, suggesting
from madang.customers.actions.suggesting import Pair
from madang.customers.alike import evidence
from madang.customers.learned import Fate
from madang.customers.matching.crowd import Crowd
from madang.customers.matching.everyone import Judged, Match
from madang.customers.matching.record import Known, record
from madang.customers.matching.scoring import score
from madang.customers.matching.training import train
from madang.customers.matching.weights import Weights
from madang.customers.matchmaking import people, statements
from madang.customers.matchmaking.quality import Case, Quality, judged
from madang.customers.weighing import Weighing
from madang.ground import Ground
from madang.lib.lease import Lease

log = logging.getLogger("madang.matching")

ENOUGH = 2_000  # customers: of fewer nothing is learned, the weights that come with Madang are better
ENOUGH_TRUE = 100.0  # of them that seem to be somebody else too
LOOKED_AT = 0.01  # chance from which pairs count for how good the weights are
BATCH = 200  # suggestions in one transaction
PART = 20_000  # customers handed over at once


class LeaseLost(Exception):
    """Another process may be at it by now: what is left is its."""


@dataclass(slots=True)
class Run:
    """``number`` is its row; ``counts`` how many of what, so far."""

    ground: Ground
    held: Lease
    crowd: Crowd
    number: int
    learn: bool = True
    counts: dict[str, int] = field(default_factory=dict)
    model: int | None = None

    async def go(self) -> None:
        """To its end; raises LeaseLost."""
        await self._read()
        await self._step("blocking")
        self.counts["pairs"] = await asyncio.to_thread(self.crowd.block)
        async with self.ground.database.begin() as tx:
            by = await weighing.current(tx)
        if self.learn and by.learns and self.counts["customers"] >= ENOUGH:
            by = await self._learn(by)
        self.model = by.model_id
        await self._suggest(by)
        async with self.ground.database.begin() as tx:
            await matching.end(tx, self.number, self.counts, self.model)

    async def _read(self) -> None:
        connection = await self.ground.database.bare(silence=600.0)
        waiting: list[tuple[int, Known]] = []
        self.counts["customers"] = 0

        async def take(some: list[tuple[int, Known]]) -> None:
            waiting.extend(some)
            if len(waiting) >= PART:
                await self._add(waiting)

        try:
            await people.everybody(connection, take)
        finally:
            connection.terminate()
        await self._add(waiting)

    async def _add(self, waiting: list[tuple[int, Known]]) -> None:
        """Off the loop, on which the lease is kept alive."""
        self._ours()
        await asyncio.to_thread(_hand_over, self.crowd, waiting)
        self.counts["customers"] += len(waiting)
        waiting.clear()

    async def _learn(self, by: Weighing) -> Weighing:
        """Weights of the house's own, where they are not worse than those in use."""
        await self._step("learning")
        async with self.ground.database.begin() as tx:
            said = await decisions.newest(tx)
            apart = await people.apart(tx, {number for one in said for number in (one.one, one.two)})
        forms = {number: record(known).row() for number, known in apart.items()}
        cases = [Case(forms[one.one], forms[one.two], one.same) for one in said]
        rejected = {(one.one, one.two): False for one in said if not one.same}
        found, quality = await asyncio.to_thread(self._trained, by, rejected, cases)
        self._ours()
        if quality.true < ENOUGH_TRUE:
            log.info("there are too few who seem to be one to learn from: %.0f pairs", quality.true)
            return by
        fate = Fate.HELD if quality.worse else Fate.TAKEN
        kept = msgspec.to_builtins(found)
        async with self.ground.database.begin() as tx:
            number = await matching.keep(tx, kept, self.counts["customers"], msgspec.to_builtins(quality), fate)
            by = await weighing.current(tx)
        if fate == Fate.HELD:
            log.warning("weights %s judge what people decided worse than those in use, and are not taken", number)
        return by

    def _trained(
        self, by: Weighing, rejected: dict[tuple[int, int], bool], cases: Sequence[Case]
    ) -> tuple[Weights, Quality]:
        learned = train(self.crowd, other=by.weights, decided=rejected, source="this house")
        table = Judged(self.crowd, learned, at_least=LOOKED_AT).table
        suggested, right, true = self.crowd.rows(statements.reckoned(table), [by.suggest, by.suggest])[0]
        quality = Quality(
            pairs=self.counts["pairs"],
            suggested=suggested,
            precision=round(right / suggested, 4) if suggested else 0.0,
            recall=round(right / true, 4) if true else 0.0,
            true=round(true, 1),
            **judged(cases, learned, by.weights, by.suggest),
        )
        return learned, quality

    async def _suggest(self, by: Weighing) -> None:
        await self._step("comparing")
        found = await asyncio.to_thread(self._matches, by)
        self.counts |= {"found": len(found), "suggested": 0, "merged": 0}
        await self._step("suggesting")
        seen = {(one.left, one.right) for one in found}
        async with self.ground.database.begin() as tx:
            old = [Match(*both, 0.0, 0.0) for both in await decisions.waiting(tx) if both not in seen]
        for some in (found, old):  # what was asked by other weights is as likely as it is by these, and may sink
            for start in range(0, len(some), BATCH):
                await self._ask(await asyncio.to_thread(self._pairs, some[start : start + BATCH], by), by)

    async def _ask(self, pairs: Sequence[Pair], by: Weighing) -> None:
        self._ours()
        async with self.ground.database.begin() as tx:
            asked = await suggesting.suggest(tx, pairs)
            self.counts["suggested"] += sum(one.new for one in asked)
            self.counts["merged"] += await automatic.merge_sure(tx, asked, by.automatic)
            await matching.move(tx, self.number, "suggesting", self.counts)

    def _matches(self, by: Weighing) -> list[Match]:
        return list(Judged(self.crowd, by.weights, at_least=by.suggest).matches())

    def _pairs(self, some: Sequence[Match], by: Weighing) -> list[Pair]:
        """With what speaks for each, as the comparison of one customer says it."""
        ids = sorted({number for one in some for number in (one.left, one.right)})
        rows = {row["id"]: row for row in self._rows(ids)}
        made = []
        for one in some:
            if one.left not in rows or one.right not in rows:  # merged meanwhile
                continue
            said = score(rows[one.left], rows[one.right], by.weights)
            made.append(Pair(one.left, one.right, round(said.probability, 6), evidence(said)))
        return made

    def _rows(self, ids: Sequence[int]) -> list[dict[str, Any]]:
        columns = [row[0] for row in self.crowd.rows("describe person")]
        return [dict(zip(columns, row, strict=True)) for row in self.crowd.rows(statements.SOME, [ids])]

    async def _step(self, step: str) -> None:
        self._ours()
        async with self.ground.database.begin() as tx:
            await matching.move(tx, self.number, step, self.counts)

    def _ours(self) -> None:
        if not self.held.ours:
            raise LeaseLost


def _hand_over(crowd: Crowd, some: Sequence[tuple[int, Known]]) -> None:
    crowd.add((number, record(known)) for number, known in some)
