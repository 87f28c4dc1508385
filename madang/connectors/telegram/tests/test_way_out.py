"""Answers on her phone, and honest words about what went wrong."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from madang.channels.connector import Button, Kind, Media, Outbound, Party, SendError, SetupError
from madang.channels.fit import fitted
from madang.channels.playing import Mood
from madang.connectors.telegram import outgoing
from madang.connectors.telegram.connector import Telegram
from madang.connectors.telegram.simulator import Phone, Simulator
from madang.connectors.telegram.tests.conftest import GROUP, House, channel
from madang.tests import provider_kit

CHOICE = (Button("예", "yes"), Button("가게", url="https://haneul.example/"))
NOBODY = "http://127.0.0.1:1/hooks/yard"


def to(phone: Phone, text: str = "내일 도착합니다.", **more: Any) -> Outbound:
    return Outbound("6f9619ff", Party(Kind.SCOPED, str(phone.chat), phone.name), text, 12, 34, **more)


def file(mime: str, name: str = "a", content: bytes = b"bytes") -> Media:
    kind: Any = mime.split("/")[0] if mime.split("/")[0] in ("image", "audio", "video") else "file"
    return Media(kind, name, mime, content=content, size=len(content))


def asked(bot: Simulator) -> list[str]:
    return [one.path.rpartition("/")[2] for one in bot.calls]


async def test_an_answer_arrives(bot: Simulator, haneul: Telegram) -> None:
    mina = bot.person(NOBODY)
    sent = await haneul.send(to(mina))
    (bubble,) = mina.bubbles
    assert (bubble.text, bubble.id) == ("내일 도착합니다.", sent.id)


async def test_a_long_answer_comes_in_parts(bot: Simulator, haneul: Telegram) -> None:
    mina = bot.person(NOBODY)
    for part in fitted(haneul, to(mina, "글자 " * 3_000), lambda media: media.name):
        await haneul.send(part)
    assert "".join(one.text.replace(" ", "") for one in mina.bubbles) == "글자" * 3_000
    assert len(mina.bubbles) == 3


async def test_buttons_are_pressed_say_their_label_and_rest(bot: Simulator, house: House, haneul: Telegram) -> None:
    mina = bot.person(house.hook)
    await haneul.send(to(mina, "환불할까요?", buttons=CHOICE))
    bubble = mina.bubbles[-1]
    assert [(one.label, one.url) for one in bubble.buttons] == [("예", ""), ("가게", "https://haneul.example/")]
    before = time.time()
    await mina.press(bubble, bubble.buttons[0])
    (fact,) = house.facts
    assert (fact.type, fact.text, fact.data["postback"], fact.about) == ("postback", "예", "yes", bubble.id)
    assert fact.at.timestamp() >= before - 1
    assert bot.rested == {mina.posted[-1]["callback_query"]["id"]}


async def test_a_button_that_says_too_much_becomes_a_line(bot: Simulator, haneul: Telegram) -> None:
    mina = bot.person(NOBODY)
    out = to(mina, "어느 것요?", buttons=(Button("파랑", "값" * 30), Button("빨강", "r")))
    (part,) = fitted(haneul, out, lambda media: media.name)
    await haneul.send(part)
    assert mina.bubbles[-1].text == "어느 것요?\n1. 파랑\n2. 빨강"


@pytest.mark.parametrize(
    ("mime", "method"),
    [
        ("image/jpeg", "sendPhoto"),
        ("image/gif", "sendAnimation"),
        ("video/mp4", "sendVideo"),
        ("audio/ogg", "sendVoice"),
        ("audio/mpeg", "sendAudio"),
        ("application/pdf", "sendDocument"),
        ("audio/webm", "sendDocument"),
    ],
)
async def test_files_travel_as_what_they_are(bot: Simulator, haneul: Telegram, mime: str, method: str) -> None:
    mina = bot.person(NOBODY)
    await haneul.send(to(mina, "보세요", media=(file(mime, '영수증 "1".bin', b"\0\r\n--x\xff"),)))
    (bubble,) = mina.bubbles
    assert asked(bot) == [method]
    assert (bubble.text, bubble.files[0].content, bubble.files[0].mime) == ("보세요", b"\0\r\n--x\xff", mime)


async def test_pictures_are_an_album_and_other_files_follow(bot: Simulator, haneul: Telegram) -> None:
    mina = bot.person(NOBODY)
    files = (file("image/jpeg"), file("video/mp4"), file("application/pdf"))
    sent = await haneul.send(to(mina, "보세요", media=files, buttons=CHOICE))
    assert asked(bot) == ["sendMediaGroup", "sendDocument", "sendMessage"]
    assert [sent.id, *sent.aliases] == [one.id for one in mina.bubbles]
    assert [len(one.buttons) for one in mina.bubbles] == [0, 0, 0, 2]
    await haneul.send(to(mina, "", media=files[:2], buttons=CHOICE))
    assert [len(one.buttons) for one in mina.bubbles[4:]] == [0, 2]


async def test_words_too_long_for_a_picture_follow_it(bot: Simulator, haneul: Telegram) -> None:
    mina = bot.person(NOBODY)
    await haneul.send(to(mina, "글" * 1_025, media=(file("image/png"),)))
    assert asked(bot) == ["sendPhoto", "sendMessage"]


async def test_a_picture_that_is_too_long_goes_as_a_file(bot: Simulator, haneul: Telegram) -> None:
    mina = bot.person(NOBODY)
    await haneul.send(to(mina, media=(file("image/png", "long.png", b"too long"),)))
    assert asked(bot) == ["sendPhoto", "sendDocument"]
    assert mina.bubbles[-1].kind == "document"


async def test_a_failure_says_what_to_do_about_it(bot: Simulator, haneul: Telegram) -> None:
    out = to(bot.person(NOBODY))
    moods: tuple[Mood, ...] = (429, 500, 502, 401, 404, 403, 400, 413, "drop")
    failed = await provider_kit.refused(bot, lambda: haneul.send(out), *moods)
    assert provider_kit.whys(failed) == {
        429: "rate",
        500: "down",
        502: "down",
        401: "auth",
        404: "auth",
        403: "blocked",
        400: "invalid",
        413: "invalid",
        "drop": "unsure",
    }
    assert not any(bot.token in one.detail for one in failed.values())
    assert failed[429].retry == timedelta(seconds=7)


async def test_silence_may_have_been_heard(bot: Simulator) -> None:
    made = channel(bot)
    made._bot._api._timeout = 0.2
    bot.will("silence")
    with pytest.raises(SendError) as failed:
        await made.send(to(bot.person(NOBODY)))
    assert failed.value.why == "unsure"
    await made.close()


async def test_who_has_blocked_us_is_written_to_another_way(bot: Simulator, house: House, haneul: Telegram) -> None:
    mina = bot.person(house.hook)
    await mina.do("block")
    for party in (to(mina).to, Party(Kind.SCOPED, "42")):
        with pytest.raises(SendError) as failed:
            await haneul.send(replace(to(mina), to=party))
        assert failed.value.why == "blocked"


async def test_half_a_message_is_said_to_be_half(bot: Simulator, haneul: Telegram) -> None:
    mina = bot.person(NOBODY)
    bot.will(500, path="sendMessage")
    with pytest.raises(SendError, match="Only the beginning") as half:
        await haneul.send(to(mina, "글" * 2_000, media=(file("image/png"),)))
    assert half.value.why == "unsure"
    assert len(mina.bubbles) == 1


async def test_a_quote_only_where_it_is_wanted(bot: Simulator, house: House, haneul: Telegram) -> None:
    mina, group = bot.person(house.hook), bot.person(house.hook, "Mia", group=GROUP)
    quoting = channel(bot, quote=True)
    for phone, made, quoted in ((mina, haneul, False), (group, haneul, True), (mina, quoting, True)):
        said = await phone.say("어느 거요?")
        await made.send(to(phone, reply_to=said.id))
        assert ("reply_parameters" in bot.calls[-1].json()) is quoted
    await quoting.close()


async def test_small_things(bot: Simulator, house: House, haneul: Telegram) -> None:
    mina = bot.person(house.hook)
    said = await mina.say("고마워요")
    sent = await haneul.send(to(mina))
    photo = await haneul.send(to(mina, "사진", media=(file("image/png"),)))
    party = to(mina).to
    await haneul.act("typing", party)
    assert mina.typing
    await haneul.act("react", party, about=said.id, text="🙏")
    assert said.reaction == "🙏"
    await haneul.act("react", party, about=said.id, text="")
    assert said.reaction == ""
    for number, words in ((sent.id, "모레 도착합니다."), (sent.id, "모레 도착합니다."), (photo.id, "새 사진")):
        await haneul.act("edit", party, about=number, text=words)
        bubble = mina.find(number)
        assert bubble is not None
        assert (bubble.text, bubble.edited) == (words, True)
    await haneul.act("delete", party, about=sent.id)
    assert mina.bubbles[1].gone
    with pytest.raises(SendError) as refused:
        await haneul.act("react", party, about=said.id, text="🦑")
    assert refused.value.why == "invalid"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"token": "1:wrong"}, "token"),
        ({"username": "@juniper_bot"}, "username"),
        ({"webhook_secret": "나만의 비밀"}, "webhook_secret"),
        ({"api_url": "http://127.0.0.1:9"}, ""),
    ],
)
async def test_a_wrong_set_up_is_told_which_field(bot: Simulator, change: dict[str, str], field: str) -> None:
    assert (await provider_kit.blamed(channel(bot, key="trial", **change))).field == field
    assert bot.hook == ""


async def test_the_test_tells_telegram_where_to_deliver(bot: Simulator) -> None:
    made = channel(bot, host="https://desk.haneul.example", username=f"@{bot.username.title()}")
    bot.secret = ""
    await made.check()
    assert bot.hook == "https://desk.haneul.example/hooks/yard"
    assert bot.secret == made.config.secrets["webhook_secret"]
    assert "message_reaction" in bot.allowed
    bot.will(400, path="setWebhook")
    with pytest.raises(SetupError, match="Bad Request"):
        await made.check()
    await made.close()


def test_the_same_files_are_the_same_calls() -> None:
    out = Outbound("k", Party(Kind.SCOPED, "7"), "", 1, 2, media=tuple(file("image/png", str(n)) for n in range(23)))
    assert [len(call.files) for call in outgoing.calls(out, quote=False)] == [10, 10, 3]
