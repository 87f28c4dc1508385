"""A customer's page: her timeline, notes, tags, files and sums, as agents use them (T2, T5)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from madang.conversations import telling
from madang.customers.happenings import Happening
from madang.desk.tests.visitor import SCRIPT, Visitor, join
from madang.staff.grants import Grant
from madang.staff.permissions import CONSOLE
from madang.staff.tests.people import cheap_passwords
from madang.tests.cast import Yard

pytestmark = pytest.mark.slow  # the house in small; the quick suite has its time

HOSTILE = "<img src=x onerror=alert(1)>"


@pytest.fixture
async def ada(yard: Yard) -> AsyncIterator[Visitor]:
    await yard.says("담요가 아직 안 왔어요.")
    some = [
        Happening("o1", "order", datetime(2026, 5, 1, tzinfo=UTC), HOSTILE, "", 39_000, "KRW"),
        Happening("p1", "page", datetime(2026, 5, 2, tzinfo=UTC), HOSTILE, "https://haneul.example/?q=<b>"),
        Happening("c1", "custom.gift_card", datetime(2026, 5, 3, tzinfo=UTC)),
    ]
    async with yard.ground.database.begin() as tx:
        await telling.tell(tx, CONSOLE, 1, "shop", some)
    with cheap_passwords():
        await join(yard.ground, "Ada")
        visitor = Visitor(yard.ground)
        await visitor.sign_in("ada@haneul.kr")
    yield visitor
    await visitor.http.aclose()


async def test_all_there_is_stands_on_the_page_and_can_be_narrowed(ada: Visitor) -> None:
    await ada.get("/customers/1")
    assert "담요가 아직 안 왔어요." in ada.text
    assert "₩39,000" in ada.text
    assert "gift card" in ada.text
    assert HOSTILE not in ada.page
    assert 'rel="noopener noreferrer nofollow"' in ada.page
    await ada.get("/customers/1?kind=order")
    assert "gift card" not in ada.page
    await ada.get("/customers/1?kind=survey&since=2026-01-01&until=x&channel=99999999999999999999")
    assert "Nothing of this kind" in ada.text
    await ada.get("/customers/1?until=2026-05-01")
    assert "₩39,000" in ada.page.split('data-part="timeline"')[1].split("</section>")[0]


async def test_a_long_one_goes_on_below(ada: Visitor, yard: Yard) -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    many = [Happening(f"m{n}", "page", start + timedelta(hours=n), f"page {n}") for n in range(100)]
    async with yard.ground.database.begin() as tx:
        await telling.tell(tx, CONSOLE, 1, "shop", many)
    await ada.get("/customers/1?kind=page")
    more = ada.page.split('data-older="')[1].split('"')[0].replace("&amp;", "&")
    seen = ada.page.count('<li class="line-row"')
    while more:
        answer = await ada.fetch(more)
        seen += answer.text.count('<li class="line-row"')
        more = (
            answer.text.split('data-older="')[1].split('"')[0].replace("&amp;", "&")
            if "data-older" in answer.text
            else ""
        )
    assert seen == 101
    assert (await ada.get("/customers/1/timeline?kind=page")).headers["location"] == "/customers/1?kind=page"
    assert (await ada.fetch("/customers/1/timeline?cursor=nonsense")).status_code == 400


async def test_notes_are_written_changed_deleted_and_brought_back(ada: Visitor, yard: Yard) -> None:
    await ada.get("/customers/1")
    await ada.post("/customers/1/notes", text=f"단골. {HOSTILE}")
    await ada.get("/customers/1")
    assert "단골." in ada.text
    assert HOSTILE not in ada.page
    await ada.post("/customers/1/notes/1", text="VIP")
    gone = await ada.post("/customers/1/notes/1/deletion")
    await ada.get(gone.headers["location"])
    assert "VIP" not in ada.text
    await ada.post("/customers/1/notes/1/restoration")
    await ada.get("/customers/1")
    assert "VIP" in ada.text
    assert (await ada.post("/customers/1/notes", text="  ")).status_code == 400
    assert (await ada.post("/customers/1/notes", text="x" * 20_001)).status_code == 400
    with cheap_passwords():
        await join(yard.ground, "Ben")
        await join(yard.ground, "Lea", Grant(role="lead"))
        for name, status in (("ben", 400), ("lea", 303)):
            other = Visitor(yard.ground)
            await other.sign_in(f"{name}@haneul.kr")
            assert (await other.post("/customers/1/notes/1", text="mine now")).status_code == status
            await other.http.aclose()


async def test_tags(ada: Visitor) -> None:
    await ada.get("/customers/1")
    for tag in ("VIP", " vip  gold ", "VIP", HOSTILE):
        await ada.post("/customers/1/tags", tag=tag)
    led = await ada.post("/customers/1/tags/removal", tag="VIP")
    await ada.get(led.headers["location"])
    assert "Remove the tag vip gold" in ada.page
    assert "Remove the tag VIP" not in ada.page
    assert "The tag “VIP” was removed." in ada.text
    await ada.post("/customers/1/tags", tag="VIP")  # its undo
    await ada.get(led.headers["location"])
    assert "Remove the tag VIP" in ada.page
    assert "was removed" not in ada.text
    assert HOSTILE not in ada.page
    assert (await ada.post("/customers/1/tags", tag="x" * 41)).status_code == 400


async def test_files_stay_with_her(ada: Visitor) -> None:
    await ada.get("/customers/1")
    headers = SCRIPT | {"x-desk": "1", "x-csrf-token": ada.csrf, "content-type": "text/html"}
    sent = await ada.http.post(
        "/customers/1/files?name=계약서.html", content=b"<script>alert(1)</script>", headers=headers
    )
    assert sent.status_code == 201
    empty = await ada.http.post("/customers/1/files?name=x", content=b"", headers=headers)
    assert empty.status_code == 400
    await ada.get("/customers/1")
    address = ada.page.split('href="/customers/files/')[1].split('"')[0]
    file = await ada.http.get(f"/customers/files/{address}")
    assert file.content == b"<script>alert(1)</script>"
    assert file.headers["content-type"] == "application/octet-stream"
    assert file.headers["content-disposition"].startswith("attachment")
    await ada.post("/customers/1/files/1/deletion")
    assert (await ada.get(f"/customers/files/{address}")).status_code == 404
    await ada.post("/customers/1/files/1/restoration")
    assert (await ada.http.get(f"/customers/files/{address}")).status_code == 200


async def test_a_viewer_looks_and_a_stranger_sees_nothing(ada: Visitor, yard: Yard) -> None:
    await ada.get("/customers/1")
    await ada.post("/customers/1/notes", text="단골")
    with cheap_passwords():
        await join(yard.ground, "Vera", Grant(role="viewer"))
        await join(yard.ground, "Noa", Grant(brands=frozenset({4242})))
        vera, noa = Visitor(yard.ground), Visitor(yard.ground)
        await vera.sign_in("vera@haneul.kr")
        await noa.sign_in("noa@haneul.kr")
    await vera.get("/customers/1")
    assert "단골" in vera.text
    assert "data-files" not in vera.page
    assert (await vera.post("/customers/1/notes", text="x")).status_code == 403
    assert (await vera.post("/customers/1/tags", tag="x")).status_code == 403
    for path in ("notes", "notes/1", "notes/1/deletion", "tags", "tags/removal"):
        assert (await noa.post(f"/customers/1/{path}", text="x", tag="x")).status_code == 404, path
    assert (await noa.fetch("/customers/1/timeline")).status_code == 404
    for visitor in (vera, noa):
        await visitor.http.aclose()
