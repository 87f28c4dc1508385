"""What an answer or a note is when it is written: its words, choices, or a template; and the templates there are."""

from __future__ import annotations

from datetime import datetime
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


class NewMessage(Struct, frozen=True, forbid_unknown_fields=True):
    """An answer to the customer."""

    text: Annotated[
        str, Meta(description="Plain text of at most 50,000 characters; empty with a `template`.", max_length=50_000)
    ] = ""
    channel: Annotated[
        int | str | None,
        Meta(
            description="The channel it goes by: its number, or its kind when the customer is reached by one of that "
            "kind. Without it, the way that reaches her now.",
            examples=[3, "email"],
        ),
    ] = None
    buttons: Annotated[
        list[NewButton],
        Meta(description="Choices under the text.", max_length=13, examples=[[{"label": "Exchange"}]]),
    ] = []
    template: Annotated[
        NewTemplate | None, Meta(description="Said instead of `text`. Needs the `channel` it belongs to.")
    ] = None
    send_at: Annotated[
        Annotated[datetime, Meta(tz=True)] | None,
        Meta(
            description="When it is to go: at least half a minute and at most a year away. Without it, at once.",
            examples=["2027-01-04T09:00:00+09:00"],
        ),
    ] = None
    hold_on_news: Annotated[
        bool, Meta(description="With `send_at`: if the customer writes before, it stays and its author is asked.")
    ] = False


class NewNote(Struct, frozen=True, forbid_unknown_fields=True):
    """A note among colleagues."""

    text: Annotated[str, Meta(description="Plain text, 1 to 50,000 characters.", min_length=1, max_length=50_000)]


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
