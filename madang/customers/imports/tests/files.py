"""Workbooks as Excel writes them: shared texts with reading aids, styles, gaps."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from typing import Any
from xml.sax.saxutils import escape

BOOK = """<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"
xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><workbookPr/><sheets>
<sheet name="고객" sheetId="3" r:id="rId7"/><sheet name="other" sheetId="4" r:id="rId8"/></sheets></workbook>"""
RELATIONS = """<?xml version="1.0"?><Relationships><Relationship Id="rId8" Target="worksheets/sheet1.xml"/>
<Relationship Id="rId7" Target="/xl/worksheets/sheet2.xml"/></Relationships>"""
STYLES = """<?xml version="1.0"?><styleSheet><numFmts><numFmt numFmtId="164" formatCode='yyyy"년"\\ m'/></numFmts>
<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>
<cellXfs><xf numFmtId="0"/><xf numFmtId="164"/></cellXfs></styleSheet>"""


def workbook(rows: Sequence[Sequence[Any]]) -> bytes:
    """A workbook whose first sheet holds ``rows``: text, numbers, truth, ("date", days), None for no cell."""
    texts: list[str] = []
    lines = "".join(_row(number, row, texts) for number, row in enumerate(rows, 1) if row)
    shared = "".join(f"<si><r><t>{escape(one)}</t></r><rPh sb='0' eb='1'><t>x</t></rPh></si>" for one in texts)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("xl/workbook.xml", BOOK)
        made.writestr("xl/_rels/workbook.xml.rels", RELATIONS)
        made.writestr("xl/styles.xml", STYLES)
        made.writestr("xl/sharedStrings.xml", f'<?xml version="1.0"?><sst>{shared}</sst>')
        made.writestr("xl/worksheets/sheet1.xml", "<worksheet><sheetData/></worksheet>")
        made.writestr("xl/worksheets/sheet2.xml", f"<worksheet><sheetData>{lines}</sheetData></worksheet>")
    return out.getvalue()


def _row(number: int, row: Sequence[Any], texts: list[str]) -> str:
    cells = "".join(_cell(f"{chr(65 + place)}{number}", one, texts) for place, one in enumerate(row) if one is not None)
    return f'<row r="{number}">{cells}</row>'


def _cell(at: str, value: Any, texts: list[str]) -> str:
    if isinstance(value, bool):
        return f'<c r="{at}" t="b"><v>{int(value)}</v></c>'
    if isinstance(value, tuple):
        return f'<c r="{at}" s="1"><v>{value[1]}</v></c>'
    if isinstance(value, int | float):
        return f'<c r="{at}"><v>{value}</v></c>'
    texts.append(value)
    return f'<c r="{at}" t="s"><v>{len(texts) - 1}</v></c>'
