"""A worker's rounds: look what is wrong, then post what is to be told."""

from __future__ import annotations

import logging
from collections.abc import Collection, Sequence

from sqlalchemy import text

from madang.alerts import actions, queries
from madang.alerts.actions.post import SENT
from madang.alerts.conditions import troubles
from madang.channels import mailing
from madang.channels.book import Book
from madang.channels.mailing import Mail
from madang.channels.queries import ChannelRow
from madang.ground import Ground

log = logging.getLogger("madang.alerts")

LOCK = text("select pg_try_advisory_xact_lock(7306)")


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
        ways = await _ways(await mailing.mailers(tx), (await queries.chosen(tx)).channel_id)
    for letter in letters:
        html = mailing.dressed(ground.settings.public_url, letter.subject, letter.body, "en")
        mail = Mail(letter.id, letter.recipient, letter.subject, letter.body, html)
        state, problem = await mailing.post(book, ways, mail)
        log.info("alert mail %s", "sent" if state == SENT else "not sent", extra={"mail": letter.id, "state": state})
        async with ground.database.begin() as tx:
            await actions.settle(tx, letter, state, problem)
    return len(letters)


async def _ways(found: Sequence[ChannelRow], first: int | None) -> list[int]:
    """The chosen channel, then those that work, then the rest: the one that has stopped cannot say so itself."""
    return [one.id for one in sorted(found, key=lambda one: one.id != first)]
