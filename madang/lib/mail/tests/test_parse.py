"""Parts, addresses, dates, ids: what each field of a mail comes to."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from email.message import EmailMessage

import pytest

from madang.lib.mail import Address, parse
from madang.lib.mail.addresses import parse_addresses
from madang.lib.mail.dates import parse_date
from madang.lib.mail.tests.mails import encoded_word, mail, multipart, part

KST = timezone(timedelta(hours=9))


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        (b"mia@thorne.example", [("mia@thorne.example", "")]),
        (b"<mia@thorne.example>", [("mia@thorne.example", "")]),
        (
            b'"Thorne, Mia" <mia@thorne.example>, b@x.example',
            [("mia@thorne.example", "Thorne, Mia"), ("b@x.example", "")],
        ),
        (b"mia@thorne.example (Mia (at home))", [("mia@thorne.example", "Mia (at home)")]),
        (encoded_word("김미나", "cp949", "euc-kr") + b" <m@naver.com>", [("m@naver.com", "김미나")]),
        (b'"' + encoded_word("김미나") + b'" <m@naver.com>', [("m@naver.com", "김미나")]),
        ("김미나 <m@naver.com>".encode("cp949"), [("m@naver.com", "김미나")]),
        (encoded_word("김미나 <m@naver.com>"), [("m@naver.com", "김미나")]),
        (b"=?utf-8?Q?Kim,_Mina?= <m@naver.com>", [("m@naver.com", "Kim, Mina")]),
        (b"\"'Mia'\" <mia@thorne.example>", [("mia@thorne.example", "Mia")]),
        (
            b"Team: a@x.example, B <b@x.example>;, c@x.example",
            [("a@x.example", ""), ("b@x.example", "B"), ("c@x.example", "")],
        ),
        (b"undisclosed-recipients:;", []),
        (b"a@x.example; b@x.example", [("a@x.example", ""), ("b@x.example", "")]),
        (b"<@relay.example:mia@thorne.example>", [("mia@thorne.example", "")]),
        (b'"never closed <mia@thorne.example>', [("mia@thorne.example", '"never closed')]),
        (b"no address at all", [("", "no address at all")]),
        (b"", []),
    ],
)
def test_address_lists(field: bytes, expected: list[tuple[str, str]]) -> None:
    assert [(found.address, found.name) for found in parse_addresses(field)] == expected


def test_a_decoded_name_never_becomes_the_address() -> None:
    forged = encoded_word("ceo@haneul.example <ceo@haneul.example>,") + b" <evil@example.com>"
    assert [found.address for found in parse_addresses(forged)] == ["evil@example.com"]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Sat, 21 Nov 2026 10:00:00 +0900", datetime(2026, 11, 21, 10, tzinfo=KST)),
        ("Sat, 21 Nov 2026 10:00:00 +0900 (KST)", datetime(2026, 11, 21, 10, tzinfo=KST)),
        ("Sat, 21 Nov 2026 10:00:00 KST", datetime(2026, 11, 21, 10, tzinfo=KST)),
        ("Sat, 21 Nov 2026 10:00:00 GMT+09:00", datetime(2026, 11, 21, 10, tzinfo=KST)),
        ("21 Nov 26 10:00 GMT", datetime(2026, 11, 21, 10, tzinfo=UTC)),
        ("Sat, 21 Nov 2026 10:00:00 -0000", datetime(2026, 11, 21, 10, tzinfo=UTC)),
        ("2026-11-21T10:00:00+09:00", datetime(2026, 11, 21, 10, tzinfo=KST)),
        ("Thu, 32 Foo 99999 99:99:99 +9999", None),
        ("Mon, 1 Jan 1066 00:00:00 +0000", None),
        ("", None),
    ],
)
def test_dates(written: str, meant: datetime | None) -> None:
    assert parse_date(written) == meant


def test_html_alone_becomes_text() -> None:
    read = parse(mail("<p>안녕하세요</p><p>환불&nbsp;<b>부탁</b>드려요</p>", "Content-Type: text/html; charset=utf-8"))
    assert read.text == "안녕하세요\n\n환불 부탁드려요"
    assert read.html == "<p>안녕하세요</p><p>환불&nbsp;<b>부탁</b>드려요</p>"


def test_an_empty_text_twin_gives_way_to_the_html() -> None:
    read = parse(
        multipart(
            part(" \r\n", "Content-Type: text/plain"), part("<p>hi</p>", "Content-Type: text/html"), kind="alternative"
        )
    )
    assert read.text == "hi"


def test_html_names_its_charset_itself() -> None:
    body = '<meta http-equiv="Content-Type" content="text/html; charset=ks_c_5601-1987"><p>똠얌</p>'.encode("cp949")
    assert parse(mail(body, "Content-Type: text/html")).text == "똠얌"


def test_texts_around_a_picture_are_one_text_and_the_text_file_is_a_file() -> None:
    read = parse(
        multipart(
            part("above", "Content-Type: text/plain"),
            part("PNG", "Content-Type: image/png", "Content-Disposition: inline; filename=a.png"),
            part("below", "Content-Type: text/plain"),
            part("log", "Content-Type: text/plain; name=a.log", "Content-Disposition: attachment; filename=a.log"),
        )
    )
    assert read.text == "above\n\nbelow"
    assert [(file.name, file.inline) for file in read.attachments] == [("a.png", True), ("a.log", False)]


def test_a_picture_shown_by_the_html_is_inline_whatever_its_disposition() -> None:
    read = parse(
        multipart(
            part('<img src="cid:logo@x">', "Content-Type: text/html"),
            part("PNG", "Content-Type: image/png", "Content-ID: <logo@x>", "Content-Disposition: attachment"),
            part("PDF", "Content-Type: application/pdf", "Content-ID: <other@x>", "Content-Disposition: attachment"),
        )
    )
    assert [(file.content_id, file.inline) for file in read.attachments] == [("logo@x", True), ("other@x", False)]


def test_an_invitation_alone_is_readable() -> None:
    event = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:커튼 실측\\, 상담\r\n"
    event += "DTSTART:20261123T010000Z\r\nDTEND:20261123T020000Z\r\n"
    read = parse(mail(event + "END:VEVENT", "Content-Type: text/calendar; charset=utf-8; method=REQUEST"))
    assert read.text == "📅 커튼 실측, 상담 · 2026-11-23 01:00–02:00 (UTC)"
    assert read.attachments[0].name == "invite-1.ics"


def test_soft_breaks_are_joined() -> None:
    read = parse(
        mail(
            "한 문단이 \r\n이어집니다.\r\n> 인용도 \r\n> 그렇습니다.\r\n",
            "Content-Type: text/plain; charset=utf-8; format=flowed",
        )
    )
    assert read.text == "한 문단이 이어집니다.\n> 인용도 그렇습니다."


def test_ids_keep_their_brackets_and_come_once() -> None:
    read = parse(
        mail(
            "",
            "Message-ID: lost@brackets.example",
            "References: <a@x>\r\n <b@x> <a@x>",
            "In-Reply-To: your mail of <b@x>",
        )
    )
    assert (read.message_id, read.references, read.in_reply_to) == (
        "<lost@brackets.example>",
        ("<a@x>", "<b@x>"),
        "<b@x>",
    )


AUTOMATIC = [
    "Auto-Submitted: auto-replied",
    "Auto-Submitted: auto-generated (failure)",
    "X-Autoreply: yes",
    "X-Auto-Response-Suppress: All",
    "Precedence: bulk",
    "List-Id: <news.example>",
    "Return-Path: <>",
    "Content-Type: multipart/report; report-type=disposition-notification; boundary=B",
]


@pytest.mark.parametrize("field", AUTOMATIC)
def test_machines_are_known(field: str) -> None:
    assert parse(mail("x", field)).auto


@pytest.mark.parametrize(
    "subject",
    ["자동 회신: 견적", "[자동응답] 부재중입니다", "Automatic reply: tent", "Out of Office", "부재중: 이도윤"],
)
def test_machines_are_known_by_their_subject(subject: str) -> None:
    assert parse(mail("x").replace(b"Subject: x", b"Subject: " + encoded_word(subject))).auto


@pytest.mark.parametrize(
    "field", ["Auto-Submitted: no", "X-Auto-Response-Suppress: DR, RN, NRN", "Precedence: first-class"]
)
def test_people_are_not_taken_for_machines(field: str) -> None:
    assert not parse(mail("x", field, "Return-Path: <mia@thorne.example>")).auto


def test_what_the_standard_library_writes_is_read_back() -> None:
    # A subject without spaces: this library's folding drops some of them.
    written = EmailMessage()
    written["From"], written["To"], written["Subject"] = (
        "김미나 <mina@naver.com>",
        "하늘 <s@haneul.example>",
        "문의:" + "길다" * 40,
    )
    written.set_content("본문입니다.\n" * 3)
    written.add_alternative("<p>본문입니다.</p>", subtype="html")
    written.add_attachment(
        b"\x00\x01", "application", "octet-stream", filename="아주 긴 한글 이름의 첨부 파일입니다 정말로.bin"
    )
    read = parse(written.as_bytes())
    assert (read.sender, read.to) == (Address("mina@naver.com", "김미나"), (Address("s@haneul.example", "하늘"),))
    assert read.subject == ("문의:" + "길다" * 40)
    assert read.text == "본문입니다.\n본문입니다.\n본문입니다."
    assert [(file.name, file.content) for file in read.attachments] == [
        ("아주 긴 한글 이름의 첨부 파일입니다 정말로.bin", b"\x00\x01")
    ]
