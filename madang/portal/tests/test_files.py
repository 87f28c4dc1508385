"""Files of visitors (T7, T8, T20): told by their bytes, hers alone, for one message, and only ever a download."""

from __future__ import annotations

import hashlib
import uuid

import httpx
import pytest

from madang.connectors.webchat.simulator import Visitor
from madang.conversations import actions
from madang.portal.chat import files, limits
from madang.portal.tests.site import Site, eventually
from madang.staff.attempts import Limit
from madang.tests import cast

pytestmark = pytest.mark.slow  # the house in small; the quick suite has its time

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 64


async def sent(site: Site, visitor: Visitor, number: int) -> list[dict[str, object]]:
    """Her messages, once there are so many."""

    async def there() -> list[dict[str, object]]:
        found: list[dict[str, object]] = (await visitor.open())["messages"]
        return found if len(found) == number else []

    return await eventually(there)


async def test_a_file_travels_with_its_message_and_back(site: Site) -> None:
    async with Visitor.at(site.url, site.key) as mina:
        await mina.open()
        made = await mina.upload("영수증 2026-11.png", PNG, "image/png")
        assert (made["name"], made["mime"], made["size"]) == ("영수증 2026-11.png", "image/png", len(PNG))
        await mina.say("", files=[made["key"]])
        (message,) = await sent(site, mina, 1)
        assert message["files"] == [made]
        answer = await mina.download(made["key"])
    assert answer.content == PNG
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in answer.headers["content-security-policy"]


async def test_a_file_an_agent_sends_is_hers_to_fetch_and_nobody_elses(site: Site) -> None:
    ada = await cast.agent(site.ground)
    async with Visitor.at(site.url, site.key) as mina, Visitor.at(site.url, site.key) as stranger:
        await mina.say("the manual, please")
        (conversation,) = await eventually(site.conversations)
        content = b"%PDF-1.4 the manual"
        async with site.ground.database.begin() as tx:
            sha256 = await site.ground.files.put(content)
            key = await actions.add_upload(tx, ada.actor, "manual.pdf", "application/pdf", sha256, len(content))
            await actions.reply(tx, ada, conversation, text="Here", channel_id=site.chat.id, uploads=[key])
        await sent(site, mina, 2)
        assert (await mina.download(key)).content == content
        await stranger.say("hello")
        await sent(site, stranger, 1)
        assert (await stranger.download(key)).status_code == 404


RUN_BY_BROWSERS = [
    ("x.svg", b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', "image/svg+xml"),
    ("x.png", b"<!doctype html><script>alert(1)</script>", "image/png"),
    ("x.html", b"<html>", "text/html"),
    ("x.png", b"  <script>alert(1)</script>", "text/html; charset=utf-8"),
    ("x.xml", b"<?xml version='1.0'?><x/>", "application/xml"),
]
NAMES = [
    ("../../etc/passwd", "passwd"),
    ("C:\\windows\\evil.exe", "evil.exe"),
    ("a\u202egnp.exe", "agnp.exe"),
    ("in\u200bvoice.pdf", "invoice.pdf"),
    ('"; filename=x.html', '"; filename=x.html'),
    ("\r\nSet-Cookie: a=b", "Set-Cookie: a=b"),
    ("", "file"),
]


async def test_what_a_browser_could_run_is_never_taken_for_it(site: Site) -> None:
    async with Visitor.at(site.url, site.key) as mina:
        await mina.open()
        for name, content, claimed in RUN_BY_BROWSERS:
            made = await mina.upload(name, content, claimed)
            answer = await mina.download(made["key"])
            for mime in (made["mime"], answer.headers["content-type"]):
                assert mime.split(";")[0] in {"text/plain", "application/octet-stream"}, name


async def test_a_name_cannot_be_more_than_a_name(site: Site) -> None:
    async with Visitor.at(site.url, site.key) as mina:
        await mina.open()
        for name, kept in NAMES:
            made = await mina.upload(name, b"hello")
            answer = await mina.download(made["key"])
            assert made["name"] == kept
            assert "set-cookie" not in answer.headers
            assert answer.headers["content-disposition"].count(";") == 1


async def test_a_file_is_for_one_message_of_whoever_brought_it(site: Site) -> None:
    async with Visitor.at(site.url, site.key) as mina, Visitor.at(site.url, site.key) as stranger:
        await mina.open()
        await stranger.open()
        made = await mina.upload("a.txt", b"mine")
        assert (await stranger.download(made["key"])).status_code == 404
        await stranger.say("not mine", files=[made["key"]])
        (stolen,) = await sent(site, stranger, 1)
        assert stolen["files"] == []
        await mina.say("first", files=[made["key"]])
        await mina.say("again", files=[made["key"]])
        first, again = await sent(site, mina, 2)
    assert (len(first["files"]), again["files"]) == (1, [])  # type: ignore[arg-type]


async def test_a_message_is_not_held_up_by_a_file_that_is_not_there(site: Site) -> None:
    async with Visitor.at(site.url, site.key) as mina:
        await mina.say("with a lost file", files=[hashlib.md5(b"x").hexdigest()])
        (message,) = await sent(site, mina, 1)
    assert message["text"] == "with a lost file"


async def test_a_large_file_is_refused_whatever_it_says_of_its_size(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "LIMIT", 1000)

    async def parts() -> object:
        for _ in range(3):
            yield b"x" * 500

    async with Visitor.at(site.url, site.key) as mina:
        await mina.open()
        with pytest.raises(httpx.HTTPStatusError) as caught:
            await mina.upload("a.bin", b"x" * 1001)
        streamed = await mina._http.post(f"/chat/{site.key}/files", content=parts(), headers=mina._headers())  # type: ignore[arg-type]
        with pytest.raises(httpx.HTTPStatusError) as empty:
            await mina.upload("a.bin", b"")
    assert (caught.value.response.status_code, streamed.status_code, empty.value.response.status_code) == (
        413,
        413,
        400,
    )
    assert not list((site.ground.settings.data / "files").rglob("part-*"))


async def test_nobody_uploads_without_a_token_or_without_end(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "FILES", Limit(f"test.{uuid.uuid4()}", 2, limits.HOUR))
    async with Visitor.at(site.url, site.key) as mina:
        with pytest.raises(httpx.HTTPStatusError) as caught:
            await mina.upload("a.txt", b"hello")
        assert caught.value.response.status_code == 401
        await mina.open()
        for _ in range(2):
            await mina.upload("a.txt", b"hello")
        with pytest.raises(httpx.HTTPStatusError) as caught:
            await mina.upload("a.txt", b"hello")
    assert caught.value.response.status_code == 429
    assert int(caught.value.response.headers["retry-after"]) > 0
