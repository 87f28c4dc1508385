"""What a visitor does without saying anything: she is writing, she has left."""

from __future__ import annotations

from datetime import UTC, datetime

from litestar import post
from litestar.params import FromPath

from madang.customers.actions import seen_online
from madang.events.stream import whisper
from madang.portal.chat import limits
from madang.portal.chat.asking import Asked, ground_of, visitor_of
from madang.portal.chat.visitors import known


@post("/chat/{key:str}/typing", status_code=204, opt={"cookieless": True})
async def typing(request: Asked, key: FromPath[str]) -> None:
    """She is writing: said to whoever has her conversation open, and kept nowhere."""
    visitor = await visitor_of(request, key)
    if limits.SIGNS.wait(visitor.owner):
        return
    async with ground_of(request).database.begin() as tx:
        visitor = await known(tx, visitor)
        if visitor.customer_id:
            await whisper(tx, "typing", customer=visitor.customer_id, channel=visitor.channel_id)


@post("/chat/{key:str}/away", status_code=204, opt={"cookieless": True})
async def away(request: Asked, key: FromPath[str]) -> None:
    """She closed the page: from now on chat does not reach her."""
    visitor = await visitor_of(request, key)
    if limits.SIGNS.wait(visitor.owner):
        return
    async with ground_of(request).database.begin() as tx:
        visitor = await known(tx, visitor)
        if visitor.identity_id:
            await seen_online(tx, visitor.identity_id, datetime.now(UTC))
            await whisper(tx, "presence", customer=visitor.customer_id, online=False)
