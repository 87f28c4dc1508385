"""Answers reach her phone as they were meant, and what cannot is said with its policy."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from madang.channels.connector import Button, Kind, Media, Outbound, Party, SendError
from madang.channels.fit import fitted
from madang.channels.playing import Mood
from madang.connectors._meta.graph import judge
from madang.connectors.whatsapp.connector import WhatsApp
from madang.connectors.whatsapp.simulator import Simulator
from madang.connectors.whatsapp.simulator.phone import Phone
from madang.connectors.whatsapp.tests.conftest import House
from madang.lib.http import Answer
from madang.tests import provider_kit

TOPICS = tuple(Button(label, f"topic:{label}") for label in ("배송", "환불", "교환", "기타"))


def to(phone: Phone, text: str = "내일 도착해요.", **changes: Any) -> Outbound:
    made = Outbound("6f9619ff", Party(Kind.SCOPED, phone.user_id, phone.name), text, 12, 34, language="ko")
    return replace(made, **changes)


async def say(whatsapp: WhatsApp, out: Outbound) -> list[str]:
    parts = fitted(whatsapp, out, lambda media: media.link or f"https://desk.haneul.example/f/{media.name}")
    return [(await whatsapp.send(part)).id for part in parts]


@pytest.fixture
async def mina(meta: Simulator, house: House) -> Phone:
    made = meta.person(house.url)
    await made.say("안녕하세요")
    return made


async def test_an_answer_arrives_and_its_receipts_name_it(
    meta: Simulator, whatsapp: WhatsApp, house: House, mina: Phone
) -> None:
    (name,) = await say(whatsapp, to(mina))
    assert (await mina.sees("도착")).id == name
    await meta.settled()
    await mina.do("read")
    receipts = [(one.state, one.about) for one in house.facts if one.type == "receipt"]
    assert receipts == [("sent", name), ("delivered", name), ("read", name)]


async def test_buttons_are_buttons_a_list_or_numbers(whatsapp: WhatsApp, house: House, mina: Phone) -> None:
    await say(whatsapp, to(mina, "무엇을 도와드릴까요?", buttons=TOPICS[:3]))
    await say(whatsapp, to(mina, "무엇을 도와드릴까요?", buttons=TOPICS))
    await say(whatsapp, to(mina, "보세요", buttons=(Button("배송 조회", url="https://haneul.example/t"),)))
    await say(whatsapp, to(mina, "보세요", buttons=(*TOPICS[:1], Button("조회", url="https://haneul.example/t"))))
    short, long, link, mixed = mina.bubbles[1:]
    assert [one.label for one in short.buttons] == ["배송", "환불", "교환"]
    assert (long.kind, len(long.buttons)) == ("list", 4)
    assert link.buttons[0].url == "https://haneul.example/t"
    assert (mixed.text, mixed.buttons) == ("보세요\n1. 배송\n2. 조회: https://haneul.example/t", ())
    await mina.press(long, long.buttons[3])
    (pressed,) = [one for one in house.facts if one.type == "postback"]
    assert (pressed.type, pressed.text, pressed.data["postback"], pressed.about) == (
        "postback",
        "기타",
        "topic:기타",
        long.id,
    )


async def test_files_travel_with_their_words(whatsapp: WhatsApp, mina: Phone) -> None:
    photo = Media("image", "담요.png", "image/png", content=b"\x89PNG", size=4)
    huge = Media("image", "큰 사진.png", "image/png", content=b"\x89PNG" * 2, size=6 << 20)
    await say(whatsapp, to(mina, "이 담요예요", media=(photo,)))
    await say(whatsapp, to(mina, "둘 다요", media=(photo, huge)))
    one, first, second, words = mina.bubbles[1:]
    assert (one.text, one.files[0].content, one.files[0].mime) == ("이 담요예요", b"\x89PNG", "image/png")
    assert (first.text, second.files[0].content, words.text) == ("", b"\x89PNG" * 2, "둘 다요")


async def test_a_large_picture_goes_as_a_document(whatsapp: WhatsApp, meta: Simulator, mina: Phone) -> None:
    huge = Media("image", "큰 사진.png", "image/png", content=b"\x89PNG", size=6 << 20)
    await say(whatsapp, to(mina, "", media=(huge,)))
    sent = meta.calls[-1].json()
    assert (sent["type"], sent["document"]["filename"]) == ("document", "큰 사진.png")


async def test_long_words_come_in_parts(whatsapp: WhatsApp, mina: Phone) -> None:
    await say(whatsapp, to(mina, "담요 " * 2000))
    assert [len(one.text) <= 4096 for one in mina.bubbles[1:]] == [True, True]


async def test_a_user_id_without_a_number_is_written_to(meta: Simulator, whatsapp: WhatsApp, house: House) -> None:
    mia = meta.person(house.url, "Mia", hidden=True)
    await mia.say("Hello")
    await say(whatsapp, to(mia, "It ships today."))
    assert "to" not in meta.calls[-1].json()
    assert (await mia.sees("ships")).text == "It ships today."
    by_number = replace(to(mia), to=Party(Kind.PHONE, f"+{mia.number}"))
    await say(whatsapp, by_number)
    assert meta.calls[-1].json()["to"] == mia.number


async def test_a_quote_only_where_it_is_wanted(whatsapp: WhatsApp, meta: Simulator, mina: Phone) -> None:
    await say(whatsapp, to(mina, reply_to=mina.bubbles[0].id))
    assert "context" not in meta.calls[-1].json()
    await say(whatsapp, to(mina, reply_to=mina.bubbles[0].id, data={"quote": True}))
    assert meta.calls[-1].json()["context"] == {"message_id": mina.bubbles[0].id}


async def test_after_a_day_only_a_template_goes(whatsapp: WhatsApp, meta: Simulator, house: House, mina: Phone) -> None:
    meta.ahead = timedelta(hours=25)
    with pytest.raises(SendError) as caught:
        await say(whatsapp, to(mina))
    assert (caught.value.why, len(mina.bubbles)) == ("window", 1)
    meta.late = True  # as it often is: taken first, and refused in a receipt
    (name,) = await say(whatsapp, to(mina))
    await meta.settled()
    failed = house.facts[-1]
    assert (failed.state, failed.about, failed.data["why"], len(mina.bubbles)) == ("failed", name, "window", 1)


async def test_small_things(whatsapp: WhatsApp, mina: Phone) -> None:
    first, party = mina.bubbles[0], Party(Kind.SCOPED, mina.user_id)
    await whatsapp.act("typing", party, about=first.id)
    assert (mina.typing, first.state) == (True, "read")
    await whatsapp.act("react", party, about=first.id, text="👍")
    assert first.reaction == "👍"
    await whatsapp.act("react", party, about=first.id, text="")
    assert first.reaction == ""
    with pytest.raises(SendError, match="policy"):
        await whatsapp.act("delete", party, about=first.id)


async def test_errors_carry_the_policy(whatsapp: WhatsApp, meta: Simulator, mina: Phone) -> None:
    moods: tuple[Mood, ...] = (401, 403, 429, 500, 503, "drop")
    asked = {"path": "/messages", "retry_after": "7"}
    failed = await provider_kit.refused(meta, lambda: whatsapp.send(to(mina)), *moods, **asked)
    wanted = {401: "auth", 403: "auth", 429: "rate", 500: "down", 503: "down", "drop": "unsure"}
    assert provider_kit.whys(failed) == wanted
    assert failed[429].retry == timedelta(seconds=7)


@pytest.mark.parametrize(
    ("code", "why"),
    [
        (131026, "blocked"),
        (131047, "window"),
        (131049, "policy"),
        (131050, "blocked"),
        (131051, "invalid"),
        (131056, "rate"),
        (130429, "rate"),
        (80007, "rate"),
        (190, "auth"),
        (131042, "auth"),
        (132001, "invalid"),
        (132015, "policy"),
        (131016, "down"),
        (200, "auth"),
    ],
)
def test_the_codes_of_meta(code: int, why: str) -> None:
    body = b'{"error": {"message": "(#%d) no", "code": %d, "error_data": {"details": "why"}}}' % (code, code)
    error = judge(Answer(400, {}, body))
    assert error is not None
    assert error.why == why
    assert str(code) in error.detail


async def test_she_who_blocks_is_not_reached(whatsapp: WhatsApp, mina: Phone) -> None:
    await mina.do("block")
    with pytest.raises(SendError, match="blocked"):
        await say(whatsapp, to(mina))
