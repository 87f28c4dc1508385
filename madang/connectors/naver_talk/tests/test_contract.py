"""What the house asks of every connector."""

from __future__ import annotations

from madang.channels.connector import Config
from madang.channels.testing import ContractTests
from madang.connectors.naver_talk.setup import NETWORKS


class TestContract(ContractTests):
    connector = "naver_talk"

    def config(self) -> Config:
        return Config(1, "k", "TalkTalk", {"partner": "w4hanl", "networks": list(NETWORKS)}, {"authorization": "t"})
