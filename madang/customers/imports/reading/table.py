"""What every kind of file is read as."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from madang.lib.language import marked as _

LARGEST = 200 << 20  # bytes of a file
MOST_ROWS = 2_000_000
MOST_COLUMNS = 300
LONGEST = 32_767  # characters of a cell: what Excel itself holds

Rows: TypeAlias = Iterator[tuple[int, list[str]]]


class Unreadable(Exception):
    """The file cannot be read; the message is a msgid for people and says what to do."""


@dataclass(frozen=True, slots=True)
class Table:
    """``rows()`` begins anew each time: (number as a spreadsheet counts, cells). The first data row is 2, or 1 where
    there is no header. A row may have fewer cells than ``columns``, never more. Raises :class:`Unreadable`."""

    kind: str  # csv, xlsx, vcard, json
    detail: str  # how it was read: encoding and delimiter, or the sheet's name
    columns: list[str]
    rows: Callable[[], Rows]


def header(cells: Sequence[str]) -> list[str]:
    """Column names as they are shown, each different; raises :class:`Unreadable`."""
    names = [" ".join(cell.split())[:100] for cell in cells]
    while names and not names[-1]:
        names.pop()
    if not names:
        raise Unreadable(_("The first row has no column names. Put a name above each column."))
    if len(names) > MOST_COLUMNS:
        raise Unreadable(_("This has more than 300 columns. Leave out those that are not about customers."))
    made: list[str] = []
    for place, name in enumerate(names):
        fresh = name or f"#{place + 1}"
        made.append(fresh if fresh not in made else f"{fresh} ({place + 1})")
    return made


def bounded(rows: Rows, width: int) -> Rows:
    """Rows that hold something, cut to the columns there are and to what a cell may hold."""
    for count, (number, cells) in enumerate(rows):
        if count >= MOST_ROWS:
            raise Unreadable(_("This has more than 2,000,000 rows. Divide it into several files."))
        cut = [cell[:LONGEST].replace("\0", "").strip() for cell in cells[:width]]
        if any(cut):
            yield number, cut
