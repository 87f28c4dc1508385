"""From merges, questions and changes of fields to what the API says of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from madang.api import people_shapes as shapes
from madang.api.shapes import Named
from madang.conversations.questions import Question
from madang.customers.history import Change, Merged

STATES = ("open", "accepted", "rejected", "never")


def change(one: Change, names: Mapping[str, str]) -> shapes.FieldChange:
    """One change of a field."""
    by, token = names.get(one.by, ""), names.get(one.token, "")
    made = (one.id, one.field, one.before, one.after, one.by, by, token, one.at, one.merge_id, one.undone)
    return shapes.FieldChange(*made)


def merge(one: Merged, names: Mapping[str, str]) -> shapes.Merge:
    """One merge."""
    choices = one.why.get("choices", {})
    return shapes.Merge(
        id=one.id,
        winner=Named(one.winner_id, one.winner),
        loser=Named(one.loser_id, one.loser),
        reason=one.why.get("reason", ""),
        score=one.why.get("score"),
        evidence=evidence(one.why.get("evidence") or []),
        choices=[shapes.Choice(field, **kept) for field, kept in choices.items()],
        actor=one.by,
        by=names.get(one.by, ""),
        at=one.at,
        undone_by=one.undone_by,
        undone_at=one.undone_at,
    )


def suggestion(one: Question, names: Mapping[int, str]) -> shapes.Suggestion:
    """One question whether two are one."""
    return shapes.Suggestion(
        id=one.id,
        one=Named(one.one, names.get(one.one, "")),
        two=Named(one.two, names.get(one.two, "")),
        reason="conflict" if one.conflict else "match",
        score=one.score,
        evidence=evidence(one.evidence),
        state=STATES[one.state],  # type: ignore[arg-type]
        at=one.at,
        decided_by=one.decided_by,
        decided_at=one.decided_at,
        merge_id=one.merge_id,
    )


def evidence(some: Iterable[Mapping[str, Any]]) -> list[shapes.Evidence]:
    """What speaks for it."""
    return [
        shapes.Evidence(
            str(one.get("field", "")), str(one.get("level", "")), one.get("weight"), one.get("one"), one.get("two")
        )
        for one in some
    ]
