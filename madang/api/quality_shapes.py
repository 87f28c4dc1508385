"""What the API says of how good the customers' data is."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from msgspec import Meta, Struct

from madang.api.shapes import Number

What = Annotated[
    str,
    Meta(
        description="`unreachable`, `unproven`, `stale`, `conflicting`, `duplicate`, `merged`; `missing.` and a field "
        "for who has nothing in it."
    ),
]


class QualityNumber(Struct, frozen=True):
    """How many customers have a problem."""

    name: Annotated[
        Literal["unreachable", "unproven", "stale", "conflicting", "duplicate", "merged"],
        Meta(description="The problem; `merged`: found to be somebody else in the last 30 days."),
    ]
    value: Annotated[int, Meta(description="How many customers.")]
    share: Annotated[float, Meta(description="Of all customers, 0 to 1.")]


class QualityField(Struct, frozen=True):
    """How many customers have something in a field."""

    field: Annotated[str, Meta(description="`name`, `email` …; `fields.` and the name of one of your own.")]
    filled: Annotated[int, Meta(description="How many customers.")]
    share: Annotated[float, Meta(description="Of all customers, 0 to 1.")]


class QualityDay(Struct, frozen=True):
    """What the last count of a day (UTC) found."""

    day: Annotated[date, Meta(description="The day.")]
    customers: Annotated[int, Meta(description="How many there were.")]
    numbers: Annotated[dict[str, int], Meta(description="Each problem by its name.")]


class DataQuality(Struct, frozen=True):
    """How good the customers' data is, as last counted."""

    brand: Annotated[int | None, Meta(description="The brand whose customers these are; null for everybody.")]
    counted_at: Annotated[datetime | None, Meta(description="When; null before the first count.")]
    counting: Annotated[bool, Meta(description="A count is under way.")]
    stale_months: Annotated[int, Meta(description="Months without a word after which somebody is stale; 0 if never.")]
    customers: Annotated[int, Meta(description="How many there are.")]
    numbers: list[QualityNumber]
    fields: list[QualityField]
    trend: Annotated[list[QualityDay], Meta(description="The last 90 days, oldest first; days without a count not.")]


class QualityCustomer(Struct, frozen=True):
    """A customer behind a number, with what is wrong."""

    id: Number
    name: Annotated[str, Meta(description="How she is called; may be empty.")]
    problems: Annotated[list[str], Meta(description="Every problem she has now, by name.")]
    proven: Annotated[list[str], Meta(description="The kinds of address that are proven.")]
    said: Annotated[list[str], Meta(description="Addresses she only said are hers.")]
    returned: Annotated[list[str], Meta(description="Addresses from which what was written came back.")]
    disagree: Annotated[list[str], Meta(description="Fields on which sources disagree.")]
    seen_at: Annotated[datetime | None, Meta(description="When she was last heard; null for never.")]
    suggestion: Annotated[int | None, Meta(description="The open question to decide first; null for none.")]


class QualityCustomerPage(Struct, frozen=True):
    """A page of customers, the newest first."""

    items: list[QualityCustomer]
    next: Annotated[str | None, Meta(description="The `cursor` of the page after this one; null on the last.")]


class QualityCount(Struct, frozen=True):
    """That a count was asked for."""

    begun: Annotated[bool, Meta(description="False: one was under way already.")]
