"""Lists: what each view holds, in every order, page by page; and how many, which is as many (T2)."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from madang.conversations import actions, queries
from madang.conversations.inbox import lists
from madang.conversations.inbox.actions import batches
from madang.conversations.inbox.actions.holding import Done
from madang.conversations.inbox.fields import vocabulary
from madang.conversations.inbox.lists import BUILT_IN, SORTS, Asked
from madang.conversations.inbox.tests.conftest import four, listed
from madang.lib.conditions.reading import read
from madang.lib.paging import BadCursor
from madang.staff.permissions import Viewer
from madang.tests import cast
from madang.tests.cast import Yard


async def do(yard: Yard, viewer: Viewer, verb: str, ids: list[int], value: str = "") -> Done:
    async with yard.ground.database.begin() as tx:
        return await batches.do(tx, viewer, verb, ids, value)


async def narrowed(yard: Yard, viewer: Viewer, view: str, *tests: Mapping[str, object]) -> list[int]:
    async with yard.ground.database.begin() as tx:
        node = read({"all": list(tests)}, await vocabulary(tx, viewer))
    return await listed(yard, viewer, Asked(view, node))


async def test_each_view_holds_what_it_says(yard: Yard, ada: Viewer, ben: Viewer) -> None:
    one, two, three, four_ = await four(yard)
    far = "2027-01-01T00:00:00+00:00"
    await do(yard, ada, "assign", [one, two], str(ada.user_id))
    await do(yard, ada, "snooze", [two], far)
    await do(yard, ada, "close", [three])
    await do(yard, ada, "follow", [four_])
    async with yard.ground.database.begin() as tx:
        await actions.note(tx, ben, four_, text="@Ada 봐 주세요")
        counts = await lists.counts(tx, ada, {name: Asked(name) for name in BUILT_IN})
    expected = {
        "mine": [one],
        "unassigned": [four_],
        "mentions": [four_],
        "following": [four_],
        "all": [four_, one],
        "snoozed": [two],
        "closed": [three],
    }
    for view, ids in expected.items():
        assert await listed(yard, ada, Asked(view)) == ids, view
    assert counts == {name: len(ids) for name, ids in expected.items() if name != "closed"}
    async with yard.ground.database.begin() as tx:
        await actions.mark_seen(tx, ada, four_)
        assert (await lists.counts(tx, ada, {"mentions": Asked("mentions")})) == {"mentions": 0}
    assert await listed(yard, ben, Asked("mentions")) == []


@pytest.mark.slow
async def test_every_order_walks_page_by_page(yard: Yard, ada: Viewer) -> None:
    ids = await four(yard)
    await do(yard, ada, "priority", ids[1:2], "3")
    await do(yard, ada, "priority", ids[3:], "0")
    async with yard.ground.database.begin() as tx:
        await actions.reply(tx, ada, ids[0], text="네.")
    assert await listed(yard, ada, Asked("all", sort="newest")) == [ids[0], ids[3], ids[2], ids[1]]
    assert await listed(yard, ada, Asked("all", sort="oldest")) == [ids[1], ids[2], ids[3], ids[0]]
    assert await listed(yard, ada, Asked("all", sort="waiting")) == [ids[1], ids[2], ids[3], ids[0]]
    assert await listed(yard, ada, Asked("all", sort="priority")) == [ids[1], ids[0], ids[2], ids[3]]
    for sort in SORTS:
        assert len(set(await listed(yard, ada, Asked("all", sort=sort)))) == 4


async def test_filters_narrow_any_view(yard: Yard, ada: Viewer) -> None:
    one, two, three, _four = await four(yard)
    await do(yard, ada, "tag", [one, two], "환불")
    await do(yard, ada, "priority", [two, three], "2")
    await do(yard, ada, "close", [three])
    tagged = {"field": "tags", "op": "has_any", "value": ["환불", "교환"]}
    high = {"field": "priority", "op": "any_of", "value": ["2", "3"]}
    assert await narrowed(yard, ada, "all", tagged, high) == [two]
    assert await narrowed(yard, ada, "closed", high) == [three]
    both = {"field": "status", "op": "any_of", "value": ["open", "closed"]}
    assert set(await narrowed(yard, ada, "all", high, both)) == {two, three}
    by_channel = {"field": "kind", "op": "has", "value": "api"}
    assert len(await narrowed(yard, ada, "all", by_channel)) == 3
    assert await narrowed(yard, ada, "all", {"field": "channel", "op": "has", "value": "'; drop"}) == []
    mine = {"field": "assignee", "op": "is", "value": "me"}
    await do(yard, ada, "assign", [one], str(ada.user_id))
    assert await narrowed(yard, ada, "all", mine) == [one]
    unread = {"field": "unread", "op": "is", "value": True}
    async with yard.ground.database.begin() as tx:
        await actions.mark_seen(tx, ada, one)
    assert one not in await narrowed(yard, ada, "all", unread)


@pytest.mark.slow
async def test_nobody_sees_more_than_exists_for_her(yard: Yard, ada: Viewer) -> None:
    ids = await four(yard)
    carla = await cast.agent(yard.ground, "Carla", sees="assigned")
    await do(yard, ada, "assign", ids[:1], str(carla.user_id))
    for view in ("all", "unassigned", "mine"):
        assert await listed(yard, carla, Asked(view)) == (ids[:1] if view != "unassigned" else [])
    async with yard.ground.database.begin() as tx:
        assert await lists.counts(tx, carla, {"all": Asked("all")}) == {"all": 1}
        assert await lists.ids(tx, carla, Asked("all"), 10) == ids[:1]
        with pytest.raises(BadCursor):
            await lists.page(tx, ada, Asked("all"), cursor="bm9uc2Vuc2U")


async def test_unread_is_each_ones_own(yard: Yard, ada: Viewer, ben: Viewer) -> None:
    (number,) = (await four(yard))[:1]

    async def unread(viewer: Viewer) -> int:
        async with yard.ground.database.begin() as tx:
            return (await queries.one(tx, viewer, number)).unread

    assert (await unread(ada), await unread(ben)) == (1, 1)
    await do(yard, ada, "assign", [number], str(ben.user_id))
    async with yard.ground.database.begin() as tx:
        await actions.mark_seen(tx, ada, number)
    assert (await unread(ada), await unread(ben)) == (0, 1)  # his, and he has not looked
    async with yard.ground.database.begin() as tx:
        await actions.mark_seen(tx, ben, number)
    assert await unread(ben) == 0
    await do(yard, ada, "unread", [number])
    assert (await unread(ada), await unread(ben)) == (1, 0)
    await yard.says("noch etwas", name="mina", value="mina@naver.example")
    assert await unread(ben) > 0
