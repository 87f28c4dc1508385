"""Customers as files: what a spreadsheet makes of them, who may take whom, and that none is a formula (T1, T4)."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import text

from madang.conversations.actions.exporting import export
from madang.conversations.exports import formats, people
from madang.conversations.exports.people import Asked, pages
from madang.customers.imports.reading import open_table
from madang.ground import Ground
from madang.staff.permissions import CONSOLE, NotPermitted, Viewer
from madang.tests import cast
from madang.tests.cast import Yard

EVIL = ["=cmd|' /C calc'!A0", "+1+1", "-2", "@SUM(A1)", "\t=1", "\r=1", " =1"]


async def _all(ground: Ground, viewer: Viewer, kind: formats.Format, asked: Asked = Asked()) -> bytes:  # noqa: B008
    async with ground.database.begin() as tx:
        columns = await export(tx, viewer, kind, asked)
    written = formats.writer(kind)(columns, pages(ground.database, viewer, asked))
    return b"".join([part async for part in written])


@pytest.mark.parametrize("cell", EVIL)
def test_no_cell_is_a_formula(cell: str) -> None:
    line = next(csv.reader(io.StringIO(formats.guarded_line([cell]).decode(), newline="")))
    assert line[0] == f"'{cell}"
    assert formats.guarded("미나 - 서울") == "미나 - 서울"


async def test_each_format_holds_what_there_is(yard: Yard, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(people, "PAGE", 1)
    await yard.says("안녕하세요", name="=미나")
    await yard.says("Hello", name="Mia \x07& <Berg>", value="mia@juniper.example")
    async with yard.ground.database.begin() as tx:
        await tx.execute(text('update customer set fields = \'{"grade": "+gold"}\' where id = 1'))
        await tx.execute(text("insert into claim (customer_id, kind, value) values (1, 'phone', '+821012345678')"))
    rows = list(csv.DictReader(io.StringIO((await _all(yard.ground, CONSOLE, "csv")).decode("utf-8-sig"))))
    assert [row["name"] for row in rows] == ["'=미나", "Mia \x07& <Berg>"]
    assert (rows[0]["emails"], rows[0]["unproven_phones"]) == ("mina@naver.example", "'+821012345678")
    assert rows[0]["field_grade"] == "'+gold"
    lines = (await _all(yard.ground, CONSOLE, "jsonl")).splitlines()
    assert [msgspec.json.decode(line)["emails"] for line in lines] == [["mina@naver.example"], ["mia@juniper.example"]]
    book = tmp_path / "book.xlsx"
    book.write_bytes(await _all(yard.ground, CONSOLE, "xlsx"))
    table = open_table(book)
    assert table.columns == [*people.COLUMNS, "field_grade"]
    assert [cells[1] for _, cells in table.rows()] == ["=미나", "Mia & <Berg>"]


async def test_only_who_may_and_only_whom_she_sees(yard: Yard) -> None:
    """T2, T4, T19: the scope is in the export, and it is written down who took what."""
    await yard.says("안녕하세요")
    other = await cast.brand(yard.ground, "Juniper")
    lead = await cast.agent(yard.ground, "Lena", "lead", brands=frozenset({other}))
    assert len((await _all(yard.ground, lead, "jsonl")).splitlines()) == 0
    assert len((await _all(yard.ground, CONSOLE, "jsonl", Asked(words="미나"))).splitlines()) <= 1
    assert await _all(yard.ground, CONSOLE, "jsonl", Asked(segment=99)) == b""
    with pytest.raises(NotPermitted):
        await _all(yard.ground, await cast.agent(yard.ground), "csv")
    async with yard.ground.database.begin() as tx:
        told = text("select actor from event where kind = 'customers.exported' order by id limit 1")
        assert (await tx.execute(told)).scalar_one() == str(lead.actor)


async def test_a_long_list_takes_a_second_sheet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formats, "SHEET_ROWS", 2)

    async def some() -> AsyncIterator[Sequence[dict[str, Any]]]:
        for number in range(3):
            yield [{"id": number}]

    book = tmp_path / "book.xlsx"
    book.write_bytes(b"".join([part async for part in formats.writer("xlsx")(["id"], some())]))
    assert [cells for _, cells in open_table(book).rows()] == [["0"], ["1"]]
