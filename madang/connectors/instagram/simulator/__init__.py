"""Instagram messaging on loopback: one account, its chats and the comments below its posts."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from madang.connectors._meta.simulator.chats import Chats
from madang.connectors.instagram.simulator.phone import Phone


class Simulator(Chats[Phone]):
    """``account_id`` and ``username`` are the account's."""

    object, ids, most = "instagram", "aWdf", 1_000
    closed, hiding, below = 2534022, "hide", "replies"

    def __init__(self) -> None:
        super().__init__("IGAA-simulated", "17841405822304914")
        self.username = "haneul.home"

    def form(self) -> dict[str, str]:
        """A channel of this account."""
        return super().form() | {"login": "instagram", "account_id": self.account_id, "username": self.username}

    def person(self, hook: str, name: str = "미나", **more: Any) -> Phone:
        """Somebody on Instagram."""
        if name not in self.phones:
            self.phones[name] = Phone(self, hook, name, f"99887766554{len(self.phones):05}")
        return self.phones[name]

    def long(self, text: str) -> int:
        """In bytes."""
        return len(text.encode())

    def me(self) -> Mapping[str, str]:
        return {"id": "7", "user_id": self.account_id, "username": self.username}

    def comment_id(self, post: str) -> str:
        return f"178{secrets.randbelow(10**14):014}"
