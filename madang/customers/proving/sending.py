"""Codes go out by the channel they were asked for on, whatever that is: nothing here knows one by name."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from datetime import timedelta

from madang.channels import actions as channels
from madang.channels.book import Book, Bound
from madang.channels.connector import Cap, Kind, Outbound, Party, SendError
from madang.customers.proving import wording
from madang.customers.proving.actions import handing
from madang.customers.proving.actions.handing import Job
from madang.events.record import SYSTEM
from madang.ground import Ground

log = logging.getLogger("madang.codes")

AT_ONCE = 10
TIMEOUT = 100  # seconds for one send; shorter than the lease
PAUSE = timedelta(seconds=15)  # before the next try: who waits for a code does not wait long
PURPOSE = "address codes"  # of the key under which they are hashed


def key_of(ground: Ground) -> bytes:
    """The key of the hashes."""
    return ground.keys.derive(PURPOSE)


async def send(ground: Ground, book: Book) -> int:
    """Hand over what is due and see it through; returns how many codes were tried."""
    async with ground.database.begin() as tx:
        await handing.give_up(tx)
        jobs = await handing.take(tx, key_of(ground), AT_ONCE)
    await asyncio.gather(*(_send_one(ground, book, job) for job in jobs))
    return len(jobs)


async def _send_one(ground: Ground, book: Book, job: Job) -> None:
    """Whatever happens is an outcome; what is not written down is tried again when the lease has run out."""
    try:
        bound = await book.by_id(job.channel_id)
        async with asyncio.timeout(TIMEOUT):
            await bound.connector.send(outbound(bound, job))
    except SendError as error:
        await _refused(ground, job, error)
        return
    except Exception as error:
        log.warning("code %s: the send broke off: %s", job.id, error)
        if not isinstance(error, TimeoutError):  # it may have gone out, and a newer one would do no harm
            await _refused(ground, job, SendError("down", f"{type(error).__name__}: {error}"[:300]))
            return
    async with ground.database.begin() as tx:
        await handing.sent(tx, job)


async def _refused(ground: Ground, job: Job, error: SendError) -> None:
    log.warning("code %s on channel %s was not sent: %s", job.id, job.channel_id, error)
    async with ground.database.begin() as tx:
        if error.why in ("rate", "down"):
            await handing.again(tx, job, min(error.retry or PAUSE, PAUSE * 4), error.detail)
        elif error.why == "unsure":  # she may have it: it counts, and a press sends another
            await handing.sent(tx, job)
        else:
            await handing.failed(tx, job, error.detail)
            if error.why == "auth":
                await channels.pause(tx, SYSTEM, job.channel_id, error.detail)


def outbound(bound: Bound, job: Job) -> Outbound:
    """The message. It belongs to no conversation: an answer to it is an ordinary message of whoever has the address."""
    brand = str(bound.connector.config.brand.get("name") or bound.row.brand_name)
    language = job.language or str(bound.connector.config.brand.get("language") or "")
    lettered = Cap.SUBJECT in bound.connector.caps
    with wording.speaking(language):
        words = wording.long(brand, job.code) if lettered else wording.short(brand, job.code)
        out = Outbound(
            key=f"code-{job.id}-{job.sends}",
            to=Party(Kind(job.kind), job.value),
            text=words,
            conversation=0,
            message=job.id * 100 + job.sends,  # names this hand-over: each has another code
            language=language,
            auto=True,
        )
        return replace(out, subject=wording.subject(brand)) if lettered else out
