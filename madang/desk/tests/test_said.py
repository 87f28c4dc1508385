"""What a message holds beside words stands in the thread, and nothing of it is believed (T5)."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import text

from madang.desk.tests.visitor import Visitor
from madang.tests.cast import Yard

pytestmark = pytest.mark.slow  # the house in small; the quick suite has its time

EVIL = '"><img src=x onerror=alert(1)>'


async def _holds(yard: Yard, data: dict[str, Any], words: str = "hi") -> None:
    """A customer's message that holds ``data``, as a connector would have brought it."""
    await yard.says(words)
    async with yard.ground.database.begin() as tx:
        await tx.execute(text("update message set data = cast(:data as jsonb)"), {"data": json.dumps(data)})


async def test_a_place_leads_to_a_map_and_loads_none(yard: Yard, ada: Visitor) -> None:
    await _holds(
        yard, {"location": {"lat": 37.5665, "lng": "126.978", "title": "시청", "address": "중구 세종대로 110"}}
    )
    await ada.get("/c/1")
    assert "시청" in ada.text
    assert "중구 세종대로 110" in ada.text
    assert "https://www.openstreetmap.org/?mlat=37.566500&amp;mlon=126.978000" in ada.page
    assert 'href="geo:37.566500,126.978000"' in ada.page
    assert "tile" not in ada.page


@pytest.mark.parametrize("where", [{"lat": "x", "lng": 1}, {"lat": 91, "lng": 0}, "here", None])
async def test_a_place_that_is_nowhere_is_none(yard: Yard, ada: Visitor, where: Any) -> None:
    await _holds(yard, {"location": where})
    await ada.get("/c/1")
    assert "openstreetmap" not in ada.page


async def test_what_strangers_put_into_cards_is_never_markup(yard: Yard, ada: Visitor) -> None:
    await _holds(
        yard,
        {
            "contact": {"name": EVIL, "phones": [EVIL], "emails": [EVIL]},
            "sticker": {"keywords": [EVIL], "url": "https://stickers.example/1.png"},
            "location": {"lat": 1, "lng": 2, "title": EVIL, "address": EVIL},
            "unsupported": EVIL,
            "story": {"url": "javascript:alert(1)"},
            "comment": {"post": "p1", "url": f"https://x.example/{EVIL}"},
            "page": {"title": EVIL, "url": "data:text/html,x"},
            "orders": [EVIL],
            "topic": EVIL,
        },
    )
    await ada.get("/c/1")
    assert "<img src=x" not in ada.page
    assert "javascript:" not in ada.page
    assert "data:text" not in ada.page
    assert "stickers.example" not in ada.page  # nothing is loaded from a provider


async def test_data_of_any_shape_is_drawn(yard: Yard, ada: Visitor) -> None:
    for odd in (1, "x", [], [1], {"a": {"b": 1}}, True, None):
        await _holds(
            yard, dict.fromkeys(("contact", "sticker", "location", "unsupported", "story", "comment", "orders"), odd)
        )
        assert (await ada.get("/c/1")).status_code == 200


async def test_what_cannot_be_shown_is_kept_and_leads_see_the_original(yard: Yard, ada: Visitor, hana: Visitor) -> None:
    await _holds(yard, {"unsupported": "video_note"})
    await ada.get("/c/1")
    assert "This kind of message (video_note) cannot be shown. The original is kept." in ada.text
    assert "See the original" not in ada.text
    await hana.get("/c/1")
    path = hana.page.split('href="/messages/')[1].split('"')[0]
    assert (await hana.get(f"/messages/{path}")).status_code == 200
    assert '"mina@naver.example"' in hana.text
    assert (await ada.get(f"/messages/{path}")).status_code == 403


async def test_a_pressed_button_is_no_text_of_hers(yard: Yard, ada: Visitor) -> None:
    await _holds(yard, {"postback": "refund"}, "환불할래요")
    await ada.get("/c/1")
    assert "Pressed:" in ada.text
    assert 'class="pressed"' in ada.page


async def test_what_was_taken_back_says_by_whom_and_when(yard: Yard, ada: Visitor) -> None:
    await yard.says("a secret")
    async with yard.ground.database.begin() as tx:
        await tx.execute(text("update message set text = '', deleted_at = '2026-01-02 03:04+00'"))
    await ada.get("/c/1")
    assert "미나 took this back: 2 Jan" in ada.text


async def test_what_is_put_under_a_message_stands_there_with_who_put_it(yard: Yard, ada: Visitor) -> None:
    await yard.says("고마워요")
    async with yard.ground.database.begin() as tx:
        for who, emoji in (("customer", "🙏"), ("user:1", "🙏"), ("user:2", "❤️")):
            await tx.execute(
                text("insert into message_reaction (message_id, who, emoji) select id, :who, :emoji from message"),
                {"who": who, "emoji": emoji},
            )
    await ada.get("/c/1")
    assert "🙏</span><b>2</b>" in ada.page
    assert "❤️" in ada.page
    assert "Ada" in ada.page.split('class="reactions"')[1].split("</ul>")[0]


async def test_an_edited_message_offers_its_earlier_words(yard: Yard, ada: Visitor) -> None:
    await yard.says("부산")
    async with yard.ground.database.begin() as tx:
        await tx.execute(text("update message set text = '서울', edited_at = now()"))
    await ada.get("/c/1")
    assert "/versions" not in ada.page
    async with yard.ground.database.begin() as tx:
        await tx.execute(
            text("insert into message_version (message_id, at, text) select id, now(), '부산' from message")
        )
    await ada.get("/c/1")
    assert "/versions" in ada.page


async def test_to_whom_a_mail_went_stands_as_addresses_with_their_names(yard: Yard, ada: Visitor) -> None:
    to = [{"address": "help@haneul.kr", "name": ""}, {"address": "박@회사.kr", "name": "박 부장"}]
    cc = [{"address": "cho@work.example", "name": f"초롱{EVIL}"}, "typed@work.example", {"name": "no address"}, 7, None]
    await _holds(yard, {"to": to, "cc": cc})
    await ada.get("/c/1")
    assert "To help@haneul.kr, 박 부장 <박@회사.kr>" in ada.text
    assert f"Copy to 초롱{EVIL} <cho@work.example>, typed@work.example" in ada.text
    assert "{'" not in ada.text
    assert "<img src=x" not in ada.page
    for odd in ("a string", {"address": "x@y"}, 5):
        await _holds(yard, {"to": [to[0]], "cc": odd})
        await ada.get("/c/1")
        assert "Copy to" not in ada.text
        assert "To help@" not in ada.text
