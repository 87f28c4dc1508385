"""Reports of failure in every shape mail systems give them."""

from __future__ import annotations

import pytest

from madang.lib.mail import Bounce, parse
from madang.lib.mail.tests.mails import encoded_word, mail

OURS = "<c42.m7.aaaaaaaaaaaaaaaa@haneul.example>"
COPY = f"Return-Path: <support@haneul.example>\r\nMessage-Id: {OURS}\r\nSubject: hi\r\n"
QMAIL = (
    "Hi. This is the qmail-send program at mx.example.\r\nI'm afraid I wasn't able to deliver your message.\r\n\r\n"
    "<mina@naver.example>:\r\nRemote host said: 550 5.1.1 no such user\r\n\r\n--- Below this line is a copy.\r\n\r\n"
    + COPY
)
EXIM = (
    "This message was created automatically by mail delivery software.\r\nThe following address(es) failed:\r\n\r\n"
    "  mina@naver.example\r\n    550 mailbox unknown\r\n\r\n------ This is a copy of the message ------\r\n\r\n" + COPY
)
EXCHANGE = f"Your message\r\n\r\ndid not reach the following recipient(s):\r\n\r\nmina@naver.example\r\n{COPY}"
KOREAN = "아래 주소로 메일을 배달하지 못했습니다.\r\n받는사람: mina@naver.example\r\n사유: 550 5.1.1\r\n\r\n" + COPY


def report(sender: str, subject: str, body: str, *fields: str) -> Bounce | None:
    header = ["Return-Path: <>", f"From: {sender}", "To: support@haneul.example", f"Subject: {subject}", *fields]
    header.append("Content-Type: text/plain; charset=utf-8")
    return parse(("\r\n".join(header) + "\r\n\r\n" + body).encode()).bounce


@pytest.mark.parametrize(
    ("sender", "subject", "body", "status"),
    [
        ("MAILER-DAEMON@mx.example", "failure notice", QMAIL, "5.1.1"),
        ("Mailer-Daemon@mx.example", "Mail delivery failed: returning message to sender", EXIM, "5.0.0"),
        ("postmaster@mx.example", "E", EXCHANGE, None),
        ("postmaster@mx.example", encoded_word("배달되지 않음: 주문").decode(), KOREAN, "5.1.1"),
        ("MAILER-DAEMON@hanmail.example", encoded_word("메일 발송 실패 안내").decode(), KOREAN, "5.1.1"),
    ],
)
def test_words_of_a_mail_system_are_a_bounce(sender: str, subject: str, body: str, status: str | None) -> None:
    assert report(sender, subject, body) == Bounce("mina@naver.example", status, OURS)


@pytest.mark.parametrize("recipients", ["mina@naver.example", "mina@naver.example,\r\n  other@naver.example"])
def test_the_header_names_who_was_not_reached(recipients: str) -> None:
    found = report("mailer-daemon@mx.example", "Mail delivery failed", "sorry", f"X-Failed-Recipients: {recipients}")
    assert found is not None
    assert found.recipient == "mina@naver.example"


@pytest.mark.parametrize(
    ("sender", "subject", "body"),
    [
        ("mia@thorne.example", "Out of office", "I could not be delivered from my holiday. Back on Monday."),
        ("MAILER-DAEMON@mx.example", "Warning: message delayed", "will be retried for 3 days"),
        ("postmaster@mx.example", "Your new password", "Welcome."),
    ],
)
def test_what_reports_no_final_failure_is_no_bounce(sender: str, subject: str, body: str) -> None:
    assert report(sender, subject, body) is None


def test_a_person_who_writes_of_a_failure_is_no_daemon() -> None:
    assert parse(mail("my mail could not be delivered: 550 5.1.1 mina@naver.example")).bounce is None


STATUS = "Reporting-MTA: dns; mx\r\n\r\nFinal-Recipient: rfc822; a@x.example\r\nAction: {}\r\nStatus: {}\r\n"


@pytest.mark.parametrize(
    ("first", "second", "recipient"),
    [("delivered", "failed", "b@x.example"), ("failed", "failed", "a@x.example"), ("relayed", "delayed", None)],
)
def test_of_several_recipients_the_first_that_failed_counts(first: str, second: str, recipient: str | None) -> None:
    more = f"\r\nFinal-Recipient: RFC822;\r\n b@x.example\r\nAction: {second}\r\nStatus: 5.2.2\r\n"
    body = "--B\r\n\r\nsorry\r\n--B\r\nContent-Type: message/delivery-status\r\n\r\n"
    body += f"{STATUS.format(first, '5.2.2')}{more}--B--"
    found = parse(mail(body, "Content-Type: multipart/report; report-type=delivery-status; boundary=B")).bounce
    assert (found.recipient if found else None) == recipient
