"""What the house asks of every connector."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from madang.channels.connector import Config, Delivery
from madang.channels.testing import ContractTests
from madang.connectors.email.tests.conftest import config

RECEIVED = datetime(2026, 11, 21, 12, tzinfo=UTC).isoformat()


class TestContract(ContractTests):
    connector = "email"

    def config(self) -> Config:
        return config(None)

    def delivery(self, fixture: Path) -> Delivery:
        return Delivery("fixture", "", fixture.read_bytes(), {"received": RECEIVED})
