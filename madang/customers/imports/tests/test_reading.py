"""Files as people have them: every encoding and delimiter, sheets, cards, JSON; and files made to hurt (T7, T21)."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest

from madang.customers.imports.reading import Unreadable, open_table
from madang.customers.imports.tests.files import workbook

KOREAN = '이름;메일\n미나;"mina@naver.example"\n"둘\n줄";b@c.example\n'


def _read(tmp_path: Path, content: bytes) -> tuple[list[str], list[tuple[int, list[str]]]]:
    file = tmp_path / "given"
    file.write_bytes(content)
    table = open_table(file)
    return table.columns, list(table.rows())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949", "utf-16", "utf-16-le", "utf-16-be"])
def test_text_in_the_encodings_it_comes_in(tmp_path: Path, encoding: str) -> None:
    columns, rows = _read(tmp_path, KOREAN.encode(encoding))
    assert columns == ["이름", "메일"]
    assert rows == [(2, ["미나", "mina@naver.example"]), (3, ["둘\n줄", "b@c.example"])]


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_any_delimiter(tmp_path: Path, delimiter: str) -> None:
    text = f'Name{delimiter}E-mail{delimiter}\r\n"Berg{delimiter} Mia"{delimiter}mia@juniper.example\r\n\r\n'
    assert _read(tmp_path, text.encode()) == (
        ["Name", "E-mail"],
        [(2, [f"Berg{delimiter} Mia", "mia@juniper.example"])],
    )


def test_western_text(tmp_path: Path) -> None:
    assert _read(tmp_path, "Name,Mail\nJürgen,j@x.example\n".encode("cp1252"))[1] == [(2, ["Jürgen", "j@x.example"])]


def test_a_workbook(tmp_path: Path) -> None:
    rows: list[list[Any]] = [
        ["이름", "전화", "가입일", "VIP"],
        ["미나", 1012345678, ("date", 45306), True],
        [],
        ["Mia", "", 3.5, None],
    ]
    columns, read = _read(tmp_path, workbook(rows))
    assert columns == ["이름", "전화", "가입일", "VIP"]
    assert read == [(2, ["미나", "1012345678", "2024-01-15", "true"]), (4, ["Mia", "", "3.5"])]


def test_cards_of_both_versions(tmp_path: Path) -> None:
    cards = (
        "BEGIN:VCARD\r\nVERSION:3.0\r\nN:김;미나;;;\r\nEMAIL;TYPE=HOME:old@b.example\r\n"
        "EMAIL;TYPE=PREF:mina@na\r\n ver.example\r\nitem1.TEL:+82 10-1234-5678\r\nORG:하늘;Sales\r\n"
        "NOTE:One\\nTwo\\, three\r\nCATEGORIES:vip,서울\r\nEND:VCARD\r\n"
        "BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Mia Berg\r\nTEL;VALUE=uri;PREF=1:tel:+4915112345678\r\nEND:VCARD"
    )
    columns, rows = _read(tmp_path, cards.encode())
    mina, mia = (dict(zip(columns, cells, strict=False)) for _, cells in rows)
    assert (mina["FN"], mina["EMAIL"]) == ("김미나", "mina@naver.example\nold@b.example")
    assert (mina["TEL"], mina["ORG"], mina["CATEGORIES"]) == ("+82 10-1234-5678", "하늘", "vip,서울")
    assert mina["NOTE"] == "One\nTwo, three"
    assert (mia["FN"], mia["TEL"]) == ("Mia Berg", "+4915112345678")


@pytest.mark.parametrize(
    "text",
    [
        '{"id":1,"name":"Mia","tags":["a","b"],"x":{"y":true}}\n{"id":2,"name":"\\ud800"}\n',
        '[{"id":1,"name":"Mia","tags":["a","b"],"x":{"y":true}},\n {"id":2,"name":"?"}]',
        '{"meta":1,"results":[{"id":1,"name":"Mia","tags":["a","b"],"x":{"y":true}},{"id":2,"name":"?"}],"paging":null}',
    ],
)
def test_lists_of_json(tmp_path: Path, text: str) -> None:
    columns, rows = _read(tmp_path, text.encode())
    assert columns == ["id", "name", "tags", "x.y"]
    assert [cells for _, cells in rows] == [["1", "Mia", "a,b", "true"], ["2", "?", "", ""]]


def _zipped(**inside: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in inside.items():
            made.writestr(name.replace("__", "/") + ".xml", content)
    return out.getvalue()


LAUGHS = b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><sst><si><t>&b;</t></si></sst>'
BOOK = b'<workbook xmlns:r="r"><sheets><sheet name="A" r:id="1"/></sheets></workbook>'


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b" \n\n ",
        b"\x00\x01\x02\x00\x00\x05" * 100,
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 600,
        b'a,b\n"never closed' + b"x\n" * 200_000,
        ",".join(f"c{n}" for n in range(400)).encode(),
        b"[" * 100_000,
        b'[{"id":1},{"id":2}',
        b'{"nothing": "here"}\n'[:-3],
        _zipped(**{"readme": b"<a/>"}),
        _zipped(xl__workbook=BOOK, xl__sharedStrings=LAUGHS, xl__worksheets__sheet1=b"<worksheet/>"),
        _zipped(xl__workbook=BOOK, xl__worksheets__sheet1=b"<worksheet>" + b" " * (3 << 20) + b"</worksheet>"),
        _zipped(xl__workbook=BOOK, xl__worksheets__sheet1=b"<worksheet><sheetData><row>"),
    ],
)
def test_what_is_no_table_or_too_much_is_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(Unreadable):
        _read(tmp_path, content)


@pytest.mark.parametrize("at", [60, 200, 400, 900])
def test_a_damaged_workbook_is_said_to_be_one(tmp_path: Path, at: int) -> None:
    content = workbook([["Name", "E-mail"], *([f"Person {n}", f"p{n}@b.example"] for n in range(50))])
    broken = content[:at] + bytes(255 - one for one in content[at : at + 20]) + content[at + 20 :]
    try:
        _read(tmp_path, broken)
    except Unreadable:
        return  # or the damage lies where nobody looks


def test_a_wide_row_and_a_far_cell_take_no_room(tmp_path: Path) -> None:
    rows = b'<row r="1"><c r="A1" t="str"><v>E-mail</v></c></row>'
    rows += b'<row r="9"><c r="XFD9"><v>1</v></c><c r="A9" t="str"><v>a@b.example</v></c></row>'
    sheet = b"<worksheet><sheetData>" + rows + b"</sheetData></worksheet>"
    assert _read(tmp_path, _zipped(xl__workbook=BOOK, xl__worksheets__sheet1=sheet))[1] == [(9, ["a@b.example"])]
