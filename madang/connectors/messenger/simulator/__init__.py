"""The Messenger Platform on loopback: one page, its chats and the comments below its posts."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from madang.connectors._meta.simulator.chats import Chats
from madang.connectors.messenger.simulator.phone import Phone


class Simulator(Chats[Phone]):
    """``page_id`` is the page's."""

    object, ids, most = "page", "m_", 2_000
    closed, hiding, below = 2018278, "is_hidden", "comments"

    def __init__(self) -> None:
        super().__init__("EAAP-simulated", "108123456789012")
        self.page_id = self.account_id

    def form(self) -> dict[str, str]:
        """A channel of this page."""
        return super().form() | {"page_id": self.page_id}

    def person(self, hook: str, name: str = "미나", **more: Any) -> Phone:
        """Somebody on Facebook."""
        if name not in self.phones:
            self.phones[name] = Phone(self, hook, name, f"65432109876{len(self.phones):05}")
        return self.phones[name]

    def own(self) -> str:
        return self.page_id

    def me(self) -> Mapping[str, str]:
        return {"id": self.page_id, "name": "하늘"}

    def comment_id(self, post: str) -> str:
        return f"{post}_{secrets.randbelow(10**15):015}"
