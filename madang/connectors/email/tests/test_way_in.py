"""Mail out of a mailbox, by the simulator and by Dovecot: each once, none left out."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

import pytest

from madang.channels.connector import Config, Delivery, Malformed, SetupError
from madang.connectors.email import imap
from madang.connectors.email.connector import Email
from madang.connectors.email.simulator import Customer, MailServer
from madang.connectors.email.simulator.tokens import TokenServer
from madang.connectors.email.tests.conftest import ADDRESS, config
from madang.connectors.email.tests.dovecot import Dovecot
from madang.connectors.email.tests.reading import Session

pytestmark = pytest.mark.slow  # mail servers that come and go


def raw(number: int, body: bytes = b"hi", sender: str = "mina@naver.example") -> bytes:
    date = format_datetime(datetime.now(UTC))
    head = f"From: {sender}\r\nTo: {ADDRESS}\r\nSubject: {number}\r\nDate: {date}\r\n"
    head += f"Message-ID: <{number}@naver.example>\r\n"
    return head.encode() + b"\r\n" + body


@dataclass
class Yard:
    """A mailbox somewhere, and how mail gets into it."""

    config: Config
    deliver: Callable[[bytes], Awaitable[None]]
    renumber: Callable[[], Awaitable[None]]

    def email(self) -> Email:
        return Email(self.config)


@pytest.fixture(params=["simulator", "dovecot"])
async def yard(request: pytest.FixtureRequest, provider: MailServer) -> Yard:
    if request.param == "simulator":
        return Yard(
            config(provider), lambda mail: provider.deliver(ADDRESS, mail), lambda: provider.imap.renumber(ADDRESS)
        )
    server: Dovecot = request.getfixturevalue("debian")
    address = server.account()

    async def deliver(mail: bytes) -> None:
        await asyncio.to_thread(server.deliver, address, mail)

    async def renumber() -> None:
        await asyncio.to_thread(server.renumber, address)

    return Yard(config(server, user=address, password=server.password), deliver, renumber)


async def test_what_is_there_and_what_comes_is_taken_once_in_order(yard: Yard) -> None:
    await yard.deliver(raw(1))
    await yard.deliver(raw(2))
    async with Session(yard.email()) as session:
        assert [(await session.fact()).subject for _ in range(2)] == ["1", "2"]
        for number in (3, 4, 5):
            await yard.deliver(raw(number))
            assert (await session.fact()).subject == str(number)
        cursor = session.cursor
    async with Session(yard.email(), cursor) as session:
        await yard.deliver(raw(6))
        assert (await session.fact()).subject == "6"


async def test_a_group_that_was_not_asked_past_comes_again(yard: Yard) -> None:
    await yard.deliver(raw(1))
    async with Session(yard.email()) as session:
        begun = session.cursor
        first = await session.delivery()
    async with Session(yard.email(), begun) as session:
        again = await session.delivery()
    assert (first.key, first.sender) == (again.key, "mina@naver.example")


async def test_a_renumbered_folder_is_read_again_under_the_same_keys(yard: Yard) -> None:
    await yard.deliver(raw(1))
    async with Session(yard.email()) as session:
        first = await session.delivery()
        await yard.deliver(raw(2))
        second = await session.delivery()
        cursor = session.cursor
    await yard.renumber()
    await yard.deliver(raw(3))
    async with Session(yard.email(), cursor) as session:
        seen = [await session.delivery() for _ in range(3)]
        assert session.cursor.split(":")[0] != cursor.split(":")[0]
    # The order within a renumbered folder is the server's.
    assert {first.key, second.key} < {one.key for one in seen}
    assert any(b"Subject: 3" in one.body for one in seen)


async def test_every_byte_arrives_and_large_mails_come_in_pieces(yard: Yard, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imap, "PIECE", 100_000)
    odd = "똠얌\r\n".encode("cp949") + bytes(set(range(1, 256)) - set(b"\r\n")) + b"\r\n" + b"x" * 900 + b"\r\n"
    large = base64.encodebytes(b"\x01\x02\x03" * 200_000).replace(b"\n", b"\r\n")
    await yard.deliver(raw(1, odd))
    await yard.deliver(raw(2, large))
    async with Session(yard.email()) as session:
        assert (await session.delivery()).body.endswith(odd)
        assert base64.b64decode((await session.delivery()).body.partition(b"\r\n\r\n")[2]) == b"\x01\x02\x03" * 200_000


async def test_nothing_in_the_mailbox_is_changed(yard: Yard) -> None:
    await yard.deliver(raw(1))
    async with Session(yard.email()) as session:
        await session.delivery()
    account = yard.email().account
    box = await imap.connect(account, account.imap.password)
    try:
        flags: dict[int, Any] = await box.run(lambda: box.client.get_flags(box.client.search("ALL")))
    finally:
        box.close()
    assert not any(b"\\Seen" in some for some in flags.values())


async def test_a_server_that_was_gone_for_a_moment_is_found_again(provider: MailServer, email: Email) -> None:
    async with Session(email) as session:
        await provider.hang_up()
        await provider.deliver(ADDRESS, raw(1))
        assert (await session.fact()).subject == "1"


async def test_a_server_that_stays_away_is_told_in_plain_words(
    provider: MailServer, email: Email, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("madang.connectors.email.pull.PAUSE", 0.001)
    async with Session(email) as session:
        await provider.stop()
        with pytest.raises(SetupError) as caught:
            await session.delivery()
    assert caught.value.field == "imap_port"


async def test_mail_older_than_was_asked_for_stays_in_the_mailbox(provider: MailServer) -> None:
    await provider.imap.append(ADDRESS, raw(1), datetime(2020, 1, 1, tzinfo=UTC))
    async with Session(Email(config(provider))) as session:
        await provider.deliver(ADDRESS, raw(2))
        assert (await session.fact()).subject == "2"


async def test_a_server_without_idle_is_asked_now_and_then(
    provider: MailServer, email: Email, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imap.Client, "has_capability", lambda self, name: False)
    monkeypatch.setattr(imap, "POLL", 0.05)
    async with Session(email) as session:
        await provider.deliver(ADDRESS, raw(1))
        assert (await session.fact()).subject == "1"


async def test_two_sessions_on_one_mailbox_both_hear(provider: MailServer) -> None:
    async with Session(Email(config(provider))) as one, Session(Email(config(provider))) as other:
        await provider.deliver(ADDRESS, raw(1))
        assert (await one.delivery()).key == (await other.delivery()).key


async def test_an_access_token_opens_the_mailbox(provider: MailServer) -> None:
    tokens = TokenServer()
    await tokens.start()
    try:
        provider.change_password(ADDRESS, tokens.access_token)
        given = {"auth": "oauth2", "token_url": tokens.url, "client_id": "haneul", "refresh_token": "refresh-1"}
        made = Email(config(provider, **given))
        await made.check()
        async with Session(made) as session:
            await provider.deliver(ADDRESS, raw(1))
            assert (await session.fact()).subject == "1"
        assert tokens.asked[0]["grant_type"] == "refresh_token"
        assert len(tokens.asked) == 1
        with pytest.raises(SetupError) as caught:
            await Email(config(provider, **given | {"refresh_token": "old"})).check()
        assert caught.value.field == "refresh_token"
    finally:
        await tokens.stop()


async def test_a_flood_of_one_sender_is_a_machine(provider: MailServer, email: Email) -> None:
    async with Session(email) as session:
        for number in range(22):
            await provider.deliver(ADDRESS, raw(number))
        facts = [await session.fact() for _ in range(22)]
    assert [fact.auto for fact in facts] == [False] * 20 + [True] * 2


async def test_minas_mail_from_naver_is_read_in_full(mina: Customer, email: Email) -> None:
    async with Session(email) as session:
        picture = ("깨진 뚜껑.png", "image/png", b"\x89PNG")
        sent = await mina.write(ADDRESS, "[문의] 똠얌 냄비", "뚜껑이 깨져서 왔어요. 뷁!\n\n김미나 드림", (picture,))
        fact = await session.fact()
    assert (fact.id, fact.subject, fact.text) == (sent, "[문의] 똠얌 냄비", "뚜껑이 깨져서 왔어요. 뷁!\n\n김미나 드림")
    assert fact.party is not None
    assert (fact.party.value, fact.party.name) == ("mina@naver.example", "김미나")
    assert [(one.kind, one.name, one.content) for one in fact.media] == [("image", "깨진 뚜껑.png", b"\x89PNG")]
    assert fact.conversation is None


@pytest.mark.parametrize(("mail", "why"), [(b"Subject: x\r\n\r\nhi", "sender"), (b"", "empty"), (b"hello", "no mail")])
def test_what_cannot_be_a_message_is_told_in_plain_words(mail: bytes, why: str) -> None:
    with pytest.raises(Malformed, match=why):
        Email(config(None)).parse(Delivery("k", "", mail))
