"""KakaoTalk as she sees it: notices from a company, which she cannot answer here."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import ClassVar

from madang.channels.connector import Button
from madang.channels.playing import Bubble, Person, Shown, Verb


class Phone(Person):
    """One phone number with KakaoTalk. ``blocked``: she has blocked the company's channel."""

    verbs: ClassVar[frozenset[Verb]] = frozenset({"block", "unblock"})

    def __init__(self, name: str, number: str) -> None:
        super().__init__(name)
        self.number, self.blocked = number, False

    async def say(self, text: str, files: Sequence[Shown] = ()) -> Bubble:
        """What she writes below a notice goes to the consultation channel, never here."""
        raise NotImplementedError("nobody answers a notice")

    async def press(self, bubble: Bubble, button: Button) -> Bubble:
        """A button opens its address; nothing comes back."""
        return bubble

    async def do(self, verb: Verb, bubble: Bubble | None = None, value: str = "") -> None:
        """Block or unblock the channel."""
        if verb not in self.verbs:
            await super().do(verb, bubble, value)
        self.blocked = verb == "block"

    def show(self, text: str, buttons: tuple[Button, ...], kind: str) -> None:
        """A notice arrives."""
        author = "하늘" if kind != "SMS" else ""
        self.bubbles.append(Bubble(secrets.token_hex(6), False, text, buttons=buttons, author=author, kind=kind))
