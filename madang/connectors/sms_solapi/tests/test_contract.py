"""What the house asks of every connector."""

from __future__ import annotations

from madang.channels.connector import Config
from madang.channels.testing import ContractTests
from madang.connectors.sms_solapi.simulator import Simulator
from madang.connectors.sms_solapi.tests.conftest import channel


class TestContract(ContractTests):
    connector = "sms_solapi"

    def config(self) -> Config:
        return channel(Simulator().form() | {"api_url": "https://api.solapi.com"}).config
