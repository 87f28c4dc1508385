"""The first sheet of an XLSX workbook (ECMA-376), as a stream.

A workbook is a zip of XML. What it says of its own sizes is judged before anything is unpacked, and the zip reader
never gives more than was said; a document type is refused, so that no entity can grow; of a row only what fits.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple
from zipfile import ZipFile

from madang.customers.imports.reading import xml_events
from madang.customers.imports.reading.table import LONGEST, MOST_COLUMNS, Rows, Table, Unreadable, bounded, header
from madang.lib.language import marked as _

DAMAGES = (zipfile.BadZipFile, zlib.error, KeyError, NotImplementedError, RuntimeError, EOFError, OSError)
MOST_FILES = 5_000
UNPACKED = 1 << 30  # bytes of everything inside
TEXTS = 256 << 20  # bytes of the shared texts, which are kept in memory
RATIO = 250  # so much tighter is no workbook
SMALL = 1 << 20  # below which a ratio says nothing

BOMB = _("This XLSX file unpacks to far more than it should. It is not opened.")
_COLUMN = re.compile(r"[A-Z]{1,3}")
_DATE_IDS = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
_NOT_CODE = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.')


class Book(NamedTuple):
    """What cells refer to."""

    sheet: str
    name: str
    texts: list[str]
    dates: frozenset[int]
    epoch: datetime


def open_sheet(path: Path) -> Table:
    """The table on the first sheet; raises Unreadable."""
    try:
        with ZipFile(path) as zipped:
            _judge(zipped)
            book = _book(zipped)
    except DAMAGES:
        raise Unreadable(xml_events.BROKEN) from None
    first = next(_cells(path, book), None)
    if first is None:
        raise Unreadable(_("The first sheet of this workbook is empty. Put the customers on the first sheet."))
    names = header(first[1])
    return Table("xlsx", book.name, names, lambda: bounded(_after(path, book, first[0]), len(names)))


def _judge(zipped: ZipFile) -> None:
    inside = zipped.infolist()
    if len(inside) > MOST_FILES or sum(one.file_size for one in inside) > UNPACKED:
        raise Unreadable(BOMB)
    if any(one.file_size > SMALL and one.file_size > RATIO * max(1, one.compress_size) for one in inside):
        raise Unreadable(BOMB)
    if any(one.filename.endswith("sharedStrings.xml") and one.file_size > TEXTS for one in inside):
        raise Unreadable(BOMB)


def _book(zipped: ZipFile) -> Book:
    target, name, epoch = "xl/worksheets/sheet1.xml", "", datetime(1899, 12, 30)
    names = set(zipped.namelist())
    sheet_id = ""
    for tag, given, _text in xml_events.elements(zipped, "xl/workbook.xml", {"sheet", "workbookPr"}):
        if tag == "workbookPr" and given.get("date1904") in ("1", "true"):
            epoch = datetime(1904, 1, 1)
        if tag == "sheet" and not sheet_id:
            name, sheet_id = given.get("name", ""), next((v for k, v in given.items() if k.endswith(":id")), "?")
    if "xl/_rels/workbook.xml.rels" in names:
        for _tag, given, _text in xml_events.elements(zipped, "xl/_rels/workbook.xml.rels", {"Relationship"}):
            if given.get("Id") == sheet_id:
                goal = given.get("Target", "")
                target = goal.lstrip("/") if goal.startswith("/") else f"xl/{goal}"
    texts = list(_shared(zipped)) if "xl/sharedStrings.xml" in names else []
    dates = _date_styles(zipped) if "xl/styles.xml" in names else frozenset()
    if target not in names:
        raise Unreadable(xml_events.BROKEN)
    return Book(target, name[:60], texts, dates, epoch)


def _shared(zipped: ZipFile) -> Iterator[str]:
    """Each text once; the reading aids above Asian letters (rPh) are none of it."""
    for _tag, _given, text in xml_events.elements(
        zipped, "xl/sharedStrings.xml", {"si"}, inside={"t"}, without={"rPh"}
    ):
        yield text[:LONGEST]


def _date_styles(zipped: ZipFile) -> frozenset[int]:
    """The places of those cell styles that show a number as a moment."""
    own: set[int] = set()
    styles: list[int] = []
    in_cells = False
    for tag, given, _text in xml_events.elements(zipped, "xl/styles.xml", {"numFmt", "xf", "cellXfs"}, starts=True):
        if tag == "numFmt" and re.search("[ymdhs]", _NOT_CODE.sub("", given.get("formatCode", "").lower())):
            own.add(_whole(given.get("numFmtId", "")))
        elif tag == "cellXfs":
            in_cells = True
        elif tag == "/cellXfs":
            in_cells = False
        elif tag == "xf" and in_cells:
            styles.append(_whole(given.get("numFmtId", "")))
    return frozenset(place for place, number in enumerate(styles) if number in _DATE_IDS or number in own)


def _after(path: Path, book: Book, first: int) -> Rows:
    for number, cells in _cells(path, book):
        if number > first:
            yield number, cells


def _cells(path: Path, book: Book) -> Rows:
    """Rows by the numbers they have; what lies beyond the last column we take is left out."""
    number = 0
    try:
        with ZipFile(path) as zipped:
            for given, cells in xml_events.sheet_rows(zipped, book.sheet):
                told = _whole(given)
                number = told if told > number else number + 1
                row: list[str] = []
                for cell in cells:
                    place = _place(cell.at, len(row))
                    if len(row) <= place < MOST_COLUMNS:
                        row += [""] * (place - len(row))
                        row.append(_value(cell, book))
                if any(row):
                    yield number, row
    except DAMAGES:
        raise Unreadable(xml_events.BROKEN) from None


def _place(at: str, following: int) -> int:
    found = _COLUMN.match(at)
    if not found:
        return following
    place = 0
    for letter in found[0]:
        place = place * 26 + ord(letter) - 64
    return place - 1


def _value(cell: xml_events.Cell, book: Book) -> str:
    if cell.kind == "s":
        place = _whole(cell.text)
        return book.texts[place] if 0 <= place < len(book.texts) else ""
    if cell.kind in ("str", "inlineStr", "d"):
        return cell.text
    if cell.kind == "e":  # #N/A and its like
        return ""
    if cell.kind == "b":
        return "true" if cell.text == "1" else "false"
    return _number(cell.text, _whole(cell.style) in book.dates, book.epoch)


def _number(given: str, is_date: bool, epoch: datetime) -> str:
    try:
        value = float(given)
    except ValueError:
        return given
    if is_date and 0 <= value < 2_958_466:  # up to the year 9999
        return (epoch + timedelta(seconds=round(value * 86_400))).isoformat(sep=" ").removesuffix(" 00:00:00")
    if value == value and abs(value) < 1e15 and value == int(value):
        return str(int(value))
    return given


def _whole(given: str) -> int:
    return int(given) if given.isascii() and given.isdigit() and len(given) < 10 else -1
