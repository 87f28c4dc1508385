"""Browsers that may wake her: allowed by a press of hers, forgotten by her or by their push service."""

from __future__ import annotations

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from madang.events.kinds import Kind
from madang.events.record import SYSTEM, News, record
from madang.lib.errors import NotFound, Refused
from madang.lib.language import gettext as _
from madang.lib.postgres import Tx
from madang.lib.web_push import Browser
from madang.notifications.models import DeskBrowser
from madang.staff.permissions import Viewer

MOST = 10  # browsers of one colleague; the oldest goes when there is one more


async def allow(tx: Tx, viewer: Viewer, browser: Browser, name: str) -> None:
    """She wants to be told in this browser; twice is once. It is hers from now on, whoever sat at it before."""
    if viewer.user_id is None or browser.wrong():
        raise Refused(_("This browser cannot be told anything. Try another one."), "endpoint")
    values = {"user_id": viewer.user_id, "endpoint": browser.endpoint, "p256dh": browser.p256dh, "auth": browser.auth}
    values["name"] = name[:200]
    hers = select(DeskBrowser.id).where(DeskBrowser.endpoint == browser.endpoint)
    known = (await tx.execute(hers.where(DeskBrowser.user_id == viewer.user_id))).scalar()
    made = insert(DeskBrowser).values(values)
    await tx.execute(made.on_conflict_do_update(index_elements=[DeskBrowser.endpoint], set_=values))
    newest = select(DeskBrowser.id).filter_by(user_id=viewer.user_id).order_by(DeskBrowser.id.desc()).limit(MOST)
    await tx.execute(delete(DeskBrowser).where(DeskBrowser.user_id == viewer.user_id, DeskBrowser.id.not_in(newest)))
    if known is None:
        await record(tx, viewer.actor, News(Kind.PUSH_ALLOWED, data={"user": viewer.user_id}))


async def forget(tx: Tx, viewer: Viewer, *, endpoint: str = "", number: int = 0) -> None:
    """Not in this browser any more; only of her own. By its endpoint twice is once; by number it raises NotFound."""
    which = DeskBrowser.endpoint == endpoint if endpoint else DeskBrowser.id == number
    ended = await tx.execute(delete(DeskBrowser).where(DeskBrowser.user_id == viewer.user_id, which))
    if ended.rowcount:
        await record(tx, viewer.actor, News(Kind.PUSH_ENDED, data={"user": viewer.user_id, "why": "asked"}))
    elif number:
        raise NotFound


async def gone(tx: Tx, number: int) -> None:
    """Its push service does not know the browser any more."""
    ended = delete(DeskBrowser).where(DeskBrowser.id == number).returning(DeskBrowser.user_id)
    user_id = (await tx.execute(ended)).scalar()
    if user_id is not None:
        await record(tx, SYSTEM, News(Kind.PUSH_ENDED, data={"user": user_id, "why": "gone"}))
