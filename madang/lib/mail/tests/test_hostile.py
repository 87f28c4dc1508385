"""Parse bombs (T21) and half mails: every one is read in well under two seconds of work, and nothing raises."""

from __future__ import annotations

import time

import pytest

from madang.lib.mail import NotAMail, parse
from madang.lib.mail.structure import MAX_PARTS
from madang.lib.mail.tests.mails import HEADER, mail, multipart, part

pytestmark = pytest.mark.slow  # takes long; see bin/test slow

NESTED = b"".join(b"Content-Type: multipart/mixed; boundary=B%d\n\n--B%d\n" % (depth, depth) for depth in range(2000))
HTML = "Content-Type: text/html"
BOMBS = {
    "10,000 parts": multipart(*[part("hi", "Content-Type: text/plain")] * 10_000),
    "a million empty parts": mail(b"--B\n\n" * 500_000, "Content-Type: multipart/mixed; boundary=B"),
    "lines like the boundary": mail(b"--B\n\n" + b"\n--Bx" * 500_000, "Content-Type: multipart/mixed; boundary=B"),
    "deep multiparts": HEADER + NESTED,
    "deep mails": HEADER + b"Content-Type: message/rfc822\n\n" * 3000,
    "a header of megabytes": b"Subject: " + b"a" * 5_000_000 + b"\n\nx",
    "a folded header": b"Subject: a\n" + b" b\n" * 1_000_000 + b"\nx",
    "a million fields": b"A:\n" * 1_000_000 + b"\nx",
    "open encoded words": b"From: a@b.example\nSubject: " + b"=?a?q?" * 10_000,
    "brackets": b"From: " + b"(<" * 30_000 + b"\n\nx",
    "one endless name": b"From: a@b.example\nTo: " + b"a" * 60_000 + b"\n\nx",
    "quotes": b"From: " + b'"\\' * 30_000 + b"\n\nx",
    "references": b"From: a@b.example\nReferences: " + b"a@" * 30_000 + b"\n\nx",
    "endless On": mail("hi\n" + "On " * 500_000),
    "On after On": mail("hi\n" + "On 1.1.2020\n" * 100_000),
    "From after From": mail("hi\n" + "From: a\n" * 100_000),
    "rules": mail("hi\n" + "-" * 1_000_000 + "\n" + "--\n" * 100_000),
    "에서 에서": mail("hi\n" + "나의 " + "에서 " * 300_000),
    "marks": mail("hi\n\n" + "> a\n\nb\n" * 300_000),
    "elements": mail("<div>" * 200_000, HTML),
    "quoted elements": mail("<blockquote>a" * 100_000, HTML),
    "open tags": mail('<a "' * 300_000 + "<" * 300_000 + "<!--" * 100_000, HTML),
    "open heads": mail("<head><title><select>" * 50_000, HTML),
    "one class": mail('class="' * 300_000, HTML),
    "entities": mail("&" * 500_000 + "&amp" * 100_000, HTML),
    "HTML in every part": multipart(*[part("<p>a</p>" * 10_000, HTML)] * 150),
    "padded base64": mail(b"QQ==\n" * 400_000, "Content-Transfer-Encoding: base64"),
    "shifts": mail(b"\x0e\x0f" * 500_000, "Content-Type: text/plain; charset=iso-2022-kr"),
    "long names": multipart(*[part("", "Content-Type: a/b; name=" + "a" * 60_000)] * 100),
    "reports": mail(b"--B\n\nx\n--B\nContent-Type: message/delivery-status\n\n" + b"\n\n \n" * 200_000,
                    "Content-Type: multipart/report; boundary=B"),
    "a daemon's addresses": b"From: mailer-daemon@x.example\nSubject: Undelivered\n\n" + b"a.b-" * 300_000,
}  # fmt: skip


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_costs_little(bomb: str) -> None:
    start = time.process_time()
    parse(BOMBS[bomb])
    assert time.process_time() - start < 2


def test_what_was_not_read_is_said() -> None:
    read = parse(BOMBS["10,000 parts"])
    assert f"more than {MAX_PARTS} parts" in read.notices[0]
    assert read.text.startswith("hi")
    assert "nested deeper" in parse(BOMBS["deep multiparts"]).notices[0]


HALVES = {
    "only a header": b"From: a@b.example",
    "no empty line": b"From: a@b.example\nTo: c@d.example\nno colon here",
    "cut in a part's header": multipart(part("hi"), part("x", "Content-Type: image/png"))[:-40],
    "no closing boundary": multipart(part("hi"))[:-9],
    "boundary not named": mail(b"--X\nContent-Type: text/plain\n\nhi\n--X--\n", "Content-Type: multipart/mixed"),
    "boundary named wrongly": mail(
        b"--X\nContent-Type: text/plain\n\nhi\n--X--\n", "Content-Type: multipart/mixed; boundary=Y"
    ),
    "NUL": mail(b"h\0i\0", "Content-Type: text/plain; charset=utf-8"),
    "carriage returns only": mail(b"hi").replace(b"\r\n", b"\r"),
    "mbox line first": b"From mia@thorne.example Sat Nov 21 10:00:00 2026\n" + mail("hi"),
    "byte order mark": b"\xef\xbb\xbf" + mail("hi"),
    "content type of nonsense": mail("hi", "Content-Type: ;;;="),
    "twice the same field": mail("hi", "Content-Type: text/plain", "Content-Type: text/html"),
}


@pytest.mark.parametrize("half", HALVES)
def test_half_a_mail_still_says_what_it_holds(half: str) -> None:
    read = parse(HALVES[half])
    assert read.sender.address.endswith(".example")
    assert "hi" in read.text or not HALVES[half].count(b"hi")
    assert "\0" not in read.text


@pytest.mark.parametrize("raw", [b"", b" \n\0", b"hello there", b"\x89PNG\r\n\x1a\n\0\0", b"\n\nno header\n"])
def test_what_is_no_mail_is_refused_in_plain_words(raw: bytes) -> None:
    with pytest.raises(NotAMail, match=r"empty|header"):
        parse(raw)


@pytest.mark.parametrize("cut", range(0, 900, 37))
def test_a_mail_cut_anywhere_is_read(cut: int) -> None:
    whole = multipart(
        part("안녕하세요", "Content-Type: text/plain; charset=utf-8"), part("x" * 600, "Content-Type: a/b")
    )
    if cut:
        assert parse(whole[:cut]) is not None
