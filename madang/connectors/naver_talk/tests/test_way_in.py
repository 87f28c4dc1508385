"""What customers do in TalkTalk, as the house hears it."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from madang.channels.connector import Button, Config, Delivery, Forged, Inbound, Kind, Malformed, Media, Request
from madang.channels.playing import Shown
from madang.connectors.naver_talk.connector import NaverTalk
from madang.connectors.naver_talk.setup import NETWORKS
from madang.connectors.naver_talk.simulator import Simulator, User
from madang.connectors.naver_talk.tests.conftest import House, answer

ME = "al-2eGuGr5WQOnco1_V-FQ"


def bound(networks: tuple[str, ...] = NETWORKS, secret: str = "") -> NaverTalk:
    hidden = {"hook_secret": secret} if secret else {}
    return NaverTalk(Config(1, "k", "n", {"networks": list(networks)}, hidden))


def posted(remote: str = "211.249.40.7", body: bytes = b"{}", **query: str) -> Request:
    return Request("POST", "/hooks/talk", {}, body, query, remote)


def meaning(event: object) -> list[Inbound]:
    talk = bound()
    some = talk.split(posted(body=json.dumps(event).encode()))
    return [fact for one in some for fact in talk.parse(one)]


@pytest.mark.parametrize("remote", ["211.249.40.1", "211.249.68.30", "220.230.168.9", "::ffff:220.230.168.9"])
def test_naver_is_believed_at_once(remote: str) -> None:
    reply = bound().verify(posted(remote))
    assert (reply.status, json.loads(reply.body)) == (200, {"success": True})


@pytest.mark.parametrize("remote", ["", "211.249.40.33", "127.0.0.1", "::1", "unknown", "203.0.113.7", "10.0.0.1"])
def test_nobody_else_is_believed(remote: str) -> None:
    with pytest.raises(Forged):
        bound().verify(posted(remote))


def test_a_forwarded_header_proves_nothing() -> None:
    request = replace(posted("203.0.113.7"), headers={"x-forwarded-for": "211.249.40.7", "x-real-ip": "211.249.40.7"})
    with pytest.raises(Forged):
        bound().verify(request)


def test_a_secret_is_asked_for_beside_the_network() -> None:
    both = bound(secret="of the address")
    assert both.verify(posted(s="of the address")).status == 200
    for wrong in (posted(), posted(s="wrong"), posted(s="틀림"), posted("203.0.113.7", s="of the address")):
        with pytest.raises(Forged):
            both.verify(wrong)


def test_a_secret_alone_does_where_no_networks_are_given_and_nothing_at_all_does_not() -> None:
    assert bound((), "of the address").verify(posted("203.0.113.7", s="of the address")).status == 200
    with pytest.raises(Forged):
        bound(()).verify(posted())


def test_other_methods_are_turned_away() -> None:
    assert (bound().verify(replace(posted(), method="GET"))).status == 405


def test_saying_the_same_twice_is_saying_it_twice() -> None:
    request = posted(body=json.dumps({"event": "send", "user": ME, "textContent": {"text": "네"}}).encode())
    first, second = bound().split(request), bound().split(request)
    assert first[0].key != second[0].key
    assert first[0].sender == second[0].sender == ME  # one lane: in order


def test_a_message_has_the_time_it_came_in_however_often_it_is_read() -> None:
    (one,) = bound().split(posted(body=b'{"event":"send","user":"u","textContent":{"text":"hi"}}'))
    assert bound().parse(one) == bound().parse(one)
    (fact,) = bound().parse(one)
    assert (fact.id, fact.at.isoformat()) == (one.key, one.meta["at"])


async def test_she_writes_and_sends_a_picture(naver: Simulator, talk: NaverTalk, house: House, mina: User) -> None:
    await mina.say("이 담요 있나요?", [Shown("담요.png", "image/png", b"\x89PNG pixels")])
    words, picture = house.facts
    assert (words.type, words.text) == ("message", "이 담요 있나요?")
    assert words.party is not None
    assert (words.party.kind, words.party.value) == (Kind.SCOPED, mina.id)
    (file,) = picture.media
    assert b"".join([part async for part in talk.fetch(file)]) == b"\x89PNG pixels"
    assert set(house.replies) == {b'{"success":true}'}


async def test_only_pictures_of_the_web_are_fetched(talk: NaverTalk) -> None:
    for ref in ("file:///etc/passwd", "ftp://x/y", ""):
        with pytest.raises(Exception, match="no address"):
            _ = [part async for part in talk.fetch(Media("image", "x", "image/png", ref=ref))]


async def test_a_pressed_button_brings_its_value(talk: NaverTalk, house: House, mina: User) -> None:
    await talk.send(answer(mina, "어떻게 할까요?", buttons=(Button("교환", "exchange:7"), Button("환불", "refund:7"))))
    await mina.press(mina.bubbles[-1], mina.bubbles[-1].buttons[1])
    (fact,) = house.facts
    assert (fact.type, fact.text, fact.data["postback"]) == ("postback", "환불", "refund:7")


async def test_a_link_of_ours_carries_her_over(naver: Simulator, talk: NaverTalk, house: House) -> None:
    address = talk.link("K7Q2M9XWP4")
    assert address == "https://talk.naver.com/ct/w4hanl?from=MDG-K7Q2M9XWP4"
    mina = naver.person(house.hook)
    await mina.open(source=address.partition("from=")[2])
    await mina.open("https://smartstore.naver.com/haneul/products/7", "product-7")
    carried, shop = house.facts
    assert (carried.type, carried.reach, carried.carry, carried.data) == ("session", "open", "K7Q2M9XWP4", {})
    assert (shop.carry, shop.data["topic"]) == ("", "product-7")
    assert shop.data["page"]["url"] == "https://smartstore.naver.com/haneul/products/7"


def test_the_code_may_come_in_her_words_and_is_not_shown() -> None:
    (fact,) = meaning({"event": "send", "user": ME, "textContent": {"text": "이어서 할게요 [MDG-K7Q2M9XWP4]"}})
    assert (fact.text, fact.carry) == ("이어서 할게요", "K7Q2M9XWP4")


@pytest.mark.parametrize("source", ["MDG-short", "mdg-K7Q2M9XWP4", "x MDG-K7Q2M9XWP4", 7, None])
def test_what_is_no_code_carries_nobody(source: object) -> None:
    (fact,) = meaning({"event": "open", "user": ME, "options": {"inflow": "button", "from": source}})
    assert fact.carry == ""


def test_a_channel_without_an_account_id_has_no_link() -> None:
    assert bound().link("K7Q2M9XWP4") == ""


async def test_leaving_ends_the_session_and_bars_nothing(talk: NaverTalk, house: House, mina: User) -> None:
    await mina.do("leave")
    assert [(one.type, one.reach) for one in house.facts] == [("session", "closed")]
    await talk.send(answer(mina))  # Naver: a new message opens the room again
    assert mina.left is False


async def test_friendship_is_about_mass_mail_alone(house: House, mina: User) -> None:
    await mina.befriend(False)
    (fact,) = house.facts
    assert (fact.type, fact.reach, fact.data) == ("consent", None, {"marketing": False})


async def test_what_we_say_does_not_come_back_as_news(
    naver: Simulator, talk: NaverTalk, house: House, mina: User
) -> None:
    naver.echoes = True
    await talk.send(answer(mina))
    assert (len(house.calls), house.facts) == (2, [])  # the opening, and the echo


async def test_an_answer_from_the_partner_centre_is_an_echo(house: House, mina: User) -> None:
    await mina.agent_says("바로 확인할게요", "하늘지기")
    (fact,) = house.facts
    assert (fact.type, fact.text, fact.data["author"]) == ("echo", "바로 확인할게요", "하늘지기")
    await mina.say("감사합니다")
    assert house.facts[-1].data == {"_standby": True}


def test_a_number_naver_has_checked_is_proven_and_a_refusal_says_nothing() -> None:
    (fact,) = meaning({"event": "profile", "user": ME, "options": {"cellphone": "010-1234-1234", "result": "SUCCESS"}})
    assert fact.party is not None
    assert fact.party.also == ((Kind.PHONE, "+821012341234"),)
    for odd in ({"cellphone": "01012341234", "result": "CANCEL"}, {"cellphone": "02-123-4567", "result": "SUCCESS"}):
        assert meaning({"event": "profile", "user": ME, "options": odd}) == []


@pytest.mark.parametrize(
    ("event", "name"),
    [
        ({"event": "reservation"}, "reservation"),
        ({"event": "send", "voiceContent": {}}, "voice"),
        ({"event": "send"}, "send"),
        ({"event": "send", "textContent": []}, "text"),
        ({"event": "send", "textContent": {"inputType": "hologram"}}, "hologram"),
        ({"event": "send", "imageContent": {"imageId": "x"}}, "image"),
    ],
)
def test_what_is_new_is_kept(event: dict[str, object], name: str) -> None:
    (fact,) = meaning({"user": ME, **event})
    assert (fact.type, fact.text, fact.data) == ("message", "", {"unsupported": name})


@pytest.mark.parametrize("user", [None, "", 7, "x" * 257, "a\nb", ["u"]])
def test_an_event_without_anybody_says_nothing(user: object) -> None:
    assert meaning({"event": "send", "user": user, "textContent": {"text": "hi"}}) == []


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"7", b"{}", b'{"event": 7}', b"\xff"])
def test_what_is_no_event_is_malformed(body: bytes) -> None:
    with pytest.raises(Malformed):
        bound().split(posted(body=body))
    with pytest.raises(Malformed):
        bound().parse(Delivery("k", "", body))


@pytest.mark.parametrize("kind", ["send", "open", "leave", "friend", "echo", "profile", "handover", "action", "x"])
def test_no_value_of_any_field_breaks_it(kind: str) -> None:
    for name in ("options", "textContent", "imageContent", "compositeContent", "standby"):
        for value in (None, 7, "x", [], [1], {}, {"text": 7}, {"compositeList": [1, {"title": 7}]}):
            assert len(meaning({"event": kind, "user": ME, "echoedEvent": "send", name: value})) <= 1
