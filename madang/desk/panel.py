"""The customer beside the thread: which cards there are, in whose order, and what those hold that are read later."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from madang.conversations import keepsakes, queries, timeline
from madang.conversations.rows import Row
from madang.conversations.segments import queries as segments
from madang.conversations.timeline import Asked
from madang.customers import defined
from madang.customers.queries import Person
from madang.customers.typed import Defined
from madang.desk.people_words import field_name
from madang.lib.errors import NotFound
from madang.lib.language import gettext
from madang.lib.language import marked as _
from madang.lib.postgres import Tx
from madang.staff.permissions import Viewer

WISH = "cards"  # {"order": [name…], "open": {name: bool}}
LINES = 8  # of the timeline, at first
MORE = 30
CUSTOM = "custom."
PLAIN = ("company", "region", "language", "timezone", "prefers")


@dataclass(frozen=True, slots=True)
class Card:
    """One card. ``later``: it costs something, so it is read only when it is open."""

    name: str
    title: str
    icon: str
    open: bool = False
    later: bool = False


CARDS: Sequence[Card] = (
    Card("guide", _("Guide"), "list-checks", open=True),
    Card("addresses", _("Addresses and proof"), "badge-check", open=True),
    Card("tags", _("Tags"), "tag", open=True),
    Card("fields", _("Details"), "list-plus", open=True, later=True),
    Card("notes", _("Notes about the customer"), "sticky-note", open=True, later=True),
    Card("conversations", _("Other conversations"), "messages-square", open=True),
    Card("timeline", _("Timeline"), "history", later=True),
    Card("doors", _("Doors to the customer"), "route"),
    Card("files", _("Files"), "paperclip", later=True),
    Card("groups", _("Customer’s tags and segments"), "target", later=True),
)
LATER = frozenset(card.name for card in CARDS if card.later)
SHELVES = {"notes": "notes", "files": "files", "groups": "tags"}  # what is kept of her, by card


def arranged(wish: Any) -> list[Card]:
    """The cards as somebody wants them. What a wish says that cannot be meant is passed over; new cards come last."""
    kept = wish if isinstance(wish, dict) else {}
    order = kept.get("order") if isinstance(kept.get("order"), list) else []
    opened = kept.get("open") if isinstance(kept.get("open"), dict) else {}
    known = {card.name: card for card in CARDS}
    names = [name for name in dict.fromkeys(str(one) for one in order or []) if name in known]
    names += [name for name in known if name not in names]
    return [replace(known[name], open=bool((opened or {}).get(name, known[name].open))) for name in names]


async def opened(tx: Tx, viewer: Viewer, row: Row, wishes: Mapping[str, Any]) -> dict[str, Any]:
    """The cards as the viewer wants them, with what the open ones hold: nothing is to grow once it is painted."""
    read = await bodies(tx, viewer, row, [card.name for card in arranged(wishes.get(WISH)) if card.open])
    return read | shown(wishes)


def shown(wishes: Mapping[str, Any]) -> dict[str, Any]:
    """The cards as the viewer wants them, and whether that is another way than everybody's."""
    cards = arranged(wishes.get(WISH))
    return {"cards": cards, "cards_own": cards != list(CARDS)}


async def bodies(tx: Tx, viewer: Viewer, row: Row, names: Sequence[str], more: bool = False) -> dict[str, Any]:
    """What those cards hold that are read later, of the customer of a conversation the viewer may see."""
    wanted = set(names) & LATER
    context: dict[str, Any] = {"names_read": [name for name in names if name in wanted]}
    if shelves := {shelf for card, shelf in SHELVES.items() if card in wanted}:
        context["kept"] = await keepsakes.shelves(tx, viewer, row.customer_id, shelves)
    if "fields" in wanted:
        context["defined_fields"] = await defined.fields(tx, viewer)
    if "groups" in wanted:
        context["segments"] = await segments.of_customer(tx, viewer, row.customer_id)
    if "timeline" in wanted:
        limit = MORE if more else LINES
        context["timeline"] = await timeline.of_customer(tx, viewer, row.customer_id, Asked(), limit=limit)
        context["all_lines"] = more
    return context


async def of_conversation(tx: Tx, viewer: Viewer, conversation_id: int) -> Row:
    """The conversation; raises NotFound."""
    return await queries.one(tx, viewer, conversation_id)


async def form(
    tx: Tx, viewer: Viewer, person: Person, name: str, offered: Mapping[str, list[tuple[str, str]]]
) -> dict[str, Any]:
    """What the form of one of her fields needs; raises NotFound for one that is none, or not hers to see."""
    own = name.removeprefix(CUSTOM)
    if own != name:
        one = next((each for each in await defined.fields(tx, viewer) if each.name == own), None)
        if one is None:
            raise NotFound(gettext("There is no such field."))
        value = person.fields.get(own)
        shown = str(value).lower() if isinstance(value, bool) else "" if value is None else value
        return {"field": own, "label": one.label, "kind": one.kind, "custom": True} | {
            "options": _answers(one),
            "value": shown,
        }
    if name not in PLAIN:
        raise NotFound(gettext("There is no such field."))
    value = getattr(person, name)
    options = list(offered.get(name, []))
    if options and value and value not in {key for key, _text in options}:
        options.append((value, value))
    return {"field": name, "label": field_name(name), "kind": "text", "custom": False} | {
        "options": options,
        "value": value,
    }


def _answers(one: Defined) -> list[tuple[str, str]]:
    unknown = ("", gettext(_("Not known")))
    if one.kind == "bool":
        return [unknown, ("true", gettext(_("Yes"))), ("false", gettext(_("No")))]
    return [unknown, *((choice, choice) for choice in one.choices)] if one.kind == "choice" else []
