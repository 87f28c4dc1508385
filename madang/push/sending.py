"""Tell browsers that an answer waits: encrypted for them (RFC 8291), through whatever push service each one named.

The address of that service comes from a stranger's browser, so it is called as any address of a stranger is: guarded.
"""

from __future__ import annotations

import asyncio
import logging

import msgspec

from madang.ground import Ground
from madang.lib import language
from madang.lib.http import Blocked, CallFailed, Client
from madang.lib.language import gettext as _
from madang.push import actions, keys
from madang.push.actions import Task

log = logging.getLogger("madang.push")

AT_ONCE = 20
WORDS = 140  # characters of a message in a notice
GONE = (404, 410)  # RFC 8030: this browser is no more
FORBIDDEN = (401, 403)  # it was told another key of ours, one that we have no more


async def send(ground: Ground) -> int:
    """Tell what is due; returns how many browsers that were."""
    async with ground.database.begin() as tx:
        tasks = await actions.take(tx, AT_ONCE)
    if not tasks:
        return 0
    client = Client(ground.settings.allow_hosts, total=20)
    try:
        await asyncio.gather(*(_one(ground, client, task) for task in tasks))
    finally:
        await client.close()
    return len(tasks)


async def _one(ground: Ground, client: Client, task: Task) -> None:
    try:
        status, wait = await _post(ground, client, task)
    except Blocked as error:
        log.warning("a browser named an address that is not called: %s", error)
        status, wait = 410, 0.0
    except CallFailed as error:
        log.info("a push service cannot be reached, trying again: %s", error)
        status, wait = 503, 0.0
    async with ground.database.begin() as tx:
        if 200 <= status < 300:
            await actions.told(tx, task)
        elif status in GONE or status in FORBIDDEN:
            await actions.gone(tx, task.subscription_id)
        elif status == 429 or status >= 500:
            await actions.later(tx, task, wait or 30.0 * 2**task.tries)
        else:  # it will never take this one
            log.warning("a push service refused a notice with %d", status)
            await actions.told(tx, task)


async def _post(ground: Ground, client: Client, task: Task) -> tuple[int, float]:
    body = await asyncio.to_thread(sealed, task, payload(task))
    headers = {
        "content-encoding": "aes128gcm",
        "content-type": "application/octet-stream",
        "ttl": str(int(actions.LASTS.total_seconds())),
        "urgency": "normal",
        "topic": task.key[:32],  # a newer notice of the same chat takes the place of one not yet shown
        "authorization": keys.authorization(ground.keys, task.endpoint, ground.settings.public_url),
    }
    answer = await client.request("POST", task.endpoint, headers=headers, content=body, limit=64 << 10, cut=True)
    given = answer.headers.get("retry-after", "")
    return answer.status, float(min(int(given), 3600)) if given.isascii() and given.isdecimal() else 0.0


def payload(task: Task) -> bytes:
    """What the browser is told. The message's words only where the brand allows it: a locked screen shows them."""
    with language.speaking(task.language):
        words = task.words.strip()[:WORDS] or _("We have answered you.")
    said = {"title": task.brand, "body": words, "url": task.page, "tag": f"madang-{task.key}"}
    return msgspec.json.encode(said)


def sealed(task: Task, plain: bytes) -> bytes:
    """Only this browser opens it."""
    from pywebpush import WebPusher  # brings two HTTP libraries along, which nobody needs before

    browser = {"endpoint": task.endpoint, "keys": {"p256dh": task.p256dh, "auth": task.auth}}
    made: bytes = WebPusher(browser).encode(plain, "aes128gcm")["body"]
    return made
