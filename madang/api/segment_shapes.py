"""What the API says and takes of segments."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from msgspec import Meta, Struct

from madang.api.shapes import Moment, Number

EXAMPLE = {
    "all": [
        {"field": "region", "op": "is", "value": "KR"},
        {"event": "order", "at_least": 2, "days": 90, "where": {"field": "amount", "op": "more_than", "value": 50000}},
    ]
}
Condition = Annotated[
    dict[str, Any],
    Meta(
        description="`all`, `any` or `not` of conditions; a `field` with `op` and `value`; or an `event` with "
        "`at_least`, `at_most` or `exactly`, within `days` or from `since` to `until`, `where` its data fits. "
        "`GET /segments/fields` lists what may be asked.",
        examples=[EXAMPLE],
    ),
]
Name = Annotated[str, Meta(description="At most 80 characters; no other segment in use has it.", max_length=200)]
Zone = Annotated[str, Meta(description="IANA name: its days begin at midnight there.", examples=["Asia/Seoul"])]


class Segment(Struct, frozen=True):
    """A saved condition over customers."""

    id: Number
    name: Name
    condition: Condition
    timezone: Zone
    members: Annotated[
        int | None,
        Meta(
            description="How many customers are in it, of those you may see; null where that is not counted: in lists, "
            "for tokens that do not see every customer."
        ),
    ]
    more: Annotated[bool, Meta(description="Whether there are more than `members` says.")]
    filling: Annotated[bool, Meta(description="Not everybody has been looked at since its condition became this.")]
    created_at: Moment
    changed_at: Annotated[datetime, Meta(description="When its name or condition last changed.")]
    archived_at: Annotated[datetime | None, Meta(description="When it was put away; null while it is in use.")]


class SegmentList(Struct, frozen=True):
    """Segments, by name."""

    items: list[Segment]


class NewSegment(Struct, frozen=True, forbid_unknown_fields=True):
    """A segment to be."""

    name: Name
    condition: Condition
    timezone: Annotated[str, Meta(description="IANA name of where its days begin; UTC, if missing.")] = ""


class SegmentChange(Struct, frozen=True, forbid_unknown_fields=True):
    """What is to be changed; what is left out or null stays."""

    name: Name | None = None
    condition: Condition | None = None
    timezone: Zone | None = None


class NewSegmentPreview(Struct, frozen=True, forbid_unknown_fields=True):
    """A condition to be tried."""

    condition: Condition
    timezone: Annotated[str, Meta(description="IANA name of where its days begin; UTC, if missing.")] = ""


class SegmentPerson(Struct, frozen=True):
    """A customer, in short."""

    id: Number
    name: Annotated[str, Meta(description="How she is called; may be empty.")]


class SegmentPreview(Struct, frozen=True):
    """What a condition finds among the customers you may see."""

    count: Annotated[int | None, Meta(description="How many; null when even an estimate took too long.")]
    exact: Annotated[bool, Meta(description="False: about so many, told from a sample; counting took too long.")]
    sample: Annotated[
        list[SegmentPerson] | None,
        Meta(description="At most 10 of them, the newest; null when finding them took too long."),
    ]


class SegmentMember(Struct, frozen=True):
    """A customer in a segment."""

    id: Number
    name: Annotated[str, Meta(description="How she is called; may be empty.")]
    address: Annotated[str, Meta(description="An e-mail address or a phone number of hers; or empty.")]
    since: Annotated[datetime, Meta(description="When she was found to be in it.")]


class SegmentMemberPage(Struct, frozen=True):
    """A page of members, the newest customers first."""

    items: list[SegmentMember]
    next: Annotated[str | None, Meta(description="The `cursor` of the page after this one; null on the last.")]


class SegmentField(Struct, frozen=True):
    """Something that may be asked of a customer."""

    field: Annotated[str, Meta(description="Its name in a condition.")]
    type: Annotated[str, Meta(description="`text`, `choice`, `number`, `moment`, `truth`, `words` or `loose`.")]
    ops: Annotated[dict[str, str], Meta(description="What may be asked, and what value that takes; empty: none.")]
    values: Annotated[list[str], Meta(description="Its values, where there is a list of them.")]


class SegmentFields(Struct, frozen=True):
    """All that may be asked of a customer, and of what happened to her."""

    fields: list[SegmentField]
    events: Annotated[list[str], Meta(description="Kinds of event; your own are `custom.` and a name.")]
    event_fields: Annotated[list[SegmentField], Meta(description="Of an event; every other name is one of its data.")]
