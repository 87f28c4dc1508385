"""Imports on their pages: a file all the way in and back, without scripts; whoever may not is shut out (T2, T7)."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

import pytest
from sqlalchemy import text

from madang.customers.imports.working import Hands
from madang.desk.tests.visitor import Visitor, join
from madang.ground import Ground
from madang.staff.grants import Grant

Browser = Callable[[], Visitor]
FILE = "이름,메일,비고\n미나,mina@naver.example,=1+1\n<b>Mia</b>,no mail,\n"


async def _upload(visitor: Visitor, content: bytes = FILE.encode("cp949"), name: str = "../고객<img>.csv") -> int:
    await visitor.get("/settings/imports")
    sent = await visitor.http.post(
        "/settings/imports", data={"csrf": visitor.csrf}, files={"file": (name, content, "text/html")}
    )
    visitor._seen(sent)
    return sent.status_code


async def test_a_file_all_the_way_in_and_back(ground: Ground, hana: Visitor) -> None:
    assert await _upload(hana) == 303
    await hana.get("/settings/imports/1/columns")
    assert "미나" in hana.text
    assert "<img>" not in hana.page
    fields = {"source": "shop", "region": "KR", "timezone": "Asia/Seoul"}
    answer = await hana.post("/settings/imports/1/columns", targets=["", "", ""], **fields)
    assert answer.status_code == 400
    assert "by these people are found" in hana.text
    answer = await hana.post("/settings/imports/1/columns", targets=["name", "email", "note"], **fields)
    assert answer.status_code == 303
    await hana.get("/settings/imports/1")
    assert 'data-poll="2"' in hana.page
    await Hands(ground).work()
    await hana.get("/settings/imports/1")
    assert "Nothing has been written yet" in hana.text
    assert "“no mail” is no e-mail address." in hana.text
    assert (await hana.post("/settings/imports/1/beginning")).status_code == 303
    await Hands(ground).work()
    report = await hana.get("/settings/imports/1/report.csv")
    rows = list(csv.reader(io.StringIO(report.content.decode("utf-8-sig"), newline="")))
    assert [row[1] for row in rows[1:]] == ["New customers", "Left out"]
    export = await hana.get("/settings/imports/export?format=csv")
    assert "mina@naver.example" in export.text
    await hana.get("/settings/imports/1")
    await hana.post("/settings/imports/1/undo")
    await Hands(ground).work()
    await hana.get("/settings/imports/1")
    assert "1 customer whom this import made is gone." in hana.text
    async with ground.database.begin() as tx:
        assert (await tx.execute(text("select count(*) from customer"))).scalar_one() == 0


@pytest.mark.parametrize("content", [b"", b"\x00\x01" * 50, b"PK\x03\x04 no zip"])
async def test_what_cannot_be_read_is_said(hana: Visitor, content: bytes) -> None:
    assert await _upload(hana, content) == 400
    assert "This file was not taken" in hana.text
    assert (await hana.post("/settings/imports")).status_code == 400


async def test_who_may_not_is_shut_out(ground: Ground, hana: Visitor, browser: Browser) -> None:
    await _upload(hana)
    for name, grant, looks in (("Lena", Grant("lead"), 200), ("Ada", Grant("agent"), 403)):
        await join(ground, name, grant)
        visitor = browser()
        await visitor.sign_in(f"{name.lower()}@haneul.kr")
        assert (await visitor.get("/settings/imports/1")).status_code == looks
        for export in ("/settings/imports/export", "/list/export?view=all&format=xlsx"):
            assert (await visitor.get(export)).status_code == looks
        await visitor.get("/settings/account")
        for path in ("columns", "check", "beginning", "pause", "resumption", "stop", "undo"):
            assert (await visitor.post(f"/settings/imports/1/{path}", targets=["email"])).status_code == 403
        assert await _refused_upload(visitor) == 403
    await hana.get("/settings/imports")
    assert (await hana.get("/settings/imports/99")).status_code == 404
    assert (await hana.get("/settings/imports/export?format=exe")).status_code == 400


async def _refused_upload(visitor: Visitor) -> int:
    files = {"file": ("a.csv", FILE.encode(), "text/csv")}
    return (await visitor.http.post("/settings/imports", data={"csrf": visitor.csrf}, files=files)).status_code
