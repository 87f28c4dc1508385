"""Mails we send: read back by another parser, and closed to whoever wants to add a field."""

from __future__ import annotations

import email
import email.policy
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from madang.lib.mail import Address, parse
from madang.lib.mail.compose import ComposeError, Draft, File, compose
from madang.lib.mail.reply import cut_reply
from madang.lib.mail.reply_token import (
    conversation_of_address,
    message_id,
    own_message,
    reply_address,
    without_token,
)

KEY = b"k" * 32
DRAFT = Draft(
    sender=Address("support@haneul.example", '하늘, "고객센터"'),
    to=(Address("mina@naver.com", "김미나"),),
    subject="Re: 똠얌 냄비",
    text="안녕하세요 미나 님,\nhttps://haneul.example/a?b=1&c=2 <b>를 봐 주세요.",
    message_id=message_id(KEY, "haneul.example", 42, 7),
    reply_to=Address(reply_address(KEY, "support@haneul.example", 42), "하늘"),
    in_reply_to="<a@naver.com>",
    references=("<a@naver.com>", "line:123"),
    files=(File("견적서 11월.pdf", "application/pdf", b"%PDF"), File("로고.png", "image/png", b"PNG", "logo@x")),
    history=(
        ("하늘", datetime(2026, 11, 21, 6, 21, tzinfo=UTC), "첫 답변"),
        ("미나", datetime(2026, 11, 21, 5, tzinfo=UTC), "질문"),
    ),
    signature="하늘 고객센터",
    language="ko",
    date=datetime(2026, 11, 21, 7, tzinfo=UTC),
)


def test_another_parser_reads_what_was_meant() -> None:
    raw = compose(DRAFT)
    assert raw.isascii()
    read = email.message_from_bytes(raw, policy=email.policy.default)
    assert read["From"].addresses[0].display_name == '하늘, "고객센터"'
    assert read["To"] == "김미나 <mina@naver.com>"
    assert read["Subject"] == "Re: 똠얌 냄비"
    assert (read["In-Reply-To"], read["References"]) == ("<a@naver.com>", "<a@naver.com>")
    assert [part.get_filename() for part in read.iter_attachments()] == ["견적서 11월.pdf"]
    html = read.get_body(("html",))
    assert html is not None
    assert "&lt;b&gt;를" in html.get_content()
    assert 'href="https://haneul.example/a?b=1&amp;c=2"' in html.get_content()


@pytest.mark.parametrize(
    "text", ["길다 " * 40 + "끝", "a" * 300, "plain words " * 30 + "end", "😀 " * 50 + ".", "=?utf-8?B?x?="]
)
def test_subjects_and_names_keep_every_letter_and_space(text: str) -> None:
    raw = compose(replace(DRAFT, subject=text, to=(Address("mina@naver.com", text),)))
    read = parse(raw)
    assert (read.subject, read.to[0].name) == (text, text)
    assert email.message_from_bytes(raw, policy=email.policy.default)["Subject"] == text
    assert max(len(line) for line in raw.split(b"\r\n\r\n")[0].split(b"\r\n")) <= 400


def test_our_own_parser_finds_only_the_words() -> None:
    read = parse(compose(DRAFT))
    assert read.reply_text == DRAFT.text
    assert "2026년 11월 21일 (토) 오후 3:21, 하늘 님이 작성:" in read.text
    assert [(file.name, file.inline) for file in read.attachments] == [("로고.png", True), ("견적서 11월.pdf", False)]
    assert not read.auto


def test_english_history_is_cut_too() -> None:
    read = parse(compose(replace(DRAFT, language="en-GB")))
    assert "On Sat, Nov 21, 2026 at 6:21" in read.text.replace("\u202f", " ") or "wrote:" in read.text
    assert cut_reply(read.text) == DRAFT.text


def test_a_machine_says_so() -> None:
    read = parse(compose(replace(DRAFT, automatic=True, loop="support@haneul.example")))
    assert read.auto
    assert read.loop == ("support@haneul.example",)


@pytest.mark.parametrize("bad", ["a\r\nBcc: all@example.com", "a\nb", "a\rb", "a\0b", "a\u2028b"])
@pytest.mark.parametrize("field", ["subject", "sender", "to", "reply_to", "in_reply_to", "message_id", "loop", "file"])
def test_no_value_adds_a_field(field: str, bad: str) -> None:
    person = Address("mina@naver.com", bad)
    changes = {
        "subject": bad,
        "sender": person,
        "to": (person,),
        "reply_to": person,
        "in_reply_to": f"<{bad}>",
        "message_id": f"<{bad}>",
        "loop": bad,
        "file": bad,
    }
    changed: dict[str, object] = (
        {"files": (File("a.png", "image/png", b"", bad),)} if field == "file" else {field: changes[field]}
    )
    with pytest.raises(ComposeError):
        compose(replace(DRAFT, **changed))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "address", ["", "mina", "a b@x.example", "a@b@c", "<a@b.example>", "a@b.example\r\nX: y", "미나@naver.com"]
)
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(ComposeError, match="To"):
        compose(replace(DRAFT, to=(Address(address),)))


def test_nobody_to_send_to_is_refused() -> None:
    with pytest.raises(ComposeError, match="To"):
        compose(replace(DRAFT, to=()))


def test_a_file_name_cannot_break_out() -> None:
    raw = compose(replace(DRAFT, files=(File('x";\r\nX-Evil: 1\r\n.pdf', "application/pdf", b""),)))
    assert b"\nX-Evil" not in raw


def test_reply_tokens_prove_a_conversation() -> None:
    address = reply_address(KEY, "support@haneul.example", 42)
    assert conversation_of_address(KEY, address) == 42
    assert conversation_of_address(KEY, address.upper()) == 42
    assert conversation_of_address(b"another key", address) is None
    assert conversation_of_address(KEY, address.replace("+c42-", "+c43-")) is None
    assert conversation_of_address(KEY, "support+c42@haneul.example") is None
    assert without_token(address) == "support@haneul.example"


def test_message_ids_prove_a_message() -> None:
    ours = message_id(KEY, "haneul.example", 42, 7)
    assert own_message(KEY, ours) == own_message(KEY, ours.upper()) == (42, 7)
    assert ours == message_id(KEY, "haneul.example", 42, 7)
    assert own_message(KEY, ours.replace(".m7.", ".m8.")) is None
    assert own_message(b"another key", ours) is None


def test_a_token_of_one_kind_is_no_token_of_the_other() -> None:
    ours = message_id(KEY, "haneul.example", 42, 7)
    tag = ours.split(".")[2].partition("@")[0]
    assert conversation_of_address(KEY, f"support+c42-{tag}@haneul.example") is None
