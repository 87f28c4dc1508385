"""Who may tell us anything, and how a batch of several people is taken apart."""

from __future__ import annotations

from pathlib import Path

import pytest

from madang.channels.connector import Config, Forged, Request
from madang.connectors.instagram.connector import Instagram
from madang.lib.meta.signing import sign

FIXTURES = Path(__file__).parent.parent / "fixtures"
SECRETS = {"app_secret": "app secret", "verify_token": "ours"}


def channel(account: str = "17841405822304914") -> Instagram:
    return Instagram(Config(7, "k", "Account", {"account_id": account}, SECRETS))


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


def test_what_the_account_wrote_lies_in_the_lane_of_her_who_reads_it() -> None:
    (part,) = channel().split(post((FIXTURES / "echo.json").read_bytes(), ""))
    assert part.sender == "9988776655400000"


def test_another_account_of_the_app_is_not_ours() -> None:
    body = (FIXTURES / "text.json").read_bytes()
    (part,) = channel().split(post(body, ""))
    assert channel("999").parse(part) == []
    assert len(channel("").parse(part)) == 1


def test_a_comment_lies_in_the_lane_of_her_who_wrote_it_however_it_is_written() -> None:
    for name in ("comment", "comment_by_instagram_login"):
        (part,) = channel().split(post((FIXTURES / f"{name}.json").read_bytes(), ""))
        assert part.sender == "9988776655400000"
        (fact,) = channel().parse(part)
        assert fact.data["comment"] == {"post": "17918195224117851", "url": ""}
