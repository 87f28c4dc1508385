"""What the list of the desk shows: which view, with which filters, in which order; and the views there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from madang.conversations.inbox import fields, lists, views
from madang.conversations.inbox.lists import BUILT_IN, SORTS, Asked
from madang.conversations.inbox.views import PREFIX, Saved
from madang.desk.filter_words import Chip, chip, flat, heard
from madang.lib.conditions.reading import read
from madang.lib.conditions.tree import All, Node
from madang.lib.conditions.values import Wrong
from madang.lib.conditions.vocabulary import Vocabulary
from madang.lib.language import gettext
from madang.lib.language import marked as _
from madang.lib.postgres import Tx
from madang.staff.permissions import Viewer
from madang.staff.queries import preferences

NAMES = {
    "mine": (_("Mine"), "user-round"),
    "unassigned": (_("Unassigned"), "inbox"),
    "mentions": (_("Mentions"), "at-sign"),
    "following": (_("Following"), "eye"),
    "all": (_("All"), "inbox"),
    "snoozed": (_("Snoozed"), "alarm-clock"),
    "closed": (_("Closed"), "archive"),
}
ORDERS = {
    "newest": _("Newest first"),
    "oldest": _("Oldest first"),
    "waiting": _("Longest waiting first"),
    "priority": _("Most urgent first"),
}
ORDER = "view-order"  # her wish: keys of saved views
TABS = ("mine", "unassigned", "all", "closed")
COUNTED = [name for name in BUILT_IN if name != "closed"]


@dataclass(frozen=True, slots=True)
class Shown:
    """One list as the page has it. ``edited``: its filters or its order differ from what is kept."""

    view: str
    name: str
    asked: Asked
    chips: tuple[Chip, ...] = ()
    saved: Saved | None = None
    edited: bool = False
    lost: int = 0
    explicit: tuple[str, ...] | None = None  # the filters as the address says them
    sort_said: str = ""

    @property
    def sort(self) -> str:
        """The order it has."""
        return lists.sort_of(self.asked)

    @property
    def query(self) -> str:
        """The list as an address has it, with its question mark."""
        said: list[tuple[str, str]] = [("view", self.view)]
        if self.explicit is not None:
            said += [("f", one) for one in self.explicit] or [("f", "")]
        if self.sort_said:
            said.append(("sort", self.sort_said))
        return "?" + urlencode(said)


async def shown(tx: Tx, viewer: Viewer, view: str, given: Sequence[str] | None = None, sort: str = "") -> Shown:
    """The list that is asked for; an unknown view is hers."""
    saved = await _saved(tx, viewer, view)
    if saved is None and view not in BUILT_IN:
        view = "mine"
    name = saved.name if saved else gettext(NAMES[view][0])
    said = sort if sort in SORTS else ""
    order = said or (saved.sort if saved else "newest")
    if saved is None and not any(given or ()):
        return Shown(view, name, Asked(view, sort=order), sort_said=said)
    known = await fields.named(tx, viewer)
    base, fixed = _kept(saved, known)
    tests, lost = heard(given or (), known) if given is not None else ((flat(base) or []), 0)
    node: Node = All((*([base] if fixed else []), *tests))
    chips = (*fixed, *(chip(test, known) for test in tests))
    asked = Asked("" if saved else view, node, order)
    explicit = None if given is None else tuple(chip(test, known).said for test in tests)
    edited = bool(saved) and ((explicit is not None and node != _all(base)) or order != (saved.sort if saved else ""))
    return Shown(view, name, asked, chips, saved, edited, lost, explicit, said)


def _all(node: Node) -> Node:
    return node if isinstance(node, All) else All((node,))


def filters(saved: Saved, known: Vocabulary) -> list[str]:
    """What a saved view asks, in words."""
    base, fixed = _kept(saved, known)
    return [one.words for one in (*fixed, *(() if fixed else (chip(test, known) for test in flat(base) or [])))]


def _kept(saved: Saved | None, known: Any) -> tuple[Node, tuple[Chip, ...]]:
    """The condition of a saved view, and the chip of one that is no list of filters, or cannot be read any more."""
    if saved is None:
        return All(()), ()
    try:
        node = read(saved.condition, known)
    except Wrong:
        return lists.NOTHING, (Chip("", "", gettext(_("A condition that cannot be read any more"))),)
    if flat(node) is None:
        return node, (Chip("", "", gettext(_("A condition of its own"))),)
    return node, ()


async def _saved(tx: Tx, viewer: Viewer, view: str) -> Saved | None:
    number = view.removeprefix(PREFIX)
    if not view.startswith(PREFIX) or not (number.isascii() and number.isdecimal() and len(number) < 19):
        return None
    return next((one for one in await views.saved(tx, viewer) if one.id == int(number)), None)


async def beside(tx: Tx, viewer: Viewer, one: Shown) -> dict[str, Any]:
    """The views there are, with how many each holds, and the count of what is shown where it is none of them."""
    saved = ordered(await views.saved(tx, viewer), (await preferences(tx, viewer.user_id)).get(ORDER))
    every = {name: Asked(name) for name in COUNTED} | await views.all_asked(tx, viewer, saved)
    if one.explicit is not None:
        every["shown"] = one.asked
    counts = await lists.counts(tx, viewer, every)
    return {
        "counts": counts,
        "saved_views": saved,
        "count_here": counts.get("shown" if one.explicit is not None else one.view),
        "built_in": [(name, gettext(NAMES[name][0]), NAMES[name][1]) for name in BUILT_IN],
        "tabs": [(name, gettext(NAMES[name][0])) for name in TABS],
        "orders": [(name, gettext(words)) for name, words in ORDERS.items()],
    }


def ordered(saved: list[Saved], wish: Any) -> list[Saved]:
    """In the order in which she has put them; those she has not moved come after, as everybody has them."""
    places = {str(key): at for at, key in enumerate(wish)} if isinstance(wish, list) else {}
    return sorted(saved, key=lambda one: places.get(one.key, len(places)))


async def wished(tx: Tx, viewer: Viewer) -> str:
    """The order she chose for lists that have none of their own."""
    kept = (await preferences(tx, viewer.user_id)).get("list-sort")
    return kept if isinstance(kept, str) and kept in SORTS else ""
