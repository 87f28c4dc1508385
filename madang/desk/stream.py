"""The desk's live news: one stream a browser, each telling only what exists for whoever sits there. Raw ASGI."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qs

from sqlalchemy import select

from madang.channels.connector import Reply
from madang.channels.hooks import answer
from madang.conversations.models import Conversation
from madang.desk.opened import house
from madang.desk.told import Place, Reading, places, told
from madang.desk.turned import turns
from madang.events.log import Happened
from madang.events.stream import Stream
from madang.events.tap import Receive, Send, Tap, sse
from madang.events.tap import Scope as Connection
from madang.ground import Ground
from madang.lib.postgres import Tx
from madang.staff.middleware import session_of
from madang.staff.permissions import Scope, Viewer

log = logging.getLogger("madang.desk")

LONGEST = 3600.0  # seconds; then the browser comes again and shows that it is still signed in
MOST = 20  # streams of one user
FACE = ("initials", "hue", "state")  # how a colleague who looks or writes is drawn
NAMED = ("user.", "team.", "brand.", "channel.")  # events after which somebody or something may be called otherwise
HER_OWN = ("user.", "password.", "session.")  # events about one user end her streams: what she may see has changed


@dataclass(frozen=True, slots=True)
class Ear:
    """Whose stream it is, and how she reads."""

    viewer: Viewer
    reading: Reading

    @property
    def scope(self) -> Scope:
        """What exists for her."""
        return self.viewer.scope

    @property
    def alike(self) -> tuple[Reading, Scope]:
        """Equal for those who hear the same: to whom everything exists, it does not matter who she is."""
        scope = self.scope
        return self.reading, Scope(None, scope.brands) if scope.sees == "all" else scope


class DeskStream:
    """The audience of agents."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._taps: set[Tap] = set()
        self._stopping = False
        self._names: dict[str, Any] | None = None

    def anyone(self) -> bool:
        """Whether a desk is open."""
        return bool(self._taps)

    async def serve(self, connection: Connection, receive: Receive, send: Send, stream: Stream) -> None:
        """``GET /stream?after=<position>``."""
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in connection["headers"]}
        _token, viewer = await session_of(self._ground, _cookies(headers.get("cookie", "")))
        if viewer is None:
            return await answer(send, Reply(401, b"sign in first"))
        if self._stopping:
            return await answer(send, Reply(503, b"stopping, come again", headers=(("retry-after", "1"),)))
        if sum(tap.who.viewer.user_id == viewer.user_id for tap in self._taps) >= MOST:
            return await answer(send, Reply(429, b"too many streams are open", headers=(("retry-after", "10"),)))
        tap = Tap(Ear(viewer, Reading(viewer.language, viewer.timezone, viewer.role)))
        self._names = None  # while nobody listened it was nobody's
        self._taps.add(tap)  # before looking back: what happens meanwhile is heard, twice at worst
        end = asyncio.get_running_loop().call_later(LONGEST, tap.close)
        try:
            await tap.serve(receive, send, await self._missed(tap.who, _after(connection, headers), stream))
        finally:
            end.cancel()
            self._taps.discard(tap)

    async def _missed(self, ear: Ear, after: int | None, stream: Stream) -> bytes:
        if after is None:
            return sse("gap", {})
        missed = await stream.missed(after)
        if missed is None:
            return sse("gap", {}, stream.position)
        if not missed:
            return b""
        async with self._ground.database.begin() as tx:
            batch = await told(tx, missed, max(stream.position, after), await self._known(tx, missed))
        return batch.blob(ear.reading, ear.scope)

    async def news(self, batch: Sequence[Happened], position: int) -> None:
        """Tell each browser what exists for it; equal readers with equal scopes share one blob."""
        self._end_changed(batch)
        if not self._taps or not any(event.conversation_id or turns(event) for event in batch):
            return
        async with self._ground.database.begin() as tx:
            ready = await told(tx, batch, position, await self._known(tx, batch))
        blobs: dict[tuple[Reading, Scope], bytes] = {}
        for tap in list(self._taps):
            key = tap.who.alike
            if key not in blobs:
                blobs[key] = ready.blob(*key)
            if blobs[key]:
                tap.say(blobs[key])

    async def _known(self, tx: Tx, batch: Sequence[Happened]) -> dict[str, Any]:
        """The house's names, asked for again when one of them may be another."""
        if self._names is None or any(event.kind.startswith(NAMED) for event in batch):
            self._names = await house(tx) | {"scanning": bool(self._ground.settings.virus_scan)}
        return self._names

    async def live(self, notices: Sequence[dict[str, Any]]) -> None:
        """Typing and presence: said, not kept."""
        if not self._taps:
            return
        async with self._ground.database.begin() as tx:
            for notice in notices:
                if notice.get("kind") == "bell":
                    self._ring(frozenset(notice.get("users", ())))
                    continue
                for place in await _where(tx, notice):
                    self._say(place, _notice(place, notice))

    def _say(self, place: Place, blob: bytes) -> None:
        for tap in self._taps:
            if place.seen_by(tap.who.scope):
                tap.say(blob)

    def _ring(self, users: frozenset[int]) -> None:
        """Their bell has changed; what it holds each one asks for herself."""
        for tap in self._taps:
            if tap.who.viewer.user_id in users:
                tap.say(sse("bell", {}))

    def _end_changed(self, batch: Sequence[Happened]) -> None:
        """Her role, her sight or her session changed: end her streams, the next one begins with what she now is."""
        users = {event.data.get("user") for event in batch if event.kind.startswith(HER_OWN)}
        teams = any(event.kind.startswith("team.") for event in batch)
        for tap in list(self._taps):
            viewer: Viewer = tap.who.viewer
            if viewer.user_id in users or (teams and viewer.scope.sees == "team"):
                tap.close()

    @property
    def listeners(self) -> int:
        """How many streams are open."""
        return len(self._taps)

    def drop(self) -> None:
        """End every stream that is open now."""
        for tap in list(self._taps):
            tap.close()

    def stop(self) -> None:
        """End every stream, and begin no other."""
        self._stopping = True
        self.drop()


async def _where(tx: Tx, notice: dict[str, Any]) -> list[Place]:
    """The conversations a notice is about: the one it names, or the open ones of its customer."""
    numbers = {notice["conversation"]} if notice.get("conversation") else set()
    if not numbers and notice.get("customer"):
        query = select(Conversation.id).where(
            Conversation.customer_id == notice["customer"], Conversation.status == "open"
        )
        numbers = set((await tx.execute(query.limit(5))).scalars())
    return list((await places(tx, numbers)).values()) if numbers else []


def _notice(place: Place, notice: dict[str, Any]) -> bytes:
    if notice.get("kind") == "presence":
        return sse("presence", {"c": place.id, "online": bool(notice.get("online"))})
    who = str(notice.get("who") or "")
    face = {"name": str(notice.get("name") or place.customer_name), **{key: notice.get(key) for key in FACE}}
    kind = "looking" if notice.get("kind") == "looking" else "typing"
    return sse(kind, {"c": place.id, "who": who, **face})


def _cookies(header: str) -> dict[str, str]:
    try:
        return {name: morsel.value for name, morsel in SimpleCookie(header).items()}
    except CookieError:
        return {}


def _after(connection: Connection, headers: dict[str, str]) -> int | None:
    asked = parse_qs(connection.get("query_string", b"").decode("latin-1")).get("after", [""])[0]
    given = headers.get("last-event-id") or asked
    return int(given) if given.isascii() and given.isdecimal() and len(given) < 20 else None
