"""All there is of one customer as one list, newest first, of any length.

Each source is read in its own order from where the last page left it, and the page is woven from their heads: nothing
is skipped or shown twice, whatever comes in meanwhile, and a page costs the same at any depth.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from madang.conversations import profiles
from madang.conversations.queries import channel_marks
from madang.conversations.rows import ChannelMark
from madang.conversations.threads import actor_names
from madang.conversations.timeline_scans import SOURCES, Asked, statement
from madang.customers.trees import below
from madang.lib import paging
from madang.lib.paging import BadCursor
from madang.lib.postgres import Tx
from madang.staff.permissions import Viewer, permit

__all__ = ["Asked", "Entry", "Timeline", "of_customer"]

Place = tuple[int, int]  # (microseconds since 1970, number) of the last row shown; of messages only the number counts
START: Place = (2**62, 2**62)  # before which everything is
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICRO = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line. ``kind``: in, out, note (of a conversation), opened, closed, noted (about her), merged, parted, or that
    of an event. ``author``: who said or did it, or which source told it; ``other``: whom she was merged with."""

    source: str
    id: int
    at: datetime
    kind: str
    text: str
    author: str
    channel: ChannelMark | None
    conversation_id: int | None
    url: str
    amount: int | None
    currency: str
    data: dict[str, Any]
    other: int | None


@dataclass(frozen=True, slots=True)
class Timeline:
    """A page of ``customer_id``'s, who she is now. ``next`` is the cursor of the page after it, None at the end."""

    customer_id: int
    items: list[Entry]
    next: str | None


async def of_customer(
    tx: Tx, viewer: Viewer, customer_id: int, asked: Asked, *, limit: int = 40, cursor: str | None = None
) -> Timeline:
    """A page, for whoever sees her: of her conversations those in scope. Raises NotFound, BadCursor."""
    permit(viewer, "conversation.read")
    root = await profiles.root(tx, viewer, customer_id)
    places = _places(cursor)
    begun = frozenset(name for name, place in places.items() if place != START)
    heads = statement(viewer.scope, asked, limit + 1, begun)
    if heads is None:
        return Timeline(root, [], None)
    given = {"customer": root, "family": await below(tx, root)} | _given(places, begun)
    rows = (await tx.execute(heads, given)).mappings().all()
    woven = list(itertools.islice(_woven(rows), limit + 1))
    page, more = woven[:limit], len(woven) > limit
    for row in page:
        places[row["source"]] = ((row["at"] - EPOCH) // MICRO, row["id"])
    return Timeline(root, await _entries(tx, page), _cursor(places) if more else None)


def _places(cursor: str | None) -> dict[str, Place]:
    if not cursor:
        return dict.fromkeys(SOURCES, START)
    flat = paging.decode(cursor, (int,) * (2 * len(SOURCES)))
    return {name: (flat[2 * n], flat[2 * n + 1]) for n, name in enumerate(SOURCES)}


def _given(places: Mapping[str, Place], begun: Iterable[str]) -> dict[str, Any]:
    """The parameters of the sources that go on."""
    made: dict[str, Any] = {}
    for name in begun:
        micros, made[f"{name}_id"] = places[name]
        if name != "message":
            made[f"{name}_at"] = _moment(micros)
    return made


def _moment(micros: int) -> datetime:
    try:
        return EPOCH + micros * MICRO
    except OverflowError:
        raise BadCursor from None


def _cursor(places: Mapping[str, Place]) -> str:
    return paging.encode(tuple(number for name in SOURCES for number in places[name]))


def _woven(rows: Sequence[Any]) -> Iterator[Mapping[str, Any]]:
    """The rows of all sources by time, each source in its own order.

    A message that was said long before it came (an old mail that is fetched) counts as early as the one it came after.
    """
    heads: dict[str, list[tuple[datetime, Mapping[str, Any]]]] = {}
    for row in rows:
        heads.setdefault(row["source"], []).append((row["at"], row))
    for some in heads.values():
        some.sort(key=lambda one: _order(one[1]), reverse=True)
        latest = None
        for place in range(len(some) - 1, -1, -1):
            latest = some[place][0] if latest is None else max(latest, some[place][0])
            some[place] = (latest, some[place][1])
        some.reverse()  # the next one last, where it is taken from
    order = [heads[name] for name in SOURCES if name in heads]
    while order:
        newest = max(order, key=lambda some: some[-1][0])  # of equals the first
        yield newest.pop()[1]
        order = [some for some in order if some]


def _order(row: Mapping[str, Any]) -> tuple[Any, ...]:
    return (row["id"],) if row["source"] == "message" else (row["at"], row["id"])


async def _entries(tx: Tx, rows: Sequence[Any]) -> list[Entry]:
    marks = await channel_marks(tx, {row["channel_id"] for row in rows if row["channel_id"]})
    names = await actor_names(tx, {row["author"] for row in rows if row["source"] in ("merged", "parted")})
    return [_entry(row, marks, names) for row in rows]


def _entry(row: Mapping[str, Any], marks: Mapping[int, ChannelMark], names: Mapping[str, str]) -> Entry:
    given = dict(row)
    given["channel"] = marks.get(given.pop("channel_id"))
    if given["source"] in ("merged", "parted"):
        given["author"] = names.get(given["author"], "")
    return Entry(**given)
