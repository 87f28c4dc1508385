"""A line against an SMSC that lies, sleeps or dies: what we say on it, and that nobody waits for ever."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from madang.channels.connector import Kind, Outbound, Party, SendError, SetupError
from madang.connectors.sms_smpp import link
from madang.connectors.sms_smpp.connector import Smpp
from madang.connectors.sms_smpp.pdu import Command, Pdu, packed, read
from madang.connectors.sms_smpp.simulator import Simulator
from madang.connectors.sms_smpp.tests.conftest import MINA, channel
from madang.connectors.sms_smpp.tests.lines import Store, listening

ANSWER = Outbound("k1", Party(Kind.PHONE, MINA), "내일 도착해요", 12, 34)
Visit = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class Liar:
    """An SMSC of bytes. ``heard`` is what we said."""

    def __init__(self) -> None:
        self.heard: list[Pdu] = []
        self.then: bytes = b""  # said right after the bind
        self.answers: dict[int, bytes | None] = {}  # a body for each command; None: no word
        self.visits = 0
        self._server: asyncio.Server | None = None
        self._writers: list[asyncio.StreamWriter] = []

    async def start(self, tls: ssl.SSLContext | None = None) -> int:
        self._server = await asyncio.start_server(self._visit, "127.0.0.1", 0, ssl=tls)
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()
        for writer in self._writers:
            writer.close()
        await asyncio.sleep(0)

    async def _visit(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.visits += 1
        self._writers.append(writer)
        with contextlib.suppress(asyncio.IncompleteReadError, OSError):
            while True:
                pdu = await read(reader)
                self.heard.append(pdu)
                if pdu.command & 0x80000000:
                    continue
                body = self.answers.get(pdu.command, b"SMSC\0")
                if body is not None:
                    writer.write(packed(pdu.command | 0x80000000, pdu.sequence, body))
                if pdu.command in (1, 2, 9):
                    writer.write(self.then)
        writer.close()

    async def hears(self, command: int) -> Pdu:
        async with asyncio.timeout(5):
            while True:
                found = next((one for one in self.heard if one.command == command), None)
                if found is not None:
                    return found
                await asyncio.sleep(0.01)


@pytest.fixture
async def liar() -> AsyncIterator[Liar]:
    made = Liar()
    yield made
    await made.stop()


async def bound(liar: Liar, **more: str) -> Smpp:
    return channel(Simulator().form() | {"port": str(await liar.start())} | more)


async def test_who_we_are_is_said_as_the_protocol_has_it(liar: Liar) -> None:
    smpp = await bound(liar, system_type="VMA")
    await smpp.check()
    pdu = await liar.hears(Command.BIND_TRANSCEIVER)
    assert pdu.body == b"haneul\0secret\0VMA\0\x34\0\0\0"
    await liar.hears(Command.UNBIND)


async def test_what_we_do_not_know_is_answered_so(liar: Liar) -> None:
    """An alert, and an outbind: neither ends the line."""
    liar.then = packed(0x102, 77, b"\0") + packed(Command.ENQUIRE_LINK, 78)
    smpp = await bound(liar)
    async with listening(smpp, Store()):
        nack = await liar.hears(0x80000000)
        assert (nack.sequence, nack.status) == (77, 3)
        assert (await liar.hears(0x80000015)).sequence == 78


@pytest.mark.parametrize("garbage", [struct.pack(">I", 3), struct.pack(">I", 0x7FFFFFFF) + bytes(12), b"HTTP/1.1 400 "])
async def test_bytes_that_are_no_pdu_end_the_line_and_not_the_house(
    liar: Liar, garbage: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("madang.connectors.sms_smpp.listening.PAUSE", 0.001)
    liar.then = garbage + bytes(16)
    smpp = await bound(liar)
    with pytest.raises(SetupError):
        async for _ in smpp.listen(""):
            pass
    assert liar.visits == 4  # patient three times


async def test_a_line_that_has_died_without_a_word_is_noticed(liar: Liar, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(link, "PULSE", 0.02)
    monkeypatch.setattr(link, "PATIENCE", 0.05)
    monkeypatch.setattr("madang.connectors.sms_smpp.listening.PAUSE", 0.001)
    liar.answers[Command.ENQUIRE_LINK] = None
    smpp = await bound(liar)
    with pytest.raises(SetupError):
        async for _ in smpp.listen(""):
            pass
    assert liar.visits == 4


async def test_a_line_for_sending_that_nobody_uses_is_given_back(liar: Liar, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(link, "PULSE", 0.02)
    monkeypatch.setattr(link, "IDLE", 0.05)
    liar.answers[Command.SUBMIT_SM] = b"m1\0"
    smpp = await bound(liar)
    await smpp.send(ANSWER)
    await liar.hears(Command.UNBIND)
    assert (await smpp.send(ANSWER)).id == "m1"  # and taken up again
    assert liar.visits == 2
    await smpp.close()


async def test_an_answer_without_a_name_is_unsure(liar: Liar) -> None:
    liar.answers[Command.SUBMIT_SM] = b""
    smpp = await bound(liar)
    with pytest.raises(SendError, match="without giving it a name") as failed:
        await smpp.send(ANSWER)
    assert failed.value.why == "unsure"
    await smpp.close()


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One that nobody has signed."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "smsc")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    path = tmp_path_factory.mktemp("tls") / "smsc.pem"
    path.write_bytes(made.public_bytes(pem) + key.private_bytes(pem, form, serialization.NoEncryption()))
    return path


def serving(certificate: Path) -> ssl.SSLContext:
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(certificate)
    return made


async def test_a_certificate_that_proves_nothing_is_not_believed(liar: Liar, certificate: Path) -> None:
    port = await liar.start(serving(certificate))
    smpp = channel(Simulator().form() | {"host": "localhost", "port": str(port), "security": "tls"})
    with pytest.raises(SetupError, match="certificate") as failed:
        await smpp.check()
    assert failed.value.field == "host"
    assert liar.heard == []  # the password was not told


async def test_over_tls_to_the_right_name(liar: Liar, certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    trusting = ssl.create_default_context(cafile=str(certificate))
    monkeypatch.setattr("madang.connectors.sms_smpp.link.ssl.create_default_context", lambda: trusting)
    port = await liar.start(serving(certificate))
    smpp = channel(Simulator().form() | {"host": "localhost", "port": str(port), "security": "tls"})
    await smpp.check()
    await liar.hears(Command.UNBIND)


async def test_a_port_without_tls_is_said_at_its_field(smsc: Simulator) -> None:
    smpp = channel(smsc.form() | {"security": "tls"})
    with pytest.raises(SetupError) as failed:
        await smpp.check()
    assert failed.value.field in ("security", "port")
