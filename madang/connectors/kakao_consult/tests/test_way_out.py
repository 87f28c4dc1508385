"""What Ada answers, and how it looks on 미나's phone."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from madang.channels.connector import Button, Cap, Media, Outbound, Price, SendError
from madang.channels.fit import fitted
from madang.channels.playing import Mood
from madang.connectors.kakao_consult.simulator import Simulator
from madang.connectors.kakao_consult.simulator.phone import Phone
from madang.connectors.kakao_consult.tests.conftest import House, answer
from madang.tests import provider_kit

GIF = Media("image", "표.gif", "image/gif", b"GIF89a" + b"x" * 500, size=506)
PDF = Media("file", '영수증 "1".pdf', "application/pdf", b"%PDF-1.7" + b"y" * 3_000, size=3_008)
VOICE = Media("audio", "voice.m4a", "audio/mp4", b"z" * 700, size=700)


async def talking(kakao: Simulator, house: House) -> Phone:
    """미나 has written: there is a session."""
    mina = kakao.person(house.hook)
    await mina.say("안녕하세요")
    return mina


async def send(house: House, out: Outbound) -> list[str]:
    """As the house does: fit, then each part in turn; the ids."""
    parts = fitted(house.connector, out, lambda media: f"https://desk.example/f/{media.name}")
    return [(await house.connector.send(part)).id for part in parts]


async def test_words_arrive_and_their_id_is_theirs(kakao: Simulator, house: House) -> None:
    mina = await talking(kakao, house)
    (name,) = await send(house, answer(mina, "내일 도착해요 🙂"))
    shown = mina.bubbles[-1]
    assert (shown.text, shown.kind, shown.id) == ("내일 도착해요 🙂", "TEXT", name)


async def test_long_words_are_parts_of_a_thousand_characters(kakao: Simulator, house: House) -> None:
    mina = await talking(kakao, house)
    words = "가나다라마바사 " * 300
    await send(house, answer(mina, words))
    said = [one.text for one in mina.bubbles if not one.mine]
    assert len(said) == 3
    assert all(len(one) <= 1_000 for one in said)
    assert " ".join(said).split() == words.split()


async def test_buttons_are_pressed_and_links_opened(kakao: Simulator, house: House) -> None:
    mina = await talking(kakao, house)
    buttons = (Button("환불", "refund"), Button("배송 조회", url="https://shop.example/t/1"))
    await send(house, answer(mina, "무엇을 도와드릴까요?", buttons=buttons))
    shown = mina.bubbles[-1]
    assert shown.buttons == buttons
    await mina.press(shown, shown.buttons[0])
    (pressed,) = (fact for fact in house.facts if fact.type == "postback")  # among results, which come when they come
    assert pressed.data["postback"] == "refund"


async def test_too_many_buttons_become_lines(kakao: Simulator, house: House) -> None:
    mina = await talking(kakao, house)
    await send(house, answer(mina, "골라 주세요", buttons=tuple(Button(f"선택 {n}", str(n)) for n in range(6))))
    assert mina.bubbles[-1].buttons == ()
    assert "6. 선택 5" in mina.bubbles[-1].text


async def test_a_picture_stands_with_its_words_and_other_files_alone(kakao: Simulator, house: House) -> None:
    mina = await talking(kakao, house)
    await send(house, answer(mina, "표를 보내요", media=(GIF,)))
    await send(house, answer(mina, "영수증이에요", key="k-2", media=(PDF, VOICE)))
    shown = [(one.kind, one.text, [file.content for file in one.files]) for one in mina.bubbles if not one.mine]
    assert shown == [
        ("IMAGE", "표를 보내요", [GIF.content]),
        ("TEXT", "영수증이에요", []),
        ("FILE", "", [PDF.content]),
        ("AUDIO", "", [VOICE.content]),
    ]


async def test_a_large_picture_goes_as_a_file_and_is_read_in_parts(kakao: Simulator, house: House) -> None:
    mina = await talking(kakao, house)
    parts = [b"p" * (1 << 20)] * 6

    async def source() -> Any:
        for part in parts:
            yield part

    large = Media("image", "큰 사진.jpg", "image/jpeg", size=6 << 20, source=source)
    await send(house, answer(mina, media=(large,)))
    assert (mina.bubbles[-1].kind, len(mina.bubbles[-1].files[0].content)) == ("FILE", 6 << 20)
    upload = next(call for call in kakao.calls if "file" in call.path)
    assert int(upload.headers["content-length"]) == len(upload.body)


async def test_a_list_and_a_carousel(kakao: Simulator, house: House) -> None:
    mina = await talking(kakao, house)
    rows = [{"title": "결제", "text": "39,000원"}, {"title": "배송비", "text": "무료"}]
    await send(house, answer(mina, "주문 내역", data={"list": {"header": "주문 17", "items": rows}}))
    assert (mina.bubbles[-1].kind, mina.bubbles[-1].text) == (
        "ITEM_LIST",
        "주문 17\n주문 내역\n결제  39,000원\n배송비  무료",
    )
    cards = [
        {"title": f"가방 {n}", "text": "신상", "buttons": [{"label": "보기", "url": "https://s/1"}]} for n in (1, 2)
    ]
    await send(house, answer(mina, key="k-3", media=(GIF, GIF), data={"carousel": cards}))
    assert mina.bubbles[-1].kind == "CAROUSEL_FEED"
    assert len(mina.bubbles[-1].files) == 2
    await send(house, answer(mina, "카드", key="k-4", data={"carousel": cards[:1]}))  # one card is none: its words stay
    assert mina.bubbles[-1].text == "카드\n가방 1: 신상"


async def test_only_she_begins_a_session_and_it_lasts_thirty_days(kakao: Simulator, house: House) -> None:
    assert Cap.INITIATE not in house.connector.caps
    assert house.connector.limits.window == timedelta(days=30)
    mina = kakao.person(house.hook)
    with pytest.raises(SendError) as caught:
        await send(house, answer(mina, "먼저 말해요"))
    assert caught.value.why == "window"
    await mina.say("네")
    await house.connector.act("close", answer(mina).to)
    with pytest.raises(SendError) as caught:
        await send(house, answer(mina, "이미 끝났어요"))
    assert caught.value.why == "window"


async def test_who_only_blocked_the_channel_cannot_be_written_to(kakao: Simulator, house: House) -> None:
    mina = kakao.person(house.hook)
    await mina.do("block")
    party = house.facts[-1].party
    assert party
    with pytest.raises(SendError) as caught:
        await house.connector.send(replace(answer(mina, "네"), to=party))
    assert caught.value.why == "window"


async def test_a_result_is_a_receipt_and_our_end_is_known(bizgo: Simulator, home: House) -> None:
    mina = await talking(bizgo, home)
    (name,) = await send(home, answer(mina, "네"))
    await home.connector.act("close", answer(mina).to)
    async with asyncio.timeout(5):
        while not [one for one in home.facts if one.reach == "closed"]:
            await asyncio.sleep(0.01)
    (sent,) = [one for one in home.facts if one.type == "receipt"]
    assert (sent.about, sent.state) == (name, "sent")


async def test_what_we_said_is_deleted_where_the_dealer_can(kakao: Simulator, house: House) -> None:
    mina = await talking(kakao, house)
    (name,) = await send(house, answer(mina, "잘못 보냈어요"))
    can = Cap.DELETE in house.connector.caps
    assert can == (house.connector.dealer.name == "Bizgo")
    if can:
        await house.connector.act("delete", answer(mina).to, about=name)
        assert mina.bubbles[-1].gone
        return
    with pytest.raises(SendError) as caught:
        await house.connector.act("delete", answer(mina).to, about=name)
    assert caught.value.why == "policy"


async def test_the_same_message_tried_again_has_the_same_number(kakao: Simulator, house: House) -> None:
    mina = await talking(kakao, house)
    if house.connector.dealer.name == "Happytalk":
        await send(house, answer(mina, "한 번만"))
        await send(house, answer(mina, "한 번만"))
        assert len([one for one in mina.bubbles if one.text == "한 번만"]) == 1
        assert len((await send(house, answer(mina, "또", key="x" * 300)))[0]) == 30


async def test_errors_carry_the_policy(kakao: Simulator, house: House) -> None:
    mina = await talking(kakao, house)
    path = "send/plain" if kakao.form()["dealer"] == "happytalk" else "cstalk/plain"

    async def say() -> None:
        await send(house, answer(mina, "네"))

    moods: tuple[Mood, ...] = (429, 401, 500, 503, "drop")
    failed = await provider_kit.refused(kakao, say, *moods, path=path, retry_after="3")
    assert provider_kit.whys(failed) == {429: "rate", 401: "auth", 500: "down", 503: "down", "drop": "unsure"}
    assert {failed[429].retry, failed[503].retry} == {timedelta(seconds=3)}
    await send(house, answer(mina, "다시", key="k-2"))
    assert mina.bubbles[-1].text == "다시"


async def test_an_upload_that_was_cut_off_is_tried_again_without_fear(kakao: Simulator, house: House) -> None:
    mina = await talking(kakao, house)
    kakao.will("drop", path="image")
    with pytest.raises(SendError) as caught:
        await send(house, answer(mina, "표", media=(GIF,)))
    assert caught.value.why == "down"  # nothing was said yet


async def test_a_wrong_sender_key_is_for_the_administrators(kakao: Simulator, house: House) -> None:
    mina = await talking(kakao, house)
    house.connector.dealer.sender_key = "someone else's"
    with pytest.raises(SendError) as caught:
        await send(house, answer(mina, "네"))
    assert caught.value.why == "auth"


async def test_the_price_is_what_the_contract_says(bizgo: Simulator, home: House) -> None:
    mina = bizgo.person(home.hook)
    assert home.connector.price(answer(mina, "네")) is None
    home.connector.config.settings["price"] = "8.5"  # type: ignore[index]
    assert home.connector.price(answer(mina, "네")) == Price(8500, "KRW")
