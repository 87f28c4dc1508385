"""Notices to a phone: the right template to the right person, once, and honest about what went wrong."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from madang.channels.connector import Button, Price, SendError, SetupError, Template
from madang.channels.fit import fitted
from madang.channels.playing import Mood
from madang.connectors.kakao_notice import brand
from madang.connectors.kakao_notice.connector import KakaoNotice
from madang.connectors.kakao_notice.simulator import MINA, Phone, Simulator
from madang.connectors.kakao_notice.tests.conftest import AUTUMN, SHIPPED, channel, notice, playing
from madang.tests import provider_kit

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=brand.SEOUL)
AGREED = {"consent": ["ads"]}


def asked(dealer: Simulator) -> Any:
    return dealer.calls[-1].json()


async def test_a_notice_arrives_filled_with_its_button(notices: KakaoNotice, mina: Phone) -> None:
    await notices.send(notice())
    (bubble,) = mina.bubbles
    assert (bubble.text, bubble.kind) == ("미나님, 주문하신 담요이(가) 오늘 출발했어요.", "AlimTalk")
    assert bubble.buttons == (Button("배송 조회", url="https://haneul.example/t/6063"),)


async def test_a_template_without_places_goes_too(notices: KakaoNotice, mina: Phone) -> None:
    await notices.send(notice(Template("KA01TP_HOURS", "ko")))
    assert mina.bubbles[0].text == "오늘은 쉬는 날이에요. 내일 다시 만나요."


async def test_free_text_is_refused_in_words(notices: KakaoNotice, dealer: Simulator) -> None:
    with pytest.raises(SendError, match="approved templates") as refused:
        await notices.send(notice(None))
    assert refused.value.why == "policy"
    assert dealer.calls == []


async def test_a_long_template_is_one_message(notices: KakaoNotice) -> None:
    out = replace(notice(), text="담요 " * 900, buttons=(Button("x", "y"),))
    (part,) = fitted(notices, out, lambda media: media.name)
    assert part.template == SHIPPED
    assert part.text.count("담요") == 900


@pytest.mark.parametrize("phone", ["+82212345678", "+15552345678", "01012345678", "mina@naver.com", "+8210123"])
async def test_only_korean_mobile_numbers(notices: KakaoNotice, dealer: Simulator, phone: str) -> None:
    with pytest.raises(SendError, match="Korean mobile") as refused:
        await notices.send(notice(phone=phone))
    assert refused.value.why == "invalid"
    assert dealer.calls == []


async def test_the_dealers_own_text_message_is_off(notices: KakaoNotice, dealer: Simulator, mina: Phone) -> None:
    mina.blocked = True
    await notices.send(notice())
    assert mina.bubbles == []
    if dealer.dealer == "solapi":
        assert asked(dealer)["messages"][0]["kakaoOptions"]["disableSms"] is True
    else:
        assert len(asked(dealer)["messageFlow"]) == 1


async def test_where_the_dealer_shall_it_sends_the_text_message(dealer: Simulator, mina: Phone) -> None:
    wanted = channel(dealer.form() | {"dealer_sms": "on", "sender_number": "0212345678"})
    mina.blocked = True
    await wanted.send(replace(notice(), text="미나님, 담요가 출발했어요 🚚"))
    assert [bubble.kind for bubble in mina.bubbles] == ["SMS"]
    await wanted.close()


async def test_the_same_key_again_arrives_once_where_the_dealer_knows_keys() -> None:
    out = notice()
    async with playing("bizgo") as (dealer, notices):
        dealer.will("drop")
        with pytest.raises(SendError) as lost:
            await notices.send(out)
        assert lost.value.why == "down"  # harmless to repeat, so not unsure
        sent = await notices.send(out)
        assert (sent.id, len(dealer.phones[MINA].bubbles)) == (out.key, 1)


async def test_without_keys_an_unanswered_send_is_unsure() -> None:
    async with playing("solapi") as (dealer, notices):
        dealer.will("drop")
        with pytest.raises(SendError) as lost:
            await notices.send(notice())
        assert lost.value.why == "unsure"


async def test_a_refusal_says_what_to_do(notices: KakaoNotice, dealer: Simulator) -> None:
    moods: tuple[Mood, ...] = (429, 500, 503, 401, 403, 400)
    failed = await provider_kit.refused(dealer, lambda: notices.send(notice()), *moods, retry_after="7")
    assert provider_kit.whys(failed) == {
        429: "rate",
        500: "down",
        503: "down",
        401: "auth",
        403: "auth",
        400: "invalid",
    }
    assert failed[429].retry == timedelta(seconds=7)


async def test_an_empty_purse_pauses_the_channel(notices: KakaoNotice, dealer: Simulator) -> None:
    dealer.money = False
    with pytest.raises(SendError) as refused:
        await notices.send(notice())
    assert refused.value.why == "auth"
    assert any(word in refused.value.detail for word in ("잔액", "건수"))


@pytest.mark.parametrize("code", ["KA01TP_GONE", "KA01TP_SALE", "BM_AUTUMN"])
async def test_a_template_that_may_not_be_sent_fails_visibly(notices: KakaoNotice, code: str) -> None:
    with pytest.raises(SendError) as refused:
        await notices.send(notice(Template(code, "ko", {"이름": "미나"})))
    assert refused.value.why == "invalid"


async def test_templates_are_listed_with_state_places_and_buttons(notices: KakaoNotice, dealer: Simulator) -> None:
    known = {one.id: one for one in await notices.templates()}
    shipped = known["KA01TP_SHIPPED"]
    assert (shipped.name, shipped.state, shipped.category) == ("배송 출발", "approved", "AlimTalk")
    assert shipped.places == ("이름", "상품명", "송장번호")
    assert shipped.buttons == (Button("배송 조회", url="https://haneul.example/t/#{송장번호}"),)
    assert known["KA01TP_RETURN"].state == "pending"
    sale = known["KA01TP_SALE"]
    assert (sale.state, sale.problem) == ("rejected", "광고성 내용은 알림톡으로 보낼 수 없습니다.")
    assert ("brand/BM_AUTUMN" in known) is (dealer.dealer == "bizgo")


async def test_every_page_of_templates_is_read(
    notices: KakaoNotice, dealer: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(f"madang.connectors.kakao_notice.{dealer.dealer}.PAGE", 2)
    assert len([one for one in await notices.templates() if one.category == "AlimTalk"]) == 5


async def test_brand_messages_need_her_consent_and_the_day(
    notices: KakaoNotice, mina: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(brand, "_now", lambda: NOON)
    with pytest.raises(SendError, match="agreed to advertising") as refused:
        await notices.send(notice(AUTUMN))
    assert refused.value.why == "policy"
    await notices.send(notice(AUTUMN, data=AGREED))
    assert [bubble.kind for bubble in mina.bubbles] == ["BrandMessage"]


@pytest.mark.parametrize(
    ("hour", "minute", "may"), [(7, 59, False), (8, 0, True), (20, 59, True), (21, 0, False), (0, 0, False)]
)
async def test_no_advertising_at_night(
    hour: int, minute: int, may: bool, notices: KakaoNotice, mina: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(brand, "_now", lambda: NOON.replace(hour=hour, minute=minute))
    if may:
        await notices.send(notice(AUTUMN, data=AGREED))
    else:
        with pytest.raises(SendError, match="21:00") as refused:
            await notices.send(notice(AUTUMN, data=AGREED))
        assert refused.value.why == "policy"
    assert len(mina.bubbles) == may


def test_prices_are_those_of_the_set_up() -> None:
    notices = channel(Simulator().form() | {"price_alimtalk": "8.4", "price_brand": "1,000"})
    assert notices.price(notice()) == Price(8400, "KRW")
    assert notices.price(notice(AUTUMN)) == Price(1_000_000, "KRW")
    assert notices.price(notice(None)) is None
    assert channel(Simulator().form() | {"price_alimtalk": ""}).price(notice()) is None


async def test_the_set_up_is_tried(notices: KakaoNotice) -> None:
    await notices.check()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"api_secret": "wrong", "bizgo_key": "wrong"}, "key"),
        ({"channel_id": "KA01PF_OTHER", "sender_key": "0" * 40}, "kakao"),
        ({"price_alimtalk": "cheap"}, "price_alimtalk"),
        ({"price_brand": "-1"}, "price_brand"),
        ({"dealer_sms": "on"}, "sender_number"),
    ],
    ids=["key", "kakao", "price", "negative", "sender"],
)
async def test_a_wrong_set_up_is_told_which_field(dealer: Simulator, change: dict[str, str], field: str) -> None:
    named = {"key": ("api_secret", "bizgo_key"), "kakao": ("channel_id", "sender_key")}
    assert (await provider_kit.blamed(channel(dealer.form() | change))).field in named.get(field, (field,))


async def test_a_dealer_that_is_down_is_no_wrong_key(notices: KakaoNotice, dealer: Simulator) -> None:
    dealer.will(503)
    with pytest.raises(SetupError, match="Try again") as told:
        await notices.check()
    assert told.value.field == ""


async def test_keys_do_not_stand_in_addresses(notices: KakaoNotice, dealer: Simulator) -> None:
    await notices.check()
    await notices.templates()
    secrets = [dealer.form().get("api_secret"), dealer.form().get("bizgo_key")]
    assert not any(key and key in str(call.query) + call.path for key in secrets for call in dealer.calls)
