"""What the API says and takes of a customer's files, and of fields of the company's own."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

from madang.api.shapes import Moment, Number

Of = Annotated[int, Meta(description="Who she is now, which is another number if she was merged.")]
Kind = Annotated[
    Literal["text", "number", "date", "choice", "bool", "url"],
    Meta(description="What it holds. A `date` is written `2026-11-22`."),
]
Seen = Annotated[
    Literal["everyone", "leads"],
    Meta(description="Who may see it: everyone who sees the customer, or leads and administrators."),
]
Label = Annotated[str, Meta(description="As people read it, at most 80 characters.")]
Choices = Annotated[list[str], Meta(description="The answers of a `choice`, 1 to 100; of others none.")]
Name = Annotated[str, Meta(description="As programs write it, for ever: `a` to `z`, digits and `_`, at most 40.")]
Value = Annotated[
    str | int | float | bool | None, Meta(description="What it holds, by its kind; null or empty text empties it.")
]


class CustomerFile(Struct, frozen=True):
    """A file kept with a customer."""

    id: Number
    name: Annotated[str, Meta(description="As it was called, without what a name must not hold.")]
    mime: Annotated[str, Meta(description="What it is, by its first bytes.")]
    size: Annotated[int, Meta(description="In bytes.")]
    author: Annotated[str, Meta(description="Who put it there, as she was called then.")]
    at: Moment
    href: Annotated[str, Meta(description="Where it is downloaded, with the token.")]


class CustomerFiles(Struct, frozen=True):
    """The files of a customer, the newest first."""

    customer_id: Of
    items: list[CustomerFile]


class CustomerField(Struct, frozen=True):
    """A field of the company's own."""

    id: Number
    name: Name
    label: Label
    kind: Kind
    choices: Choices
    seen_by: Seen
    retired: Annotated[bool, Meta(description="Shown no longer; its values are kept.")]


class CustomerFields(Struct, frozen=True):
    """Every field, in the order in which it is shown."""

    items: list[CustomerField]


class NewCustomerField(Struct, frozen=True, forbid_unknown_fields=True):
    """A field to be. Its name and kind stay for ever."""

    name: Name
    label: Label
    kind: Kind
    choices: Choices = []
    seen_by: Seen = "everyone"


class CustomerFieldChange(Struct, frozen=True, forbid_unknown_fields=True):
    """How a field is called, what can be chosen, who may see it; what is left out stays."""

    label: Label | None = None
    choices: Choices | None = None
    seen_by: Seen | None = None


class CustomerValues(Struct, frozen=True):
    """What the fields of a customer hold; one that holds nothing is left out."""

    customer_id: Of
    values: Annotated[
        dict[str, Value], Meta(description="By the name of the field.", examples=[{"grade": "gold", "pets": 2}])
    ]


class NewCustomerValues(Struct, frozen=True, forbid_unknown_fields=True):
    """What is to be set. Fields that are not named stay."""

    values: Annotated[
        dict[str, Value],
        Meta(description="By the name of the field, at most 100.", max_length=100, examples=[{"grade": "gold"}]),
    ]
