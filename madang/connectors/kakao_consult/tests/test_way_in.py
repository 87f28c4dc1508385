"""What 미나 does in KakaoTalk, and what the house understands of it. Unsigned webhooks (T10), and twice (T22)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from madang.channels.connector import Button, Delivery, Forged, Inbound, Kind, Media, Request
from madang.channels.playing import Bubble, Shown
from madang.connectors.kakao_consult.simulator import Simulator
from madang.connectors.kakao_consult.start import code_in, read
from madang.connectors.kakao_consult.tests.conftest import House, channel

PHOTO = Shown("가방.jpg", "image/jpeg", b"\xff\xd8\xff" + b"x" * 2_000)


async def test_she_comes_from_an_order_and_writes(kakao: Simulator, house: House) -> None:
    mina = kakao.person(house.hook, extra="order_number=2026112200017&topic=배송")
    await mina.say("언제 오나요?")
    began, came, said = house.facts
    assert (began.type, began.reach) == ("session", "open")
    assert (came.type, came.text) == ("postback", "카카오톡 상담하기")
    assert came.data == {"orders": ["2026112200017"], "topic": "배송", "postback": "start"}
    assert (said.type, said.text) == ("message", "언제 오나요?")
    assert began.party
    assert said.party
    assert began.party.value == said.party.value == mina.key
    assert (Kind.SCOPED, f"app:{mina.app_user_id}") in began.party.also


async def test_the_answer_to_a_webhook_is_what_the_dealer_wants_to_hear(bizgo: Simulator, home: House) -> None:
    await bizgo.person(home.hook).say("안녕하세요")
    assert json.loads(home.replies[0]) == {"code": "A000", "result": "Success"}


async def test_her_photo_is_fetched_from_kakao(kakao: Simulator, house: House) -> None:
    await kakao.person(house.hook).say("여기 보세요", [PHOTO])
    (media,) = house.facts[-1].media
    assert (media.kind, media.mime, media.name.endswith(".jpg")) == ("image", "image/jpeg", True)
    assert b"".join([part async for part in house.connector.fetch(media)]) == PHOTO.content


async def test_she_presses_a_button_of_ours(kakao: Simulator, house: House) -> None:
    mina = kakao.person(house.hook)
    await mina.press(Bubble("b", False), Button("환불할게요", "refund"))
    assert house.facts[-1].type == "postback"
    assert (house.facts[-1].text, house.facts[-1].data) == ("환불할게요", {"postback": "refund"})


async def test_the_chat_ends_and_her_phone_number_is_proven_by_kakao(kakao: Simulator, house: House) -> None:
    mina = kakao.person(house.hook, number="010-2345-6789")
    await mina.say("네")
    await mina.introduce()
    told = house.facts[-1]
    assert told.type == "consent"
    assert told.party
    assert told.party.name == "미나"
    assert (Kind.PHONE, "+821023456789") in told.party.also
    await mina.do("leave")
    assert (house.facts[-1].type, house.facts[-1].reach) == ("session", "closed")


async def test_blocking_the_channel_is_an_opt_out_and_adding_it_takes_that_back(kakao: Simulator, house: House) -> None:
    mina = kakao.person(house.hook)
    await mina.do("block")
    await mina.do("unblock")
    assert [(one.type, one.reach) for one in house.facts] == [("consent", "blocked"), ("consent", "allowed")]


async def test_what_kakao_forbids_to_keep_is_not_kept(kakao: Simulator, house: House) -> None:
    await kakao.person(house.hook).certify()
    (stored,) = house.deliveries.values()
    assert b"bm90IGZvciB1cw==" not in stored.body
    assert house.facts[-1].type == "consent"


async def test_a_kind_nobody_knows_is_kept(kakao: Simulator, house: House) -> None:
    await kakao.person(house.hook).other("thumbs_up", {"session_id": "1"})
    assert (house.facts[-1].type, house.facts[-1].data) == ("message", {"unsupported": "thumbs_up"})


async def test_a_webhook_that_comes_twice_counts_once(bizgo: Simulator, home: House) -> None:
    mina = bizgo.person(home.hook)
    await mina.say("네")
    await mina.say("네")  # the same word again is another message
    kind, body = bizgo.posted[-1]
    await bizgo.post(f"{home.hook}/{bizgo.hook_secret}/cstalk/{kind}", body, {"content-type": "application/json"})
    assert [one.text for one in home.facts if one.type == "message"] == ["네", "네"]


def request(path: str = "/hooks/yard", remote: str = "203.0.113.7", **headers: str) -> Request:
    query = {"secret": path.partition("?secret=")[2]} if "?" in path else {}
    return Request("POST", path.partition("?")[0], headers, b"{}", query, remote)


@pytest.mark.parametrize("place", ["/hooks/yard/{}", "/hooks/yard/{}/cstalk/message", "/hooks/yard?secret={}"])
def test_the_secret_stands_in_the_path_or_the_query(place: str) -> None:
    kakao = Simulator()
    made = channel({**kakao.form(), "api_url": ""})
    assert made.verify(request(place.format(kakao.hook_secret))).status == 200
    for wrong in ("", "x", kakao.hook_secret[:-1], "비밀"):
        with pytest.raises(Forged):
            made.verify(request(place.format(wrong)))


def test_only_the_addresses_of_the_dealer() -> None:
    kakao = Simulator()
    made = channel({**kakao.form(), "api_url": "", "source_ips": "203.0.113.0/24\n2001:db8::/32"})
    path = f"/hooks/yard/{kakao.hook_secret}"
    for good in ("203.0.113.9", "::ffff:203.0.113.9", "2001:db8::7"):
        made.verify(request(path, good))
    for bad in ("203.0.114.9", "", "nonsense", "2001:db9::7"):
        with pytest.raises(Forged):
            made.verify(request(path, bad))


def test_kakaos_own_callback_needs_the_admin_key_and_the_hook_secret_does_not_replace_it() -> None:
    kakao = Simulator()
    form = {**kakao.form(), "api_url": ""}
    good = {"authorization": f"KakaoAK {kakao.admin_key}"}
    channel(form).verify(request(**good))
    for bad in ({"authorization": "KakaoAK "}, {"authorization": "KakaoAK nope"}):
        with pytest.raises(Forged):
            channel(form).verify(request(f"/hooks/yard/{kakao.hook_secret}", **bad))
    with pytest.raises(Forged):  # nobody has given one: an empty key proves nothing
        channel(form | {"admin_key": ""}).verify(request(authorization="KakaoAK "))


@pytest.mark.parametrize(
    ("extra", "code", "data"),
    [
        ("", "", {}),
        ("MDG-7k2m9qwxyz", "7K2M9QWXYZ", {}),
        ("교환/반품", "", {"topic": "교환/반품"}),
        ("order_number=17&product_number=P 88", "", {"orders": ["17"], "topic": "P 88"}),
        ('[{"order_number": 17, "parcel_number": "60"}]', "", {"orders": ["17"], "topic": "60"}),
        ("utm=1&x=2", "", {"topic": "utm=1&x=2"}),
        ("{broken", "", {"topic": "{broken"}),
        ("order_number=1 MDG-7K2M9QWXYZ", "7K2M9QWXYZ", {"orders": ["1"]}),
    ],
)
def test_what_a_link_brings_along(extra: str, code: str, data: dict[str, Any]) -> None:
    assert read(extra) == (code, data)


def test_a_code_in_her_words_is_cut_out() -> None:
    assert code_in("안녕 MDG-7K2M9QWXYZ 이어서") == ("7K2M9QWXYZ", "안녕 이어서")
    assert code_in("MDG-TOOSHORT") == ("", "MDG-TOOSHORT")


async def test_the_link_of_the_house_comes_back_with_its_code(kakao: Simulator, house: House) -> None:
    link = house.connector.link("7K2M9QWXYZ")
    assert link == "https://bizmessage.kakao.com/chat/open/@haneul?extra=MDG-7K2M9QWXYZ&bot=false"
    await kakao.person(house.hook, extra="MDG-7K2M9QWXYZ").begin()
    assert house.facts[-1].carry == "7K2M9QWXYZ"


def facts(house: House, kind: str) -> list[Inbound]:
    return [one for one in house.facts if one.type == kind]


async def test_she_has_read_up_to_now(bizgo: Simulator, home: House) -> None:
    mina = bizgo.person(home.hook)
    await mina.say("네")
    await mina.do("read")
    (seen,) = facts(home, "receipt")
    assert (seen.state, seen.about) == ("read", "")
    assert seen.party
    assert seen.party.value == mina.key


def test_a_file_address_with_a_hostile_name_is_only_a_name() -> None:
    made = channel({**Simulator().form(), "api_url": ""})
    body = {
        "user_key": "u",
        "serial_number": 1,
        "type": "file",
        "contents": [{"url": "http://k/..%2F..%2Fetc%2Fpasswd.x"}],
    }
    (fact,) = made.parse(Delivery("k", "", json.dumps(body).encode()))
    assert fact.media == (
        Media("file", "passwd.x", "application/octet-stream", ref="http://k/..%2F..%2Fetc%2Fpasswd.x"),
    )
