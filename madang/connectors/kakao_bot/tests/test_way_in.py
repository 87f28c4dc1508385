"""What 미나 says to the chatbot, what she reads at once, and what the house understands. Without the header (T10)."""

from __future__ import annotations

import json

import pytest

from madang.channels.connector import Delivery, Forged, Kind, Malformed, Request
from madang.channels.playing import Shown
from madang.connectors.kakao_bot.payload import pictures
from madang.connectors.kakao_bot.simulator import Simulator
from madang.connectors.kakao_bot.tests.conftest import House, channel

WAITING = "메시지를 받았어요. 상담원이 곧 답해 드릴게요."


async def test_she_is_heard_and_reads_at_once_that_somebody_will_answer(kakao: Simulator, house: House) -> None:
    mina = kakao.person(house.hook)
    await mina.say("배송 언제 오나요?")
    (said,) = house.facts
    assert (said.type, said.text) == ("message", "배송 언제 오나요?")
    assert said.party
    assert (said.party.value, said.party.language) == (mina.bot_key, "ko")
    assert said.party.also == ((Kind.SCOPED, f"plusfriend:{mina.channel_key}"), (Kind.SCOPED, f"app:{mina.app_id}"))
    assert [one.text for one in mina.bubbles] == ["배송 언제 오나요?", WAITING]
    assert said.data["_callback"].startswith(kakao.url)


async def test_without_a_callback_the_words_are_the_answer(kakao: Simulator, house: House) -> None:
    kakao.callbacks = False
    mina = kakao.person(house.hook)
    await mina.say("안녕하세요")
    assert (mina.bubbles[-1].text, mina.bubbles[-1].kind) == (WAITING, "simpleText")
    assert "_callback" not in house.facts[-1].data


async def test_the_same_word_twice_is_two_messages(kakao: Simulator, house: House) -> None:
    for callbacks in (True, False):
        kakao.callbacks = callbacks
        await kakao.person(house.hook).say("네")
        await kakao.person(house.hook).say("네")
    assert len({one.id for one in house.facts}) == 4


async def test_one_call_that_comes_twice_counts_once(kakao: Simulator, house: House) -> None:
    await kakao.person(house.hook).say("네")
    call = Request("POST", "/hooks/yard", {"x-madang-secret": kakao.skill_secret}, kakao.posted[0])
    first, again = (house.connector.split(call)[0] for _ in range(2))
    assert first.key == again.key == house.facts[0].id


async def test_her_photo_is_fetched_and_the_blocks_parameters_are_kept(kakao: Simulator, house: House) -> None:
    mina = kakao.person(house.hook)
    photo = Shown("가방.jpg", "image/jpeg", b"\xff\xd8\xff" + b"x" * 900)
    await mina.say("", [photo])
    (media,) = house.facts[-1].media
    assert (media.kind, house.facts[-1].text) == ("image", "")
    assert b"".join([part async for part in house.connector.fetch(media)]) == photo.content
    await mina.utter("세 명이요", action={"people": "3"}, block="예약")
    assert house.facts[-1].data["params"] == {"people": "3"}
    assert (house.facts[-1].data["intent"], house.facts[-1].data["page"]) == ("예약", {"title": "예약"})
    assert "topic" not in house.facts[-1].data  # the next block would be another matter


@pytest.mark.parametrize("header", [None, "", "wrong", "비밀"])
def test_a_skill_call_without_our_header_is_refused(header: str | None) -> None:
    kakao = Simulator()
    made = channel({**kakao.form(), "api_url": ""})
    headers = {} if header is None else {"x-madang-secret": header}
    with pytest.raises(Forged):
        made.verify(Request("POST", "/hooks/yard", headers, b"{}"))
    with pytest.raises(Malformed):  # proven, but no JSON
        made.verify(Request("POST", "/hooks/yard", {"x-madang-secret": kakao.skill_secret}, b"{"))


def test_a_header_of_another_name() -> None:
    kakao = Simulator()
    made = channel({**kakao.form(), "api_url": "", "header": "Authorization"})
    assert made.verify(Request("POST", "/hooks/x", {"authorization": kakao.skill_secret}, b"{}")).status == 200


@pytest.mark.parametrize(
    ("words", "count"),
    [
        ("https://talk.kakaocdn.net/dna/a.jpg", 1),
        ("http://dn-m.talk.kakao.com/talkm/b.png", 1),
        ("https://talk.kakaocdn.net.evil.example/a.jpg", 0),
        ("보세요 https://talk.kakaocdn.net/dna/a.jpg", 0),
        ("https://shop.example/a.jpg", 0),
        ("https://[bad", 0),
    ],
)
def test_only_an_address_at_kakao_alone_is_a_photo(words: str, count: int) -> None:
    assert len(pictures({"userRequest": {"utterance": words}})) == count


def test_parts_of_strange_types_are_no_error() -> None:
    made = channel({**Simulator().form(), "api_url": ""})
    strange = {"userRequest": {"user": {"id": "u", "properties": 7}, "utterance": [], "params": "x"}, "action": []}
    (fact,) = made.parse(Delivery("k", "u", json.dumps(strange).encode()))
    assert fact.data == {"unsupported": "skill"}
