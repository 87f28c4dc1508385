"""Changing and retiring people. There is always an administrator, and history stays."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import text

from madang.lib.errors import NotFound, Refused
from madang.lib.postgres import Database
from madang.staff.actions import (
    change_user,
    create_team,
    create_token,
    make_password_reset,
    retire_user,
    revoke_token,
    set_preferences,
)
from madang.staff.grants import Grant
from madang.staff.permissions import CONSOLE, NotPermitted, Viewer
from madang.staff.queries import user_names, users
from madang.staff.tests.people import administrator, join, kinds
from madang.staff.viewers import viewer_of_user


async def _set(db: Database, by: Viewer, whom: Viewer, grant: Grant, **more: str) -> None:
    given = {"name": whom.name, "email": whom.email} | more
    async with db.begin() as tx:
        await change_user(tx, by, whom.user_id or 0, grant=grant, **given)


async def test_the_last_administrator_stays_one(db: Database) -> None:
    async with db.begin() as tx:
        hana = await administrator(tx)
        gone = await join(tx, "Gone", Grant("administrator"))
        await retire_user(tx, hana, gone.user_id or 0)
    for by in (hana, CONSOLE):
        with pytest.raises(Refused, match="only administrator"):
            await _set(db, by, hana, Grant("agent"))
        with pytest.raises(Refused, match="only administrator"):
            async with db.begin() as tx:
                await retire_user(tx, by, hana.user_id or 0)


async def test_two_administrators_who_retire_each_other_at_once_leave_one(db: Database) -> None:
    async with db.begin() as tx:
        hana, mallory = await administrator(tx), await join(tx, "Mallory", Grant("administrator"))

    async def retire(by: Viewer, whom: Viewer) -> None:
        async with db.begin() as tx:
            await retire_user(tx, by, whom.user_id or 0)

    for _ in range(5):
        results = await asyncio.gather(retire(hana, mallory), retire(mallory, hana), return_exceptions=True)
        assert sum(isinstance(result, Refused) for result in results) >= 1
        async with db.begin() as tx:
            assert len(await users(tx)) == 1
            await tx.execute(text('update "user" set retired_at = null'))


async def test_retiring_keeps_all_she_did(db: Database) -> None:
    async with db.begin() as tx:
        ada = await join(tx, "Ada")
        await tx.execute(text("insert into brand (id, name) values (1, '하늘')"))
        await tx.execute(text("insert into customer (id, name) values (1, '미나')"))
        await tx.execute(
            text("insert into conversation (id, brand_id, customer_id, assignee_id) values (1, 1, 1, :a)"),
            {"a": ada.user_id},
        )
        await tx.execute(
            text("insert into message (conversation_id, direction, author_id, text) values (1, 'out', :a, '네')"),
            {"a": ada.user_id},
        )
        await retire_user(tx, CONSOLE, ada.user_id or 0)
        assert await tx.scalar(text("select author_id from message")) == ada.user_id
        assert (await user_names(tx))[ada.user_id or 0] == "Ada"
        assert await users(tx) == []
        assert (await kinds(tx))[-1] == "user.retired"


async def test_retired_twice_is_not_found(db: Database) -> None:
    async with db.begin() as tx:
        ada = await join(tx, "Ada")
        await retire_user(tx, CONSOLE, ada.user_id or 0)
        with pytest.raises(NotFound):
            await retire_user(tx, CONSOLE, ada.user_id or 0)


@pytest.mark.parametrize("role", ["lead", "agent", "viewer"])
async def test_nobody_below_an_administrator_changes_anybody(db: Database, role: str) -> None:
    async with db.begin() as tx:
        ada, ben = await join(tx, "Ada", Grant(role)), await join(tx, "Ben", Grant("viewer"))  # type: ignore[arg-type]
        for whom in (ada, ben):
            with pytest.raises(NotPermitted):
                await change_user(tx, ada, whom.user_id or 0, name="x", email="x@y.kr", grant=Grant("administrator"))
            with pytest.raises(NotPermitted):
                await make_password_reset(tx, ada, whom.user_id or 0)
            with pytest.raises(NotPermitted):
                await retire_user(tx, ada, whom.user_id or 0)
        with pytest.raises(NotPermitted):
            await create_token(tx, ada, name="bot", role="viewer")
        with pytest.raises(NotPermitted):
            await revoke_token(tx, ada, 1)


async def test_an_administrator_of_one_brand_cannot_reach_above_it(db: Database) -> None:
    one = Grant("administrator", brands=frozenset({1}))
    async with db.begin() as tx:
        hana, small = await administrator(tx), await join(tx, "Ada", one)
        for verb in (retire_user, make_password_reset):
            with pytest.raises(NotPermitted):
                await verb(tx, small, hana.user_id or 0)
        with pytest.raises(NotPermitted):
            await create_token(tx, small, name="bot", role="viewer")
    with pytest.raises(NotPermitted):
        await _set(db, small, small, Grant("administrator"))


async def test_an_address_is_one_persons(db: Database) -> None:
    async with db.begin() as tx:
        ada, ben = await join(tx, "Ada"), await join(tx, "Ben")
    with pytest.raises(Refused, match="already") as refused:
        await _set(db, CONSOLE, ben, Grant(), email="ADA@haneul.kr")
    assert refused.value.field == "email"
    await _set(db, CONSOLE, ada, Grant(), email="ada.kang@haneul.kr")


async def test_brands_and_teams_are_replaced_not_added(db: Database) -> None:
    async with db.begin() as tx:
        ada = await join(tx, "Ada", Grant(brands=frozenset({1, 2})))
        team = await create_team(tx, CONSOLE, name="배송", members=[ada.user_id or 0])
    await _set(db, CONSOLE, ada, Grant(brands=frozenset({3})))
    async with db.begin() as tx:
        now = await viewer_of_user(tx, ada.user_id or 0)
        assert now
        assert now.scope.brands == frozenset({3})
        assert now.scope.teams == frozenset()
    await _set(db, CONSOLE, ada, Grant(teams=frozenset({team, 999})))
    async with db.begin() as tx:
        now = await viewer_of_user(tx, ada.user_id or 0)
        assert now
        assert (now.scope.brands, now.scope.teams) == (None, frozenset({team}))


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("  김  미나 ", "김 미나"),
        ("Ada\u202e\u0000\nnimdA", "Ada nimdA"),
        ("<b onmouseover=alert(1)>", "<b onmouseover=alert(1)>"),
        ("🌲 Ada", "🌲 Ada"),
    ],
)
async def test_names_are_one_plain_line(db: Database, name: str, kept: str) -> None:
    """T5: what would be HTML is kept as typed; pages escape it."""
    async with db.begin() as tx:
        ada = await join(tx, "Ada")
        await set_preferences(
            tx, ada, name=name, language="ko", timezone="Asia/Seoul", theme="dark", density="compact", keys="mod"
        )
        now = await viewer_of_user(tx, ada.user_id or 0)
        assert now
        assert (now.name, now.theme, now.density, now.keys) == (kept, "dark", "compact", "mod")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", " \u200b "),
        ("name", "x" * 81),
        ("language", "fr"),
        ("timezone", "Asia/Pyeongyang"),
        ("timezone", "../../etc/passwd"),
        ("theme", "light'onload="),
        ("density", ""),
        ("keys", "none"),
    ],
)
async def test_preferences_are_from_what_is_offered(db: Database, field: str, value: str) -> None:
    given = {
        "name": "Ada",
        "language": "ko",
        "timezone": "Asia/Seoul",
        "theme": "auto",
        "density": "roomy",
        "keys": "letters",
        field: value,
    }
    async with db.begin() as tx:
        ada = await join(tx, "Ada")
        with pytest.raises(Refused) as refused:
            await set_preferences(tx, ada, **given)
    assert refused.value.field == field


async def test_a_program_has_no_account(db: Database) -> None:
    async with db.begin() as tx:
        with pytest.raises(NotPermitted):
            await set_preferences(
                tx, CONSOLE, name="x", language="ko", timezone="UTC", theme="auto", density="roomy", keys="mod"
            )
