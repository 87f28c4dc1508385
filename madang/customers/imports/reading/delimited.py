"""Delimited text: any usual delimiter, quotes, line breaks in cells, and the encodings such files come in.

Excel in Korea writes CP949, Excel elsewhere Windows-1252 or UTF-16; everybody else writes UTF-8, with or without BOM.
"""

from __future__ import annotations

import codecs
import csv
import io
from pathlib import Path

from madang.customers.imports.reading.table import LONGEST, Rows, Table, Unreadable, bounded, header
from madang.lib.language import marked as _

DELIMITERS = (",", "\t", ";", "|", "^", "~")
NAMES = {"\t": "tab", ",": "comma", ";": "semicolon"}
BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
BROKEN = _("A quotation mark in this file is never closed, or a cell is far too long. Mend it and try again.")
GUESSES = ("utf-8", "cp949", "cp1252")
PIECE = 1 << 20

csv.field_size_limit(4 * LONGEST)  # a quote that is never closed would else swallow the file


def open_text(path: Path) -> Table:
    """The table in a text file; raises Unreadable."""
    encoding = encoding_of(path)
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        delimiter = delimiter_of(file.read(64_000))
    rows = _rows(path, encoding, delimiter)
    first = next(rows, None)
    if first is None:
        raise Unreadable(_("This file is empty."))
    names = header(first[1])
    detail = f"{encoding.removesuffix('-sig').upper()}, {NAMES.get(delimiter, delimiter)}"
    return Table("csv", detail, names, lambda: bounded(_after_header(path, encoding, delimiter), len(names)))


def encoding_of(path: Path) -> str:
    """By its byte order mark, by its zeros, else the first encoding of which every byte makes sense."""
    with path.open("rb") as file:
        head = file.read(4096)
    for mark, name in BOMS:
        if head.startswith(mark):
            return name
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if odd > len(head) // 8 and not even:
        return "utf-16-le"
    if even > len(head) // 8 and not odd:
        return "utf-16-be"
    if even + odd:
        raise Unreadable(_("This is no text. Give a CSV, an XLSX, a vCard, or the JSON export of another program."))
    return next((name for name in GUESSES if _fits(path, name)), "latin-1")


def _fits(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with path.open("rb") as file:
            while piece := file.read(PIECE):
                decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def delimiter_of(sample: str) -> str:
    """The one that divides the most of the first lines into equally many cells, more than one."""

    def fit(delimiter: str) -> tuple[int, int]:
        try:
            rows = [len(row) for row in csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter) if row][:50]
        except csv.Error:
            return 0, 0
        width = rows[0] if rows else 1
        return (rows.count(width), width) if width > 1 else (0, 0)

    return max(DELIMITERS, key=fit)


def _after_header(path: Path, encoding: str, delimiter: str) -> Rows:
    rows = _rows(path, encoding, delimiter)
    next(rows, None)
    yield from rows


def _rows(path: Path, encoding: str, delimiter: str) -> Rows:
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        try:
            yield from enumerate(csv.reader(file, delimiter=delimiter), 1)
        except csv.Error:
            raise Unreadable(
                _("A quotation mark in this file is never closed, or a cell is far too long. Mend it and try again.")
            ) from None
