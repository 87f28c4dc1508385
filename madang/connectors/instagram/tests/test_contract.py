"""What the house asks of every connector."""

from __future__ import annotations

from madang.channels.connector import Config
from madang.channels.testing import ContractTests


class TestContract(ContractTests):
    connector = "instagram"

    def config(self) -> Config:
        return Config(7, "k", "Account", {"account_id": "17841405822304914"}, {"app_secret": "s", "verify_token": "v"})
