"""Nothing that a customer or an agent waits for reads a large table from end to end."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from madang.channels import store
from madang.channels.connector import Delivery
from madang.conversations import actions, delivery, media, queries, telling, threads, timeline
from madang.conversations.clock import Clock
from madang.conversations.inbox import lists
from madang.conversations.inbox.fields import vocabulary
from madang.conversations.telling import Whom
from madang.conversations.timeline import Asked
from madang.conversations.ways import ways
from madang.customers.happenings import Happening
from madang.desk.tests.visitor import Visitor, join
from madang.events import dispatch
from madang.events import log as events
from madang.events.seal import seal
from madang.lib import paging
from madang.lib.conditions.reading import read
from madang.lib.postgres import Tx
from madang.staff.permissions import CONSOLE, Viewer
from madang.staff.tests.people import cheap_passwords
from madang.tests import cast
from madang.tests.cast import Yard, message
from madang.tests.plans import Statements, whole
from madang.wiring import REACTIONS

pytestmark = pytest.mark.slow  # the house in small; the quick suite has its time

TAGGED = {"all": [{"field": "tags", "op": "has", "value": "vip"}, {"field": "unread", "op": "is", "value": True}]}
KEY = uuid.UUID("5d4f3c1e-0000-4000-8000-000000000001")


@pytest.fixture
async def statements(yard: Yard) -> AsyncIterator[Statements]:
    """All that runs in a test; judged at its end."""
    heard = Statements(yard.ground.database.engine)
    yield heard
    assert len(heard.seen) > 5
    faults = await heard.faults(yard.ground.database)
    assert not faults, "\n\n".join(faults)


async def _correspondence(yard: Yard) -> int:
    """A customer asks, edits, takes back, comes again; Ada answers, and the answer is read."""
    first = message("환불 되나요?")
    await yard.put(first)
    await yard.put(message("두 번째"))
    await yard.take_in()
    for kind in ("edit", "delete"):
        await yard.put({**first, "type": kind, "id": f"{kind}1", "about": first["id"], "text": "교환 되나요?"})
    receipt = {"type": "receipt", "id": "r1", "about": "p1", "state": "read", "at": "2026-11-22T01:03:03Z"}
    await yard.put(receipt)
    await yard.take_in()
    ada = await cast.agent(yard.ground)
    async with yard.ground.database.begin() as tx:
        conversation = (await queries.inbox(tx, ada, "all")).items[0].id
        await actions.reply(tx, ada, conversation, text="네.", client_key=KEY)
        await actions.note(tx, ada, conversation, text="단골.")
        await ways(tx, conversation)
    await delivery.deliver(yard.ground, yard.book, "w")
    return conversation


async def test_the_way_in_and_out(yard: Yard, statements: Statements) -> None:
    await _correspondence(yard)
    await delivery.recover(yard.ground, Clock())
    await delivery.release(yard.ground)
    await media.fetch(yard.ground, yard.book)
    packed = await store.pack(yard.ground.files, yard.channel.id, Delivery("k", "s", b"{}", {}))
    async with yard.ground.database.begin() as tx:
        await store.store(tx, [packed, packed])


async def test_the_log_and_its_readers(yard: Yard, statements: Statements) -> None:
    database = yard.ground.database
    await dispatch.seed(database, REACTIONS)
    await _correspondence(yard)
    for one in REACTIONS:
        await dispatch.advance(database, one)
    await seal(database)
    async with database.begin() as tx:
        found = await events.since(tx, 0, 100)
        await events.by_id(tx, [one.id for one in found])


async def test_what_an_agent_looks_at(yard: Yard, statements: Statements) -> None:
    conversation = await _correspondence(yard)
    for sees in ("all", "team", "assigned"):
        viewer = await cast.agent(yard.ground, f"Ben {sees}", sees=sees)
        async with yard.ground.database.begin() as tx:
            for view in queries.VIEWS:
                page = await queries.inbox(tx, viewer, view, limit=1)
                await queries.inbox(tx, viewer, view, cursor=page.next)
            await _inbox(tx, viewer)
            await queries.list_conversations(tx, viewer, channel=[yard.channel.id], assignee="none")
            await queries.counts(tx, viewer)
            if sees == "all":
                await threads.thread(tx, viewer, conversation, before=2**40)


async def _inbox(tx: Tx, viewer: Viewer) -> None:
    """Every view in every order, from a place in the middle; how many; and a filter."""
    node = read(TAGGED, await vocabulary(tx, viewer))
    for view in lists.BUILT_IN:
        for sort in lists.SORTS:
            asked = lists.Asked(view, sort=sort)
            after = paging.encode((1 if sort == "waiting" else 0, datetime(2026, 5, 1, tzinfo=UTC), 2**40))
            await lists.page(tx, viewer, asked, cursor=after if lists.sort_of(asked) == sort else None, limit=1)
        await lists.page(tx, viewer, lists.Asked(view, node), limit=1)
        await lists.ids(tx, viewer, lists.Asked(view), 10)
    await lists.counts(tx, viewer, {view: lists.Asked(view) for view in lists.BUILT_IN})


async def test_pages_of_the_desk(yard: Yard, statements: Statements) -> None:
    conversation = await _correspondence(yard)
    with cheap_passwords():
        await join(yard.ground, "Chan")
        ada = Visitor(yard.ground)
        await ada.sign_in("chan@haneul.kr")
    for path in ("/", f"/c/{conversation}", f"/c/{conversation}/pane", "/list?view=closed", "/palette?q=환불"):
        answer = await ada.fetch(path)
        assert answer.status_code == 200, path
    await ada.http.aclose()


async def test_the_timeline_and_what_is_told(yard: Yard, statements: Statements) -> None:
    await _correspondence(yard)
    told = [Happening(f"e{n}", "order", datetime(2026, 5, 1, tzinfo=UTC), amount=5, currency="KRW") for n in range(3)]
    async with yard.ground.database.begin() as tx:
        await telling.tell(tx, CONSOLE, 1, "shop", told)
        await telling.tell_of(tx, CONSOLE, "shop", [(Whom("email", "mia@juniper.example"), told[0])])
    for sees in ("all", "team", "assigned"):
        viewer = await cast.agent(yard.ground, f"Ben {sees}", sees=sees)
        if sees == "assigned":
            viewer = replace(viewer, role="lead", scope=replace(viewer.scope, sees="all"))
        async with yard.ground.database.begin() as tx:
            for asked in (Asked(), Asked(frozenset({"order", "note"})), Asked(channels=(yard.channel.id,))):
                page = await timeline.of_customer(tx, viewer, 1, asked, limit=1)
                await timeline.of_customer(tx, viewer, 1, asked, limit=1, cursor=page.next)


def test_a_whole_table_shows() -> None:
    scan = {"Node Type": "Seq Scan", "Relation Name": "message_2026_11"}
    assert list(whole({"Node Type": "Limit", "Plans": [scan]})) == ["Seq Scan of message_2026_11"]
    ordered = {"Node Type": "Index Scan", "Relation Name": "conversation"}
    assert not list(whole({"Node Type": "Limit", "Plans": [ordered]}))
    assert list(whole({"Node Type": "Aggregate", "Plans": [ordered]})) == ["Index Scan of conversation"]
