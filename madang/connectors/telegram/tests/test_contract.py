"""What the house asks of every connector."""

from __future__ import annotations

from madang.channels.connector import Config
from madang.channels.testing import ContractTests
from madang.connectors.telegram.tests.conftest import channel


class TestContract(ContractTests):
    connector = "telegram"

    def config(self) -> Config:
        return channel().config
