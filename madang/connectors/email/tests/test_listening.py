"""Our own SMTP door: 250 only when the mail is durable, only for our addresses, of any size a mail may have."""

from __future__ import annotations

import asyncio
import smtplib
from typing import Any

import pytest

from madang.channels.connector import SetupError
from madang.connectors.email.connector import Email
from madang.connectors.email.listening import Listening
from madang.connectors.email.tests.conftest import ADDRESS, KEY, config
from madang.connectors.email.tests.reading import Session
from madang.lib.mail.reply_token import reply_address

pytestmark = pytest.mark.slow  # the house in small; the quick suite has its time

RAW = b"From: mina@naver.example\r\nSubject: hi\r\nMessage-ID: <a@naver.example>\r\n\r\nhi\r\n"


def door(**settings: Any) -> Email:
    given = {"incoming": "smtp", "listen_host": "127.0.0.1", "listen_port": 0, "listen_for": ["sales@haneul.example"]}
    return Email(config(None, **given | settings))


def port(email: Email) -> int:
    assert isinstance(email.source, Listening)
    return email.source.port


def submit(at: int, raw: bytes = RAW, to: str = ADDRESS) -> dict[str, tuple[int, bytes]]:
    with smtplib.SMTP("127.0.0.1", at, timeout=20) as client:
        return client.sendmail("mina@naver.example", [to], raw)


async def test_250_is_said_only_after_the_mail_is_durable() -> None:
    async with Session(door()) as session:
        sending = asyncio.create_task(asyncio.to_thread(submit, port(session.email)))
        delivery = await session.delivery()
        done, _ = await asyncio.wait({sending}, timeout=0.2)
        assert not done
        session.ask()
        assert await asyncio.wait_for(sending, 5) == {}
    assert (delivery.body, delivery.sender) == (RAW, "mina@naver.example")


async def test_a_mail_that_was_not_stored_is_not_taken() -> None:
    async with Session(door()) as session:
        sending = asyncio.create_task(asyncio.to_thread(submit, port(session.email)))
        await session.delivery()
        await session.end()
        with pytest.raises((smtplib.SMTPDataError, smtplib.SMTPServerDisconnected)):
            await asyncio.wait_for(sending, 5)


@pytest.mark.parametrize(
    "stranger", ["else@haneul.example", "support@evil.example", "support%evil.example@haneul.example"]
)
async def test_only_mail_for_our_addresses_is_taken(stranger: str) -> None:
    async with Session(door()) as session:
        with pytest.raises(smtplib.SMTPRecipientsRefused):
            await asyncio.to_thread(submit, port(session.email), RAW, stranger)
        assert await session.quiet(0.05)


@pytest.mark.parametrize(("ours", "proven"), [(reply_address(KEY, ADDRESS, 42), 42), ("Sales@haneul.example", None)])
async def test_the_envelope_proves_the_conversation(ours: str, proven: int | None) -> None:
    async with Session(door()) as session:
        sending = asyncio.create_task(asyncio.to_thread(submit, port(session.email), RAW, ours))
        fact = await session.fact()
        session.ask()
        await sending
    assert fact.conversation == proven


async def test_many_at_once_are_stored_together_and_each_gets_its_answer() -> None:
    async with Session(door()) as session:
        mails = [RAW.replace(b"hi\r\n", b"hi %d\r\n" % number) for number in range(12)]
        sending = asyncio.gather(*(asyncio.to_thread(submit, port(session.email), mail) for mail in mails))
        seen = {(await session.delivery()).body for _ in mails}
        session.ask()
        await sending
    assert seen == set(mails)


async def test_a_mail_of_25_megabytes_with_lines_of_any_length_comes_in() -> None:
    raw = RAW + (b"x" * 5000 + b"\r\n") * 5000
    async with Session(door()) as session:
        sending = asyncio.create_task(asyncio.to_thread(submit, port(session.email), raw))
        assert len((await session.delivery()).body) > 25_000_000
        session.ask()
        await sending


async def test_a_port_that_is_taken_is_said() -> None:
    async with Session(door()) as session:
        with pytest.raises(SetupError) as caught:
            await Session(door(listen_port=port(session.email))).__aenter__()
        assert caught.value.field == "listen_port"
