"""Answers: sent once, threaded, and every refusal with its policy."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime
from typing import Any

import pytest

from madang.channels.connector import Kind, Media, Outbound, Party, SendError, SetupError
from madang.connectors.email.connector import Email, names_given
from madang.connectors.email.simulator import Customer, MailServer
from madang.connectors.email.tests.conftest import ADDRESS, KEY, config
from madang.connectors.email.tests.reading import Session
from madang.lib.mail.reply_token import conversation_of_address, own_message


def answer(to: str = "mina@naver.example", message: int = 7, **more: Any) -> Outbound:
    usual: dict[str, Any] = {
        "text": "새 뚜껑을 보내 드릴게요.",
        "subject": "똠얌 냄비",
        "sender_name": "Ada",
        "language": "ko",
    }
    return Outbound(
        key=f"k{message}", to=Party(Kind.EMAIL, to, "김미나"), conversation=42, message=message, **(usual | more)
    )


async def test_an_answer_arrives_and_the_answer_to_it_comes_back_to_its_conversation(
    email: Email, mina: Customer, provider: MailServer
) -> None:
    asked = await mina.write(ADDRESS, "똠얌 냄비", "뚜껑이 깨졌어요")
    said = (("미나", datetime(2026, 11, 21, 1, tzinfo=UTC), "뚜껑이 깨졌어요"),)
    files = (Media("file", "교환 안내.pdf", "application/pdf", b"%PDF"),)
    sent = await email.send(answer(reply_to=asked, references=(asked,), history=said, media=files))
    mail = await mina.wait()
    assert mail.sender.name == "Ada · 하늘 고객센터"
    assert (mail.subject, mail.message_id, mail.in_reply_to) == ("Re: 똠얌 냄비", sent.id, asked)
    assert own_message(KEY, sent.id) == (42, 7)
    assert mail.reply_to is not None
    assert conversation_of_address(KEY, mail.reply_to.address) == 42
    assert mail.reply_text == "새 뚜껑을 보내 드릴게요."
    assert "뚜껑이 깨졌어요" in mail.text
    assert [(file.name, file.content) for file in mail.attachments] == [("교환 안내.pdf", b"%PDF")]
    async with Session(email) as session:
        await session.delivery()
        await mina.answer(mail, "고맙습니다!")
        back = await session.fact()
    assert (back.conversation, back.text, back.references[-1]) == (42, "고맙습니다!", sent.id)
    assert "똠얌" in back.subject
    assert "새 뚜껑을" in back.full_text


async def test_a_mail_of_no_conversation_proves_none_when_it_is_answered(email: Email, mina: Customer) -> None:
    await email.send(dataclasses.replace(answer(auto=True), conversation=0))
    mail = await mina.wait()
    assert mail.reply_to is None or mail.reply_to.address == ADDRESS
    async with Session(email) as session:
        await mina.answer(mail, "이게 뭐예요?")
        back = await session.fact()
    assert (back.conversation or 0, back.text) == (0, "이게 뭐예요?")


async def test_a_connection_serves_the_next_mail_too(email: Email, mina: Customer, provider: MailServer) -> None:
    for number in (1, 2, 3):
        await email.send(answer(message=number))
    assert provider.smtp.connections == 1
    await provider.smtp.hang_up()
    await email.send(answer(message=4))
    assert len(mina.mailbox.mails) == 4


async def test_a_machine_says_so_and_speaks_for_the_house(email: Email, mina: Customer) -> None:
    await email.send(answer(auto=True))
    mail = await mina.wait()
    assert mail.auto
    assert mail.sender.name == "하늘 고객센터"


@pytest.mark.parametrize(
    ("mood", "why"),
    [
        ("421", "down"),
        ("450", "rate"),
        ("550", "invalid"),
        ("552", "invalid"),
        ("554", "policy"),
        ("drop", "unsure"),
        ("drop-after", "unsure"),
    ],
)
async def test_every_refusal_has_its_policy(
    email: Email, mina: Customer, provider: MailServer, mood: Any, why: str
) -> None:
    provider.will(mood)
    with pytest.raises(SendError) as caught:
        await email.send(answer())
    assert caught.value.why == why
    assert caught.value.detail
    await email.send(answer(message=8))
    assert own_message(KEY, (await mina.wait(after=len(mina.mailbox.mails) - 1)).message_id or "") == (42, 8)


async def test_who_may_not_sign_in_pauses_the_channel(email: Email, provider: MailServer) -> None:
    provider.refuse_sign_in = True
    with pytest.raises(SendError) as caught:
        await email.send(answer())
    assert caught.value.why == "auth"


async def test_a_server_that_is_away_is_asked_again_later(email: Email, provider: MailServer) -> None:
    await provider.stop()
    with pytest.raises(SendError) as caught:
        await email.send(answer())
    assert caught.value.why == "down"


@pytest.mark.parametrize("bad", ["nobody", "a@b@c", "mina@naver.example\r\nBcc: all@naver.example", ""])
async def test_an_address_that_is_none_is_refused_before_anything_is_sent(
    email: Email, provider: MailServer, bad: str
) -> None:
    with pytest.raises(SendError) as caught:
        await email.send(answer(bad))
    assert caught.value.why == "invalid"
    assert provider.smtp.connections == 0


async def test_a_bounce_is_a_receipt_for_the_mail_it_concerns(email: Email, provider: MailServer) -> None:
    sent = await email.send(answer("bounce@elsewhere.example"))
    async with Session(email) as session:
        fact = await session.fact()
    assert (fact.type, fact.state, fact.about) == ("receipt", "failed", sent.id)
    assert "5.1.1 bounce@elsewhere.example" in fact.text


async def test_our_own_mail_that_comes_back_is_no_message(email: Email, provider: MailServer) -> None:
    await email.send(answer(ADDRESS))
    async with Session(email) as session:
        assert email.parse(await session.delivery()) == []


CASES: list[tuple[dict[str, Any], str]] = [
    ({"password": "wrong"}, "password"),
    ({"imap_port": 1}, "imap_port"),
    ({"smtp_port": 1}, "smtp_port"),
    ({"imap_host": "imap.nowhere.invalid"}, "imap_host"),
    ({"folder": "no such folder"}, "folder"),
    ({"imap_security": "tls"}, "imap_port"),
    ({"smtp_security": "starttls"}, "smtp_security"),
    ({"imap_host": "192.168.255.1"}, "imap_host"),
]


@pytest.mark.parametrize(("change", "field"), CASES)
async def test_a_wrong_setting_is_named_with_its_field(
    provider: MailServer, change: dict[str, Any], field: str
) -> None:
    made = Email(config(provider, **change))
    with pytest.raises(SetupError) as caught:
        await made.check()
    assert caught.value.field == field
    assert caught.value.message.endswith(".")
    await made.close()


async def test_a_right_setting_passes(email: Email) -> None:
    await email.check()


def test_amazons_own_names_are_known() -> None:
    names = names_given("email-smtp.ap-northeast-2.amazonaws.com", "Ok 0100018f")
    assert names == ("<0100018f@email.amazonses.com>", "<0100018f@ap-northeast-2.amazonses.com>")
    assert names_given("smtp.naver.com", "OK x") == ()
