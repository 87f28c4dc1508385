"""Every step there is: its name, its fields, and what it is called. One table for macros, rules, editor and docs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from madang.customers.typed import Defined
from madang.lib.language import marked as _
from madang.staff.permissions import Verb

Shape = Literal["texts", "files", "holder", "tags", "choice", "when", "field", "value", "guide"]
Step = Mapping[str, Any]

LANGUAGES = ("ko", "en")  # in which a text may be written; the customer's decides which is said
PRIORITIES = ("low", "normal", "high", "urgent")  # as conversation.priority counts them, from 0
PRIORITY_WORDS = {"low": _("Low"), "normal": _("Normal"), "high": _("High"), "urgent": _("Urgent")}
MOST = 20  # steps of one macro or rule
MOST_WORDS = 20_000  # characters of one text: what is filled in comes on top


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a step. ``needed``: without it the step says nothing."""

    name: str
    shape: Shape
    label: str
    needed: bool = True


@dataclass(frozen=True, slots=True)
class Kind:
    """One step of the vocabulary: ``{"do": name, …fields}``. ``verb`` is the permission it takes."""

    name: str
    label: str
    icon: str
    verb: Verb
    fields: tuple[Field, ...] = ()


@dataclass(frozen=True, slots=True)
class Known:
    """What steps may name: colleagues, teams, guides by number; the company's own fields by name.

    ``fields`` are the conversation's, ``about`` the customer's. ``guides`` are given by who knows them.
    """

    people: Mapping[int, str] = field(default_factory=dict)
    teams: Mapping[int, str] = field(default_factory=dict)
    tags: Sequence[str] = ()
    fields: Mapping[str, Defined] = field(default_factory=dict)
    about: Mapping[str, Defined] = field(default_factory=dict)
    guides: Mapping[int, str] = field(default_factory=dict)


_TEXT = Field("text", "texts", _("Text"))
_FILES = Field("files", "files", _("Files"), needed=False)
_TAGS = Field("tags", "tags", _("Tags"))
_WHICH = (Field("field", "field", _("Field")), Field("value", "value", _("Value"), needed=False))

STEPS: dict[str, Kind] = {
    one.name: one
    for one in (
        Kind("say", _("Say to the customer"), "reply", "conversation.reply", (_TEXT, _FILES)),
        Kind("note", _("Leave a note"), "sticky-note", "conversation.note", (_TEXT,)),
        Kind("assign", _("Assign"), "user-round", "conversation.assign", (Field("to", "holder", _("To")),)),
        Kind("tag", _("Add tags"), "tag", "conversation.tag", (_TAGS,)),
        Kind("untag", _("Remove tags"), "eraser", "conversation.tag", (_TAGS,)),
        Kind("priority", _("Set the priority"), "flag", "conversation.tag", (Field("level", "choice", _("Priority")),)),
        Kind("snooze", _("Snooze"), "alarm-clock", "conversation.close", (Field("until", "when", _("Until")),)),
        Kind("close", _("Close the conversation"), "circle-check", "conversation.close"),
        Kind("reopen", _("Reopen the conversation"), "rotate-ccw", "conversation.close"),
        Kind("field", _("Fill in a field"), "list-plus", "conversation.tag", _WHICH),
        Kind("follow", _("Follow the conversation"), "bell", "conversation.read"),
        Kind("guide", _("Open a guide"), "list-checks", "conversation.read", (Field("guide", "guide", _("Guide")),)),
    )
}
TEXTS = ("say", "note")


def texts(step: Step) -> dict[str, str]:
    """The words of a step by language: those that are written."""
    written = step.get("text") or {}
    return {language: written[language] for language in LANGUAGES if written.get(language)}


def only_says(steps: Sequence[Step]) -> bool:
    """Whether all that happens is that a text is said: it can be put into the composer and nothing else is to do."""
    return [step["do"] for step in steps] == ["say"]
