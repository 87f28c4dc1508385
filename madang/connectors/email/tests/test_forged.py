"""Who a mail claims to be from proves nothing (T11), and no mail makes two machines talk for ever."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from madang.channels.connector import Delivery, Inbound, Kind, Malformed
from madang.connectors.email.connector import Email
from madang.connectors.email.flood import MOST, Floods
from madang.connectors.email.tests.conftest import ADDRESS, KEY, config
from madang.lib.mail.reply_token import message_id, reply_address

RECEIVED = datetime(2026, 11, 21, 12, tzinfo=UTC)
OURS = message_id(KEY, "haneul.example", 42, 7)
GUESSED = message_id(b"not our key", "haneul.example", 42, 7)


def facts(*fields: str, body: str = "hi") -> Sequence[Inbound]:
    given = {field.split(":")[0].lower() for field in fields}
    usual = ["From: Mia <mia@thorne.example>", f"To: {ADDRESS}", "Message-ID: <a@thorne.example>"]
    header = [*fields, *(field for field in usual if field.split(":")[0].lower() not in given)]
    raw = ("\r\n".join(header) + "\r\n\r\n" + body).encode()
    return Email(config(None)).parse(Delivery("k", "", raw, {"received": RECEIVED.isoformat()}))


def fact(*fields: str, body: str = "hi") -> Inbound:
    (one,) = facts(*fields, body=body)
    return one


@pytest.mark.parametrize(
    ("fields", "proven"),
    [
        ((f"To: {reply_address(KEY, ADDRESS, 42)}",), 42),
        ((f"To: {reply_address(KEY, ADDRESS, 42).upper()}",), 42),
        ((f"Cc: x@y.example, {reply_address(KEY, ADDRESS, 42)}",), 42),
        ((f"Delivered-To: {reply_address(KEY, ADDRESS, 42)}",), 42),
        ((f"In-Reply-To: {OURS}",), 42),
        ((f"References: <x@y> {OURS} <z@y>",), 42),
        ((f"To: {reply_address(b'not our key', ADDRESS, 42)}",), None),
        (("To: support+c42@haneul.example",), None),
        ((f"To: {reply_address(KEY, ADDRESS, 42).replace('c42', 'c43')}",), None),
        ((f"References: {GUESSED}",), None),
        (("Subject: Re: [#42] case 42",), None),
    ],
)
def test_only_a_signature_of_ours_proves_a_conversation(fields: tuple[str, ...], proven: int | None) -> None:
    assert fact(*fields).conversation == proven


def test_reply_to_never_makes_somebody_else_of_the_sender() -> None:
    party = fact("Reply-To: Ceo <ceo@haneul.example>").party
    assert party is not None
    assert (party.value, party.claims) == ("mia@thorne.example", ((Kind.EMAIL, "ceo@haneul.example"),))


@pytest.mark.parametrize("machine", ["no-reply@shop.example", f"Form <{ADDRESS}>", "noreply+form@shop.example"])
def test_a_form_that_writes_for_a_customer_is_that_customers_mail(machine: str) -> None:
    party = fact(f"From: {machine}", "Reply-To: 미나 <mina@naver.example>").party
    assert party is not None
    assert (party.value, party.name) == ("mina@naver.example", "미나")


def test_a_mail_in_our_own_name_is_nobodys_word_but_a_machines() -> None:
    one = fact(f"From: {ADDRESS}")
    assert one.auto
    assert one.party is not None
    assert one.type == "message"


def test_what_we_sent_is_not_heard_again() -> None:
    assert facts(f"From: {ADDRESS}", f"Message-ID: {OURS}") == []
    assert len(facts(f"Message-ID: {GUESSED}")) == 1


def test_a_mail_that_passed_through_us_is_a_machines() -> None:
    assert fact(f"X-Loop: <{ADDRESS}>").auto
    assert fact(f"X-Loop: {reply_address(KEY, ADDRESS, 1)}").auto
    assert not fact("X-Loop: somebody@else.example").auto


REPORT = (
    "--B\r\n\r\nsorry\r\n--B\r\nContent-Type: message/delivery-status\r\n\r\nFinal-Recipient: rfc822; m@n.example\r\n"
    "Action: failed\r\nStatus: 5.1.1\r\n--B\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: {}\r\n--B--\r\n"
)


def test_a_report_fails_only_a_message_that_is_truly_ours() -> None:
    kind = "Content-Type: multipart/report; report-type=delivery-status; boundary=B"
    receipt = fact("From: mailer-daemon@x.example", kind, body=REPORT.format(OURS))
    assert (receipt.type, receipt.about, receipt.state) == ("receipt", OURS, "failed")
    other = fact("From: mailer-daemon@x.example", kind, body=REPORT.format(GUESSED))
    assert (other.type, other.auto) == ("message", True)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Sat, 21 Nov 2026 11:00:00 +0000", RECEIVED - timedelta(hours=1)),
        ("Sat, 21 Nov 2026 20:30:00 +0900", RECEIVED - timedelta(minutes=30)),
        ("Sat, 21 Nov 2099 11:00:00 +0000", RECEIVED),
        ("Sat, 21 Nov 1999 11:00:00 +0000", RECEIVED),
        ("yesterday", RECEIVED),
    ],
)
def test_a_clock_that_cannot_be_right_is_not_believed(written: str, meant: datetime) -> None:
    assert fact(f"Date: {written}").at == meant


@pytest.mark.parametrize("sender", ["From: somebody", "From:", "From: <>", "From: a@", "From: @b.example"])
def test_a_sender_without_an_address_is_quarantined(sender: str) -> None:
    with pytest.raises(Malformed):
        facts(sender)


def test_a_flood_is_counted_by_sender_and_time() -> None:
    floods = Floods()
    quick = [floods.too_many("a@x", RECEIVED + timedelta(seconds=number)) for number in range(MOST + 1)]
    assert quick == [False] * MOST + [True]
    assert not floods.too_many("b@x", RECEIVED)
    slow = [floods.too_many("c@x", RECEIVED + timedelta(hours=number)) for number in range(MOST * 2)]
    assert not any(slow)
    assert not any(floods.too_many("", RECEIVED) for _ in range(MOST * 2))
