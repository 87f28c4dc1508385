"""Learning what agreement means from a house's own records: Splink's EM on DuckDB, and a last touch of our own.

Heavy (some hundred megabytes): imported only by the process that does it, never by the web or a worker.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from splink import DuckDBAPI, Linker, block_on

from madang.customers.matching import statements
from madang.customers.matching.crowd import Crowd
from madang.customers.matching.refining import ENOUGH, SAMPLE, known, neutral, patterns, refine
from madang.customers.matching.splink_settings import levels, settings
from madang.customers.matching.weights import Weights, shape

# EM learns about the other fields on pairs that agree in one: each field must be other than one of them.
LEARN_ON = (("email",), ("called",), ("phone",), ("birth",), ("number",))
FIRST = 1e-5  # the chance that two records at random are one person, until it is counted
LEARN = 100_000  # pairs EM looks at for each rule

FEWEST = 200  # records: of fewer nothing is to be learned

Pair = tuple[int, int]


class TooFew(ValueError):
    """There are too few records to learn from, and no other weights to take."""


def train(
    crowd: Crowd,
    *,
    other: Weights | None = None,
    same: Iterable[Pair] = (),
    decided: Mapping[Pair, bool] | None = None,
    source: str = "",
) -> Weights:
    """Weights learned from a blocked crowd.

    Without labels by EM. ``same``: pairs known to be one person, a fair sample of all such pairs: with enough of them
    ``m`` is counted in these. ``decided``: what people said of single pairs, (smaller id, larger id): these are no
    fair sample, so they are only believed for themselves. ``other``: weights for fields of which there is too little,
    and for a house with fewer than ``FEWEST`` records, which raises TooFew without them.
    """
    if crowd.size() < FEWEST:
        if other is None:
            raise TooFew(f"There are fewer than {FEWEST} customers to learn from.")
        return other
    labels = [(min(pair), max(pair)) for pair in same]
    drawn = levels(_learned(crowd, labels)["comparisons"])
    some, prior = refine(
        drawn,
        patterns(crowd, decided or {}),
        known(crowd),
        crowd.pairs(),
        FIRST,
        other.levels if other else neutral(),
        counted=len(labels) >= ENOUGH,
    )
    return Weights(
        prior=prior,
        levels=some,
        shares=_shares(crowd),
        shape=shape(),
        trained=datetime.now(UTC).isoformat(timespec="seconds"),
        source=source,
        records=crowd.size(),
    )


def linker(crowd: Crowd, learned: Weights | None = None) -> Linker:
    """Splink on the crowd's records, with weights or untrained."""
    logging.getLogger("splink").setLevel(logging.ERROR)  # it warns of every level that nobody stands on
    made = DuckDBAPI(connection=crowd.duck)
    return Linker(made.register("person"), settings(learned), log_level=None, validate_settings=False)


def _learned(crowd: Crowd, labels: Sequence[Pair]) -> Mapping[str, Any]:
    """Splink's own settings, trained: ``u`` from pairs drawn at random, ``m`` from the labels or by EM."""
    splink = linker(crowd)
    splink.training.estimate_u_using_random_sampling(max_pairs=SAMPLE, seed=1, min_count_per_level=None)
    if len(labels) >= ENOUGH:
        crowd.duck.execute(statements.LABELS)
        crowd.duck.executemany(statements.LABEL, labels)
        count = splink.training.estimate_m_from_pairwise_labels
        count(splink._db_api.register("label"))  # type: ignore[no-untyped-call]
    for rule in LEARN_ON if len(labels) < ENOUGH else ():
        if crowd.one(statements.agreeing(rule)) >= ENOUGH:
            splink.training.estimate_parameters_using_expectation_maximisation(
                block_on(*rule), estimate_without_term_frequencies=True, max_pairs=LEARN
            )
    return splink.misc.save_model_to_json()


def _shares(crowd: Crowd) -> dict[str, dict[str, float]]:
    """Of every column whose rare values weigh more, the share of its more frequent values."""
    return {
        column: {str(value): float(share) for value, share in crowd.rows(statements.shares(column))}
        for column in statements.RARE
    }
