"""What the API says and takes of who somebody is: her fields, merges, and questions whether two are one."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from madang.api.shapes import Moment, Named, Number

Keep = Annotated[
    dict[str, Literal["winner", "loser"]],
    Meta(
        description="Whose value stays, by field, where both have one: `winner` (without a word) or `loser`. A field "
        "of one's own is `fields.` and its name.",
        examples=[{"name": "loser"}],
    ),
]
Actor = Annotated[str, Meta(description="Who did it: `user:3`, `token:4`, `customer:9`, `system`.")]
By = Annotated[str, Meta(description="The name of the colleague or of the token that did it; else empty.")]


class CustomerChange(Struct, frozen=True, forbid_unknown_fields=True):
    """What is to be changed; what is left out or null stays, empty text empties a field."""

    name: Annotated[str | None, Meta(description="How she is called; cut to 120 characters.")] = None
    company: Annotated[str | None, Meta(description="Where she works; cut to 200 characters.")] = None
    region: Annotated[str | None, Meta(description="ISO 3166, two letters.", examples=["KR"])] = None
    language: Annotated[str | None, Meta(description="BCP 47.", examples=["ko"])] = None
    timezone: Annotated[str | None, Meta(description="IANA name.", examples=["Asia/Seoul"])] = None
    prefers: Annotated[str | None, Meta(description="The kind of address she asked to be reached at.")] = None


class FieldChange(Struct, frozen=True):
    """A field that became another."""

    id: Number
    field: Annotated[str, Meta(description="`name`, `company` …, or `fields.` and the name of one of your own.")]
    before: Annotated[Any, Meta(description="What it was; null when it was empty.")]
    after: Annotated[Any, Meta(description="What it became.")]
    actor: Actor
    by: By
    token: Annotated[str, Meta(description="The name of the token that spoke for her; else empty.")]
    at: Moment
    merge_id: Annotated[int | None, Meta(description="The merge in which it was chosen; null for an edit.")]
    undone: Annotated[bool, Meta(description="Whether it was taken back.")]


class FieldChangePage(Struct, frozen=True):
    """A page of changes, the newest first."""

    items: list[FieldChange]
    next: Annotated[str | None, Meta(description="The `cursor` of the page after this one; null on the last.")]


class Choice(Struct, frozen=True):
    """Of one field in which the two differed."""

    field: Annotated[str, Meta(description="The field.")]
    winner: Annotated[Any, Meta(description="What the winner had; null for nothing.")]
    loser: Annotated[Any, Meta(description="What the loser had; null for nothing.")]
    kept: Annotated[Any, Meta(description="What stayed.")]


class Evidence(Struct, frozen=True):
    """What speaks for two being one, or against it."""

    field: Annotated[str, Meta(description="What was compared, such as `name`.")]
    level: Annotated[str, Meta(description="How alike it is, in words.")]
    weight: Annotated[float | None, Meta(description="In bits: above 0 it speaks for, below against; null: certain.")]
    one: Annotated[Any, Meta(description="What the first has.")]
    two: Annotated[Any, Meta(description="What the second has.")]


class Merge(Struct, frozen=True):
    """That two customers were found to be one person."""

    id: Number
    winner: Annotated[Named, Meta(description="Who stayed, as she stands now.")]
    loser: Annotated[Named, Meta(description="Who was merged into her; her number leads to the winner.")]
    reason: Annotated[str, Meta(description="Why, in words.")]
    score: Annotated[float | None, Meta(description="How sure the matching was, 0 to 1; null when it was not asked.")]
    evidence: list[Evidence]
    choices: list[Choice]
    actor: Actor
    by: By
    at: Moment
    undone_by: Annotated[str, Meta(description="Who undid it; empty while it stands.")]
    undone_at: Annotated[datetime | None, Meta(description="When it was undone; null while it stands.")]


class MergeList(Struct, frozen=True):
    """The merges of a customer, the newest first; at most 100."""

    items: list[Merge]


class NewMerge(Struct, frozen=True, forbid_unknown_fields=True):
    """Who else she is."""

    customer: Annotated[int, Meta(description="The number of the customer who turned out to be her.")]
    keep: Keep = {}


class Suggestion(Struct, frozen=True):
    """That two customers may be one person."""

    id: Number
    one: Annotated[Named, Meta(description="Who stays, unless somebody says otherwise.")]
    two: Annotated[Named, Meta(description="Who would be merged into her.")]
    reason: Annotated[
        Literal["match", "conflict"], Meta(description="They are alike, or both proved the same address.")
    ]
    score: Annotated[float, Meta(description="How sure it is, 0 to 1.")]
    evidence: list[Evidence]
    state: Annotated[
        Literal["open", "accepted", "rejected", "never"],
        Meta(description="`rejected`: it is asked again when more speaks for it. `never`: it is not asked again."),
    ]
    at: Moment
    decided_by: Annotated[str, Meta(description="Who decided; empty while it is open.")]
    decided_at: Annotated[datetime | None, Meta(description="When; null while it is open.")]
    merge_id: Annotated[int | None, Meta(description="The merge it led to.")]


class SuggestionPage(Struct, frozen=True):
    """A page of suggestions, the surest first."""

    items: list[Suggestion]
    next: Annotated[str | None, Meta(description="The `cursor` of the page after this one; null on the last.")]


class Acceptance(Struct, frozen=True, forbid_unknown_fields=True):
    """They are one."""

    stays: Annotated[int | None, Meta(description="Who of the two stays; without it `one`.")] = None
    keep: Keep = {}


class Rejection(Struct, frozen=True, forbid_unknown_fields=True):
    """They are two."""

    never: Annotated[bool, Meta(description="Never ask again, however much speaks for it.")] = False
