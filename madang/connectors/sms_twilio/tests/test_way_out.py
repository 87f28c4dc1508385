"""Answers by Twilio: handed over once, honest about what went wrong, and what became of them."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from madang.channels.connector import Button, Kind, Media, Outbound, Party, Price, Request, SendError
from madang.channels.fit import fitted
from madang.channels.playing import Mood
from madang.connectors.sms_twilio.connector import Twilio
from madang.connectors.sms_twilio.simulator import SID, Simulator
from madang.connectors.sms_twilio.tests.conftest import HOOK, channel
from madang.tests import provider_kit

MINA = "+821012345678"
ANSWER = Outbound("k1", Party(Kind.PHONE, MINA, "미나"), "내일 도착해요 😊", 12, 34)
PICTURE = Media("image", "담요.jpg", "image/jpeg", size=9)


def link(media: Media) -> str:
    return f"https://desk.haneul.example/f/{media.name}"


async def test_an_answer_reaches_her_phone(twilio: Simulator, sms: Twilio) -> None:
    phone = twilio.person(HOOK, number=MINA)
    sent = await sms.send(ANSWER)
    bubble = await phone.sees("내일 도착해요 😊")
    assert bubble.id == sent.id
    assert twilio.calls[-1].form()["StatusCallback"] == HOOK


async def test_what_becomes_of_it_comes_back_signed(twilio: Simulator, sms: Twilio) -> None:
    seen: asyncio.Queue[Request] = asyncio.Queue()

    async def post(hook: str, body: bytes, headers: dict[str, str]) -> None:
        seen.put_nowait(Request("POST", "/hooks/yard", headers, body))

    twilio.post = post  # type: ignore[method-assign, assignment]
    twilio.states, twilio.failure = ("queued", "sent", "undelivered"), "30006"
    sent = await sms.send(ANSWER)
    facts = []
    async with asyncio.timeout(5):
        for _ in twilio.states:
            request = await seen.get()
            sms.verify(request)
            facts += [fact for one in sms.split(request) for fact in sms.parse(one)]
    assert [(fact.about, fact.state) for fact in facts] == [(sent.id, "sent"), (sent.id, "failed")]
    assert "landline" in facts[-1].text


async def test_who_has_said_stop_is_not_written_to(twilio: Simulator, sms: Twilio) -> None:
    twilio.stopped.add(MINA)
    with pytest.raises(SendError, match="opted out") as failed:
        await sms.send(ANSWER)
    assert failed.value.why == "blocked"


async def test_a_failure_says_what_to_do_about_it(twilio: Simulator, sms: Twilio) -> None:
    moods: tuple[Mood, ...] = (429, 401, 500, 503, 400, 404, "drop")
    failed = await provider_kit.refused(twilio, lambda: sms.send(ANSWER), *moods, retry_after="7")
    wanted = {429: "rate", 401: "auth", 500: "down", 503: "down", 400: "invalid", 404: "auth", "drop": "unsure"}
    assert provider_kit.whys(failed) == wanted
    assert failed[429].retry == timedelta(seconds=7)


@pytest.mark.parametrize(
    ("code", "why"),
    [(21612, "policy"), (21609, "policy"), (21408, "policy"), (63016, "window"), (63018, "rate"), (30002, "auth")],
)
async def test_each_code_of_twilio_has_its_policy(twilio: Simulator, sms: Twilio, code: int, why: str) -> None:
    twilio.error = lambda status: {"code": code, "message": "no", "status": status}  # type: ignore[method-assign]
    twilio.will(400)
    with pytest.raises(SendError) as failed:
        await sms.send(ANSWER)
    assert failed.value.why == why
    assert failed.value.detail


async def test_a_number_that_is_none_is_invalid(sms: Twilio) -> None:
    with pytest.raises(SendError) as failed:
        await sms.send(replace(ANSWER, to=Party(Kind.PHONE, "1234")))
    assert failed.value.why == "invalid"


async def test_silence_leaves_it_unsure(twilio: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("madang.channels.calling.Caller.__init__.__kwdefaults__", {"judge": None, "timeout": 0.2})
    quick = channel(twilio.form())
    twilio.will("silence")
    with pytest.raises(SendError) as failed:
        await quick.send(ANSWER)
    assert failed.value.why == "unsure"
    await quick.close()


def test_files_go_as_links_where_the_number_sends_no_mms(sms: Twilio) -> None:
    out = replace(ANSWER, media=(PICTURE,), buttons=(Button("네"), Button("아니요")))
    (part,) = fitted(sms, out, link)
    assert part.media == ()
    assert part.text == "내일 도착해요 😊\n1. 네\n2. 아니요\n담요.jpg: https://desk.haneul.example/f/담요.jpg"


async def test_files_go_as_mms_where_it_does(twilio: Simulator) -> None:
    sms = channel(twilio.form() | {"mms": "on", "price_mms": "0.02", "price_sms": "0.0079"})
    (part,) = fitted(sms, replace(ANSWER, media=(PICTURE,)), link)
    phone = twilio.person(HOOK, number=MINA)
    await sms.send(part)
    (file,) = (await phone.sees("내일")).files
    assert file.url == link(PICTURE)
    assert sms.price(part) == Price(20, "USD")
    await sms.close()


def test_a_text_costs_by_its_parts_on_the_air(twilio: Simulator) -> None:
    sms = channel(twilio.form() | {"price_sms": "0.05"})
    assert sms.price(replace(ANSWER, text="a" * 160)) == Price(50, "USD")
    assert sms.price(replace(ANSWER, text="가" * 71)) == Price(100, "USD")
    assert channel(twilio.form()).price(ANSWER) is None


def test_a_link_opens_her_messages_with_the_code(sms: Twilio) -> None:
    assert sms.link("AB12CD34EF") == "sms:+15005550006?&body=%5BMDG-AB12CD34EF%5D"


async def test_a_set_up_that_is_right_is_taken(sms: Twilio) -> None:
    await sms.check()


@pytest.mark.parametrize(
    ("wrong", "field", "words"),
    [
        ({"auth_token": "x"}, "auth_token", "does not accept"),
        ({"sender": "+14155550000"}, "sender", "not one of this"),
        ({"region": "Korea"}, "region", "two letters"),
        ({"price_sms": "viel"}, "price_sms", "no price"),
    ],
)
async def test_what_is_wrong_in_the_set_up_is_said_at_its_field(
    twilio: Simulator, wrong: dict[str, str], field: str, words: str
) -> None:
    told = await provider_kit.blamed(channel(twilio.form() | wrong))
    assert told.field == field
    assert words in str(told)


class Loopback(TwilioHttpClient):  # type: ignore[misc]
    """The official client, pointed at the simulator."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.url = url

    def request(self, method: str, url: str, *rest: Any, **more: Any) -> Any:
        return super().request(method, url.replace("https://api.twilio.com", self.url), *rest, **more)


async def test_the_official_client_is_satisfied_with_the_simulator(twilio: Simulator) -> None:
    client = Client(SID, twilio.token, http_client=Loopback(twilio.url))
    made = await asyncio.to_thread(client.messages.create, to=MINA, from_="+15005550006", body="안녕")
    assert (made.status, made.body, made.account_sid, made.to) == ("queued", "안녕", SID, MINA)
    twilio.stopped.add(MINA)
    with pytest.raises(TwilioRestException) as refused:
        await asyncio.to_thread(client.messages.create, to=MINA, from_="+15005550006", body="안녕")
    assert refused.value.code == 21610


async def test_our_request_is_the_official_clients(twilio: Simulator, sms: Twilio) -> None:
    """Field for field what Twilio's own client sends for the same message."""
    client = Client(SID, twilio.token, http_client=Loopback(twilio.url))
    given = {"to": MINA, "from_": "+15005550006", "body": ANSWER.text, "status_callback": HOOK}
    await asyncio.to_thread(client.messages.create, **given)
    await sms.send(ANSWER)
    theirs, ours = twilio.calls
    assert (ours.method, ours.path, ours.form()) == (theirs.method, theirs.path, theirs.form())
    assert ours.headers["authorization"] == theirs.headers["authorization"]
