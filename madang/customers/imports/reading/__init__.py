"""Files of customers as rows of text: delimited text, XLSX, vCard, and the lists of JSON that other programs export.

Everything is read as a stream, row by row; a file that is something else, or made to be too much, is refused with a
reason. Synchronous: run it in a thread.
"""

from __future__ import annotations

from pathlib import Path
from zipfile import is_zipfile

from madang.customers.imports.reading import delimited, lists, sheet, vcard
from madang.customers.imports.reading.table import LARGEST as LARGEST
from madang.customers.imports.reading.table import MOST_ROWS as MOST_ROWS
from madang.customers.imports.reading.table import Table as Table
from madang.customers.imports.reading.table import Unreadable as Unreadable
from madang.lib.language import marked as _

OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # of .xls, and of an .xlsx with a password


def open_table(path: Path) -> Table:
    """The table a file holds, told by its content, not by its name. Raises :class:`Unreadable`."""
    with path.open("rb") as file:
        head = file.read(4096)
    if not head.strip():
        raise Unreadable(_("This file is empty."))
    if head.startswith(OLD_OFFICE):
        raise Unreadable(_("This is an old or locked Excel file. Save it as .xlsx without a password, or as CSV."))
    if head.startswith(b"PK") and is_zipfile(path):
        return sheet.open_sheet(path)
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if start[:11].upper() == b"BEGIN:VCARD":
        return vcard.open_cards(path)
    if start[:1] in (b"{", b"["):
        return lists.open_list(path)
    return delimited.open_text(path)
