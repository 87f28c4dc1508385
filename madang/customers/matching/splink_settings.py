"""The comparisons as Splink's settings, and what Splink learned as weights. Neither imports Splink."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from madang.customers.matching.comparisons import COMPARISONS, RAREST, Comparison, Level
from madang.customers.matching.weights import Learned, Weights


def settings(learned: Weights | None = None, prior: float = 1e-4) -> dict[str, Any]:
    """Splink's settings (one table, DuckDB) with the weights, or untrained."""
    return {
        "link_type": "dedupe_only",
        "unique_id_column_name": "id",
        "probability_two_random_records_match": learned.prior if learned else prior,
        "comparisons": [_comparison(one, learned) for one in COMPARISONS],
        "blocking_rules_to_generate_predictions": [],
        "retain_matching_columns": False,
        "retain_intermediate_calculation_columns": False,
        "em_convergence": 0.001,
    }


def _comparison(comparison: Comparison, learned: Weights | None) -> dict[str, Any]:
    known = learned.levels[comparison.field] if learned else {}
    return {
        "output_column_name": comparison.field,
        "comparison_levels": [_level(one, known.get(one.name)) for one in comparison.levels],
    }


def _level(level: Level, known: Learned | None) -> dict[str, Any]:
    made: dict[str, Any] = {
        "sql_condition": level.when.sql() if level.when else "ELSE",
        "label_for_charts": level.name,
    }
    if not level.counts:
        return made | {"is_null_level": True}
    if level.rare:
        made |= {"tf_adjustment_column": level.rare, "tf_minimum_u_value": RAREST}
    if known:
        made |= {"m_probability": known.m, "u_probability": known.u}
    return made


def levels(trained: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, Learned]]:
    """The weights in the comparisons of Splink's trained settings; 0 where nobody ever stood."""
    return {
        one.field: {
            level.name: _learned(said)
            for level, said in zip(one.levels, found["comparison_levels"], strict=True)
            if level.counts
        }
        for one, found in zip(COMPARISONS, trained, strict=True)
    }


def _learned(said: Mapping[str, Any]) -> Learned:
    return Learned(said.get("m_probability") or 0.0, said.get("u_probability") or 0.0)
