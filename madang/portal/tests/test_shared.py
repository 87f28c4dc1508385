"""Links to files that a channel could not carry (T8, T20): they open one file, for a while, while it is there."""

from __future__ import annotations

import re
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import httpx
import pytest
from sqlalchemy import text, update

from madang.channels.connector import Cap, Outbound, Sent
from madang.channels.registry import get
from madang.conversations import actions, delivery
from madang.conversations.models import Message
from madang.lib import file_link
from madang.lib.pace import Pace
from madang.portal import shared
from madang.portal.routes import ROUTES
from madang.tests import cast, frames
from madang.tests.cast import Yard

pytestmark = pytest.mark.slow  # the house in small; the quick suite has its time

KEY = b"k" * 32
FILE = "0123456789abcdef" * 2
MANUAL = b"%PDF-1.4 " + b"manual " * 100


@dataclass
class Handed:
    """What a customer of a channel for text alone was told, and her browser, signed in nowhere."""

    yard: Yard
    http: httpx.AsyncClient
    message: int
    told: list[str] = field(default_factory=list)

    @property
    def path(self) -> str:
        (found,) = re.findall(r"manual 설명서\.pdf: http://\S+?(/f/\S+)", "\n".join(self.told))
        return str(found)


@pytest.fixture
async def handed(yard: Yard, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Handed]:
    """Ada sends a file over a channel that carries none."""
    told: list[str] = []

    async def send(_connector: object, out: Outbound) -> Sent:
        assert out.media == ()
        told.append(out.text)
        return Sent(f"p-{out.key}")

    monkeypatch.setattr(get("api"), "send", send)
    monkeypatch.setattr(get("api"), "caps", Cap.TEXT)
    monkeypatch.setattr(shared, "FROM_HERE", Pace(burst=200, rate=1))
    monkeypatch.setattr(shared, "OF_ONE", Pace(burst=200, rate=1))
    ada, ground = await cast.agent(yard.ground), yard.ground
    await yard.says("the manual, please")
    (conversation,) = await yard.conversations()
    async with ground.database.begin() as tx:
        sha256 = await ground.files.put(MANUAL)
        key = await actions.add_upload(tx, ada.actor, "manual 설명서.pdf", "application/pdf", sha256, len(MANUAL))
        message = await actions.reply(tx, ada, conversation, text="Here", uploads=[key])
    await delivery.deliver(ground, yard.book, "worker")
    transport = httpx.ASGITransport(app=frames.door(ROUTES, ground=ground, book=yard.book))  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url="http://desk.haneul.example") as http:
        yield Handed(yard, http, message, told)


async def test_whoever_has_the_link_gets_the_file_as_a_download_and_nothing_else(handed: Handed) -> None:
    answer = await handed.http.get(handed.path)
    assert (answer.status_code, answer.content) == (200, MANUAL)
    headers = answer.headers
    assert headers["content-disposition"].startswith("attachment;")
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert "sandbox" in headers["content-security-policy"]
    assert "no-store" in headers["cache-control"]
    assert "noindex" in headers["x-robots-tag"]
    assert "set-cookie" not in headers
    part = await handed.http.get(handed.path, headers={"range": "bytes=5-8"})
    assert (part.status_code, part.content, part.headers["referrer-policy"]) == (206, MANUAL[5:9], "no-referrer")


async def test_a_link_ends_with_its_month_and_with_its_message(handed: Handed, monkeypatch: pytest.MonkeyPatch) -> None:
    later = time.time() + (file_link.DAYS * 24 + 1) * 3600
    with monkeypatch.context() as clock:
        clock.setattr("madang.portal.shared.time.time", lambda: later)
        assert (await handed.http.get(handed.path)).status_code == 404
    assert (await handed.http.get(handed.path)).status_code == 200
    async with handed.yard.ground.database.begin() as tx:
        await tx.execute(update(Message).where(Message.id == handed.message).values(deleted_at=text("now()")))
    answer = await handed.http.get(handed.path, headers={"accept-language": "ko"})
    assert answer.status_code == 404
    assert re.search("[가-힣]", answer.text)
    assert "manual" not in answer.text


async def test_a_link_opens_no_file_of_a_customer_and_no_note(handed: Handed) -> None:
    """The key of a file is in the desk's pages and in her own chat: it makes no link, and what she sent has none."""
    for direction in ("in", "note"):
        async with handed.yard.ground.database.begin() as tx:
            await tx.execute(update(Message).where(Message.id == handed.message).values(direction=direction))
        assert (await handed.http.get(handed.path)).status_code == 404
    assert (await handed.http.get(f"/f/{FILE}")).status_code == 404


async def test_links_are_counted(handed: Handed, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("FROM_HERE", "OF_ONE"):
        monkeypatch.setattr(shared, name, Pace(burst=2, rate=0.01))
        answers = [await handed.http.get(handed.path) for _ in range(3)]
        assert [answer.status_code for answer in answers] == [200, 200, 429]
        assert int(answers[2].headers["retry-after"]) > 0
        monkeypatch.setattr(shared, name, Pace(burst=200, rate=1))


def test_a_token_is_ours_to_make() -> None:
    now = 1_790_000_000.0
    token = file_link.made(KEY, FILE, now)
    assert len(token) == 44  # fits into one text message with its address
    assert file_link.read(KEY, token, now) == FILE
    assert file_link.read(KEY, token, now + 29 * 86400) == FILE
    assert file_link.read(KEY, token, now + 30 * 86400) is None
    assert file_link.read(b"other" * 6, token, now) is None
    for place in range(44):
        changed = token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]
        assert file_link.read(KEY, changed, now) is None
    for odd in ("", "=" * 44, "A" * 43, token + "\n", token[:-1] + "=", "가" * 44, "%20" * 15):
        assert file_link.read(KEY, odd, now) is None
