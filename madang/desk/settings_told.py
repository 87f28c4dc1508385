"""The history of the settings as pages and parts of pages show it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from madang.changes import queries
from madang.changes.queries import PAGE, Asked
from madang.conversations.threads import actor_names
from madang.desk.opened import house
from madang.desk.settings_undo import sees
from madang.desk.settings_words import told
from madang.lib.language import zone
from madang.lib.postgres import Tx
from madang.staff.permissions import Viewer

FILTERS = ("page", "actor", "since", "until", "subject")


async def history(tx: Tx, viewer: Viewer, asked: Asked, limit: int = PAGE) -> dict[str, Any]:
    """What was changed, as the templates want it: ``changes`` and ``more``, the number from which older ones go on."""
    found = await queries.changes(tx, sees(viewer), asked, limit + 1)
    names = await actor_names(tx, {who for one in found for who in (one.actor, one.token, one.undone_by)})
    more = found[limit - 1].id if len(found) > limit else 0
    return {"changes": told(found[:limit], await house(tx), names), "more": more}


async def whole(tx: Tx, viewer: Viewer, given: Mapping[str, str]) -> dict[str, Any]:
    """The page of all of it. What an address says that cannot be meant narrows nothing."""
    kept = {name: given[name][:80] for name in FILTERS if given.get(name)}
    before = given.get("before", "")
    asked = Asked(
        kept.get("page", ""),
        kept.get("subject", ""),
        kept.get("actor", ""),
        _day(viewer, kept.get("since", ""), 0),
        _day(viewer, kept.get("until", ""), 1),
        int(before) if before.isascii() and before.isdecimal() and len(before) < 19 else 0,
    )
    found = await history(tx, viewer, asked)
    people = await actor_names(tx, await queries.actors(tx, sees(viewer)))
    older = urlencode(kept | {"before": found["more"]})
    return found | {
        "given": dict.fromkeys(FILTERS, "") | kept,
        "people": people,
        "older": older,
        "narrowed": bool(kept),
    }


def _day(viewer: Viewer, text: str, more: int) -> datetime | None:
    """The beginning of a day where the reader lives, or of the one after it."""
    try:
        day = datetime.fromisoformat(text).date() + timedelta(days=more)
        return datetime.combine(day, time(), zone(viewer.timezone))
    except (ValueError, OverflowError):
        return None
