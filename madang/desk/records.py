"""What a customer's page shows beside who she is: her timeline, notes, tags, files and sums."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from madang.channels.queries import channels
from madang.conversations import keepsakes, timeline
from madang.conversations.segments import queries as segments
from madang.conversations.timeline import Asked
from madang.customers import defined
from madang.desk.records_words import CHIPS, chips
from madang.lib.errors import NotFound
from madang.lib.language import zone
from madang.lib.postgres import Tx
from madang.staff.permissions import Viewer

PAGE = 40
PARTS = ("kind", "channel", "since", "until")


async def shown(tx: Tx, viewer: Viewer, customer_id: int, given: Mapping[str, str]) -> dict[str, Any]:
    """All of it, the timeline as the address asks for it; raises NotFound."""
    kept = await keepsakes.of_customer(tx, viewer, customer_id)
    fields = await defined.fields(tx, viewer, retired=True)
    return {
        "kept": kept,
        "gone": await _gone(tx, viewer, customer_id, given),
        "defined_fields": [one for one in fields if not one.retired],
        "retired_fields": {one.name for one in fields if one.retired},
        "segments": await segments.of_customer(tx, viewer, customer_id),
        **await line(tx, viewer, customer_id, given),
    }


async def line(tx: Tx, viewer: Viewer, customer_id: int, given: Mapping[str, str]) -> dict[str, Any]:
    """A page of the timeline. Whatever an address says that cannot be meant is passed over."""
    ways = {row.id: row for row in await channels(tx, retired=True)}
    asked = _asked(viewer, given, set(ways))
    page = await timeline.of_customer(tx, viewer, customer_id, asked, limit=PAGE, cursor=given.get("cursor") or None)
    kept = {name: given[name] for name in PARTS if given.get(name)}
    return {
        "timeline": page,
        "asked_of": dict.fromkeys(PARTS, "") | kept,
        "narrowed": bool(kept),
        "chips": chips(),
        "ways_of": {number: row.name for number, row in ways.items() if _hers(viewer, row.brand_id)},
        "with_kind": lambda kind: urlencode(kept | {"kind": kind}),
        "older": urlencode(kept | {"cursor": page.next or ""}),
    }


def _asked(viewer: Viewer, given: Mapping[str, str], known: set[int]) -> Asked:
    kind, channel = given.get("kind", ""), _number(given.get("channel", ""))
    return Asked(
        frozenset({kind} & CHIPS.keys()),
        (channel,) if channel in known else None,
        _day(viewer, given.get("since", ""), 0),
        _day(viewer, given.get("until", ""), 1),
    )


def _day(viewer: Viewer, text: str, more: int) -> datetime | None:
    """The beginning of a day where the reader lives, or of the one after it."""
    try:
        day = datetime.fromisoformat(text).date() + timedelta(days=more)
        return datetime.combine(day, time(), zone(viewer.timezone))
    except (ValueError, OverflowError):
        return None


def _hers(viewer: Viewer, brand_id: int) -> bool:
    return viewer.scope.brands is None or brand_id in viewer.scope.brands


async def _gone(tx: Tx, viewer: Viewer, customer_id: int, given: Mapping[str, str]) -> dict[str, int | str]:
    """The note, file or tag that was just taken away, to be brought back; 0 or '' for none."""
    note, file = _number(given.get("gone_note", "")), _number(given.get("gone_file", ""))
    if note:
        try:
            found = await keepsakes.note(tx, viewer, customer_id, note)
            note = note if found.deleted_at else 0
        except NotFound:
            note = 0
    return {"note": note, "file": file, "tag": given.get("gone_tag", "")[:40]}


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0
