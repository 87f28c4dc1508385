"""A change of the settings in words: which field it was, and what it was before and became."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from babel.dates import get_day_names as day_names
from babel.numbers import format_decimal

from madang.changes.queries import Change
from madang.channels.registry import every, fields
from madang.desk.happened_words import by_token
from madang.desk.settings_nav import Item, items
from madang.desk.settings_reading import label_of
from madang.desk.settings_undo import whether
from madang.lib.language import LANGUAGES, gettext, reader
from madang.lib.language import marked as _
from madang.notifications.words import MAILS, WAYS
from madang.notifications.words import NAMES as REASONS

LONG = 90
# Fields that no macro of a page names: they are drawn by hand there, or stand for several.
NAMES = {
    "across": _("When she writes by another channel"),
    "all_brands": _("Every brand"),
    "automatic": _("Merge by itself from"),
    "brand_ids": _("Brands"),
    "brands": _("Brands"),
    "brand_id": _("Brand"),
    "chain": _("Order of doors"),
    "channel_id": _("Channel for alert mails"),
    "chroma": _("Strength of the colour"),
    "condition": _("Filters"),
    "hue": _("Colour"),
    "kinds": _("Is told of"),
    "mapping": _("What is kept in step"),
    "members": _("Members"),
    "model_id": _("Weights"),
    "password": _("Password"),
    "place": _("Place in the list"),
    "paused": _("Paused"),
    "role": _("Role"),
    "secret": _("Signing secret"),
    "seen_by": _("Who may see it"),
    "sees": _("Sees"),
    "shared": _("Shared with others"),
    "sort": _("Order of the list"),
    "suggest": _("Ask from"),
    "steps": _("Steps"),
    "items": _("Items"),
    "team_id": _("Team"),
    "team_ids": _("Teams"),
    "teams": _("Teams"),
}
VALUES: dict[str, dict[str, str]] = {
    "role": {
        "administrator": _("Administrator"),
        "lead": _("Lead"),
        "agent": _("Agent"),
        "viewer": _("Viewer"),
    },
    "sees": {"all": _("Every conversation"), "team": _("Her teams’ conversations"), "assigned": _("Only her own")},
    "seen_by": {"everyone": _("Everyone"), "leads": _("Leads and administrators")},
    "mail": {str(how): said for how, said in MAILS.items()},
    "across": {"continue": _("The same matter"), "new": _("A new matter")},
    "theme": {"auto": _("Like the computer"), "light": _("Light"), "dark": _("Dark")},
    "density": {"roomy": _("Roomy"), "compact": _("Compact")},
    "keys": {"letters": _("Letters too"), "mod": _("Only with Ctrl or ⌘")},
    "sort": {
        "newest": _("Newest first"),
        "oldest": _("Oldest first"),
        "waiting": _("Longest waiting first"),
        "priority": _("Most urgent first"),
    },
}
NUMBERED = {
    "members": "names",
    "brands": "brands",
    "brand_ids": "brands",
    "teams": "teams",
    "team_ids": "teams",
    "channel_id": "channel_names",
    "brand_id": "brands",
    "team_id": "teams",
}


@dataclass(frozen=True, slots=True)
class Told:
    """One change as the history shows it. ``who`` '': the house. ``reason``: why it cannot be taken back, or ''."""

    change: Change
    item: Item | None
    who: str
    undone_by: str
    field: str
    before: str
    after: str
    reason: str


def told(some: Sequence[Change], house: Mapping[str, Any], names: Mapping[str, str]) -> list[Told]:
    """``house`` has the names by number (desk/opened.py), ``names`` those of the actors."""
    return [_told(one, house, names) for one in some]


def _told(one: Change, house: Mapping[str, Any], names: Mapping[str, str]) -> Told:
    return Told(
        one,
        items().get(one.page),
        by_token(names.get(one.actor, ""), names.get(one.token, "")) if one.token else names.get(one.actor, ""),
        names.get(one.undone_by) or (gettext(_("Madang")) if one.undone_by else ""),
        gettext(_label(one)) if one.field else "",
        value(one.field, one.before, house),
        value(one.field, one.after, house),
        gettext(whether(one)) if whether(one) else "",
    )


def _label(one: Change) -> str:
    name = one.field.partition(".")[2] or one.field
    if one.page == "notifications" and one.field.startswith(("wish.", "watch.")):
        return REASONS.get(name, REASONS["view"])  # type: ignore[call-overload,no-any-return]
    found = label_of(one.page, name) or NAMES.get(name, "")
    if not found and one.page in ("channels", "crm"):
        found = next((field.label for each in every() for field in fields(each) if field.name == name), "")
    return found or name.replace("_", " ")


def value(field: str, kept: Any, house: Mapping[str, Any]) -> str:
    """A kept value in the reader's words, short."""
    if kept is None or kept == "" or kept == []:
        return gettext(_("Every one")) if field == "brands" and kept is None else gettext(_("nothing"))
    if isinstance(kept, bool):
        return gettext(_("Switched on")) if kept else gettext(_("Switched off"))
    if field in NUMBERED:
        known = house.get(NUMBERED[field], {})
        return _short(", ".join(known.get(each, f"#{each}") for each in (kept if isinstance(kept, list) else [kept])))
    if field.startswith(("wish.", "watch.")):
        return _short(", ".join(gettext(WAYS[each]) for each in kept))
    if field == "free":
        return _short(", ".join(day_names("abbreviated", locale=reader().language)[each] for each in kept))
    if field == "chain":
        return _short(" → ".join(house["channel_names"].get(step["channel_id"], "?") for step in kept))
    if isinstance(kept, (int, float)):
        return str(format_decimal(kept, locale=reader().language))
    if field in VALUES and kept in VALUES[field]:
        return gettext(VALUES[field][kept])
    if field == "language":
        return LANGUAGES.get(kept, str(kept))
    if isinstance(kept, list) and not any(isinstance(each, dict) for each in kept):
        return _short(", ".join(str(each) for each in kept))
    return _short(str(kept)) if not isinstance(kept, (dict, list)) else gettext(_("another set-up"))


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= LONG else f"{flat[:LONG]}…"
