"""What was changed in the settings is written down with what it was, and taken back by the normal verbs (T2)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import text

from madang.brands import actions as brands
from madang.brands.actions import Look
from madang.brands.queries import brand
from madang.changes.queries import Asked, Change, changes
from madang.channels import actions as channels
from madang.channels.queries import channel
from madang.conversations.actions import chains
from madang.conversations.doors import policies
from madang.conversations.threading import Policy
from madang.customers import defined
from madang.customers.actions import defining
from madang.desk.settings_undo import FINAL, Doing, sees, undo, whether
from madang.desk.tests.visitor import Visitor, join
from madang.ground import Ground
from madang.lib.errors import NotFound, Refused
from madang.lib.postgres import Tx
from madang.staff import actions as staff
from madang.staff.grants import Grant
from madang.staff.permissions import Viewer
from madang.staff.queries import teams
from madang.tests import cast
from madang.tests.cast import Yard


async def newest(tx: Tx, viewer: Viewer, **asked: str) -> Change:
    return (await changes(tx, sees(viewer), Asked(**asked)))[0]  # type: ignore[arg-type]


async def test_a_field_is_written_down_with_what_it_was_and_set_back_by_the_verb(ground: Ground) -> None:
    ada = await cast.agent(ground, "Ada", "administrator")
    async with ground.database.begin() as tx:
        number = await brands.create_brand(tx, ada.actor, Look("하늘", greeting="안녕하세요"))
        await brands.change_brand(tx, ada.actor, number, Look("하늘", greeting="어서 오세요"))
        await brands.change_brand(tx, ada.actor, number, Look("하늘", greeting="어서 오세요"))  # twice is no change
        every = await changes(tx, sees(ada), Asked(page="brands"))
        assert [(one.field, one.before, one.after) for one in every] == [
            ("greeting", "안녕하세요", "어서 오세요"),
            ("", None, {"name": "하늘"}),
        ]
        done = await undo(Doing(ground, tx, ada), every[0].id)
        assert (done.name, (await brand(tx, number)).greeting) == ("하늘", "안녕하세요")
        with pytest.raises(Refused, match="already"):
            await undo(Doing(ground, tx, ada), every[0].id)
        again = await newest(tx, ada, page="brands")  # that it was taken back is a change, and can be taken back
        await undo(Doing(ground, tx, ada), again.id)
        assert (await brand(tx, number)).greeting == "어서 오세요"


async def test_what_was_changed_again_since_stands_in_the_way(ground: Ground) -> None:
    ada = await cast.agent(ground, "Ada", "administrator")
    async with ground.database.begin() as tx:
        number = await brands.create_brand(tx, ada.actor, Look("하늘"))
        await brands.change_brand(tx, ada.actor, number, Look("하늘", signature="one"))
        first = await newest(tx, ada)
        await brands.change_brand(tx, ada.actor, number, Look("하늘", signature="two"))
        with pytest.raises(Refused, match="changed again since"):
            await undo(Doing(ground, tx, ada), first.id)
        second = await newest(tx, ada)
        await tx.execute(text("update brand set signature = 'past every verb'"))
        with pytest.raises(Refused, match="changed again since"):
            await undo(Doing(ground, tx, ada), second.id)
        await tx.execute(text("update brand set retired_at = now()"))
        with pytest.raises(Refused, match="not there any more"):
            await undo(Doing(ground, tx, ada), second.id)


async def test_changes_are_taken_back_one_after_the_other(ground: Ground) -> None:
    """What was taken back stands in nobody's way: what the change before it made of the field stands again."""
    ada = await cast.agent(ground, "Ada", "administrator")
    async with ground.database.begin() as tx:
        number = await brands.create_brand(tx, ada.actor, Look("하늘"))
        for words in ("one", "two", "three"):
            await brands.change_brand(tx, ada.actor, number, Look("하늘", signature=words))
        three, two, one, _made = await changes(tx, sees(ada), Asked(page="brands"))
        for change, then in ((three, "two"), (two, "one"), (one, "")):
            assert whether(change) == "" or change is not three
            await undo(Doing(ground, tx, ada), change.id)
            assert (await brand(tx, number)).signature == then
        every = await changes(tx, sees(ada), Asked(page="brands"))
        offered = [each.before for each in every if not whether(each) and not each.undone_at and each.field]
        assert offered == ["one"], "only that the last one was taken back"


async def test_two_taken_back_at_once_are_both_taken_back(ground: Ground) -> None:
    ada, ben = [await cast.agent(ground, name, "administrator") for name in ("Ada", "Ben")]
    async with ground.database.begin() as tx:
        number = await brands.create_brand(tx, ada.actor, Look("하늘"))
        await brands.change_brand(tx, ada.actor, number, Look("하늘", greeting="hello", signature="bye"))
        some = {one.field: one.id for one in await changes(tx, sees(ada), Asked()) if one.field}

    async def take_back(viewer: Viewer, name: str) -> None:
        async with ground.database.begin() as tx:
            await undo(Doing(ground, tx, viewer), some[name])

    await asyncio.gather(take_back(ada, "greeting"), take_back(ben, "signature"))
    async with ground.database.begin() as tx:
        row = await brand(tx, number)
    assert (row.greeting, row.signature) == ("", "")


async def test_a_secret_is_never_written_down_and_not_set_back(yard: Yard) -> None:
    ada = await cast.agent(yard.ground, "Ada", "administrator")
    secret = "whsec_" + "bmV3LXNlY3JldC1uZXctc2VjcmV0LW5ldw=="
    async with yard.ground.database.begin() as tx:
        given = {"name": "api channel", "settings": {}, "secrets": {"secret": secret}}
        await channels.change(tx, ada.actor, yard.ground.keys, yard.channel.id, **given)  # type: ignore[arg-type]
        one = await newest(tx, ada, page="channels")
        assert (one.field, one.secret, one.before, one.after) == ("secrets.secret", True, None, None)
        kept = (await tx.execute(text("select string_agg(setting_change::text, '') from setting_change"))).scalar_one()
        assert secret not in kept
        assert cast.SECRET not in kept
        with pytest.raises(Refused, match="secret"):
            await undo(Doing(yard.ground, tx, ada), one.id)
        await channels.pause(tx, ada.actor, yard.channel.id, "stocktaking")
        await undo(Doing(yard.ground, tx, ada), (await newest(tx, ada)).id)
        assert (await channel(tx, yard.channel.id)).paused_at is None


async def test_doors_fields_and_teams_go_back_too(yard: Yard) -> None:
    ground, ada = yard.ground, await cast.agent(yard.ground, "Ada", "administrator")
    async with ground.database.begin() as tx:
        await chains.set_threading(tx, ada, yard.brand_id, Policy(reopen_days=30))
        await undo(Doing(ground, tx, ada), (await newest(tx, ada)).id)
        assert await policies.policy(tx, yard.brand_id) == Policy()
        step = chains.StepGiven(yard.channel.id, wait=5)
        await chains.set_chain(tx, ada, yard.brand_id, [step])
        await undo(Doing(ground, tx, ada), (await newest(tx, ada)).id)
        assert await policies.chain(tx, yard.brand_id) == []
        await undo(Doing(ground, tx, ada), (await newest(tx, ada)).id)
        assert await policies.chain(tx, yard.brand_id) == [step]
        size = await defining.define(tx, ada, "size", "Size", "text")
        await defining.retire(tx, ada, size)
        await undo(Doing(ground, tx, ada), (await newest(tx, ada)).id)
        assert not (await defined.field(tx, size)).retired
        team = await staff.create_team(tx, ada, name="Parcels")
        await staff.retire_team(tx, ada, team)
        gone = await newest(tx, ada)
        await staff.create_team(tx, ada, name="parcels")  # its name was given away
        with pytest.raises(Refused, match="name already"):
            await undo(Doing(ground, tx, ada), gone.id)
        assert [one.name for one in await teams(tx)] == ["parcels"]


async def test_who_may_not_change_it_neither_sees_nor_undoes_it(yard: Yard) -> None:
    ground, ada = yard.ground, await cast.agent(yard.ground, "Ada", "administrator")
    ben = await cast.agent(ground, "Ben", "administrator", brands=frozenset({424242}))
    lead = await cast.agent(ground, "Hana", "lead")
    async with ground.database.begin() as tx:
        await brands.change_brand(tx, ada.actor, yard.brand_id, Look("Haneul", signature="x"))
        one = await newest(tx, ada)
        await staff.set_preferences(
            tx, ada, name="Ada K", language="ko", timezone="UTC", theme="dark", density="roomy", keys="mod"
        )
        own = await newest(tx, ada)
        assert own.page == "account"
        for other in (ben, lead):
            assert await changes(tx, sees(other), Asked()) == []
            for hidden in (one, own):
                with pytest.raises(NotFound):
                    await undo(Doing(ground, tx, other), hidden.id)
        fresh = replace(ada, name="Ada K", language="ko", timezone="UTC", theme="dark")
        theme = next(each for each in await changes(tx, sees(ada), Asked(page="account")) if each.field == "theme")
        await undo(Doing(ground, tx, fresh), theme.id)
        assert await tx.scalar(text('select theme from "user" where id = :id'), {"id": ada.user_id}) == "auto"


async def test_what_is_for_good_says_so(ground: Ground) -> None:
    ada = await cast.agent(ground, "Ada", "administrator")
    async with ground.database.begin() as tx:
        token = await staff.create_token(tx, ada, name="CRM", role="agent")
        made = await newest(tx, ada)
        assert whether(made) == ""
        await undo(Doing(ground, tx, ada), made.id)
        revoked = await newest(tx, ada)
        assert (revoked.subject, whether(revoked)) == (f"token:{token.id}", FINAL)


@pytest.mark.slow
async def test_the_page_and_the_part_below_each_page(
    yard: Yard, hana: Visitor, ground: Ground, browser: Callable[[], Visitor]
) -> None:
    where = f"/settings/brands/{yard.brand_id}"
    await hana.get(where)
    assert f"/settings/history/of?of=brands&amp;subject=brand%3A{yard.brand_id}" in hana.page
    form = {"name": "Haneul", "hue": "200", "chroma": "0.1", "language": "ko", "signature": "<b>하늘</b>"}
    assert (await hana.post(where, **form)).headers["location"] == f"{where}?done=saved"
    await hana.fetch(f"/settings/history/of?of=brands&subject=brand:{yard.brand_id}&back=//evil.example")
    assert "Hana changed “Signature” of Haneul" in hana.text
    assert "<b>하늘</b>" not in hana.page
    assert "evil.example" not in hana.page
    await hana.get("/settings/history?page=brands&since=2020-01-01&actor=nobody&before=x")
    assert "Nothing like this" in hana.text
    await hana.get("/settings/history")
    number = int(hana.page.split("/settings/history/")[-1].split("/reversal")[0].rsplit("undo-")[0].split('"')[0] or 0)
    answer = await hana.post(f"/settings/history/{number}/reversal", back="https://evil.example/")
    assert answer.headers["location"] == "/settings/history?done=undone"
    await join(ground, "Lea", Grant("lead"))
    lea = browser()
    await lea.sign_in("lea@haneul.kr")
    await lea.get("/settings/history")
    assert "Haneul" not in lea.text
    assert (await lea.post(f"/settings/history/{number}/reversal")).status_code == 404
