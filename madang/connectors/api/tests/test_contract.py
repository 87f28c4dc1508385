"""What the house asks of every connector."""

from __future__ import annotations

from madang.channels.connector import Config, Request
from madang.channels.testing import ContractTests
from madang.connectors.api.tests.conftest import channel
from madang.lib.webhooks import new_secret


class TestContract(ContractTests):
    connector = "api"

    def config(self) -> Config:
        return channel(new_secret(), region="KR").config

    def request(self, body: bytes) -> Request:
        return Request("POST", "/", {"webhook-id": "w", "webhook-timestamp": "1"}, body)
