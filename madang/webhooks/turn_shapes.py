"""What is told of a conversation's turns: the shape of each, beside those of ``shapes``."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta

from madang.webhooks.shapes import ConversationData, EventNamed, MessageData


class ConversationAssignedData(ConversationData, frozen=True, kw_only=True):
    """What is told when a conversation changes hands."""

    what: Annotated[Literal["assignee", "team"], Meta(description="Whose hands: a colleague's or a team's.")]
    to: Annotated[int | None, Meta(description="The number of the colleague or team; null for nobody.")]
    before: Annotated[int | None, Meta(description="Who had it before.")]


class ConversationTaggedData(ConversationData, frozen=True, kw_only=True):
    """What is told when tags change."""

    tags: Annotated[list[str], Meta(description="The tags this event set.")]
    before: Annotated[list[str], Meta(description="Those it had before.")]


class SplitData(ConversationData, frozen=True, kw_only=True):
    """What is told when messages go to a conversation of their own, because two customers are two after all."""

    from_conversation_id: Annotated[int, Meta(description="The conversation they were in.")]
    messages: Annotated[int, Meta(description="How many went.")]


class MentionedData(MessageData, frozen=True, kw_only=True):
    """What is told when a note names colleagues."""

    colleagues: Annotated[list[int], Meta(description="Whom it names, by number: those who may read it.")]


class SnoozedData(ConversationData, frozen=True, kw_only=True):
    """What is told when a conversation goes to sleep, or sleeps longer or shorter."""

    until: Annotated[datetime | None, Meta(description="When it is back in the lists.")]
    before: Annotated[datetime | None, Meta(description="Until when it slept before; null when it was awake.")]


class WokenData(ConversationData, frozen=True, kw_only=True):
    """What is told when it is back in the lists."""

    why: Annotated[str, Meta(description="`due`: its moment came; `asked`: a colleague said so.")]


class PrioritisedData(ConversationData, frozen=True, kw_only=True):
    """What is told when it hurries more, or less."""

    priority: Annotated[int, Meta(description="0 low, 1 normal, 2 high, 3 urgent.")]
    before: Annotated[int, Meta(description="What it was.")]


class FollowedData(ConversationData, frozen=True, kw_only=True):
    """What is told when a colleague wants to hear of it, or not any more."""

    colleague: Annotated[int, Meta(description="Who, by number.")]
    follows: Annotated[bool, Meta(description="False: not any more.")]


class FilledData(ConversationData, frozen=True, kw_only=True):
    """What is told when fields of your own were filled in."""

    fields: Annotated[list[str], Meta(description="Their names. What is in them the API tells who may see it.")]


class JoinedData(ConversationData, frozen=True, kw_only=True):
    """What is told of both when one conversation goes into another, or comes out of it again."""

    from_conversation_id: Annotated[int, Meta(description="The one that goes, and leads to the other while merged.")]
    into_conversation_id: Annotated[int, Meta(description="The one that stays.")]
    messages: Annotated[int, Meta(description="How many went along.")]


class MovedData(ConversationData, frozen=True, kw_only=True):
    """What is told of both when messages go from one conversation to another of the customer."""

    from_conversation_id: Annotated[int, Meta(description="The one they were in.")]
    to_conversation_id: Annotated[int, Meta(description="The one they are in now.")]
    messages: Annotated[int, Meta(description="How many went.")]


class LinkedData(ConversationData, frozen=True, kw_only=True):
    """What is told of both when two conversations have to do with each other, or not any more."""

    other_conversation_id: Annotated[int, Meta(description="The other one.")]


class MacroData(ConversationData, frozen=True, kw_only=True):
    """What is told when a macro was used in a conversation, or that was taken back."""

    macro: EventNamed
    run: Annotated[str, Meta(description="Names this use: the same when it is taken back.")]
    steps: Annotated[list[str], Meta(description="What it did: `say`, `tag`, `assign` …; none when taken back.")]
    changed: Annotated[list[str], Meta(description="What is another now; when taken back, what had changed since.")]


class GuideData(ConversationData, frozen=True, kw_only=True):
    """What is told when a guide is chosen for a conversation."""

    guide: Annotated[EventNamed | None, Meta(description="Which one; null for none.")]


class TickData(ConversationData, frozen=True, kw_only=True):
    """What is told when an item of a guide is done, or is not after all."""

    guide: EventNamed
    item: Annotated[str, Meta(description="A key that stays when the guide is changed.")]
    says: Annotated[str, Meta(description="What the item said then, at most 200 characters.")]
