"""What the house asks of every connector."""

from __future__ import annotations

from madang.channels.connector import Config
from madang.channels.testing import ContractTests


class TestContract(ContractTests):
    connector = "messenger"

    def config(self) -> Config:
        return Config(7, "k", "Page", {"page_id": "108123456789012"}, {"app_secret": "s", "verify_token": "v"})
