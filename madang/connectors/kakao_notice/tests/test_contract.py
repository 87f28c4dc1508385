"""What the house asks of every connector."""

from __future__ import annotations

from madang.channels.connector import Config
from madang.channels.testing import ContractTests


class TestContract(ContractTests):
    connector = "kakao_notice"

    def config(self) -> Config:
        return Config(1, "k", "Notices", {"dealer": "solapi"}, {"hook_secret": "secret of the address"})
