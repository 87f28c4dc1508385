"""The contract between the house and any CRM: a folder in ``connectors/`` whose manifest says ``provides = ["crm"]``.

Pure protocol, as :mod:`madang.channels.connector`. The house decides what is written where; a CRM reads, writes and
says what has changed. Values are texts: days as 2026-11-22, ``true`` and ``false``, numbers in digits, a choice by its
value, a time zone by its IANA name. What is empty is ``""``.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar, Literal

from madang.channels.connector import Config, Forged, Reply, Request

PropertyKind = Literal["text", "number", "date", "choice", "bool", "url", "email", "phone"]
Why = Literal["rate", "auth", "down", "invalid"]


@dataclass(frozen=True, slots=True)
class Property:
    """One field of a contact there. ``fixed``: the CRM computes it, nobody can write it."""

    name: str
    label: str
    kind: PropertyKind = "text"
    choices: tuple[tuple[str, str], ...] = ()  # (value, label)
    fixed: bool = False


@dataclass(frozen=True, slots=True)
class Contact:
    """A person as the CRM has her. ``merged``: ids of contacts that were found there to be her."""

    id: str
    values: Mapping[str, str]
    at: datetime  # when it was changed last, aware
    emails: tuple[str, ...] = ()  # the main one first
    phones: tuple[str, ...] = ()
    merged: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """Some contacts, and where to go on. ``more`` False: there is nothing behind them now."""

    contacts: Sequence[Contact]
    cursor: str
    more: bool


@dataclass(frozen=True, slots=True)
class Write:
    """What is to stand there. Without ``id`` a contact is made, or the one that has this address is taken."""

    key: int  # by which the answer is known
    values: Mapping[str, str]
    id: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class Written:
    """What became of a :class:`Write`: the contact as it is now, or why it cannot be (in the CRM's words)."""

    key: int
    contact: Contact | None
    problem: str = ""
    new: bool = False


@dataclass(frozen=True, slots=True)
class Heard:
    """The CRM said that a contact changed, or that her data must be ``erased``. How she is now, is read."""

    id: str
    what: Literal["changed", "erased"] = "changed"


class CrmError(Exception):
    """A call that failed: rate and down are tried again (after ``retry``), auth needs a person, invalid never works."""

    def __init__(self, why: Why, detail: str, *, retry: timedelta | None = None) -> None:
        super().__init__(f"{why}: {detail}")
        self.why: Why = why
        self.detail = detail
        self.retry = retry


@dataclass(frozen=True, slots=True)
class CrmLimits:
    """``batch``: contacts of one call. ``body_bytes``: of one webhook. ``poll``: seconds between two looks."""

    batch: int = 100
    body_bytes: int = 1 << 20
    poll: float = 60.0


class Crm(ABC):
    """One CRM's protocol, bound to one account. Calls are paced by itself, so that it stays within its limits."""

    name: ClassVar[str]
    limits: ClassVar[CrmLimits] = CrmLimits()
    guesses: ClassVar[Mapping[str, str]] = {}  # property by the name of our field: what is most probably meant

    def __init__(self, config: Config) -> None:
        self.config = config

    @abstractmethod
    async def check(self) -> str:
        """Test the set-up; returns what the account is called there. Raises SetupError in plain words, CrmError."""

    @abstractmethod
    async def properties(self) -> Sequence[Property]:
        """The fields of a contact, those that can be written first. Raises CrmError."""

    @abstractmethod
    async def count(self) -> int:
        """About how many contacts there are. Raises CrmError."""

    @abstractmethod
    async def everyone(self, cursor: str, names: Sequence[str]) -> Page:
        """All contacts with these properties, from ``cursor`` on ('' is the beginning). Raises CrmError."""

    @abstractmethod
    async def changed(self, cursor: str, names: Sequence[str]) -> Page:
        """What changed since ``cursor``; '' begins now, and answers with no contact. One may come more than once."""

    @abstractmethod
    async def read(self, ids: Sequence[str], names: Sequence[str]) -> Mapping[str, Contact]:
        """By the ids asked for, at most ``limits.batch``: merged contacts as who they are now, deleted ones not."""

    @abstractmethod
    async def find(self, emails: Sequence[str], names: Sequence[str]) -> Mapping[str, Contact]:
        """Contacts by address, at most ``limits.batch``."""

    @abstractmethod
    async def write(self, writes: Sequence[Write]) -> Sequence[Written]:
        """Write them, at most ``limits.batch``; twice is once. One that cannot be written holds up none of the others.

        Raises CrmError of rate, auth or down; then some may have been written.
        """

    def verify(self, request: Request) -> Reply:
        """Prove that a webhook is the CRM's, in constant time; raises Forged."""
        raise Forged(f"{self.name} sends no webhooks")

    def hear(self, request: Request) -> Sequence[Heard]:
        """What a proven webhook says; pure. Raises Malformed."""
        return ()

    async def close(self) -> None:
        """Let go of connections."""
