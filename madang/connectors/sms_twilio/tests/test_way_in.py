"""What Twilio posts: proven by its own validator, taken once, understood."""

from __future__ import annotations

import base64
from dataclasses import replace
from urllib.parse import parse_qsl, urlencode

import pytest
from twilio.request_validator import RequestValidator

from madang.channels.connector import Config, Forged, Malformed, Media, Request, SendError
from madang.channels.playing import Shown
from madang.connectors.sms_twilio.connector import Twilio
from madang.connectors.sms_twilio.simulator import SID, Simulator
from madang.connectors.sms_twilio.tests.conftest import HOOK, HOST

MINA = "+821012345678"
FORM = {"MessageSid": "SM1", "From": MINA, "To": "+15005550006", "Body": "안녕 & hi", "SmsStatus": "received"}


def request(body: bytes, signature: str, query: dict[str, str] | None = None) -> Request:
    return Request("POST", "/hooks/yard", {"x-twilio-signature": signature}, body, query or {})


def signed(token: str, form: dict[str, str], url: str = HOOK) -> Request:
    """Signed by Twilio's own package."""
    return request(urlencode(form).encode(), RequestValidator(token).compute_signature(url, form))


def test_what_the_official_package_signs_is_taken(twilio: Simulator, sms: Twilio) -> None:
    reply = sms.verify(signed(twilio.token, FORM))
    assert reply.body.endswith(b"<Response></Response>")  # anything else would be texted to the customer
    assert reply.mime.startswith("text/xml")
    (delivery,) = sms.split(signed(twilio.token, FORM))
    assert (delivery.key, delivery.sender) == ("SM1", MINA)


@pytest.mark.parametrize("url", [f"{HOST}:443/hooks/yard", HOOK])
def test_the_usual_port_may_stand_in_the_address(twilio: Simulator, sms: Twilio, url: str) -> None:
    sms.verify(signed(twilio.token, FORM, url))


@pytest.mark.parametrize("host", ["desk.internal:8000", "desk.internal"])
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_behind_a_proxy_the_address_that_was_called_counts_too(
    twilio: Simulator, sms: Twilio, scheme: str, host: str
) -> None:
    good = signed(twilio.token, FORM, f"{scheme}://{host}/hooks/yard")
    sms.verify(replace(good, headers=dict(good.headers) | {"host": host}))
    with pytest.raises(Forged):
        sms.verify(replace(good, headers=dict(good.headers) | {"host": "other.example"}))


def test_a_query_is_part_of_what_is_signed(twilio: Simulator, sms: Twilio) -> None:
    good = signed(twilio.token, FORM, f"{HOOK}?shop=%ED%95%98%EB%8A%98")
    sms.verify(request(good.body, good.headers["x-twilio-signature"], {"shop": "하늘"}))
    with pytest.raises(Forged):
        sms.verify(request(good.body, good.headers["x-twilio-signature"]))


def test_a_forgery_is_refused(twilio: Simulator, sms: Twilio) -> None:
    good = signed(twilio.token, FORM)
    bad = [
        signed("another token", FORM),
        signed(twilio.token, FORM, "https://other.example/hooks/yard"),
        request(good.body + b"&Body=hacked", good.headers["x-twilio-signature"]),
        request(b"\xff\xfe", good.headers["x-twilio-signature"]),
        request(good.body, "\u00e9"),
    ]
    for one in bad:
        with pytest.raises(Forged):
            sms.verify(one)


def test_without_a_token_nothing_is_believed() -> None:
    bare = Twilio(Config(7, "yard", "SMS", {}, {}, host=HOST))
    with pytest.raises(Forged):
        bare.verify(signed("", FORM))


async def test_the_simulator_signs_as_twilio_does(twilio: Simulator, sms: Twilio) -> None:
    """The judge is Twilio's own validator."""
    seen: list[Request] = []

    async def post(hook: str, body: bytes, headers: dict[str, str]) -> None:
        seen.append(Request("POST", "/hooks/yard", {n.lower(): v for n, v in headers.items()}, body))

    twilio.post = post  # type: ignore[method-assign, assignment]
    await twilio.person(HOOK).say("반품하고 싶어요 😀")
    (one,) = seen
    fields = dict(parse_qsl(one.body.decode(), keep_blank_values=True))
    assert RequestValidator(twilio.token).validate(HOOK, fields, one.headers["x-twilio-signature"])
    sms.verify(one)


def test_a_repeated_webhook_has_the_same_key_and_each_state_its_own(twilio: Simulator, sms: Twilio) -> None:
    def key(**more: str) -> str:
        return sms.split(signed(twilio.token, FORM | more))[0].key

    assert key() == key()
    assert key(MessageStatus="sent") != key(MessageStatus="delivered")


@pytest.mark.parametrize("body", [b"", b"a=b", b"MessageSid=" + b"x" * 101, b"\xff"])
def test_a_form_without_a_message_is_malformed(sms: Twilio, body: bytes) -> None:
    with pytest.raises(Malformed):
        sms.split(request(body, ""))


async def test_a_picture_of_hers_is_fetched_with_the_keys(twilio: Simulator, sms: Twilio) -> None:
    url = twilio.keep("MM1", Shown("blanket.jpg", "image/jpeg", b"\xff\xd8 pixels"))
    media = Media("image", "ME1", "image/jpeg", ref=url)
    assert b"".join([part async for part in sms.fetch(media)]) == b"\xff\xd8 pixels"


async def test_the_keys_go_nowhere_else(sms: Twilio) -> None:
    other = Simulator()
    await other.start()
    with pytest.raises(SendError) as failed:  # it refuses, being another account
        async for _ in sms.fetch(Media("image", "x", "image/jpeg", ref=f"{other.url}/2010-04-01/ME1")):
            pass
    await other.stop()
    assert failed.value.why == "invalid"
    assert ["authorization" in asked.headers for asked in other.calls] == [False]


def test_the_account_is_the_one_we_were_told(twilio: Simulator, sms: Twilio) -> None:
    header = sms._auth()["authorization"]
    assert base64.b64decode(header.removeprefix("Basic ")).decode() == f"{SID}:{twilio.token}"
