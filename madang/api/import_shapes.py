"""What the API says and takes of imports."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

from madang.api.shapes import Moment, Number

Target = Annotated[
    str,
    Meta(
        description="What a column is: `name`, `first_name`, `last_name`, `email`, `phone`, `external_id`, `company`, "
        "`language`, `region`, `timezone`, `tags`, `note`, `created_at`, a custom field as `field:name`, or empty to "
        "leave it out."
    ),
]
Source = Annotated[
    str, Meta(description="Where the file comes from. Its numbers are kept under this name and found again by it.")
]
Stage = Literal["mapping", "checking", "checked", "running", "paused", "done", "stopped", "undoing", "undone", "failed"]
Counts = Annotated[
    dict[str, int], Meta(description="By what rows become: `new`, `changed`, `same`, `repeat`, `conflict`, `skipped`.")
]


class Columns(Struct, frozen=True, forbid_unknown_fields=True):
    """What each column of a file is, and how its values are meant."""

    source: Source
    targets: Annotated[list[Target], Meta(description="One for each column, in order.")]
    region: Annotated[str, Meta(description="Country of phone numbers without one, two letters.")] = "KR"
    timezone: Annotated[str, Meta(description="Time zone of times without one, an IANA name.")] = "Asia/Seoul"
    day_first: Annotated[bool, Meta(description="Whether 01/02/2024 is the first of February.")] = False
    overwrite: Annotated[bool, Meta(description="Whether what the file says goes before what is here.")] = False
    proven: Annotated[
        bool,
        Meta(
            description="That the source made each person confirm her addresses. Then whoever writes from one is that "
            "customer at once. Otherwise they are only noted, and prove nothing."
        ),
    ] = False


class Import(Struct, frozen=True):
    """One file of customers."""

    id: Number
    name: Annotated[str, Meta(description="The file's name.")]
    state: Annotated[Stage, Meta(description="How far it is. `checking`, `running` and `undoing` go on by themselves.")]
    source: Source
    columns: Annotated[list[str], Meta(description="The names of its columns.")]
    targets: Annotated[list[Target], Meta(description="What each column is, as guessed or chosen.")]
    rows: Annotated[int, Meta(description="How many rows there are, as far as it was read.")]
    checked: Counts
    counts: Annotated[
        dict[str, int],
        Meta(description="The same of what is in; after an undo also `removed`, `stayed`, `restored`, `fields`."),
    ]
    problem: Annotated[str, Meta(description="Why it failed; empty otherwise.")]
    created_at: Moment
