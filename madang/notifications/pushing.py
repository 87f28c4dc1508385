"""Wake her browsers: only what she has not seen anywhere, only what exists for her now, and take it down when seen."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

import msgspec

from madang.ground import Ground
from madang.lib import web_push
from madang.lib.http import Client
from madang.lib.web_push import Browser, Notice, Outcome
from madang.notifications import queries, quiet, words
from madang.notifications.actions import browsers, handing
from madang.notifications.actions.handing import Batch
from madang.notifications.queries import Item
from madang.notifications.wishes import Wishes
from madang.staff.permissions import Viewer
from madang.staff.viewers import viewer_of_user

EACH = 3  # conversations of one telling that are shown one by one; more are one line
MANY = "madang-many"  # and its tag, which the service worker knows
# Safari forgets a browser that is told without showing something; what it shows goes when the desk is opened.
SHOWS_EACH = ("web.push.apple.com",)


async def send(ground: Ground) -> int:
    """Tell and take down what is due; returns how many colleagues that concerned."""
    done = 0
    while await _told(ground, "push") or await _told(ground, "close"):
        done += 1
    return done


async def _told(ground: Ground, way: str) -> bool:
    async with ground.database.begin() as tx:
        batch = await handing.take(tx, way)
        if batch is None:
            return False
        viewer = await viewer_of_user(tx, batch.user_id) if batch.ids else None
        if viewer is None:
            return True
        waits = batch.way == "push" and await quiet.holds(tx, viewer, batch)
        said = [] if waits else await _notices(tx, viewer, batch)
        there = await queries.browsers(tx, viewer)
    if said and there:
        await _out(ground, batch, there, said)
    return True


async def _notices(tx: Any, viewer: Viewer, batch: Batch) -> list[dict[str, Any]]:
    """What her browsers show, or take down."""
    count = await queries.unseen(tx, viewer)
    if batch.way == "close":
        return [{"close": True, "open": await queries.open_tags(tx, viewer), "count": count}]
    items = await queries.of(tx, viewer, batch.ids)
    hers = await queries.wishes(tx, viewer.user_id)
    with words.spoken(viewer.language, viewer.timezone):
        if len(items) > EACH:
            names = words.names([one.customer for one in items])
            title = words.many(len(items))
            newest = max(one.ids[0] for one in items)
            return [{"title": title, "body": names, "url": "/", "tag": MANY, "id": newest, "count": count}]
        return [said(one, hers) | {"count": count} for one in items]


def said(one: Item, hers: Wishes) -> dict[str, Any]:
    """As a browser shows it: a customer's words only where she allows it, because a locked screen shows them."""
    body = one.excerpt if hers.words and one.kind not in ("assigned", "woke") else ""
    told = {"title": words.title(one), "body": body, "url": one.url, "tag": one.tag}
    return told | {"id": one.ids[0], "kind": one.kind}


async def _out(ground: Ground, batch: Batch, there: Sequence[Any], said: Sequence[dict[str, Any]]) -> None:
    client = Client(ground.settings.allow_hosts, total=20)
    try:
        tasks = [_one(ground, client, row, one) for row in there for one in said if not _spared(row, one)]
        outcomes = await asyncio.gather(*tasks)
    finally:
        await client.close()
    async with ground.database.begin() as tx:
        if batch.way == "push" and any(one.taken for one in outcomes):
            await handing.pushed(tx, batch.ids)
        elif outcomes and not any(one.taken for one in outcomes) and any(one.again for one in outcomes):
            await handing.again(tx, batch, max(one.wait for one in outcomes) or 30.0 * 2**batch.tries)


def _spared(row: Any, one: dict[str, Any]) -> bool:
    return bool(one.get("close")) and (urlsplit(row.endpoint).hostname or "") in SHOWS_EACH


async def _one(ground: Ground, client: Client, row: Any, one: dict[str, Any]) -> Outcome:
    topic = str(one.get("tag", "madang-close"))
    notice = Notice(msgspec.json.encode(one), topic, int(handing.LASTS.total_seconds()), "high")
    browser = Browser(row.endpoint, row.p256dh, row.auth)
    outcome = await web_push.tell(ground.keys, ground.settings.public_url, client, browser, notice)
    if outcome.gone:
        async with ground.database.begin() as tx:
            await browsers.gone(tx, row.id)
    return outcome
