"""Answers on her phone: free while the reply token is good, else pushed once."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from madang.channels.connector import Button, Kind, Media, Outbound, Party, Price, SendError, SetupError
from madang.channels.fit import fitted
from madang.channels.playing import Mood
from madang.connectors.line import duration
from madang.connectors.line.connector import Line
from madang.connectors.line.simulator import Phone, Simulator
from madang.connectors.line.tests.conftest import GROUP, House, channel
from madang.tests import provider_kit

CHOICE = (Button("예", "yes"), Button("아니요", "no"), Button("가게", url="https://haneul.example/"))


def to(phone: Phone, text: str = "내일 도착합니다.", **more: Any) -> Outbound:
    return Outbound("6f9619ff", Party(Kind.SCOPED, phone.place, phone.name), text, 12, 34, **more)


def heard(house: House) -> dict[str, Any]:
    return {"heard": house.facts[-1].data, "heard_at": datetime.now(UTC)}


def paths(line: Simulator) -> list[str]:
    return [one.path.removeprefix("/v2/bot/message/") for one in line.calls]


async def test_a_quick_answer_is_free_and_the_next_is_pushed(line: Simulator, house: House, haneul: Line) -> None:
    mina = line.person(house.hook)
    await mina.say("언제 와요?")
    sent = await haneul.send(to(mina, **heard(house)))
    again = await haneul.send(replace(to(mina, "그리고요", **heard(house)), key="second"))
    assert paths(line) == ["reply", "reply", "push"]
    assert [one.text for one in mina.bubbles if not one.mine] == ["내일 도착합니다.", "그리고요"]
    assert (line.pushed, sent.id, again.id) == (1, mina.bubbles[1].id, mina.bubbles[2].id)


async def test_a_late_answer_is_pushed_at_once(line: Simulator, house: House, haneul: Line) -> None:
    mina = line.person(house.hook)
    await mina.say("언제 와요?")
    late = heard(house) | {"heard_at": datetime.now(UTC) - timedelta(seconds=51)}
    await haneul.send(to(mina, **late))
    assert paths(line) == ["push"]


async def test_a_push_that_was_cut_off_is_repeated_and_counts_once(line: Simulator, house: House, haneul: Line) -> None:
    mina = line.person(house.hook)
    line.will("drop")
    with pytest.raises(SendError) as cut:
        await haneul.send(to(mina))
    assert cut.value.why == "down"
    sent = await haneul.send(to(mina))
    assert [one.id for one in mina.bubbles] == [sent.id]
    assert line.pushed == 1


async def test_a_reply_that_was_cut_off_is_never_repeated(line: Simulator, house: House, haneul: Line) -> None:
    mina = line.person(house.hook)
    await mina.say("언제 와요?")
    line.will("drop")
    with pytest.raises(SendError) as cut:
        await haneul.send(to(mina, **heard(house)))
    assert cut.value.why == "unsure"
    assert len(mina.bubbles) == 2


async def test_a_failure_says_what_to_do_about_it(line: Simulator, haneul: Line) -> None:
    out = to(line.person("http://127.0.0.1:1/hooks/yard"))
    moods: tuple[Mood, ...] = (429, 500, 503, 401, 403, 400, 404)
    failed = await provider_kit.refused(line, lambda: haneul.send(out), *moods, retry_after="7")
    wanted = {429: "rate", 500: "down", 503: "down", 401: "auth", 403: "auth", 400: "invalid", 404: "invalid"}
    assert provider_kit.whys(failed) == wanted
    assert failed[429].retry == timedelta(seconds=7)


async def test_silence_is_no_answer(line: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    made = channel(line)
    made._api._timeout = 0.2
    line.will("silence")
    with pytest.raises(SendError) as failed:
        await made.send(to(line.person("http://127.0.0.1:1/hooks/yard")))
    assert failed.value.why == "down"
    await made.close()


async def test_the_months_messages_used_up_is_no_haste(line: Simulator, haneul: Line) -> None:
    line.quota = 0
    with pytest.raises(SendError, match="monthly limit") as failed:
        await haneul.send(to(line.person("http://127.0.0.1:1/hooks/yard")))
    assert failed.value.why == "policy"


async def test_a_stranger_is_written_to_another_way(haneul: Line) -> None:
    with pytest.raises(SendError) as failed:
        await haneul.send(Outbound("k", Party(Kind.SCOPED, "U" + "9" * 32), "?", 1, 2))
    assert failed.value.why == "blocked"


async def test_buttons_are_pressed_and_say_their_label(line: Simulator, house: House, haneul: Line) -> None:
    mina = line.person(house.hook)
    await haneul.send(to(mina, "환불할까요?", buttons=CHOICE))
    bubble = mina.bubbles[-1]
    assert (bubble.kind, [one.label for one in bubble.buttons]) == ("template", ["예", "아니요", "가게"])
    await mina.press(bubble, bubble.buttons[0])
    fact = house.facts[-1]
    assert (fact.type, fact.text, fact.data["postback"]) == ("postback", "예", "yes")


async def test_more_buttons_are_quick_replies(line: Simulator, house: House, haneul: Line) -> None:
    mina = line.person(house.hook)
    await haneul.send(to(mina, "몇 시가 좋으세요?", buttons=tuple(Button(f"{n}시", str(n)) for n in range(13))))
    assert len(mina.bubbles[-1].buttons) == 13
    assert mina.bubbles[-1].kind == ""


def file(kind: Any, mime: str, size: int, name: str = "a") -> Media:
    return Media(kind, name, mime, size=size, link=f"https://desk.haneul.example/f/{name}", content=b"")


async def test_pictures_travel_and_what_line_does_not_show_is_a_link(line: Simulator, haneul: Line) -> None:
    mina = line.person("http://127.0.0.1:1/hooks/yard")
    files = (
        file("image", "image/png", 1000, "small.png"),
        file("image", "image/png", 2 << 20, "large.png"),
        file("video", "video/mp4", 1000, "film.mp4"),
        file("audio", "audio/mp4", 80_000, "voice.m4a"),
        file("file", "application/pdf", 1000, "bill.pdf"),
    )
    parts = fitted(haneul, to(mina, "보세요", media=files), lambda media: media.link)
    for part in parts:
        await haneul.send(part)
    words, picture, voice = mina.bubbles
    assert [name for name in ("large.png", "film.mp4", "bill.pdf") if f"{name}: https://" in words.text] != []
    assert all(f"/f/{name}" in words.text for name in ("large.png", "film.mp4", "bill.pdf"))
    assert (picture.files[0].mime, voice.files[0].mime) == ("image/jpeg", "audio/mp4")
    assert line.calls[-1].json()["messages"][-1]["duration"] == 10_000
    shown = channel(preview_url="https://haneul.example/film.png")
    assert all(len(part.media) == 4 for part in fitted(shown, to(mina, media=files), lambda media: media.link))


async def test_an_emoji_counts_two_and_no_text_is_refused(line: Simulator, haneul: Line) -> None:
    mina = line.person("http://127.0.0.1:1/hooks/yard")
    parts = fitted(haneul, to(mina, "😀 " * 2_400, buttons=CHOICE), lambda media: media.link)
    assert len({part.key for part in parts}) == len(parts) == 2
    for part in parts:
        await haneul.send(part)
    assert "".join(one.text for one in mina.bubbles).count("😀") == 2_400
    assert len(mina.bubbles[-1].buttons) == 3


async def test_a_quote_only_where_it_is_wanted(line: Simulator, house: House, haneul: Line) -> None:
    mina, group = line.person(house.hook), line.person(house.hook, "Mia", group=GROUP)
    for phone, made, quoted in ((mina, haneul, False), (group, haneul, True), (mina, channel(line, quote=True), True)):
        await phone.say("어느 거요?")
        await made.send(to(phone, reply_to=house.facts[-1].id, **heard(house)))
        assert ("quoteToken" in line.calls[-1].json()["messages"][0]) is quoted
        if made is not haneul:
            await made.close()


async def test_her_phone_shows_who_answers_where_that_is_wanted(line: Simulator, haneul: Line) -> None:
    mina, named = line.person("http://127.0.0.1:1/hooks/yard"), channel(line, names=True)
    for made, name in ((haneul, "Ada"), (named, "Ada"), (named, "하늘 고객센터 " * 5), (named, "Caroline")):
        await made.send(replace(to(mina, sender_name=name), key=f"{id(made)}{name}"))
    assert [one.author for one in mina.bubbles] == ["", "Ada", "하늘 고객센터 하늘 고객센터 하늘 고", ""]
    await named.close()


async def test_she_sees_that_we_read_and_write(line: Simulator, house: House, haneul: Line) -> None:
    mina = line.person(house.hook)
    said = await mina.say("거기 계세요?")
    await haneul.act("read", to(mina).to, about=said.id, heard=house.facts[-1].data)
    await haneul.act("typing", to(mina).to)
    assert (said.state, mina.typing) == ("read", True)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"token": "wrong"}, "token"),
        ({"basic_id": "@juniper"}, "basic_id"),
        ({"price": "cheap"}, "price"),
        ({"price": "1", "currency": "₩"}, "currency"),
        ({"api_url": "http://127.0.0.1:9"}, ""),
    ],
)
async def test_a_wrong_set_up_is_told_which_field(line: Simulator, change: dict[str, str], field: str) -> None:
    settings = {name: value for name, value in change.items() if name != "token"}
    made = channel(line, key="trial", **settings)
    made._auth["authorization"] = f"Bearer {change.get('token', line.token)}"
    assert (await provider_kit.blamed(made)).field == field


async def test_a_living_channel_is_tried_there_and_back(line: Simulator, house: House, haneul: Line) -> None:
    line.endpoint = "https://elsewhere.example/line"
    with pytest.raises(SetupError, match="another address"):
        await haneul.check()
    line.endpoint, line.active = "", False
    with pytest.raises(SetupError, match="Use webhook"):
        await haneul.check()
    assert line.endpoint == "https://desk.haneul.example/hooks/yard"
    line.active = True
    line.person(house.hook)
    await haneul.check()
    line.active = False
    with pytest.raises(SetupError, match="Use webhook"):
        await haneul.check()
    line.active, line.secret = True, "another"
    with pytest.raises(SetupError) as wrong:
        await haneul.check()
    assert wrong.value.field == "channel_secret"
    line.secret, line.quota = haneul.config.secrets["channel_secret"], 0
    with pytest.raises(SetupError, match="used up"):
        await haneul.check()


def test_the_price_is_as_the_set_up_says() -> None:
    part = Outbound("k", Party(Kind.SCOPED, "U1"), "?", 1, 2)
    assert channel(price="0.11", currency="usd").price(part) == Price(110, "USD")
    assert channel().price(part) is None


def test_a_sound_says_how_long_it_lasts() -> None:
    head = b"\0\0\0\x6cmvhd\0\0\0\0" + b"\0" * 8 + (1000).to_bytes(4) + (7250).to_bytes(4)
    assert duration.milliseconds(b"ftypM4A " + head, 90_000) == 7250
    assert duration.milliseconds(b"ID3", 80_000) == 10_000
