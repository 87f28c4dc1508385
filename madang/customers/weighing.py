"""By what customers are weighed in this house now: the weights in use, and from which chance what follows."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime

import msgspec
from sqlalchemy import select

from madang.customers.learned import MatchingModel, MatchingSettings
from madang.customers.matching.thresholds import FLOOR
from madang.customers.matching.weights import OtherShape, Weights, shipped, weights
from madang.lib.postgres import Tx

log = logging.getLogger("madang.matching")


@dataclass(frozen=True, slots=True)
class Weighing:
    """``suggest``: from which chance people are asked; ``automatic``: from which nobody is, None when never.

    ``model_id`` None: the weights are those Madang comes with. ``learns``: whether it may learn others.
    """

    model_id: int | None
    weights: Weights
    suggest: float
    automatic: float | None
    learns: bool = True


_CHOSEN = select(
    MatchingSettings.learns,
    MatchingSettings.model_id,
    MatchingSettings.suggest_from,
    MatchingSettings.automatic,
    MatchingSettings.confirmed,
    MatchingSettings.borne_from,
    MatchingModel.at,
).outerjoin(MatchingModel, MatchingModel.id == MatchingSettings.model_id)


async def current(tx: Tx) -> Weighing:
    """As it was chosen last. One row is read; the weights only when they are others than before."""
    row = (await tx.execute(_CHOSEN)).one()
    learned = await _learned(tx, row.model_id, row.at) if row.model_id else None
    by_itself = automatic_from(row.automatic, row.confirmed, row.borne_from)
    return Weighing(row.model_id if learned else None, learned or shipped(), row.suggest_from, by_itself, row.learns)


def automatic_from(chosen: float | None, confirmed: bool, borne_from: float | None) -> float | None:
    """From which chance two are merged by themselves: what an administrator chose, as long as the decisions bear it or
    she said that it shall not matter."""
    if chosen is None:
        return None
    borne = borne_from is not None and borne_from <= chosen
    return max(chosen, FLOOR) if borne or confirmed else None


async def _learned(tx: Tx, number: int, at: datetime) -> Weights | None:
    """The weights of a row, which never change; None when they are for another version of Madang."""
    if (number, at) not in _KEPT:
        kept = (await tx.execute(select(MatchingModel.weights).where(MatchingModel.id == number))).scalar_one()
        _KEPT.clear()
        try:
            _KEPT[number, at] = weights(msgspec.json.encode(kept))
        except OtherShape:
            log.warning("the weights learned in this house are for another version; those that come with it are used")
            _KEPT[number, at] = None
    return _KEPT[number, at]


_KEPT: dict[tuple[int, datetime], Weights | None] = {}  # those in use
