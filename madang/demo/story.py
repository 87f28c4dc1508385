"""The story as data: who the customers are, what was said, what they will say (story.toml)."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Literal

import msgspec

By = str  # mail, chat, kiosk, or a connector whose simulator is a Provider


class Person(msgspec.Struct, frozen=True):
    """A customer. ``charset`` is what her mail program writes in."""

    name: str
    address: str
    charset: str = "utf-8"


class Matter(msgspec.Struct, frozen=True):
    """A past conversation. ``ago`` is hours before now; a line begins with ``in:``, ``out:`` or ``note:``."""

    brand: str
    by: By
    who: str
    lines: list[str]
    ago: float
    subject: str = ""
    agent: str = ""
    status: Literal["open", "closed"] = "open"
    tags: list[str] = []


class Says(msgspec.Struct, frozen=True):
    """Something a customer begins with, live. ``{n}`` is a number that grows."""

    brand: str
    by: By
    who: str
    lines: list[str]
    subject: str = ""


class Live(msgspec.Struct, frozen=True):
    """What goes on: something new every ``every`` seconds, and thanks in the language of the answer."""

    every: float
    says: list[Says]
    thanks: dict[str, list[str]]


class Story(msgspec.Struct, frozen=True):
    """All of it."""

    people: dict[str, Person]
    matters: list[Matter]
    live: Live


def story() -> Story:
    """Read it; raises ValueError when it is not one."""
    text = (Path(__file__).parent / "story.toml").read_text("utf-8")
    return msgspec.convert(tomllib.loads(text), Story)
