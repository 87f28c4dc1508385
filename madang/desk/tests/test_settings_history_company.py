"""Removed channels, CRMs and one's own notifications are taken back where that can be done truly (T2)."""

from __future__ import annotations

import pytest
from msgspec.json import encode
from sqlalchemy import text

from madang.changes.queries import Asked, Change, changes
from madang.channels import actions as channels
from madang.channels.queries import channel
from madang.crm.actions import asking
from madang.crm.pairs import Pair, kept
from madang.desk.settings_undo import ELSEWHERE, FINAL, Doing, sees, undo, whether
from madang.ground import Ground
from madang.lib.errors import NotFound
from madang.lib.postgres import Tx
from madang.notifications import actions as telling
from madang.notifications import queries as told
from madang.notifications.wishes import Quiet, Wishes
from madang.staff.permissions import Viewer
from madang.tests import cast
from madang.tests.cast import Yard

CRM = """insert into crm_account (key, connector, name, account, by, settings, secrets, mapping, options, properties,
  state, counts, checked, position)
values ('k', 'hubspot', 'HubSpot', '1', 'user:1', '{"portal": "eu"}', '', :mapping, '{"region": "KR"}',
  '{"all": [{"name": "firstname", "label": "x"}, {"name": "nickname", "label": "y"}]}', 1, '{}',
  '{}', '{}') returning id"""


async def newest(tx: Tx, viewer: Viewer, page: str) -> Change:
    return (await changes(tx, sees(viewer), Asked(page=page)))[0]


async def test_a_removed_channel_is_in_use_again_with_its_address_and_secrets(yard: Yard) -> None:
    ada, lead = await cast.agent(yard.ground, "Ada", "administrator"), await cast.agent(yard.ground, "Lee", "lead")
    async with yard.ground.database.begin() as tx:
        before = await channel(tx, yard.channel.id)
        await channels.retire(tx, ada.actor, yard.channel.id)
        one = await newest(tx, ada, "channels")
        assert whether(one) == ""
        with pytest.raises(NotFound):
            await undo(Doing(yard.ground, tx, lead), one.id)
        await undo(Doing(yard.ground, tx, ada), one.id)
        assert await channel(tx, yard.channel.id) == before
        kinds = await tx.execute(text("select kind from event where kind like 'channel.re%' order by id"))
        assert [row[0] for row in kinds] == ["channel.retired", "channel.restored"]
    await yard.says("다시 왔어요")
    assert len(await yard.conversations()) == 1, "what is posted to its address comes in"


async def test_a_crm_is_paused_and_resumed_and_where_it_is_reached_is_set_on_its_page(ground: Ground) -> None:
    ada = await cast.agent(ground, "Ada", "administrator")
    async with ground.database.begin() as tx:
        number = (
            await tx.execute(text(CRM), {"mapping": encode(kept([Pair("name", "firstname")])).decode()})
        ).scalar_one()
        await asking.pause(tx, ada, number)
        await undo(Doing(ground, tx, ada), (await newest(tx, ada, "crm")).id)
        assert (await tx.execute(text("select paused_at from crm_account"))).scalar_one() is None
        await asking.choose(tx, ada, number, [Pair("name", "nickname")], {"region": "JP", "proven": True})
        every = await changes(tx, sees(ada), Asked(page="crm"))
        for field in ("region", "mapping"):
            await undo(Doing(ground, tx, ada), next(one.id for one in every if one.field == field))
        row = (await tx.execute(text("select options, mapping from crm_account"))).one()
        assert (row.options["region"], row.options["proven"]) == ("KR", True), "only that field"
        assert row.mapping == kept([Pair("name", "firstname")])
        secrets = {"token": "x"}
        await asking.change(tx, ada, ground.keys, number, name="우리 CRM", settings={"portal": "us"}, secrets=secrets)
        every = await changes(tx, sees(ada), Asked(page="crm"))
        name = next(one for one in every if one.field == "name")
        await undo(Doing(ground, tx, ada), name.id)
        held = (await tx.execute(text("select name, secrets from crm_account"))).one()
        assert held.name == "HubSpot"
        assert b"x" in ground.keys.unseal(held.secrets), "its secrets stay"
        reached = next(one for one in every if one.field == "portal")
        assert whether(reached) == ELSEWHERE
        await asking.disconnect(tx, ada, number)
        assert whether(await newest(tx, ada, "crm")) == FINAL, "its secrets are forgotten"


async def test_what_she_is_told_has_a_history_of_her_own(ground: Ground) -> None:
    ada, ben = await cast.agent(ground, "Ada", "administrator"), await cast.agent(ground, "Ben")
    async with ground.database.begin() as tx:
        await telling.change(tx, ada, Wishes(views=(3,), by_view={"3": ("app", "push")}))
        await telling.change(tx, ada, Wishes(quiet=Quiet(on=True, start=23 * 60)))
        said = await changes(tx, sees(ada), Asked(page="notifications"))
        every = {one.field: one for one in reversed(said)}
        assert (every["start"].before, every["start"].after) == ("22:00", "23:00")
        assert every["watch.3"].after is None
        assert await changes(tx, sees(ben), Asked(page="notifications")) == [], "nobody else's"
        with pytest.raises(NotFound):
            await undo(Doing(ground, tx, ben), every["start"].id)
        for field in ("start", "watch.3"):
            await undo(Doing(ground, tx, ada), every[field].id)
        now = await told.wishes(tx, ada.user_id)
        assert (now.quiet, now.views) == (Quiet(on=True), (3,))
        assert now.ways("view", 3) == {"app", "push"}
