"""Matching everybody with everybody by weights that were learned: Splink on DuckDB. As heavy as training."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from madang.customers.matching import statements
from madang.customers.matching.crowd import Crowd
from madang.customers.matching.training import linker
from madang.customers.matching.weights import Weights


@dataclass(frozen=True, slots=True)
class Match:
    """Two records that may be one person; ``left`` is the smaller id."""

    left: int
    right: int
    bits: float
    probability: float


class Judged:
    """All pairs of a blocked crowd that are one person with a chance of ``at_least``."""

    def __init__(self, crowd: Crowd, learned: Weights, at_least: float = 0.5) -> None:
        self._crowd = crowd
        self._linker = linker(crowd, learned)
        api = self._linker._db_api
        _frequencies(crowd, learned)
        for column in statements.RARE:
            told = api.register(f"tf_{column}")
            self._linker.table_management.register_term_frequency_lookup(told, column)
        self._linker.table_management.register_blocked_pairs_for_predict(api.register("pair"))
        self._found = self._linker.inference.predict(threshold_match_probability=at_least, warning_mode="never")
        self.table: str = self._found.physical_name  # id_l, id_r, match_weight, match_probability

    def matches(self) -> Iterator[Match]:
        """Every pair, the likeliest first."""
        rows = self._crowd.rows(statements.matches(self.table))
        return (Match(*row) for row in rows)

    def groups(self, at_least: float) -> str:
        """The table (id, cluster_id) of who belongs together when every pair with such a chance is believed."""
        made = self._linker.clustering.cluster_pairwise_predictions_at_threshold(
            self._found, threshold_match_probability=at_least
        )
        return str(made.physical_name)


def _frequencies(crowd: Crowd, learned: Weights) -> None:
    """The shares of the weights for every value there is: Splink would count them anew in the crowd."""
    for column in statements.RARE:
        crowd.duck.execute(statements.TOLD)
        told = list(learned.shares.get(column, {}).items())
        if told:
            columns = [list(one) for one in zip(*told, strict=True)]
            crowd.duck.execute(statements.TELL, columns)
        crowd.duck.execute(statements.frequencies(column))
