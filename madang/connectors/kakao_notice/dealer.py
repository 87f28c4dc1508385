"""What a dealer of Kakao's business messages has to be able to do, and what all of them need."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, Protocol

from madang.channels.connector import KnownTemplate, Outbound, SendError, Sent, Template
from madang.lib.language import marked

State = Literal["approved", "pending", "rejected", "paused", "gone"]  # of a KnownTemplate

ABROAD = marked("Notices go to Korean mobile numbers only.")
_PLACE = re.compile(r"#\{([^{}]{1,100})\}")
_MOBILE = re.compile(r"\+821[016789]\d{7,8}")


class Dealer(Protocol):
    """One dealer's API for one Kakao channel. Raises :class:`SendError`."""

    key_field: str  # the field of the form that is wrong when the dealer does not know us

    async def send(self, out: Outbound, template: Template) -> Sent:
        """Hand over a filled template."""
        ...

    async def templates(self) -> Sequence[KnownTemplate]:
        """All of them."""
        ...

    async def check(self) -> None:
        """Ask something that needs the keys and the Kakao channel."""
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...


def mobile(phone: str) -> str:
    """An E.164 number as the dealers write it: 01012345678. Raises SendError for all but Korean mobile numbers."""
    if not _MOBILE.fullmatch(phone):
        raise SendError("invalid", ABROAD)
    return "0" + phone.removeprefix("+82")


def places(*texts: Any) -> tuple[str, ...]:
    """The names of the places ``#{name}`` in these texts, each once, as they come."""
    return tuple(dict.fromkeys(name for text in texts if isinstance(text, str) for name in _PLACE.findall(text)))


def texts(row: Mapping[str, Any], *names: str) -> list[str]:
    """Those of the fields that are text and not empty."""
    return [value for name in names if isinstance(value := row.get(name), str) and value]


def rows(some: Any) -> Iterable[Mapping[str, Any]]:
    """The objects of a list; nothing where it is none."""
    return [one for one in some if isinstance(one, Mapping)] if isinstance(some, list) else []
