"""The doors one can open, as cards: what each is, what it can carry, what it costs, how good it is."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from madang.channels.abilities import Prices
from madang.channels.connector import Cap, Field, Kind
from madang.channels.manifest import Manifest
from madang.channels.quality import Level, level
from madang.channels.registry import Entry, entries, fields, get
from madang.lib.language import gettext
from madang.lib.language import marked as _

log = logging.getLogger("madang.web")

GROUPS: Mapping[str, str] = {
    "messenger": _("Messengers"),
    "text": _("Text messages"),
    "web": _("Mail and web"),
    "shop": _("Shop and own programs"),
}
OF_KIND = {Kind.PHONE: "text", Kind.EMAIL: "web", Kind.COOKIE: "web", Kind.ACCOUNT: "web", Kind.SCOPED: "messenger"}

CAN: Mapping[Cap, str] = {
    Cap.IMAGE: _("Pictures"),
    Cap.AUDIO: _("Voice notes"),
    Cap.VIDEO: _("Films"),
    Cap.FILE: _("Files"),
    Cap.BUTTONS: _("Buttons"),
    Cap.TEMPLATE: _("Templates"),
    Cap.READ: _("Shows what was read"),
    Cap.TYPING: _("Shows who is writing"),
    Cap.REACT: _("Reactions"),
    Cap.INITIATE: _("May write first"),
    Cap.PUBLIC: _("Public"),
}
LEVELS: Mapping[Level, str] = {"none": _("Untested"), "bronze": _("Bronze"), "silver": _("Silver"), "gold": _("Gold")}


@dataclass(frozen=True, slots=True)
class Card:
    """One door. Texts are msgids."""

    name: str
    manifest: Manifest
    group: str
    can: tuple[str, ...]
    paid: bool
    level: Level

    @property
    def level_words(self) -> str:
        """The level as a word."""
        return LEVELS[self.level]

    def holds(self, wanted: str) -> bool:
        """Whether a search for these words means this door."""
        texts = [self.name, self.manifest.title, self.manifest.summary, GROUPS[self.group], *self.can]
        said = " ".join([*texts, *map(gettext, texts)]).casefold()
        return all(word in said for word in wanted.casefold().split())


@cache
def card(name: str) -> Card:
    """A connector's card; nothing of it changes while we run."""
    found, kind = entries()[name], get(name)
    can = tuple(words for cap, words in CAN.items() if cap in kind.caps)
    group = found.manifest.group or OF_KIND[kind.identity]
    return Card(name, found.manifest, group, can, issubclass(kind, Prices), level(found.folder))


def gallery(wanted: str = "") -> list[tuple[str, list[Card]]]:
    """(heading, cards) in menu order; empty groups are left out."""
    cards = [one for name in entries() if (one := _card(name)) and one.holds(wanted)]
    grouped = [(words, [one for one in cards if one.group == key]) for key, words in GROUPS.items()]
    return [(words, some) for words, some in grouped if some]


def _card(name: str) -> Card | None:
    """One that cannot be loaded is left out: a package from outside must not close the gallery."""
    try:
        return card(name)
    except Exception:
        log.exception("the connector %s cannot be loaded", name)
        return None


def prices(found: Entry, settings: Mapping[str, Any]) -> Sequence[tuple[Field, str]]:
    """The channel's price list, as it was filled in: fields whose name begins with ``price``, and the currency."""
    named = [one for one in fields(found.manifest.name) if one.name.startswith("price") or "currency" in one.name]
    return [
        (one, str(settings.get(one.name, "") or "")) for one in named if issubclass(get(found.manifest.name), Prices)
    ]
