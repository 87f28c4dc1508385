"""Tell browsers that an answer waits, each through whatever push service it named (lib/web_push.py)."""

from __future__ import annotations

import asyncio

import msgspec

from madang.ground import Ground
from madang.lib import language, web_push
from madang.lib.http import Client
from madang.lib.language import gettext as _
from madang.lib.web_push import Browser, Notice
from madang.push import actions
from madang.push.actions import Task

AT_ONCE = 20
WORDS = 140  # characters of a message in a notice


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
    notice = Notice(payload(task), task.key, int(actions.LASTS.total_seconds()))
    browser = Browser(task.endpoint, task.p256dh, task.auth)
    outcome = await web_push.tell(ground.keys, ground.settings.public_url, client, browser, notice)
    async with ground.database.begin() as tx:
        if outcome.taken:
            await actions.told(tx, task)
        elif outcome.gone:
            await actions.gone(tx, task.subscription_id)
        else:
            await actions.later(tx, task, outcome.wait or 30.0 * 2**task.tries)


def payload(task: Task) -> bytes:
    """What the browser is told. The message's words only where the brand allows it: a locked screen shows them."""
    with language.speaking(task.language):
        words = task.words.strip()[:WORDS] or _("We have answered you.")
    said = {"title": task.brand, "body": words, "url": task.page, "tag": f"madang-{task.key}"}
    return msgspec.json.encode(said)
