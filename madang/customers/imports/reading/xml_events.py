"""XML out of a zip as a stream of what one asks for. A document type is refused: no entity is ever expanded."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple
from xml.parsers import expat
from zipfile import ZipFile

from madang.customers.imports.reading.table import LONGEST, Unreadable
from madang.lib.language import marked as _

BROKEN = _("This XLSX file is damaged. Open it in a spreadsheet program, save it again, and try again.")
PIECE = 128 << 10
CELLS = 20_000  # of one row: Excel has 16,384 columns

Found = tuple[str, dict[str, str], str]


class Cell(NamedTuple):
    """One cell as the sheet writes it: where, of which type, in which style, with which text."""

    at: str
    kind: str
    style: str
    text: str


def elements(
    zipped: ZipFile,
    name: str,
    wanted: set[str],
    *,
    inside: set[str] | None = None,
    without: set[str] | None = None,
    starts: bool = False,
) -> Iterator[Found]:
    """(tag, attributes, text) of each element in ``wanted``, prefixes left off, when it ends; with ``starts`` when it
    begins, and ``/tag`` when it ends. ``inside``: only text in these counts, never that in ``without``."""
    found: list[Found] = []
    open_tags: list[tuple[str, dict[str, str]]] = []
    text: list[str] = []
    counting = {"in": 0, "out": 0}

    def start(tag: str, given: dict[str, str]) -> None:
        tag = tag.rpartition(":")[2]
        counting["in"] += tag in (inside or ())
        counting["out"] += tag in (without or ())
        if tag in wanted:
            open_tags.append((tag, given))
            text.clear()
            if starts:
                found.append((tag, given, ""))

    def end(tag: str) -> None:
        tag = tag.rpartition(":")[2]
        counting["in"] -= tag in (inside or ())
        counting["out"] -= tag in (without or ())
        if tag in wanted and open_tags:
            kept = open_tags.pop()
            found.append((f"/{tag}", {}, "") if starts else (*kept, "".join(text)))

    def data(piece: str) -> None:
        if open_tags and (inside is None or counting["in"]) and not counting["out"] and len(text) < LONGEST:
            text.append(piece)

    yield from _parsed(zipped, name, start, end, data, found)


class _Sheet:
    """Gathers the cells of one row after another."""

    def __init__(self) -> None:
        self.found: list[tuple[str, list[Cell]]] = []
        self._row, self._cells = "", list[Cell]()
        self._cell: tuple[str, str, str] | None = None
        self._text: list[str] = []
        self._in_value = False

    def start(self, tag: str, given: dict[str, str]) -> None:
        tag = tag.rpartition(":")[2]
        if tag == "row":
            self._row, self._cells = given.get("r", ""), []
        elif tag == "c":
            self._cell, self._text = (given.get("r", ""), given.get("t", "n"), given.get("s", "")), []
        elif tag in ("v", "t"):
            self._in_value = self._cell is not None

    def end(self, tag: str) -> None:
        tag = tag.rpartition(":")[2]
        if tag in ("v", "t"):
            self._in_value = False
        elif tag == "c" and self._cell:
            if len(self._cells) < CELLS:
                self._cells.append(Cell(*self._cell, "".join(self._text)[:LONGEST]))
            self._cell = None
        elif tag == "row":
            self.found.append((self._row, self._cells))
            self._cells = []

    def data(self, piece: str) -> None:
        if self._in_value and len(self._text) < 2_000:
            self._text.append(piece)


def sheet_rows(zipped: ZipFile, name: str) -> Iterator[tuple[str, list[Cell]]]:
    """(the row's own number or '', its cells) of a worksheet."""
    gathered = _Sheet()
    yield from _parsed(zipped, name, gathered.start, gathered.end, gathered.data, gathered.found)


def _parsed(zipped: ZipFile, name: str, start, end, data, found):  # type: ignore[no-untyped-def]
    """What the handlers put into ``found``, as soon as it is there."""
    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, data
    parser.StartDoctypeDeclHandler = _refuse
    parser.buffer_text = True
    try:
        with zipped.open(name) as file:
            while piece := file.read(PIECE):
                parser.Parse(piece)
                yield from found
                found.clear()
        parser.Parse(b"", True)
    except expat.ExpatError:
        raise Unreadable(
            _("This XLSX file is damaged. Open it in a spreadsheet program, save it again, and try again.")
        ) from None
    yield from found


def _refuse(*_given: object) -> None:
    raise Unreadable(_("This XLSX file is not one that a spreadsheet program writes. It is not opened."))
