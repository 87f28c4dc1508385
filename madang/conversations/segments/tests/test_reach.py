"""Conditions reach no further than whoever asks sees (T2): other brands' channels and conversations are not there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from madang.conversations.exports import people as exports
from madang.conversations.inbox import fields as inbox
from madang.conversations.inbox import lists, views
from madang.conversations.inbox.actions import keeping
from madang.conversations.segments import actions, counting, queries
from madang.conversations.segments.actions import upkeep
from madang.conversations.segments.counting import Count
from madang.conversations.segments.fields import TALKS, vocabulary
from madang.events.kinds import Kind
from madang.events.log import Happened
from madang.lib.conditions.reading import read
from madang.lib.conditions.values import Wrong
from madang.lib.errors import NotFound
from madang.staff.permissions import CONSOLE, Scope, Viewer
from madang.tests import cast
from madang.tests.cast import Yard
from madang.webhooks.scoping import Listener, heard


@dataclass
class Two:
    """Two brands with a channel each. Mia writes to both, 미나 to Juniper alone, Noah to Haneul."""

    yard: Yard
    juniper: int
    channel: int  # Juniper's
    ada: Viewer  # a lead of Juniper's
    lea: Viewer  # a lead of both

    @property
    def beyond(self) -> list[dict[str, Any]]:
        """What Ada may not ask: each is about a brand that is not hers."""
        haneul = str(self.yard.brand_id)
        return [
            {"field": "channel", "op": "has", "value": str(self.yard.channel.id)},
            {"field": "channel", "op": "has_any", "value": [str(self.channel), str(self.yard.channel.id)]},
            {"field": "brand", "op": "has", "value": haneul},
            {"not": {"field": "brand", "op": "has_not", "value": haneul}},
            {"field": "conversations", "op": "at_least", "value": 2},
            {"field": "open_conversations", "op": "is", "value": 2},
            {"field": "last_said", "op": "known"},
            {"field": "topics", "op": "has", "value": "refund"},
            {"field": f"brand.{haneul}.conversations", "op": "at_least", "value": 1},
            {"field": "brand.99.conversations", "op": "at_least", "value": 1},
        ]


@pytest.fixture
async def two(yard: Yard) -> Two:
    """The house of these tests."""
    juniper = await cast.brand(yard.ground, "Juniper")
    channel = (await cast.channel(yard.ground, juniper)).id
    for name, channels in (("Mia", (channel, 0)), ("미나", (channel,)), ("Noah", (0,))):
        for one in channels:
            await yard.put(cast.message("hi", name=name, value=f"{name.lower()}@naver.example"), channel_id=one)
            await yard.take_in()
    ada = await cast.agent(yard.ground, "Ada", "lead", brands=frozenset({juniper}))
    return Two(yard, juniper, channel, ada, await cast.agent(yard.ground, "Lea", "lead"))


async def test_only_her_brands_are_offered_and_asked_for(two: Two) -> None:
    async with two.yard.ground.database.begin() as tx:
        known = await vocabulary(tx, two.ada)
        assert known.fields["brand"].choices == ((str(two.juniper), "Juniper"),)
        assert [key for key, _ in known.fields["channel"].choices] == [str(two.channel)]
        assert "conversations" not in known.fields
        assert known.field(f"brand.{two.juniper}.conversations").words == "Number of conversations (Juniper)"
        for condition in two.beyond:
            with pytest.raises(Wrong):
                await counting.preview(tx, two.ada, condition)
            with pytest.raises(Wrong):
                await actions.create(tx, two.ada, "Theirs", condition)
        assert len((await vocabulary(tx, two.lea)).fields["channel"].choices) == 2


async def test_what_is_counted_are_conversations_with_her_brand(two: Two) -> None:
    ask = {"field": f"brand.{two.juniper}.conversations", "op": "at_least", "value": 2}
    asked: list[dict[str, Any]] = [
        ask,
        {**ask, "op": "is", "value": 1},
        {"field": f"brand.{two.juniper}.last_said", "op": "known"},
        {"field": f"brand.{two.juniper}.topics", "op": "has", "value": "refund"},
        {"field": "channel", "op": "has", "value": str(two.channel)},
        {"field": "brand", "op": "has_not", "value": str(two.juniper)},
    ]
    async with two.yard.ground.database.begin() as tx:
        found = [(await counting.preview(tx, two.ada, condition)).count.n for condition in asked]
        assert found == [0, 2, 2, 0, 2, 0]
        twice = {"field": "conversations", "op": "at_least", "value": 2}
        assert (await counting.preview(tx, two.lea, twice)).count == Count(1)
        segment = await actions.create(tx, two.ada, "Ours", {"all": [{**ask, "op": "is", "value": 1}]})
    await upkeep.keep(two.yard.ground.database)
    async with two.yard.ground.database.begin() as tx:
        page = await queries.members(tx, two.ada, segment)
        assert [one.name for one in page.items] == ["미나", "Mia"]
        assert (await queries.segment(tx, two.ada, segment)).count == Count(2)
        assert (await queries.segment(tx, two.lea, segment)).count == Count(2)


async def test_a_segment_that_asks_of_others_is_not_there_for_her(two: Two) -> None:
    async with two.yard.ground.database.begin() as tx:
        made = {await actions.create(tx, CONSOLE, f"S{n}", one) for n, one in enumerate(two.beyond[:9])}
        web = {"event": "order", "at_most": 3, "where": {"field": "channel", "op": "is", "value": "web"}}
        hers = await actions.create(tx, CONSOLE, "Hers", {"all": [web]})
    await upkeep.keep(two.yard.ground.database)
    async with two.yard.ground.database.begin() as tx:
        assert [one.name for one in await queries.segments(tx, two.ada)] == ["Hers"]
        assert len(await queries.segments(tx, two.lea)) == 10
        assert await queries.of_customer(tx, two.ada, 1) == [(hers, "Hers")]
        assert len(await queries.of_customer(tx, two.lea, 1)) > 5
        for number in made:
            with pytest.raises(NotFound):
                await queries.segment(tx, two.ada, number)
            with pytest.raises(NotFound):
                await queries.members(tx, two.ada, number)
            with pytest.raises(NotFound):
                await actions.change(tx, two.ada, number, name="mine")
            with pytest.raises(NotFound):
                await actions.archive(tx, two.ada, number)
    pages = [page async for page in exports.pages(two.yard.ground.database, two.ada, exports.Asked(segment=min(made)))]
    assert not [row for page in pages for row in page]


async def test_neither_filters_nor_views_tell_her_who_is_in_it(two: Two) -> None:
    async with two.yard.ground.database.begin() as tx:
        theirs = await actions.create(tx, CONSOLE, "Twice", two.beyond[4])
        everybody = await actions.create(tx, CONSOLE, "All", {"all": []})
        asks = {"field": "segment", "op": "has_any", "value": [str(theirs)]}
        view = await keeping.save(tx, two.lea, "Who came twice", asks, whose="all")
    await upkeep.keep(two.yard.ground.database)
    async with two.yard.ground.database.begin() as tx:
        named = await inbox.named(tx, two.ada)
        assert named.fields["segment"].choices == ((str(everybody), "All"),)
        for condition in (asks, {"field": "segment", "op": "known"}, {"field": "segment", "op": "unknown"}):
            with pytest.raises(Wrong):
                read(condition, named)
            with pytest.raises(Wrong):
                read(condition, await inbox.vocabulary(tx, two.ada))
        shared = await views.one(tx, two.ada, view)
        assert views.asked(shared, await inbox.vocabulary(tx, two.ada)) is None
        hers = views.asked(shared, await inbox.vocabulary(tx, two.lea))
        assert hers is not None
        assert len(await lists.ids(tx, two.lea, hers, 10)) == 2
        own = read({"field": "segment", "op": "has", "value": str(everybody)}, named)
        assert len(await lists.ids(tx, two.ada, lists.Asked("", own), 10)) == 2


@pytest.mark.parametrize("sees", ["team", "assigned"])
async def test_who_sees_some_conversations_asks_nothing_of_them(two: Two, sees: Any) -> None:
    ben = await cast.agent(two.yard.ground, "Ben", "lead", sees=sees)
    async with two.yard.ground.database.begin() as tx:
        await actions.create(tx, CONSOLE, "Twice", two.beyond[4])
        assert not TALKS & (await vocabulary(tx, ben)).fields.keys()
        for condition in (*two.beyond, {"field": "brand", "op": "has", "value": str(two.juniper)}):
            with pytest.raises(Wrong):
                await counting.preview(tx, ben, condition)
        assert await queries.segments(tx, ben) == []
        assert (await inbox.named(tx, ben)).fields["segment"].choices == ()
        with pytest.raises(Wrong):
            read({"field": "segment", "op": "has", "value": "1"}, await inbox.named(tx, ben))


async def test_no_webhook_hears_who_is_in_a_segment_that_asks_further_than_it_sees(two: Two) -> None:
    async with two.yard.ground.database.begin() as tx:
        theirs = await actions.create(tx, CONSOLE, "Twice", two.beyond[4])
        everybody = await actions.create(tx, CONSOLE, "All", {"all": []})
        some = [_entered(number) for number in (theirs, everybody)]
        scopes = (Scope(None), Scope(None, frozenset({two.juniper})), Scope(None, sees="team"))
        told = await heard(tx, [Listener(n, frozenset("*"), one) for n, one in enumerate(scopes)], some)
    assert told == {0: {theirs, everybody}, 1: {everybody}, 2: {everybody}}


def _entered(segment: int) -> Happened:
    at = datetime(2026, 11, 22, tzinfo=UTC)
    return Happened(segment, 1, Kind.CUSTOMER_ENTERED_SEGMENT, "system", at, None, None, 1, {"segment": segment})
