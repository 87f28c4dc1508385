"""What a notification says, in the language of whoever is spoken to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Protocol

from madang.lib.language import gettext, learn, ngettext, speaking
from madang.lib.language import marked as _
from madang.notifications.wishes import Kind, Mail, Way

LOCALE = Path(__file__).parent.parent / "locale"

NAMES: dict[Kind, str] = {
    "mention": _("Somebody mentions you"),
    "assigned": _("A conversation is given to you"),
    "mine": _("New message in a conversation of yours"),
    "failed": _("A message of yours was not sent, perhaps not, or waits for you"),
    "woke": _("A conversation is back from snoozing"),
    "followed": _("New message in a conversation you follow"),
    "team": _("New message that nobody has yet: in your teams, or in no team"),
    "view": _("New message in a view you watch"),
}
WAYS: dict[Way, str] = {
    "app": _("In the app"),
    "sound": _("Sound"),
    "desktop": _("Desktop"),
    "push": _("Push"),
    "mail": _("Mail"),
}
MAILS: dict[Mail, str] = {
    "soon": _("When unseen for 10 minutes"),
    "hourly": _("Every hour, what is unseen"),
    "daily": _("Every morning at 9, what is unseen"),
    "never": _("Never"),
}

ICONS: dict[str, str] = {
    "mention": "at-sign",
    "assigned": "user-round-check",
    "mine": "message-circle",
    "failed": "circle-alert",
    "woke": "alarm-clock",
    "followed": "eye",
    "team": "inbox",
    "view": "list-filter",
    "test": "bell-ring",
}


@contextmanager
def spoken(language: str, timezone: str) -> Iterator[None]:
    """As :func:`madang.lib.language.speaking`, where nobody may have read the house's texts yet: in a worker."""
    _texts()
    with speaking(language, timezone):
        yield


@cache
def _texts() -> None:
    learn([LOCALE])


class Told(Protocol):
    """What the words need of a notification."""

    @property
    def kind(self) -> str: ...
    @property
    def customer(self) -> str: ...
    @property
    def by(self) -> str: ...
    @property
    def view(self) -> str: ...
    @property
    def note(self) -> bool: ...
    @property
    def state(self) -> str: ...
    @property
    def count(self) -> int: ...


def title(one: Told) -> str:
    """What happened, in a line."""
    known = {"customer": one.customer or gettext("Visitor"), "who": one.by, "view": one.view, "n": one.count}
    return _plain(one) % known


def _plain(one: Told) -> str:
    if one.kind == "mention":
        return gettext("%(who)s mentioned you: %(customer)s") if one.by else gettext("You were mentioned: %(customer)s")
    if one.kind == "assigned":
        return gettext("%(who)s gave you %(customer)s") if one.by else gettext("Yours now: %(customer)s")
    if one.kind == "failed" and one.state == "unsure":
        return gettext("It is not sure that your answer reached %(customer)s")
    if one.kind == "failed" and one.state == "held":
        return gettext("%(customer)s wrote before your answer left: it waits for you")
    fixed = {
        "failed": _("Your answer to %(customer)s was not sent"),
        "woke": _("Back from snoozing: %(customer)s"),
        "view": _("%(customer)s, new in “%(view)s”"),
        "test": _("This is how a notification looks"),
    }
    if one.kind in fixed:
        return gettext(fixed[one.kind])
    if one.note and one.by and one.count == 1:
        return gettext("%(who)s left a note: %(customer)s")
    if one.kind == "team":
        return gettext("%(customer)s is waiting, nobody has it")
    return ngettext("%(customer)s wrote", "%(customer)s: %(n)s new messages", one.count)


def many(count: int) -> str:
    """When several conversations are told at once."""
    return ngettext("%(n)s conversation is waiting for you", "%(n)s conversations are waiting for you", count) % {
        "n": count
    }


def names(some: Sequence[str], most: int = 3) -> str:
    """미나, Mia, Ben …"""
    known = list(dict.fromkeys(one or gettext("Visitor") for one in some))
    return ", ".join(known[:most]) + (" …" if len(known) > most else "")
