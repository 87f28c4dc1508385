"""Conversations merged, linked, taken out of at the desk: shown before, undone after, never past one's scope (T4)."""

from __future__ import annotations

import io
import json
import uuid
import zipfile
from typing import Any

import pytest
from sqlalchemy import text

from madang.desk.tests.visitor import SCRIPT, Visitor, join
from madang.staff.grants import Grant
from madang.tests.cast import Yard

pytestmark = pytest.mark.slow  # the house in small; the quick suite has its time


async def _two(yard: Yard) -> None:
    """Two matters of 미나's, and Mia's as the third."""
    await yard.says("담요 환불")
    async with yard.ground.database.begin() as tx:
        await tx.execute(text("update conversation set status = 'closed', closed_at = now() - interval '30 days'"))
    await yard.says("텐트 배송")
    await yard.says("Hello", name="Mia", value="mia@mail.example")


async def _send(who: Visitor, method: str, path: str, **fields: Any) -> tuple[int, Any]:
    answer = await who.http.request(method, path, data=fields, headers=_head(who))
    return answer.status_code, json.loads(answer.text) if answer.text else None


def _head(who: Visitor) -> dict[str, str]:
    return SCRIPT | {"x-csrf-token": who.csrf, "x-desk": "1"}


async def test_shown_merged_led_to_and_undone(yard: Yard, ada: Visitor) -> None:
    await _two(yard)
    await ada.fetch("/c/1/partners")
    assert 'data-other="2"' in ada.page
    assert 'data-other="3"' not in ada.page
    await ada.fetch("/c/1/partners?q=3")
    assert 'data-other="3"' in ada.page
    await ada.fetch("/c/1/merging/3")
    assert "These are two customers" in ada.text
    await ada.fetch("/c/1/merging/2")
    assert "2 messages" in ada.text
    assert "comes along" in ada.text
    await ada.get("/c/1")
    status, made = await _send(ada, "POST", "/c/1/merging/2")
    assert (status, made["conversation"]) == (200, 2)
    answer = await ada.http.get("/c/1?m=5")
    assert (answer.status_code, answer.headers["location"]) == (303, "/c/2?m=5")
    await ada.get("/c/2")
    assert "담요 환불" in ada.text
    assert "Ada merged another conversation in: 1 message" in ada.text
    assert (await _send(ada, "POST", "/c/1/closure"))[0] == 400
    await ada.fetch("/c/2/links")
    assert "Merged in" in ada.text
    await ada.fetch(f"/joinings/{made['joined']}")
    assert "Nothing came since" in ada.text
    await ada.get("/c/2")
    assert (await _send(ada, "DELETE", f"/joinings/{made['joined']}")) == (200, {"conversation": 1})
    assert (await ada.http.get("/c/1")).status_code == 200


async def test_what_was_written_before_she_heard_of_it_goes_where_it_went_and_once(yard: Yard, ada: Visitor) -> None:
    await _two(yard)
    await ada.get("/c/1")
    assert (await _send(ada, "PUT", "/c/1/draft", text="내일 보낼게요.", base="0"))[0] == 200
    assert (await _send(ada, "PUT", "/c/2/draft", text="텐트는", base="0"))[0] == 200
    assert (await _send(ada, "POST", "/c/1/merging/2"))[0] == 200
    async with yard.ground.database.begin() as tx:
        await tx.execute(text("update preference set value = '30' where name = 'undo'"))
    key = str(uuid.uuid4())
    for _twice in range(2):  # the first answer may be lost on its way
        said = {"key": key, "text": "내일 보낼게요."}
        answer = await ada.http.request("POST", "/c/1/messages", data=said, headers=_head(ada))
        assert answer.status_code == 200, answer.text
        assert "내일 보낼게요." in answer.text
    async with yard.ground.database.begin() as tx:
        gone = (await tx.execute(text("select conversation_id from message where direction = 'out'"))).all()
        kept = (await tx.execute(text("select conversation_id, text from draft"))).all()
    assert [tuple(one) for one in gone] == [(2,)]
    assert [tuple(one) for one in kept] == [(2, "텐트는")], "what was sent is no draft, and what was not is"
    assert (await _send(ada, "DELETE", f"/c/1/messages/{key}"))[1]["text"] == "내일 보낼게요."
    status, told = await _send(ada, "PUT", "/c/1/draft", text="아직 안 보냄", base="0")
    assert (status, told["other"]["text"]) == (200, "내일 보낼게요.\n\n텐트는"), "neither is lost"
    assert (await _send(ada, "PUT", "/c/1/draft", text="", base="0"))[0] == 200
    async with yard.ground.database.begin() as tx:
        kept = (await tx.execute(text("select conversation_id, text from draft"))).all()
    assert [tuple(one) for one in kept] == [(2, "아직 안 보냄")]


async def test_linked_and_not_any_more(yard: Yard, ada: Visitor) -> None:
    await _two(yard)
    await ada.get("/c/1")
    assert (await _send(ada, "PUT", "/c/1/links/3"))[0] == 204
    await ada.fetch("/c/3/links")
    assert "담요 환불" in ada.text
    await ada.get("/c/1")
    assert "Ada linked another conversation" in ada.text
    assert (await _send(ada, "DELETE", "/c/3/links/1"))[0] == 204
    await ada.fetch("/c/1/links")
    assert "It is linked with nothing" in ada.text


async def test_moved_and_split_are_shown_before(yard: Yard, ada: Visitor) -> None:
    await _two(yard)
    await yard.says("언제 와요?")
    async with yard.ground.database.begin() as tx:
        ids = list((await tx.execute(text("select id from message where conversation_id = 2 order by id"))).scalars())
    await ada.fetch(f"/c/2/moving?message={ids[1]}")
    assert "New conversation" in ada.text
    assert "1 message stays where it is" in ada.text
    await ada.fetch(f"/c/2/moving?message={ids[0]}&message={ids[1]}&to=1")
    assert "Nothing is left here" in ada.text
    assert (await ada.fetch(f"/c/2/moving?message={ids[0]}&message={ids[1]}")).status_code == 400


async def test_who_does_not_see_one_side_sees_no_preview_and_merges_nothing(
    yard: Yard, ada: Visitor, browser: Any
) -> None:
    await _two(yard)
    await join(yard.ground, "Ben", Grant("agent", sees="assigned"))
    bens = text("update conversation set assignee_id = (select id from \"user\" where name = 'Ben') where id = 1")
    async with yard.ground.database.begin() as tx:
        await tx.execute(bens)
    ben = browser()
    await ben.sign_in("ben@haneul.kr")
    await ben.fetch("/c/1/partners?q=2")
    assert "data-other" not in ben.page
    await ben.get("/c/1")
    for method, path in (
        ("GET", "/c/1/merging/2"),
        ("POST", "/c/1/merging/2"),
        ("POST", "/c/2/merging/1"),
        ("PUT", "/c/1/links/2"),
        ("GET", "/c/2/find?q=x"),
        ("GET", "/c/2/text"),
        ("GET", "/c/2/files.zip"),
        ("PUT", "/c/2/looking"),
    ):
        assert (await _send(ben, method, path))[0] == 404, path


async def test_words_and_files_are_taken_out_and_what_the_scan_holds_is_said(yard: Yard, ada: Visitor) -> None:
    await _two(yard)
    ground = yard.ground
    async with ground.database.begin() as tx:
        number = int((await tx.execute(text("select min(id) from message"))).scalar_one())
    for place, (name, scan) in enumerate((("사진.png", ""), ("../사진.PNG", ""), ("virus.exe", "infected"))):
        sha256 = await ground.files.put(f"file {place}".encode())
        row = {"m": number, "k": f"key{place}", "s": sha256, "n": name, "z": 6, "c": scan}
        async with ground.database.begin() as tx:
            await tx.execute(
                text("""insert into attachment (message_id, key, sha256, name, mime, size, scan)
                values (:m, :k, :s, :n, 'image/png', :z, :c)"""),
                row,
            )
    answer = await ada.http.get("/c/1/files.zip")
    assert answer.headers["content-type"] == "application/zip"
    archive = zipfile.ZipFile(io.BytesIO(answer.content))
    assert archive.testzip() is None
    assert archive.namelist() == ["사진.png", "사진 (2).PNG", "Left out.txt"]
    assert archive.read("사진 (2).PNG") == b"file 1"
    assert "virus.exe" in archive.read("Left out.txt").decode()
    listed = (await ada.http.get("/c/1/files")).json()
    assert [one["key"] for one in listed] == ["key0", "key1"]
    every = (await ada.http.get("/c/1/files?every=true")).json()
    assert [one["key"] for one in every] == ["key0", "key1", "key2"], "all together they are one file: is there any?"
    said = (await ada.http.get("/c/1/text")).text
    assert "미나" in said
    assert "담요 환불" in said
    assert "[File: 사진.png]" in said
    assert (await ada.http.get("/c/3/files.zip")).status_code == 404
