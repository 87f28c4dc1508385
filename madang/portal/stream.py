"""The visitors' live news: what her rule lets her read, typing, how far agents have read. The token is in a header."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, unquote

from madang.channels.book import Book
from madang.channels.connector import Reply
from madang.channels.hooks import answer
from madang.customers.actions import seen_online
from madang.events.kinds import Kind
from madang.events.log import Happened
from madang.events.stream import Stream, whisper
from madang.events.tap import Receive, Scope, Send, Tap, sse
from madang.ground import Ground
from madang.lib.errors import NotFound
from madang.lib.plain import one_line
from madang.lib.postgres import Tx
from madang.portal.chat import challenge, history, limits, shown, visitors
from madang.portal.chat.visitors import Unknown, Visitor, known
from madang.staff.attempts import network

log = logging.getLogger("madang.portal")

AWAY_AFTER = timedelta(seconds=30)  # without a stream
REFRESH = 10.0  # seconds between two signs that she is still here
MOST = 6  # streams of one visitor: one a tab would be too many already

MESSAGES = {
    Kind.MESSAGE_RECEIVED,
    Kind.MESSAGE_STATE,
    Kind.MESSAGE_EDITED,
    Kind.MESSAGE_DELETED,
    Kind.MESSAGE_MEDIA,
}
READ = {Kind.CONVERSATION_SEEN, Kind.MESSAGE_QUEUED}
STRANGERS = {Kind.IDENTITY_ADDED, Kind.CUSTOMER_CREATED}
TURNED = {Kind.CUSTOMER_MERGED, Kind.CUSTOMER_UNMERGED}
PROOFS = {Kind.PROOF_ASKED, Kind.PROOF_SENT, Kind.PROOF_GIVEN, Kind.PROOF_FAILED}
ARRIVALS = {Kind.MESSAGE_RECEIVED} | STRANGERS


@dataclass(slots=True)
class Ear:
    """One open stream and whose it is. ``conversations`` are hers with the brand."""

    visitor: Visitor
    page: str = ""
    conversations: set[int] = field(default_factory=set)


class Sorted:
    """A batch by conversation, sorted once for however many listen."""

    def __init__(self, batch: Sequence[Happened]) -> None:
        self._by_conversation: dict[int, list[Happened]] = {}
        self._spoken: dict[int, set[int]] = {}  # customer -> conversations she has just written to
        for event in batch:
            number = event.conversation_id
            if number is None:
                continue
            self._by_conversation.setdefault(number, []).append(event)
            if event.kind == Kind.MESSAGE_RECEIVED and event.customer_id:
                self._spoken.setdefault(event.customer_id, set()).add(number)

    def of(self, ear: Ear) -> list[Happened]:
        """What concerns her; her new conversations become hers."""
        ear.conversations |= self._spoken.get(ear.visitor.customer_id, set())
        mine = ear.conversations & self._by_conversation.keys()
        return [event for number in sorted(mine) for event in self._by_conversation[number]]


class PortalStream:
    """The audience of visitors."""

    def __init__(self, ground: Ground, book: Book) -> None:
        self._ground = ground
        self._book = book
        self._taps: set[Tap] = set()
        self._open: Counter[str] = Counter()
        self._keeper: asyncio.Task[None] | None = None
        self._stopping = False

    async def serve(self, scope: Scope, receive: Receive, send: Send, stream: Stream) -> None:
        """``GET /chat/<key>/stream?after=<position>``."""
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        admitted = await self._admit(scope, headers)
        if isinstance(admitted, Reply):
            await answer(send, admitted)
            return
        page = one_line(unquote(headers.get("madang-page", ""), errors="replace"))[:500]
        await self._listen(Tap(Ear(admitted, page)), _after(scope), receive, send, stream)

    async def _admit(self, scope: Scope, headers: Mapping[str, str]) -> Visitor | Reply:
        try:
            visitor = visitors.prove(await visitors.chat(self._book, scope["path"].split("/")[2]), headers)
        except NotFound as error:
            return Reply(404, error.message.encode())
        except Unknown as error:
            return Reply(401, error.detail.encode())
        if self._stopping:
            return Reply(503, b"stopping, come again", headers=(("retry-after", "1"),))
        remote = (scope.get("client") or ("", 0))[0]
        if self._open[visitor.owner] >= MOST or limits.STREAMS.wait(network(remote)):
            return Reply(429, b"too many streams are open", headers=(("retry-after", "10"),))
        return visitor

    async def _listen(self, tap: Tap, after: int | None, receive: Receive, send: Send, stream: Stream) -> None:
        owner = tap.who.visitor.owner
        self._open[owner] += 1
        try:
            self._taps.add(tap)  # before looking back: what happens meanwhile is heard, twice at worst
            async with self._ground.database.begin() as tx:
                await self._recognise(tx, tap)
            self._keep()
            await tap.serve(receive, send, await self._missed(tap, after, stream))
        finally:
            self._taps.discard(tap)
            self._open[owner] -= 1
            if not self._open[owner]:
                del self._open[owner]

    async def _missed(self, tap: Tap, after: int | None, stream: Stream) -> bytes:
        ear: Ear = tap.who
        if not ear.visitor.customer_id:
            return b""
        if after is None:  # she does not know how much she knows
            return sse("gap", {})
        missed = await stream.missed(after)
        if missed is None or any(self._is_new(ear, event) for event in missed):
            return sse("gap", {})
        position = max(after, stream.position)
        async with self._ground.database.begin() as tx:
            return await self._told(tx, ear, Sorted(missed).of(ear), position)

    async def _recognise(self, tx: Tx, tap: Tap) -> bool:
        """Learn who she is; true when that is new."""
        ear: Ear = tap.who
        ear.visitor = await known(tx, ear.visitor)
        if not ear.visitor.customer_id:
            return False
        ear.conversations = set(await history.conversations(tx, ear.visitor))
        await seen_online(tx, ear.visitor.identity_id, datetime.now(UTC) + AWAY_AFTER, ear.page)
        await whisper(tx, "presence", customer=ear.visitor.customer_id, online=True)
        return True

    def _is_new(self, ear: Ear, event: Happened) -> bool:
        """She became somebody since her page asked who she is: what it was told then was nobody's."""
        return event.kind in STRANGERS and event.customer_id == ear.visitor.customer_id

    def anyone(self) -> bool:
        """Whether a visitor's chat is open."""
        return bool(self._taps)

    async def news(self, batch: Sequence[Happened], position: int) -> None:
        """Tell each visitor what is hers."""
        if not self._taps:
            return
        await self._welcome(batch)
        await self._turn(batch)
        sorted_out = Sorted(batch)
        for tap in list(self._taps):
            if mine := sorted_out.of(tap.who):
                async with self._ground.database.begin() as tx:
                    tap.say(await self._told(tx, tap.who, mine, position))

    async def _welcome(self, batch: Sequence[Happened]) -> None:
        """Somebody has become known: it may be one of those who listen and have not spoken before."""
        if not any(event.kind in ARRIVALS for event in batch):
            return
        strangers = [tap for tap in self._taps if not tap.who.visitor.customer_id]
        if not strangers:
            return
        async with self._ground.database.begin() as tx:
            for tap in strangers:
                if await self._recognise(tx, tap):
                    tap.say(sse("gap", {}))

    async def _turn(self, batch: Sequence[Happened]) -> None:
        """Somebody turned out to be somebody else, or a code is asked for: it may be one of those who listen."""
        turned = {event.customer_id for event in batch if event.kind in TURNED}
        turned |= {event.data.get("other") for event in batch if event.kind in TURNED}
        asked = {event.customer_id for event in batch if event.kind in PROOFS}
        concerned = [tap for tap in self._taps if tap.who.visitor.customer_id in (turned | asked) - {None}]
        if not concerned:
            return
        async with self._ground.database.begin() as tx:
            for tap in concerned:
                if tap.who.visitor.customer_id in turned and await self._recognise(tx, tap):
                    tap.say(sse("gap", {}))
                tap.say(sse("proof", {"proof": await challenge.form(tx, tap.who.visitor)}))

    async def _told(self, tx: Tx, ear: Ear, events: Sequence[Happened], position: int) -> bytes:
        ids = {event.message_id for event in events if event.kind in MESSAGES and event.message_id}
        rows, files = await history.some(tx, ear.visitor, sorted(ids))
        blobs = [sse("message", one, position) for one in shown.messages(ear.visitor, rows, files)]
        if any(event.kind in READ for event in events):
            blobs.append(sse("seen", {"n": await history.seen(tx, ear.visitor)}, position))
        return b"".join(blobs)

    async def live(self, notices: Sequence[dict[str, Any]]) -> None:
        """An agent is writing: her name, to whoever is in that conversation."""
        for notice in notices:
            conversation = notice.get("conversation")
            if notice.get("kind") != "typing" or not str(notice.get("who", "")).startswith("user:"):
                continue
            blob = sse("typing", {"from": shown.author(str(notice.get("name") or ""))})
            for tap in self._taps:
                if conversation in tap.who.conversations:
                    tap.say(blob)

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
        if self._keeper is not None:
            self._keeper.cancel()
        self.drop()

    def _keep(self) -> None:
        if self._keeper is None or self._keeper.done():
            self._keeper = asyncio.create_task(self._keep_present())

    async def _keep_present(self) -> None:
        """While streams are open, those behind them are here."""
        while self._taps:
            await asyncio.sleep(REFRESH)
            try:
                await self._refresh()
            except Exception as error:
                log.warning("presence could not be kept: %s", error)

    async def _refresh(self) -> None:
        here = {tap.who.visitor.identity_id: tap.who.page for tap in self._taps if tap.who.visitor.identity_id}
        until = datetime.now(UTC) + AWAY_AFTER
        async with self._ground.database.begin() as tx:
            for identity_id, page in sorted(here.items()):
                await seen_online(tx, identity_id, until, page)


def _after(scope: Scope) -> int | None:
    given = parse_qs(scope.get("query_string", b"").decode("latin-1")).get("after", [""])[0]
    return int(given) if given.isascii() and given.isdecimal() and len(given) < 20 else None
