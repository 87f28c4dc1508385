"""A worker's rounds: look what is wrong, then post what is to be told."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Collection, Sequence

from sqlalchemy import text

from madang.alerts import actions, queries
from madang.alerts.actions import Letter
from madang.alerts.actions.post import PERHAPS, SENT
from madang.alerts.conditions import troubles
from madang.channels.book import Book
from madang.channels.connector import Kind, Outbound, Party, SendError
from madang.channels.queries import ChannelRow
from madang.ground import Ground
from madang.lib.language import marked as _

log = logging.getLogger("madang.alerts")

LOCK = text("select pg_try_advisory_xact_lock(7306)")
TIMEOUT = 30.0  # seconds for one mail: shorter than its lease, and than anybody waits for a worker to stop


async def go(ground: Ground, book: Book, reactions: Collection[str] = ()) -> None:
    """One round, over the reactions of these names too. Any number of workers may go: one looks, each mail is in one's
    hands."""
    await look(ground, reactions)
    while await post(ground, book):
        pass


async def look(ground: Ground, reactions: Collection[str] = ()) -> int:
    """See what is wrong, and write down who is to be told; returns how many mails that makes."""
    async with ground.database.begin() as tx:
        if not (await tx.execute(LOCK)).scalar_one():
            return 0
        chosen, seen = await queries.chosen(tx), await queries.see(tx, reactions)
        found = list(troubles(seen, chosen.thresholds))
        return await actions.watch(tx, found, chosen, seen.now, ground.settings.public_url)


async def post(ground: Ground, book: Book) -> int:
    """Send what is due; returns how many mails were tried."""
    async with ground.database.begin() as tx:
        letters = await actions.claim(tx)
        if not letters:
            return 0
        ways = await _ways(await queries.mailers(tx), (await queries.chosen(tx)).channel_id)
    for letter in letters:
        state, problem = await _send(book, ways, letter)
        log.info("alert mail %s", "sent" if state == SENT else "not sent", extra={"mail": letter.id, "state": state})
        async with ground.database.begin() as tx:
            await actions.settle(tx, letter, state, problem)
    return len(letters)


async def _ways(found: Sequence[ChannelRow], first: int | None) -> list[int]:
    """The chosen channel, then those that work, then the rest: the one that has stopped cannot say so itself."""
    return [one.id for one in sorted(found, key=lambda one: one.id != first)]


async def _send(book: Book, ways: Sequence[int], letter: Letter) -> tuple[int, str]:
    """(state, problem). Another channel is tried only where the one before has certainly sent nothing."""
    problem = _("There is no e-mail channel to send it by.")
    for channel_id in ways:
        try:
            bound = await book.by_id(channel_id)
            async with asyncio.timeout(TIMEOUT):
                await bound.connector.send(_out(letter))
        except SendError as error:
            problem = error.detail
            if error.why == "unsure":
                return PERHAPS, problem
        except TimeoutError:
            return PERHAPS, _("The mail server did not answer in time.")
        except Exception as error:
            log.exception("alert mail %s broke off", letter.id)
            return PERHAPS, f"{type(error).__name__}: {error}"
        else:
            return SENT, ""
    return 0, problem


def _out(letter: Letter) -> Outbound:
    """Of no conversation: nobody is meant to answer it."""
    return Outbound(
        key=secrets.token_hex(16),
        to=Party(Kind.EMAIL, letter.recipient),
        text=letter.body,
        conversation=0,
        message=letter.id,
        subject=letter.subject,
        auto=True,
    )
