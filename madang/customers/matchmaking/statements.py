"""What a run asks of DuckDB beside the matching itself. ``table`` is a name Splink made."""

from __future__ import annotations

SOME = "select * from person where id in (select unnest(?))"


def reckoned(table: str) -> str:
    """(how many are suggested, how many of these are right, how many are true), of a table of Splink's; asked with the
    chance to suggest from, twice."""
    likely = "match_probability >= ?"
    return f"""
    select count(*) filter (where {likely}),
      coalesce(sum(match_probability) filter (where {likely}), 0), coalesce(sum(match_probability), 0) from {table}
    """  # noqa: S608 - a table of Splink's
