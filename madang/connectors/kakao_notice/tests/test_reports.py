"""What became of notices: proven, each once, in the dealer's words."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from madang.channels.connector import Forged, Inbound, Request
from madang.channels.playing import Undelivered
from madang.connectors.kakao_notice.connector import KakaoNotice
from madang.connectors.kakao_notice.simulator import HOOK_SECRET, WEBHOOK_SECRET, Phone, Simulator
from madang.connectors.kakao_notice.tests.conftest import House, channel, notice
from madang.tests import provider_kit

FIXTURES = Path(__file__).parent.parent / "fixtures"
BODY = (FIXTURES / "bizgo_delivered.json").read_bytes()


@pytest.fixture
async def house(notices: KakaoNotice, dealer: Simulator) -> AsyncIterator[House]:
    async with provider_kit.started(House(notices)) as made:
        dealer.person(made.hook)
        yield made


async def test_a_notice_that_arrived_is_reported_under_its_name(
    notices: KakaoNotice, dealer: Simulator, house: House
) -> None:
    sent = await notices.send(notice())
    await dealer.settled()
    (fact,) = house.facts
    assert (fact.type, fact.state, fact.text) == ("receipt", "delivered", "")
    assert fact.about in (sent.id, *sent.aliases)


async def test_who_has_no_kakaotalk_is_reported_in_words(notices: KakaoNotice, dealer: Simulator, house: House) -> None:
    await notices.send(notice(phone="+821099998888"))
    await dealer.settled()
    (fact,) = house.facts
    assert fact.state == "failed"
    assert "카카오톡" in fact.text
    assert dealer.dealer.capitalize() in fact.text  # and the code, to ask the dealer about


async def test_a_report_that_comes_five_times_counts_once(
    notices: KakaoNotice, dealer: Simulator, house: House
) -> None:
    dealer.repeats = 5
    await notices.send(notice())
    await dealer.settled()
    assert len(house.calls) == 5
    assert len(house.facts) == 1


async def test_a_forged_report_is_refused(notices: KakaoNotice, dealer: Simulator, house: House) -> None:
    dealer.hook = dealer.hook.replace(HOOK_SECRET, "guessed")
    await notices.send(notice())
    with pytest.raises(Undelivered, match="403"):
        await dealer.settled()
    assert house.facts == []


def request(query: dict[str, str], **headers: str) -> Request:
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    return Request("POST", "/hooks/notices", given, BODY, query)


def signed(stamp: str, key: str = WEBHOOK_SECRET) -> bytes:
    return hmac.new(key.encode(), stamp.encode(), hashlib.sha256).digest()


@pytest.mark.parametrize("query", [{}, {"s": ""}, {"s": "wrong"}, {"s": HOOK_SECRET + "x"}, {"s": "틀림"}])
def test_without_the_secret_of_the_address_nothing_is_believed(query: dict[str, str]) -> None:
    with pytest.raises(Forged):
        channel(Simulator("solapi").form()).verify(request(query))


def test_a_channel_without_a_secret_believes_nobody() -> None:
    form = Simulator("solapi").form()
    notices = channel(form)
    bare = KakaoNotice(type(notices.config)(1, "k", "n", notices.config.settings, {}))
    with pytest.raises(Forged):
        bare.verify(request({"s": ""}))


def test_bizgos_signature_is_asked_for_where_there_is_a_secret() -> None:
    notices, stamp, proof = channel(Simulator("bizgo").form()), str(int(time.time() * 1000)), {"s": HOOK_SECRET}
    with pytest.raises(Forged, match="Timestamp"):
        notices.verify(request(proof))
    with pytest.raises(Forged, match="Signature"):
        notices.verify(request(proof, x_ib_timestamp=stamp))
    with pytest.raises(Forged, match="Signature"):
        notices.verify(request(proof, x_ib_timestamp=stamp, x_ib_signature=signed(stamp, "other").hex()))
    with pytest.raises(Forged):  # the signature alone is not enough: it says nothing of the words
        notices.verify(request({}, x_ib_timestamp=stamp, x_ib_signature=signed(stamp).hex()))
    for written in (signed(stamp).hex(), signed(stamp).hex().upper(), base64.b64encode(signed(stamp)).decode()):
        reply = notices.verify(request(proof, x_ib_timestamp=stamp, x_ib_signature=written))
        assert json.loads(reply.body) == {"msgKey": "1tDVL7sDJB0001001"}


@pytest.mark.parametrize("minutes", [-6, 6])
def test_an_old_signature_is_refused(minutes: int) -> None:
    stamp = str(int((time.time() + 60 * minutes) * 1000))
    with pytest.raises(Forged, match="clock"):
        channel(Simulator("bizgo").form()).verify(
            request({"s": HOOK_SECRET}, x_ib_timestamp=stamp, x_ib_signature=signed(stamp).hex())
        )


@pytest.mark.parametrize("stamp", ["", "²", "soon", "9" * 17, "-1"])
def test_a_strange_time_is_refused(stamp: str) -> None:
    with pytest.raises(Forged):
        channel(Simulator("bizgo").form()).verify(
            request({"s": HOOK_SECRET}, x_ib_timestamp=stamp, x_ib_signature="00")
        )


def test_other_methods_are_turned_away() -> None:
    reply = channel(Simulator().form()).verify(Request("GET", "/hooks/x", {}, b""))
    assert (reply.status, reply.store) == (405, False)


def test_many_reports_of_one_call_stand_alone(notices: KakaoNotice) -> None:
    body = (FIXTURES / "solapi_several.json").read_bytes()
    first = notices.split(Request("POST", "/", {}, body))
    again = notices.split(Request("POST", "/", {}, body.replace(b'"retryCount": 0', b'"retryCount": 3')))
    assert len({one.key for one in first}) == 2
    assert [one.key for one in first] == [one.key for one in again]
    assert [fact.state for one in first for fact in notices.parse(one)] == ["sent", "delivered"]


def test_while_the_dealer_writes_a_text_message_kakaos_failure_is_not_the_end() -> None:
    form = Simulator("bizgo").form() | {"dealer_sms": "on", "sender_number": "0212345678"}
    notices = channel(form)
    failed = json.loads((FIXTURES / "bizgo_failed.json").read_bytes())
    assert meaning(notices, failed) == []
    assert [one.state for one in meaning(notices, failed | {"serviceType": "SMS"})] == ["failed"]
    assert [one.state for one in meaning(channel(Simulator("bizgo").form()), failed)] == ["failed"]


def meaning(notices: KakaoNotice, report: object) -> list[Inbound]:
    some = notices.split(Request("POST", "/", {}, json.dumps(report).encode()))
    return [fact for one in some for fact in notices.parse(one)]


@pytest.mark.parametrize(
    "odd",
    [[], [1], [None], [[]], [{}], [{"data": 1}], [{"data": {"messageId": 5}}], {}, {"msgKey": 5}, {"msgKey": "\0"}],
)
def test_odd_reports_say_nothing(odd: object) -> None:
    assert meaning(channel(Simulator().form()), odd) == []


async def test_nobody_answers_a_notice(mina: Phone) -> None:
    with pytest.raises(NotImplementedError):
        await mina.say("고마워요")
    with pytest.raises(NotImplementedError):
        await mina.do("react")
