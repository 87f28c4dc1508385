"""A channel, and a provider on its other side: the simulator, and Debian's Dovecot where it is installed."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from madang.channels.connector import Config
from madang.connectors.email.connector import Email
from madang.connectors.email.simulator import Customer, MailServer
from madang.connectors.email.tests.dovecot import Dovecot, installed

ADDRESS = "support@haneul.example"
PASSWORD = "correct horse"
KEY = b"k" * 32


def config(server: Any, **settings: Any) -> Config:
    """A channel on a server of ours; what is given comes before what is usual."""
    secrets = {name: settings.pop(name) for name in ("password", "refresh_token") if name in settings}
    usual = {
        "address": ADDRESS,
        "name": "하늘 고객센터",
        "incoming": "imap",
        "auth": "password",
        "imap_host": "127.0.0.1",
        "imap_port": getattr(server, "imap_port", 0),
        "imap_security": "none",
        "smtp_host": "127.0.0.1",
        "smtp_port": getattr(server, "smtp_port", 0),
        "smtp_security": "none",
    }
    return Config(
        id=3,
        key="haneul",
        name="Haneul mail",
        settings=usual | settings,
        secrets={"password": PASSWORD} | secrets,
        token_key=KEY,
        brand={"name": "하늘", "language": "ko", "signature": "하늘 고객센터"},
        allow_hosts=("127.0.0.0/8",),
    )


@pytest.fixture
async def provider() -> AsyncIterator[MailServer]:
    made = MailServer()
    await made.start()
    made.open_account(ADDRESS, PASSWORD)
    yield made
    await made.stop()


@pytest.fixture
async def email(provider: MailServer) -> AsyncIterator[Email]:
    made = Email(config(provider))
    yield made
    await made.close()


@pytest.fixture
def mina(provider: MailServer) -> Customer:
    return Customer(provider, "mina@naver.example", "김미나", "naver")


@pytest.fixture(scope="session")
def debian() -> Iterator[Dovecot]:
    """Started once: the tests each use an account of their own."""
    if not installed():
        pytest.skip("Dovecot is not installed here; the CI machine has it")
    made = Dovecot()
    made.start()
    yield made
    made.stop()
