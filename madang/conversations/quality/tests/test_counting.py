"""What a count finds: each problem by what a person would call one, for everybody and for each brand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from madang.conversations import merging, profiles
from madang.conversations.quality import actions, queries, rows
from madang.conversations.quality.tests.amiss import counted, customer, heard, lead, listed, proven, run, said
from madang.customers import actions as customers
from madang.customers.actions import defining
from madang.customers.actions.suggesting import Pair, suggest
from madang.lib.errors import NotFound
from madang.staff.permissions import CONSOLE, NotPermitted, Viewer
from madang.tests import cast
from madang.tests.cast import Yard


async def test_who_can_be_reached_and_who_is_proven(yard: Yard) -> None:
    channel = "insert into channel (key, connector, name, brand_id) values ('mail', 'email', 'mail', :b) returning id"
    mail = (await run(yard, channel, b=yard.brand_id))[0]
    here = f"api:{yard.channel.key}"
    mina, mia = await customer(yard, "미나"), await customer(yard, "Mia")
    await proven(yard, mina, "email", "mina@naver.example")
    await proven(yard, mia, "scoped", "U1", here)
    await said(yard, await customer(yard, "said only"), "x@juniper.example")
    await proven(yard, await customer(yard, "browser"), "cookie", "c1", here)
    await proven(yard, await customer(yard, "phone"), "phone", "+821012345678")
    await proven(yard, await customer(yard, "elsewhere"), "scoped", "U2", "line:gone")
    both = await customer(yard, "proved what is another's")
    await said(yard, both, "mina@naver.example")
    await run(yard, "update claim set proof = 'code' where customer_id = :c", c=both)
    found = await counted(yard)
    assert (found.customers, found.counts["unreachable"], found.counts["unproven"]) == (7, 4, 2)
    assert await listed(yard, "unreachable") == ["browser", "elsewhere", "phone", "said only"]
    assert await listed(yard, "unproven") == ["browser", "said only"]
    await run(yard, "update channel set paused_at = now() where id = :id", id=mail.id)
    assert (await counted(yard)).counts["unreachable"] == 6, "no channel writes mail now"


async def test_whoever_wrote_over_a_channel_in_use_can_be_answered_there(yard: Yard) -> None:
    await yard.says("안녕하세요")  # by mail, as a program's channel tells it
    assert (await counted(yard)).counts["unreachable"] == 0
    await run(yard, "update channel set retired_at = now()")
    assert (await counted(yard)).counts["unreachable"] == 1


async def test_silence_and_returned_mail_make_stale(yard: Yard) -> None:
    now = datetime.now(UTC)
    old, new = now - timedelta(days=400), now - timedelta(days=300)
    for name, created, seen in (("silent", old, old), ("back", old, new), ("never", old, None), ("fresh", now, None)):
        number = await customer(yard, name, created_at=created)
        if seen:
            await heard(yard, number, seen)
    await yard.says("안녕하세요", value="mina@naver.example")
    await yard.says("Hello", name="Mia", value="mia@juniper.example")
    both = await run(yard, "select id, value, customer_id from identity order by value")
    for one in both:
        await run(
            yard,
            "insert into message (conversation_id, channel_id, direction, identity_id, text, state, at) "
            "select id, :ch, 'out', :i, 'x', 9, now() - interval '1 hour' from conversation where customer_id = :c",
            ch=yard.channel.id,
            i=one.id,
            c=one.customer_id,
        )
    await heard(yard, both[0].customer_id, now)  # Mia wrote again after it
    await heard(yard, both[1].customer_id, now - timedelta(days=2))
    found = await counted(yard)
    assert (found.counts["stale"], found.counts["returned"]) == (3, 1)
    assert await listed(yard, "stale") == ["never", "silent", "미나"]
    assert (await counted(yard, months=3)).counts["stale"] == 4, "as many months as the setting says"
    await heard_again(yard, both[1].customer_id, now)
    assert "미나" not in await listed(yard, "stale"), "a list shows who is so still"


async def heard_again(yard: Yard, who: int, at: datetime) -> None:
    await run(yard, "update customer_tally set last_at = :at where customer_id = :c", at=at, c=who)


async def test_conflicts_are_open_questions_and_sources_that_disagree(yard: Yard) -> None:
    some = [await customer(yard, name) for name in ("one", "two", "alike", "like")]
    told = await customer(yard, "told", company="하늘", attributes='{"company": "Juniper", "name": "Other"}')
    await customer(yard, "agrees", company="하늘", attributes='{"company": " 하늘 "}')
    tree = await customer(yard, "merged", company="하늘"), await customer(yard, "loser", company="Juniper")
    async with yard.ground.database.begin() as tx:
        await suggest(tx, [Pair(some[0], some[1], 1.0, [])], "conflict")
        await suggest(tx, [Pair(some[2], some[3], 0.9, [])])
        await merging.merge(tx, CONSOLE, *tree)
    found = await counted(yard)
    assert (found.counts["conflicting"], found.counts["duplicate"], found.counts["merged"]) == (4, 4, 1)
    assert await listed(yard, "conflicting") == ["merged", "one", "told", "two"]
    assert await listed(yard, "duplicate") == ["alike", "like", "one", "two"]
    assert await listed(yard, "merged") == ["merged"]
    async with yard.ground.database.begin() as tx:
        await customers.change(tx, CONSOLE, told, {"company": "Juniper"})
        await customers.change(tx, CONSOLE, tree[0], {"company": "하늘 상사"})
        await merging.merge(tx, CONSOLE, some[0], some[2])
    assert await listed(yard, "conflicting") == ["one", "two"], "decided, and gone from the list at once"
    found = await counted(yard)
    assert (found.counts["conflicting"], found.counts["duplicate"]) == (2, 3), "a question follows who was merged"
    assert await listed(yard, "duplicate") == ["like", "one", "two"]


async def test_fields_are_full_or_have_a_list_of_who_lacks_them(yard: Yard) -> None:
    async with yard.ground.database.begin() as tx:
        await defining.define(tx, CONSOLE, "tier", "등급", "text")
        await defining.retire(tx, CONSOLE, await defining.define(tx, CONSOLE, "old", "Old", "text"))
    await customer(yard, "full", company="하늘", fields='{"tier": "gold", "old": "x"}')
    await customer(yard, "", fields='{"tier": ""}')
    mina = await customer(yard, "mail")
    await said(yard, mina, "m@x.example")
    found = await counted(yard)
    has = {one.name: one.has for one in found.fields}
    assert {name: has[name] for name in ("name", "company", "email", "phone", "fields.tier")} == {
        "name": 2, "company": 1, "email": 1, "phone": 0, "fields.tier": 1,
    }  # fmt: skip
    assert "fields.old" not in has
    assert await listed(yard, "missing.fields.tier") == ["", "mail"]
    assert await listed(yard, "missing.email") == ["", "full"]
    with pytest.raises(NotFound):
        await listed(yard, "missing.fields.old")
    with pytest.raises(NotFound):
        await listed(yard, "nonsense")


async def test_everybody_counts_what_is_theirs(yard: Yard) -> None:
    juniper, empty = await cast.brand(yard.ground, "Juniper"), await cast.brand(yard.ground, "Empty")
    ours, theirs = yard.brand_id, juniper
    both = await customer(yard, "both", brand=ours)
    await run(yard, "insert into conversation (customer_id, brand_id) values (:c, :b)", c=both, b=theirs)
    mine, hers = await customer(yard, "mine", brand=ours), await customer(yard, "hers", brand=theirs)
    await customer(yard, "nobody's")
    async with yard.ground.database.begin() as tx:
        await suggest(tx, [Pair(min(mine, hers), max(mine, hers), 0.9, []), Pair(both, hers, 0.9, [])])
    found = await counted(yard, lead(frozenset({ours})))
    assert (found.brand_id, found.customers, found.counts["unreachable"]) == (ours, 2, 2)
    assert found.counts["duplicate"] == 0, "the other is of a brand she does not see"
    assert await listed(yard, "unreachable", lead(frozenset({ours}))) == ["both", "mine"]
    assert await listed(yard, "duplicate", lead(frozenset({ours}))) == []
    assert await listed(yard, "missing.company", lead(frozenset({theirs}))) == ["both", "hers"]
    async with yard.ground.database.begin() as tx:
        asked = await rows.allowed(tx, lead(frozenset({theirs})), "duplicate", theirs)
        some = (await rows.customers(tx, lead(frozenset({theirs})), asked)).items
    [(number,)] = await run(yard, "select id from suggestion where one_id = :b and two_id = :h", b=both, h=hers)
    assert [(one.name, one.questions, one.question) for one in some] == [("hers", 1, number), ("both", 1, number)]
    async with yard.ground.database.begin() as tx:
        other = await queries.report(tx, lead(frozenset({ours, theirs})), theirs)
        assert (other.customers, other.counts["duplicate"]) == (2, 2)
        assert (await queries.report(tx, CONSOLE)).customers == 4
        nothing = await queries.report(tx, lead(frozenset({empty})))
        assert (nothing.customers, nothing.at is not None) == (0, True)
        for brand in (0, theirs):
            if brand:
                with pytest.raises(NotFound):
                    await queries.report(tx, lead(frozenset({ours})), brand)
        for viewer in (lead(sees="team"), lead(sees="assigned"), lead(role="agent"), lead(role="viewer")):
            with pytest.raises(NotPermitted):
                await queries.report(tx, viewer)
            with pytest.raises(NotPermitted):
                await rows.allowed(tx, viewer, "stale", None)
            with pytest.raises(NotPermitted):
                await actions.count_now(tx, viewer)
    assert await profiles_of(yard, lead(frozenset({ours}))) == {both, mine}


async def profiles_of(yard: Yard, viewer: Viewer) -> set[int]:
    """Who a profile can be opened of: the lists show no others."""
    async with yard.ground.database.begin() as tx:
        every = [row.id for row in await tx.execute(text("select id from customer"))]
        return await profiles.visible(tx, viewer, every)
