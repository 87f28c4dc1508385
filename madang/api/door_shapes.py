"""What an answer is beside its words: choices, or a template; and the templates there are."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct


class NewButton(Struct, frozen=True, forbid_unknown_fields=True):
    """A choice. Where a channel has no buttons, or fewer, all become numbered lines."""

    label: Annotated[str, Meta(description="What stands on it.", min_length=1, max_length=60)]
    value: Annotated[
        str, Meta(description="What comes back when she presses it; without it, the label.", max_length=200)
    ] = ""
    url: Annotated[str, Meta(description="A web address it opens instead.", max_length=2000)] = ""


class NewTemplate(Struct, frozen=True, forbid_unknown_fields=True):
    """A text that the provider has approved, said instead of `text`."""

    id: Annotated[int, Meta(description="Its number in `listTemplates`.", ge=1, le=2**63 - 1)]
    values: Annotated[dict[str, str], Meta(description="What fills its places, by their names.")] = {}


class Template(Struct, frozen=True):
    """A text of a channel's provider, as it was when last asked."""

    id: Annotated[int, Meta(description="Its number here.")]
    name: Annotated[str, Meta(description="How the provider shows it.")]
    language: Annotated[str, Meta(description="As the provider writes it; empty where it has none.")]
    body: Annotated[str, Meta(description="How it reads; a place is written `#{name}`.")]
    state: Annotated[
        Literal["approved", "pending", "rejected", "paused", "gone"], Meta(description="Only an approved one is sent.")
    ]
    places: Annotated[list[str], Meta(description="The names of its places.")]
    problem: Annotated[str, Meta(description="Why it was rejected or paused, in the provider's words.")]
    usable: Annotated[bool, Meta(description="Whether a message can be said by it now.")]


class TemplateList(Struct, frozen=True):
    """All templates of a channel, those that can be sent first."""

    items: list[Template]
