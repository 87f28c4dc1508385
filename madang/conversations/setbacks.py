"""What becomes of a message that was not sent: again later, the next door, unsure, failed. Errors carry the policy."""

from __future__ import annotations

import logging
import random
from datetime import timedelta

from madang.channels.connector import SendError
from madang.conversations import settle
from madang.conversations.doors import chains
from madang.conversations.leases import Job
from madang.conversations.ways import others
from madang.ground import Ground
from madang.lib.postgres import Tx

log = logging.getLogger("madang.delivery")

TRIES = 33  # in vain; with the pauses between them about a day
PATIENCE = 10_000  # tries of a message whose provider says each time when to come again


def pause_after(strikes: int) -> timedelta:
    """How long to wait after so many tries in vain: 5 s, 10 s, 20 s … at most an hour, with jitter."""
    seconds: float = min(3600.0, 5.0 * 2 ** (strikes - 1)) * random.uniform(0.8, 1.2)  # noqa: S311 - not a secret
    return timedelta(seconds=seconds)


async def on_error(tx: Tx, ground: Ground, job: Job, error: SendError) -> None:
    """What the policy of an error makes of a message."""
    log.warning("message %s on channel %s was not sent: %s", job.message_id, job.channel_id, error)
    strikes = job.strikes + 1
    if error.why in ("rate", "down") and error.retry and job.tries < PATIENCE:
        await settle.again(tx, job, error.retry, error.why, error.detail)
    elif error.why in ("rate", "down") and strikes < TRIES:
        await settle.again(tx, job, pause_after(strikes), error.why, error.detail, strike=True)
    elif error.why == "auth":
        await settle.pause(tx, job, error.detail)
    elif error.why == "unsure":
        await settle.unsure(tx, job, error.detail)
    elif not await _elsewhere(tx, ground, job, error.why):
        await settle.failed(tx, job, error.why, error.detail)


async def _elsewhere(tx: Tx, ground: Ground, job: Job, why: str) -> bool:
    """By the next door of the brand's chain; where there is no chain, by any other that is open."""
    if await chains.has(tx, job.conversation_id):
        step = await chains.following(ground, tx, job.conversation_id, job.message_id, job.channel_id)
        if step is None or not await settle.reroute(tx, job, step.way.channel_id, why, step.template):
            return False
        await chains.at(tx, job.message_id, step)
    else:
        way = await others(tx, job.conversation_id, [job.channel_id]) if why in ("window", "blocked") else None
        if way is None or not await settle.reroute(tx, job, way.channel_id, why):
            return False
    await settle.again(tx, job, timedelta())
    return True
