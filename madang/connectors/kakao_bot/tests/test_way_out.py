"""What agents answer: to the callback within a minute and once, afterwards as an event that costs, else not at all.

A callback's address comes with a webhook: only Kakao's is called (T9).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from madang.channels.connector import Button, Media, Party, Price, SendError
from madang.channels.playing import Mood
from madang.connectors.kakao_bot.simulator import Simulator
from madang.connectors.kakao_bot.simulator.phone import Phone
from madang.connectors.kakao_bot.tests.conftest import House
from madang.tests import provider_kit

GIF = Media("image", "표.gif", "image/gif", size=500)


async def heard(kakao: Simulator, house: House, words: str = "안녕하세요") -> Phone:
    """미나 has said something."""
    mina = kakao.person(house.hook)
    await mina.say(words)
    return mina


def said(phone: Phone) -> list[tuple[str, str]]:
    """(kind, words) of every bubble from our side but the waiting one."""
    return [(one.kind, one.text) for one in phone.bubbles if not one.mine and one.kind != "waiting"]


async def test_the_first_answer_is_free_the_second_is_an_event(kakao: Simulator, house: House) -> None:
    mina = await heard(kakao, house)
    (name,) = await house.say("내일 도착해요 🙂")
    assert len(name) == 24
    assert kakao.events == 0
    await house.say("더 궁금한 게 있으세요?", key="k-2")
    assert said(mina) == [("simpleText", "내일 도착해요 🙂"), ("simpleText", "더 궁금한 게 있으세요?")]
    assert kakao.events == 1
    assert len(house.facts) == 1  # the event's own skill call is no message of hers


async def test_after_its_minute_the_callback_is_not_even_tried(kakao: Simulator, house: House) -> None:
    mina = await heard(kakao, house)
    await house.say("늦었네요", ago=58)
    assert said(mina) == [("simpleText", "늦었네요")]
    assert not [call for call in kakao.calls if "callback" in call.path]


async def test_a_callback_that_kakao_no_longer_takes_becomes_an_event(kakao: Simulator, house: House) -> None:
    mina = await heard(kakao, house)
    kakao.later = 61
    await house.say("시계가 달라요")
    assert said(mina) == [("simpleText", "시계가 달라요")]
    assert kakao.events == 1


async def test_a_block_that_only_shows_text_shows_everything_as_text(kakao: Simulator, house: House) -> None:
    kakao.skilled = False
    mina = await heard(kakao, house)
    buttons = (Button("환불", "refund"), Button("조회", url="https://s.example/1"))
    await house.say("골라 주세요", ago=90, buttons=buttons, media=(GIF,))
    words = "골라 주세요\n표.gif: https://desk.example/f/표.gif\n1. 환불\n2. 조회: https://s.example/1"
    assert said(mina) == [("event", words)]


async def test_without_the_event_api_one_answer_is_all(kakao: Simulator, poor: House) -> None:
    mina = await heard(kakao, poor)
    await poor.say("한 번은 돼요")
    for ago in (0, 120):
        with pytest.raises(SendError) as caught:
            await poor.say("두 번은 안 돼요", key="k-2", ago=ago)
        assert caught.value.why == "window"
    assert said(mina) == [("simpleText", "한 번은 돼요")]


@pytest.mark.parametrize("place", [0, 1])
async def test_an_event_reaches_her_by_her_other_keys(kakao: Simulator, house: House, place: int) -> None:
    mina = await heard(kakao, house)
    party = house.facts[-1].party
    assert party
    out = replace(house.out("여기요", ago=90), to=Party(*party.also[place]))
    await house.connector.send(out)
    assert said(mina) == [("simpleText", "여기요")]


async def test_quick_replies_come_back_with_their_value(kakao: Simulator, house: House) -> None:
    mina = await heard(kakao, house)
    await house.say("무엇을 도와드릴까요?", buttons=(Button("환불할게요", "refund"), Button("아니요", "no")))
    await mina.press(mina.bubbles[-1], mina.bubbles[-1].buttons[0])
    assert (house.facts[-1].type, house.facts[-1].text) == ("postback", "환불할게요")
    assert house.facts[-1].data["postback"] == "refund"


async def test_links_stand_on_a_card_and_a_picture_with_its_words(kakao: Simulator, house: House) -> None:
    mina = await heard(kakao, house)
    link = Button("배송 조회", url="https://s.example/1")
    await house.say("여기서 보세요", buttons=(link,))
    assert (mina.bubbles[-1].kind, mina.bubbles[-1].buttons) == ("textCard", (link,))
    await house.say("가방이에요", key="k-2", media=(GIF,))
    assert (mina.bubbles[-1].kind, mina.bubbles[-1].files[0].url) == ("basicCard", "https://desk.example/f/표.gif")
    await house.say("링크가 많아요", key="k-3", buttons=(link,) * 4)
    assert "4. 배송 조회: https://s.example/1" in mina.bubbles[-1].text


@pytest.mark.parametrize("word", ["가나다 ", "x" * 640 + " ", "한" * 1_500 + " "])
async def test_long_words_are_three_bubbles_an_answer_and_lose_nothing(
    kakao: Simulator, house: House, word: str
) -> None:
    mina = await heard(kakao, house)
    words = (word * 2_000)[:4_900].strip()
    await house.say(words)
    joined = "".join(text for _, text in said(mina)).replace(" ", "")
    assert joined == words.replace(" ", "")
    assert kakao.events >= 1


async def test_many_pictures_without_the_event_api_become_links(kakao: Simulator, poor: House) -> None:
    mina = await heard(kakao, poor)
    await poor.say("사진이에요", media=tuple(Media("image", f"{n}.png", "image/png", size=9) for n in range(4)))
    kinds = [kind for kind, _ in said(mina)]
    assert kinds == ["simpleText", "simpleImage", "simpleImage"]
    assert "3.png: https://desk.example/f/3.png" in said(mina)[0][1]


async def test_errors_of_the_event_api_carry_the_policy(kakao: Simulator, house: House) -> None:
    await heard(kakao, house)
    moods: tuple[Mood, ...] = (429, 401, 503, "drop", 400)
    failed = await provider_kit.refused(kakao, lambda: house.say("네", ago=90), *moods, path="/talk", retry_after="3")
    wanted = {429: "rate", 401: "auth", 503: "down", "drop": "unsure", 400: "invalid"}
    assert provider_kit.whys(failed) == wanted
    assert failed[429].retry == timedelta(seconds=3)


async def test_a_callback_that_was_cut_off_is_not_repeated_as_an_event(kakao: Simulator, house: House) -> None:
    mina = await heard(kakao, house)
    kakao.will("drop", path="callback")
    with pytest.raises(SendError) as caught:
        await house.say("한 번만")
    assert caught.value.why == "unsure"
    assert said(mina) == [("simpleText", "한 번만")]
    assert kakao.events == 0


async def test_a_callback_that_was_refused_for_the_moment_may_be_tried_again(kakao: Simulator, house: House) -> None:
    mina = await heard(kakao, house)
    kakao.will(503, path="callback")
    with pytest.raises(SendError):
        await house.say("다시")
    await house.say("다시")
    assert said(mina) == [("simpleText", "다시")]
    assert kakao.events == 0


@pytest.mark.parametrize(
    "url", ["http://127.0.0.2:9/x", "https://kakao.com.evil.example/", "http://bot-api.kakao.com/x", "file:///etc/x"]
)
async def test_a_callback_address_that_is_not_kakaos_is_never_called(kakao: Simulator, poor: House, url: str) -> None:
    await heard(kakao, poor)
    poor.facts[-1].data["_callback"] = url  # type: ignore[index]
    with pytest.raises(SendError) as caught:
        await poor.say("네")
    assert caught.value.why == "window"


async def test_an_event_costs_what_the_price_list_says(kakao: Simulator, house: House, poor: House) -> None:
    await heard(kakao, house)
    assert house.connector.price(house.out("네")) == Price(15_000, "KRW")
    poor.facts = house.facts
    assert poor.connector.price(poor.out("네")) is None
