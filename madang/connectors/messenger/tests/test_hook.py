"""Who may tell us anything, and how a batch of several people is taken apart."""

from __future__ import annotations

from pathlib import Path

import pytest

from madang.channels.connector import Config, Forged, Request
from madang.connectors.messenger.connector import Messenger
from madang.lib.meta.signing import sign

FIXTURES = Path(__file__).parent.parent / "fixtures"
SECRETS = {"app_secret": "app secret", "verify_token": "ours"}


def channel(page: str = "108123456789012") -> Messenger:
    return Messenger(Config(7, "k", "Page", {"page_id": page}, SECRETS))


def post(body: bytes, header: str | None) -> Request:
    return Request("POST", "/hooks/k", {} if header is None else {"x-hub-signature-256": header}, body)


def test_a_signed_webhook_is_taken_and_nothing_else() -> None:
    """T10: without, with a wrong, with another's signature."""
    body = (FIXTURES / "text.json").read_bytes()
    good = sign("app secret", body)
    assert channel().verify(post(body, good)).store
    for header in (None, "", "sha256=", good[:-1], good.upper(), sign("other", body)):
        with pytest.raises(Forged):
            channel().verify(post(body, header))
    with pytest.raises(Forged):
        channel().verify(post(body.replace(b"1", b"2"), good))


def test_the_challenge_is_answered_to_who_knows_the_token() -> None:
    asked = {"hub.mode": "subscribe", "hub.challenge": "1158201444", "hub.verify_token": "ours"}
    assert channel().verify(Request("GET", "/hooks/k", {}, b"", asked)).body == b"1158201444"
    with pytest.raises(Forged):
        channel().verify(Request("GET", "/hooks/k", {}, b"", asked | {"hub.verify_token": "theirs"}))
    assert channel().verify(Request("PUT", "/hooks/k", {}, b"")).status == 405


def test_every_person_has_a_delivery_of_her_own_and_repeats_have_one_key() -> None:
    """T22."""
    body = (FIXTURES / "two_people.json").read_bytes()
    parts = channel().split(post(body, ""))
    assert [one.sender for one in parts] == ["6543210987600000", "6543210987600001"]
    assert [channel().parse(one)[0].text for one in parts] == ["담요요", "Where is my tent?"]
    later = body.replace(b"1783000000458", b"1783000099999")  # the time of sending differs when Meta repeats
    assert [one.key for one in channel().split(post(later, ""))] == [one.key for one in parts]
    assert parts[0].key != parts[1].key


def test_what_the_page_wrote_lies_in_the_lane_of_her_who_reads_it() -> None:
    (part,) = channel().split(post((FIXTURES / "echo.json").read_bytes(), ""))
    assert part.sender == "6543210987600000"


def test_another_page_of_the_app_is_not_ours() -> None:
    body = (FIXTURES / "text.json").read_bytes()
    (part,) = channel().split(post(body, ""))
    assert channel("999").parse(part) == []
    assert len(channel("").parse(part)) == 1
