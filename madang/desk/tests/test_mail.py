"""A mail as it came: shown, and harmless (T5, T6)."""

from __future__ import annotations

from sqlalchemy import text

from madang.desk.tests.visitor import Visitor
from madang.tests.cast import Yard

HOSTILE = (
    "<script>parent.alert(1)</script><style>@import url(//evil.example)</style><base href='//evil.example'>"
    "<p onclick='x()' style='background:url(//evil.example/x)'>Hello</p><img src='https://evil.example/pixel.gif'>"
    "<form action='//evil.example'><input name='csrf'></form><meta http-equiv='refresh' content='0;url=//evil.example'>"
)


async def _html(yard: Yard, html: str) -> int:
    await yard.says("Hello")
    async with yard.ground.database.begin() as tx:
        number = await tx.execute(text("update message set html = :html returning id"), {"html": html})
        return int(number.scalar_one())


async def test_foreign_markup_is_shown_where_nothing_runs(yard: Yard, ada: Visitor) -> None:
    number = await _html(yard, HOSTILE)
    answer = await ada.get(f"/messages/{number}/mail")
    assert "Hello" in answer.text
    body = answer.text.split("<body")[1]
    for sign in ("script", "evil.example", "onclick", "<form", "<input", "<style", "refresh"):
        assert sign not in body, sign
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("sandbox ")
    assert "allow-scripts" not in policy
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'self'" in policy


async def test_the_thread_offers_it_and_frames_it_without_scripts(yard: Yard, ada: Visitor) -> None:
    number = await _html(yard, "<p>Hello</p>")
    await ada.get("/c/1")
    assert f'data-src="/messages/{number}/mail"' in ada.page
    frame = ada.page.split("<iframe")[1].split(">")[0]
    assert "sandbox=" in frame
    assert "allow-scripts" not in frame


async def test_a_mail_without_markup_offers_nothing(yard: Yard, ada: Visitor) -> None:
    await yard.says("Hello")
    await ada.get("/c/1")
    assert "/mail" not in ada.page
