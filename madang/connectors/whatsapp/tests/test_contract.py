"""What the house asks of every connector."""

from __future__ import annotations

from madang.channels.connector import Config
from madang.channels.testing import ContractTests


class TestContract(ContractTests):
    connector = "whatsapp"

    def config(self) -> Config:
        return Config(7, "k", "WhatsApp", {"phone_id": "", "waba_id": ""}, {"app_secret": "s", "verify_token": "v"})
