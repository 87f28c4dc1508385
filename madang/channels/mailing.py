"""The house's own mails, to colleagues: by one of its e-mail channels, of no conversation, and nobody is to answer."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from madang.channels.book import Book
from madang.channels.connector import Cap, Kind, Outbound, Party, SendError
from madang.channels.queries import ChannelRow, channels
from madang.channels.registry import UnknownConnector, get
from madang.lib.language import marked as _
from madang.lib.pages import Pages
from madang.lib.postgres import Tx

log = logging.getLogger("madang.mailing")

TIMEOUT = 30.0  # seconds for one mail: shorter than its lease, and than anybody waits for a worker to stop
AGAIN, SENT, PERHAPS = 0, 2, 3


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail to one colleague. ``number`` names it in its Message-ID; ``unsubscribe`` ends them with a click."""

    number: int
    to: str
    subject: str
    text: str
    html: str = ""
    unsubscribe: str = ""
    language: str = ""


def dressed(house: str, head: str, words: str, spoken: str) -> str:
    """Plain words as the HTML of a mail, under our mark. ``house`` is our public address, where the mark is fetched."""
    given: dict[str, Any] = {"house": house.rstrip("/"), "head": head, "words": words.strip()}
    return _pages().render("letter.html", spoken, "UTC", **given)


@cache
def _pages() -> Pages:
    return Pages([Path(__file__).parent / "templates"], {})


async def mailers(tx: Tx) -> list[ChannelRow]:
    """The channels that can write a mail to somebody who has not written, those that work first."""
    found = [one for one in await channels(tx) if _writes(one.connector)]
    return sorted(found, key=lambda one: (bool(one.paused_at or one.problem), one.id))


def _writes(connector: str) -> bool:
    try:
        kind = get(connector)
    except UnknownConnector:
        return False
    return Cap.INITIATE in kind.caps and kind.identity is Kind.EMAIL


async def post(book: Book, ways: Sequence[int], mail: Mail) -> tuple[int, str]:
    """Send by the first of these channels that takes it: (:data:`SENT` | :data:`PERHAPS` | :data:`AGAIN`, problem).

    Another channel is tried only where the one before has certainly sent nothing.
    """
    problem = _("There is no e-mail channel to send it by.")
    for channel_id in ways:
        try:
            bound = await book.by_id(channel_id)
            async with asyncio.timeout(TIMEOUT):
                await bound.connector.send(_out(mail))
        except SendError as error:
            problem = error.detail
            if error.why == "unsure":
                return PERHAPS, problem
        except TimeoutError:
            return PERHAPS, _("The mail server did not answer in time.")
        except Exception as error:
            log.exception("mail %s broke off", mail.number)
            return PERHAPS, f"{type(error).__name__}: {error}"
        else:
            return SENT, ""
    return AGAIN, problem


def _out(mail: Mail) -> Outbound:
    return Outbound(
        key=secrets.token_hex(16),
        to=Party(Kind.EMAIL, mail.to),
        text=mail.text,
        html=mail.html,
        conversation=0,
        message=mail.number,
        subject=mail.subject,
        language=mail.language,
        auto=True,
        unsubscribe=mail.unsubscribe,
    )
