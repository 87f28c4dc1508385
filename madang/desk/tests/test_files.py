"""Files at the desk: up, down, and nothing that a browser would run (T7, T8)."""

from __future__ import annotations

import re
import uuid
from collections.abc import AsyncIterator, Callable

import pytest
from sqlalchemy import func, select, update

from madang.conversations.models import Attachment, Message
from madang.desk.tests.visitor import SCRIPT, Visitor, join
from madang.ground import Ground
from madang.lib.files import Unavailable
from madang.lib.files.directory import Directory
from madang.lib.tests.papers import pdf
from madang.staff.grants import Grant
from madang.tests.cast import Yard

pytestmark = pytest.mark.slow  # the house in small; the quick suite has its time

PNG = bytes.fromhex("89504e470d0a1a0a0000000d4948445200000001000000010806000000") + b"\0" * 20
Browser = Callable[[], Visitor]


async def _upload(who: Visitor, name: str, content: bytes) -> dict[str, str]:
    headers = SCRIPT | {"x-csrf-token": who.csrf, "content-type": "application/octet-stream"}
    answer = await who.http.post("/uploads", params={"name": name}, content=content, headers=headers)
    assert answer.status_code == 201, answer.text
    made: dict[str, str] = answer.json()
    return made


async def _send(who: Visitor, *keys: str) -> tuple[int, str]:
    form = {"key": str(uuid.uuid4()), "kind": "note", "text": "", "upload": list(keys)}
    answer = await who.http.post("/c/1/messages", data=form, headers=SCRIPT | {"x-csrf-token": who.csrf})
    return answer.status_code, answer.text


@pytest.mark.parametrize(
    ("name", "content", "disposition", "mime"),
    [
        ("사진.png", PNG, "inline", "image/png"),
        ("page.html", b"<script>alert(1)</script>", "attachment", "application/octet-stream"),
        ("picture.svg", b"<svg onload='x()'/>", "attachment", "application/octet-stream"),
        ("../../etc/passwd", b"text", "attachment", "application/octet-stream"),
    ],
    ids=["a picture", "a page", "a drawing", "a path"],
)
async def test_only_pictures_are_drawn(
    yard: Yard, ada: Visitor, name: str, content: bytes, disposition: str, mime: str
) -> None:
    await yard.says("hi")
    await ada.get("/c/1")
    made = await _upload(ada, name, content)
    assert "/" not in made["name"]
    status, html = await _send(ada, made["key"])
    assert status == 200
    (path,) = set(re.findall(r'"(/files/[0-9a-f]+)"', html))
    answer = await ada.get(path)
    assert answer.content == content
    assert answer.headers["content-disposition"].startswith(disposition)
    assert answer.headers["content-type"].startswith(mime)
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in answer.headers["content-security-policy"]


async def test_a_pdf_shows_its_first_page_and_one_that_cannot_is_still_a_file(
    yard: Yard, ground: Ground, ada: Visitor, browser: Browser
) -> None:
    await yard.says("hi")
    await ada.get("/c/1")
    good, bad = pdf(), pdf(locked=True)
    uploads = [await _upload(ada, "invoice.pdf", good), await _upload(ada, "locked.pdf", bad)]
    _status, html = await _send(ada, *(one["key"] for one in uploads))
    first, locked = dict.fromkeys(re.findall(r'href="(/files/[0-9a-f]+)"', html))
    page = await ada.get(f"{first}/thumb")
    assert (page.status_code, page.headers["content-type"]) == (200, "image/webp")
    assert "sandbox" in page.headers["content-security-policy"]
    for _again in range(2):  # nobody draws it a second time
        assert (await ada.get(f"{locked}/thumb")).status_code == 404
    assert (await ada.get(locked)).content == bad
    await join(ground, "Ben", Grant(sees="assigned"))
    ben = browser()
    await ben.sign_in("ben@haneul.kr")
    assert (await ben.get(f"{first}/thumb")).status_code == 404


async def test_a_file_is_for_those_who_see_its_conversation(
    yard: Yard, ground: Ground, ada: Visitor, browser: Browser
) -> None:
    await yard.says("hi")
    await ada.get("/c/1")
    _status, html = await _send(ada, (await _upload(ada, "a.pdf", b"%PDF-1.4"))["key"])
    (path,) = set(re.findall(r'"(/files/[0-9a-f]+)"', html))
    await join(ground, "Ben", Grant(sees="assigned"))
    ben = browser()
    await ben.sign_in("ben@haneul.kr")
    assert (await ben.get(path)).status_code == 404


async def test_what_was_taken_back_takes_its_files_along(yard: Yard, ground: Ground, ada: Visitor) -> None:
    """T8: the link stands in open tabs and in the desk's history."""
    await yard.says("hi")
    await ada.get("/c/1")
    _status, html = await _send(ada, (await _upload(ada, "a.pdf", b"%PDF-1.4"))["key"])
    (path,) = set(re.findall(r'"(/files/[0-9a-f]+)"', html))
    assert (await ada.get(path)).status_code == 200
    async with ground.database.begin() as tx:
        await tx.execute(update(Message).values(deleted_at=func.now()))
    assert (await ada.get(path)).status_code == 404
    assert path not in (await ada.get("/c/1")).text


async def test_nobody_sends_another_ones_file(yard: Yard, ground: Ground, ada: Visitor, browser: Browser) -> None:
    await yard.says("hi")
    await ada.get("/c/1")
    made = await _upload(ada, "a.pdf", b"%PDF-1.4")
    await join(ground, "Ben")
    ben = browser()
    await ben.sign_in("ben@haneul.kr")
    assert (await _send(ben, made["key"]))[0] == 400


async def test_an_empty_file_is_refused(ada: Visitor) -> None:
    headers = SCRIPT | {"x-csrf-token": ada.csrf}
    answer = await ada.http.post("/uploads", params={"name": "a"}, content=b"", headers=headers)
    assert answer.status_code == 400
    assert answer.json()["message"] == "This file is empty."


async def test_a_file_that_has_not_come_yet_is_not_there(yard: Yard, ada: Visitor, ground: Ground) -> None:
    await yard.says("look", media=[{"url": "https://x.example/1.png", "name": "x.png"}])
    async with ground.database.begin() as tx:
        key = (await tx.execute(select(Attachment.key))).scalar_one()
    assert (await ada.get(f"/files/{key}")).status_code == 404


async def test_whoever_listens_may_seek(yard: Yard, ada: Visitor) -> None:
    """A player asks for parts, and asks again whether anything is new."""
    song = b"ID3\x03\x00" + bytes(range(256)) * 20
    await yard.says("hi")
    await ada.get("/c/1")
    _status, html = await _send(ada, (await _upload(ada, "노래.mp3", song))["key"])
    path = re.findall(r'"(/files/[0-9a-f]+)"', html)[0]
    whole = await ada.get(path)
    part = await ada.get(path, range="bytes=1000-1009")
    assert (part.status_code, part.content) == (206, song[1000:1010])
    assert part.headers["content-range"] == f"bytes 1000-1009/{len(song)}"
    assert part.headers["content-type"] == whole.headers["content-type"] == "audio/mpeg"
    assert part.headers["content-disposition"].startswith("inline")
    assert "sandbox" in part.headers["content-security-policy"]
    behind = await ada.get(path, range=f"bytes={len(song)}-")
    assert (behind.status_code, behind.headers["content-range"]) == (416, f"bytes */{len(song)}")
    again = await ada.get(path, **{"if-none-match": whole.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


async def test_a_store_that_is_away_is_said_in_words(yard: Yard, ada: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    await yard.says("hi")
    await ada.get("/c/1")
    _status, html = await _send(ada, (await _upload(ada, "a.pdf", b"%PDF-1.4"))["key"])
    path = re.findall(r'"(/files/[0-9a-f]+)"', html)[0]

    async def away(*_: object) -> AsyncIterator[bytes]:
        raise Unavailable("The file store s3://inside at http://10.0.0.1 does not answer in time.")
        yield b""

    monkeypatch.setattr(Directory, "stream", away)
    answer = await ada.get(path)
    assert answer.status_code == 503
    assert "cannot be reached at the moment" in answer.text
    assert "10.0.0.1" not in answer.text
