"""What the house asks of every connector."""

from __future__ import annotations

from madang.channels.connector import Config
from madang.channels.testing import ContractTests
from madang.connectors.api.tests.conftest import channel
from madang.lib.webhooks import new_secret


class TestContract(ContractTests):
    connector = "api"

    def config(self) -> Config:
        return channel(new_secret(), region="KR").config
