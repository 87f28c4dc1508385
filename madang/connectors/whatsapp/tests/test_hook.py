"""Who may tell us anything, and how a batch of several people is taken apart."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from madang.channels.connector import Config, Forged, Request
from madang.connectors.whatsapp.connector import WhatsApp
from madang.lib.meta.signing import sign

FIXTURES = Path(__file__).parent.parent / "fixtures"
SECRETS = {"app_secret": "app secret", "verify_token": "ours"}


def channel(phone_id: str = "106540352242922", **secrets: str) -> WhatsApp:
    return WhatsApp(Config(7, "k", "WhatsApp", {"phone_id": phone_id}, SECRETS | secrets))


def post(body: bytes, header: str | None) -> Request:
    headers = {} if header is None else {"x-hub-signature-256": header}
    return Request("POST", "/hooks/k", headers, body)


def test_a_signed_webhook_is_taken_and_nothing_else() -> None:
    """T10: without, with a wrong, with another's signature."""
    body = (FIXTURES / "text.json").read_bytes()
    good = sign("app secret", body)
    assert channel().verify(post(body, good)).status == 200
    for header in (None, "", "sha256=", good[:-1], good.upper(), good.removeprefix("sha256="), "한글"):
        with pytest.raises(Forged):
            channel().verify(post(body, header))
    with pytest.raises(Forged):
        channel().verify(post(body + b" ", good))
    with pytest.raises(Forged):  # a channel without a secret proves nothing, also not with an empty one
        channel(app_secret="").verify(post(body, sign("", body)))


def test_the_challenge_is_answered_to_who_knows_the_token() -> None:
    asked = {"hub.mode": "subscribe", "hub.challenge": "1158201444", "hub.verify_token": "ours"}
    reply = channel().verify(Request("GET", "/hooks/k", {}, b"", asked))
    assert (reply.body, reply.store, reply.mime) == (b"1158201444", False, "text/plain; charset=utf-8")
    wrong = ({"hub.verify_token": "theirs"}, {"hub.verify_token": ""}, {"hub.mode": "x"}, {"hub.challenge": "a" * 300})
    for change in wrong:
        with pytest.raises(Forged):
            channel().verify(Request("GET", "/hooks/k", {}, b"", asked | change))
    with pytest.raises(Forged):
        channel(verify_token="").verify(Request("GET", "/hooks/k", {}, b"", asked | {"hub.verify_token": ""}))


def test_every_sender_has_a_delivery_with_her_own_contact() -> None:
    request = post((FIXTURES / "two_senders.json").read_bytes(), "")
    parts = channel().split(request)
    assert [part.sender for part in parts] == ["14155550123", "821055550001"]
    facts = [channel().parse(part)[0] for part in parts]
    assert [(one.party.name, one.text) for one in facts if one.party] == [
        ("Mia", "Where is my tent?"),
        ("미나", "담요는요?"),
    ]
    assert b"Mia" not in parts[1].body


def test_what_comes_twice_has_the_same_key_in_whatever_batch() -> None:
    """T22."""
    both = json.loads((FIXTURES / "two_senders.json").read_bytes())
    value = both["entry"][0]["changes"][0]["value"]
    value["messages"] = value["messages"][1:]
    alone = channel().split(post(json.dumps(both).encode(), ""))
    again = channel().split(post((FIXTURES / "two_senders.json").read_bytes(), ""))
    assert alone[0].key == again[1].key != again[0].key


def test_another_number_of_the_account_is_not_ours() -> None:
    body = (FIXTURES / "text.json").read_bytes()
    assert channel("106540352242923").split(post(body, "")) == []
    assert len(channel("").split(post(body, ""))) == 1
    notice = (FIXTURES / "template_rejected.json").read_bytes()
    assert [channel().parse(one) for one in channel().split(post(notice, ""))] == [[]]


def test_a_new_number_lies_in_the_lane_of_what_is_said_from_it() -> None:
    lanes = {"number_changed": "821055550002", "user_id_changed": "MX.0987654321"}
    for name, lane in lanes.items():
        (part,) = channel().split(post((FIXTURES / f"{name}.json").read_bytes(), ""))
        assert part.sender == lane
