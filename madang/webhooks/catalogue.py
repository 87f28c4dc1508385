"""The kinds of event a receiver may be told of: what is not in this list is never sent.

Left out on purpose: what people of the house do to themselves (sign-ins, passwords, tokens), how they arrange their
desk (views, what macros and guides say), what still waits to be said (``message.queued`` tells it when it goes out),
and what only we look at.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from madang.events.kinds import Kind
from madang.lib.language import marked as _
from madang.webhooks import shapes, turn_shapes

TEST = "webhook.test"
EVERYTHING = "*"


@dataclass(frozen=True, slots=True)
class Entry:
    """One kind: when it is told, and the shape of its ``data``."""

    kind: str
    when: str
    data: type[Any]

    @property
    def subject(self) -> str:
        """What it is about: ``message``, ``conversation`` …"""
        return self.kind.partition(".")[0]


ENTRIES: tuple[Entry, ...] = (
    Entry(Kind.MESSAGE_RECEIVED, _("A customer wrote."), shapes.MessageData),
    Entry(Kind.MESSAGE_QUEUED, _("A colleague or a program answered; it is on its way out."), shapes.MessageData),
    Entry(Kind.MESSAGE_NOTED, _("A note was written among colleagues."), shapes.MessageData),
    Entry(Kind.MESSAGE_STATE, _("An answer was sent, delivered, read, or failed."), shapes.MessageStateData),
    Entry(Kind.MESSAGE_REROUTED, _("An answer takes another channel."), shapes.MessageReroutedData),
    Entry(Kind.MESSAGE_EDITED, _("The customer changed what she said."), shapes.MessageData),
    Entry(Kind.MESSAGE_DELETED, _("The customer took it back."), shapes.MessageData),
    Entry(Kind.MESSAGE_MEDIA, _("A file has arrived after its message."), shapes.MessageData),
    Entry(Kind.MESSAGE_MENTIONED, _("A note names colleagues."), turn_shapes.MentionedData),
    Entry(Kind.MESSAGE_HELD, _("An answer was to go out later, and the customer wrote before."), shapes.MessageData),
    Entry(Kind.CONVERSATION_OPENED, _("A new matter began."), shapes.ConversationData),
    Entry(Kind.CONVERSATION_REOPENED, _("A closed conversation is open again."), shapes.ConversationData),
    Entry(Kind.CONVERSATION_CLOSED, _("A conversation was closed."), shapes.ConversationData),
    Entry(
        Kind.CONVERSATION_ASSIGNED, _("It was given to someone, or to nobody."), turn_shapes.ConversationAssignedData
    ),
    Entry(Kind.CONVERSATION_TAGGED, _("Its tags changed."), turn_shapes.ConversationTaggedData),
    Entry(Kind.CONVERSATION_SPLIT, _("A merge was undone: what the other said is apart."), turn_shapes.SplitData),
    Entry(Kind.CONVERSATION_MERGED, _("It was merged into another, or another into it."), turn_shapes.JoinedData),
    Entry(Kind.CONVERSATION_UNMERGED, _("That was undone: they are two again."), turn_shapes.JoinedData),
    Entry(Kind.CONVERSATION_MOVED, _("Messages went from one conversation to another."), turn_shapes.MovedData),
    Entry(Kind.CONVERSATION_MOVED_BACK, _("They went back."), shapes.ConversationData),
    Entry(Kind.CONVERSATION_LINKED, _("It has to do with another conversation."), turn_shapes.LinkedData),
    Entry(Kind.CONVERSATION_UNLINKED, _("It has nothing to do with it any more."), turn_shapes.LinkedData),
    Entry(Kind.CONVERSATION_SNOOZED, _("It sleeps until a moment."), turn_shapes.SnoozedData),
    Entry(Kind.CONVERSATION_WOKEN, _("It is back in the lists."), turn_shapes.WokenData),
    Entry(Kind.CONVERSATION_PRIORITISED, _("It hurries more, or less."), turn_shapes.PrioritisedData),
    Entry(Kind.CONVERSATION_FOLLOWED, _("A colleague follows it, or not any more."), turn_shapes.FollowedData),
    Entry(Kind.CONVERSATION_FILLED, _("Fields of your own were filled in."), turn_shapes.FilledData),
    Entry(Kind.MACRO_USED, _("A macro was used: its steps were done."), turn_shapes.MacroData),
    Entry(Kind.MACRO_INSERTED, _("A macro’s text was put into the composer."), turn_shapes.MacroData),
    Entry(Kind.MACRO_UNDONE, _("What a macro did was taken back."), turn_shapes.MacroData),
    Entry(Kind.GUIDE_CHOSEN, _("Another guide stands beside it, or none."), turn_shapes.GuideData),
    Entry(Kind.GUIDE_TICKED, _("An item of a guide was done."), turn_shapes.TickData),
    Entry(Kind.GUIDE_UNTICKED, _("It is not done after all."), turn_shapes.TickData),
    Entry(Kind.CUSTOMER_CREATED, _("Someone unknown wrote."), shapes.CustomerData),
    Entry(Kind.CUSTOMER_CHANGED, _("A customer’s name or details changed."), shapes.CustomerData),
    Entry(Kind.CUSTOMER_BLOCKED, _("A customer was blocked: her messages disturb nobody."), shapes.CustomerData),
    Entry(Kind.CUSTOMER_UNBLOCKED, _("A customer is heard again."), shapes.CustomerData),
    Entry(Kind.CUSTOMER_MERGED, _("Another customer turned out to be her."), shapes.MergedData),
    Entry(Kind.CUSTOMER_UNMERGED, _("They are two after all."), shapes.MergedData),
    Entry(Kind.SUGGESTION_MADE, _("Two customers may be one; a person is asked."), shapes.SuggestionData),
    Entry(Kind.CUSTOMER_ENTERED_SEGMENT, _("A customer came into a segment."), shapes.SegmentData),
    Entry(Kind.CUSTOMER_LEFT_SEGMENT, _("A customer is no longer in a segment."), shapes.SegmentData),
    Entry(Kind.IDENTITY_ADDED, _("An address of a customer was proven."), shapes.AddressData),
    Entry(Kind.CLAIM_ADDED, _("A customer left an address; nothing has proven it."), shapes.AddressData),
    Entry(Kind.CHANNEL_CREATED, _("A channel was connected."), shapes.ChannelData),
    Entry(Kind.CHANNEL_CHANGED, _("A channel’s set-up changed."), shapes.ChannelData),
    Entry(Kind.CHANNEL_PAUSED, _("A channel was paused, or its provider refused us."), shapes.ChannelData),
    Entry(Kind.CHANNEL_RESUMED, _("A channel works again."), shapes.ChannelData),
    Entry(Kind.CHANNEL_RETIRED, _("A channel was taken out of use."), shapes.ChannelData),
    Entry(Kind.CHANNEL_RESTORED, _("A channel that was taken out of use works again."), shapes.ChannelData),
    Entry(Kind.ALERT_OPENED, _("A channel or a reaction needs a look."), shapes.AlertData),
    Entry(Kind.ALERT_CLOSED, _("What was wrong is over."), shapes.AlertData),
)
CATALOGUE: dict[str, Entry] = {str(one.kind): one for one in ENTRIES}
TESTS = Entry(TEST, _("Somebody asked for a test."), shapes.TestData)
SUBJECTS: tuple[str, ...] = tuple(dict.fromkeys(one.subject for one in ENTRIES))
PATTERNS: frozenset[str] = frozenset({EVERYTHING, *CATALOGUE, *(f"{one}.*" for one in SUBJECTS)})


def wants(patterns: Iterable[str], kind: str) -> bool:
    """Whether a receiver with these patterns is told of a kind."""
    return kind in CATALOGUE and not {EVERYTHING, kind, f"{kind.partition('.')[0]}.*"}.isdisjoint(patterns)


def chosen(patterns: Iterable[str]) -> list[str]:
    """The kinds these patterns mean, in the order of the catalogue."""
    some = set(patterns)
    return [kind for kind in CATALOGUE if wants(some, kind)]


def entry(kind: str) -> Entry:
    """The entry of a kind that is sent."""
    return TESTS if kind == TEST else CATALOGUE[kind]
