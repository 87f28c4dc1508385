"""The contract of every connector, kept by this one."""

from __future__ import annotations

from pathlib import Path

from madang.channels.connector import Config, Delivery
from madang.channels.testing import ContractTests

AT = "2026-11-22T01:02:03+00:00"


class TestWebchat(ContractTests):
    connector = "webchat"

    def config(self) -> Config:
        return Config(
            id=7,
            key="yard",
            name="Haneul chat",
            settings={},
            secrets={"identity_secret": "an identity secret"},
            host="https://chat.haneul.example",
            token_key=b"t" * 32,
        )

    def delivery(self, fixture: Path) -> Delivery:
        """As stored behind the door: it knows who holds the token."""
        signed = "signed" in fixture.stem
        who = {"kind": "account", "value": "user-42"} if signed else {"kind": "cookie", "value": "3f" * 32}
        return Delivery("fixture", "", fixture.read_bytes(), {"at": AT, **who})
