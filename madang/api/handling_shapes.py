"""Shapes of how conversations are handled, and of views."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from msgspec import Meta, Struct

from madang.api.shapes import Name, Number


class NewPriority(Struct, frozen=True, forbid_unknown_fields=True):
    """How much it hurries."""

    priority: Annotated[int, Meta(ge=0, le=3, description="0 low, 1 normal, 2 high, 3 urgent.")]


class NewSnooze(Struct, frozen=True, forbid_unknown_fields=True):
    """Until when it is out of the lists."""

    until: Annotated[datetime, Meta(tz=True, description="A moment to come, at most three years away.")]


class Follower(Struct, frozen=True):
    """A colleague who follows a conversation."""

    id: Number
    name: Name


class Followers(Struct, frozen=True):
    """Who follows it, the first one first."""

    items: list[Follower]


class View(Struct, frozen=True):
    """A saved view of the inbox."""

    id: Number
    name: Name
    shared: Annotated[bool, Meta(description="Whether others see it; false for your own.")]
    team_id: Annotated[int | None, Meta(description="The team it is shared with; null for everybody, and your own.")]
    condition: Annotated[dict[str, Any], Meta(description="What it shows, in the language of conditions.")]
    sort: Annotated[str, Meta(description="newest, oldest, waiting or priority.")]


class ViewList(Struct, frozen=True):
    """The views you may see."""

    items: list[View]
