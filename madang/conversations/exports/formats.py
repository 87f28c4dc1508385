"""Rows as CSV, XLSX or JSON lines, written piece by piece; nothing is ever whole in memory. Pure."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from typing import Any, Literal, get_args
from xml.sax.saxutils import escape

import msgspec

Format = Literal["csv", "xlsx", "jsonl"]
FORMATS: tuple[Format, ...] = get_args(Format)
MIMES: Mapping[Format, str] = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "jsonl": "application/x-ndjson",
}
BOM = b"\xef\xbb\xbf"  # without which Excel reads Korean as something else
SHEET_ROWS = 1_048_000  # of one sheet; Excel takes 1,048,576
CELL = 32_767
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

Row = Mapping[str, Any]
Rows = AsyncIterator[Sequence[Row]]


def guarded_line(cells: Sequence[str]) -> bytes:
    """A line of CSV. A cell that a spreadsheet would take for a formula is marked as text by an apostrophe."""
    out = io.StringIO(newline="")
    csv.writer(out).writerow([guarded(cell) for cell in cells])
    return out.getvalue().encode("utf-8", "replace")


def guarded(cell: str) -> str:
    """``'=1+1`` for ``=1+1``: OWASP's rule against CSV injection. Our own import takes the apostrophe off a phone."""
    return f"'{cell}" if cell.lstrip(" \n").startswith(_FORMULA) or cell.startswith(("\t", "\r")) else cell


def writer(format: Format) -> Callable[[Sequence[str], Rows], AsyncIterator[bytes]]:
    """The writer of a format: called with the columns and pages of rows."""
    return {"csv": _csv, "xlsx": _xlsx, "jsonl": _jsonl}[format]


def _text(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)


async def _csv(columns: Sequence[str], pages: Rows) -> AsyncIterator[bytes]:
    yield BOM + guarded_line(columns)
    async for page in pages:
        yield b"".join(guarded_line([_text(row.get(name)) for name in columns]) for row in page)


async def _jsonl(_columns: Sequence[str], pages: Rows) -> AsyncIterator[bytes]:
    async for page in pages:
        yield b"".join(msgspec.json.encode(row) + b"\n" for row in page)


class _Sink:
    """What a zip is written into, and taken out of again at once. It cannot be sought, and the zip needs not."""

    def __init__(self) -> None:
        self._held: list[bytes] = []

    def write(self, piece: bytes) -> int:
        self._held.append(bytes(piece))
        return len(piece)

    def flush(self) -> None:
        """Nothing waits."""

    def taken(self) -> bytes:
        held, self._held = b"".join(self._held), []
        return held


HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"


async def _xlsx(columns: Sequence[str], pages: Rows) -> AsyncIterator[bytes]:
    """Sheet after sheet; what lists them comes last, as a zip allows. Every cell is text, so none is a formula."""
    sink, sheets, ended = _Sink(), 0, False
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as zipped:  # type: ignore[call-overload]
        while not ended:
            sheets += 1
            with zipped.open(f"xl/worksheets/sheet{sheets}.xml", "w", force_zip64=True) as sheet:
                sheet.write(f'{HEAD}<worksheet xmlns="{MAIN}"><sheetData>{_line(columns)}'.encode())
                left = SHEET_ROWS
                while left > 0:
                    some = await anext(pages, None)
                    if some is None:
                        ended = True
                        break
                    lines = "".join(_line([_text(row.get(name)) for name in columns]) for row in some)
                    sheet.write(lines.encode())
                    left -= len(some)
                    yield sink.taken()
                sheet.write(b"</sheetData></worksheet>")
        for name, content in _contents(sheets):
            zipped.writestr(name, HEAD + content)
    yield sink.taken()


def _line(cells: Sequence[str]) -> str:
    return f"<row>{''.join(map(_cell, cells))}</row>"


def _cell(text: str) -> str:
    if not text:
        return "<c/>"
    clean = escape(_NOT_XML.sub("", text)[:CELL])
    return f'<c t="inlineStr"><is><t xml:space="preserve">{clean}</t></is></c>'


def _contents(sheets: int) -> list[tuple[str, str]]:
    numbers = range(1, sheets + 1)
    parts = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{KIND}.worksheet+xml"/>' for n in numbers
    )
    listed = "".join(f'<sheet name="Madang {n}" sheetId="{n}" r:id="rId{n}"/>' for n in numbers)
    related = "".join(
        f'<Relationship Id="rId{n}" Type="{REL}/worksheet" Target="worksheets/sheet{n}.xml"/>' for n in numbers
    )
    return [
        (
            "[Content_Types].xml",
            f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{KIND}.sheet.main+xml"/>{parts}</Types>',
        ),
        (
            "_rels/.rels",
            f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" Type="{REL}/officeDocument" '
            'Target="xl/workbook.xml"/></Relationships>',
        ),
        ("xl/_rels/workbook.xml.rels", f'<Relationships xmlns="{PACKAGE}/relationships">{related}</Relationships>'),
        ("xl/workbook.xml", f'<workbook xmlns="{MAIN}" xmlns:r="{REL}"><sheets>{listed}</sheets></workbook>'),
    ]
