"""Teams, and keys for programs."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from madang.lib.errors import NotFound, Refused
from madang.lib.postgres import Database
from madang.staff.actions import change_team, create_team, create_token, retire_team, retire_user, revoke_token
from madang.staff.grants import Grant
from madang.staff.permissions import CONSOLE, NotPermitted
from madang.staff.queries import teams, tokens
from madang.staff.tests.people import administrator, join, kinds
from madang.staff.tokens import viewer_of_bearer
from madang.staff.viewers import viewer_of_user


async def test_a_team_shows_who_is_in_it(db: Database) -> None:
    async with db.begin() as tx:
        ada, ben = await join(tx, "Ada"), await join(tx, "Ben")
        team = await create_team(tx, CONSOLE, name=" 배송 ", members=[ada.user_id or 0, 999])
        await change_team(tx, CONSOLE, team, name="배송", members=[ada.user_id or 0, ben.user_id or 0])
        await retire_user(tx, CONSOLE, ben.user_id or 0)
        (row,) = await teams(tx)
        assert (row.name, row.members) == ("배송", (ada.user_id,))
        assert [kind for kind in await kinds(tx) if kind.startswith("team")] == ["team.created", "team.changed"]


async def test_a_retired_team_frees_its_name_and_its_members_keep_seeing_what_it_had(db: Database) -> None:
    async with db.begin() as tx:
        ada = await join(tx, "Ada")
        team = await create_team(tx, CONSOLE, name="배송", members=[ada.user_id or 0])
        with pytest.raises(Refused, match="already"):
            await create_team(tx, CONSOLE, name="배송")
        await retire_team(tx, CONSOLE, team)
        with pytest.raises(NotFound):
            await change_team(tx, CONSOLE, team, name="x", members=[])
        assert await teams(tx) == []
        again = await viewer_of_user(tx, ada.user_id or 0)
        assert again
        assert again.scope.teams == frozenset({team})
        await create_team(tx, CONSOLE, name="배송")


async def test_a_lead_who_sees_her_teams_cannot_let_herself_into_another(db: Database) -> None:
    async with db.begin() as tx:
        own, other = await create_team(tx, CONSOLE, name="배송"), await create_team(tx, CONSOLE, name="환불")
        ada = await join(tx, "Ada", Grant("lead", "team", teams=frozenset({own})))
        await change_team(tx, ada, own, name="배송팀", members=[ada.user_id or 0])
        with pytest.raises(NotPermitted):
            await change_team(tx, ada, other, name="환불", members=[ada.user_id or 0])
        with pytest.raises(NotPermitted):
            await retire_team(tx, ada, other)


async def test_an_agent_manages_no_team(db: Database) -> None:
    async with db.begin() as tx:
        ada = await join(tx, "Ada")
        with pytest.raises(NotPermitted):
            await create_team(tx, ada, name="mine")


async def test_a_token_acts_with_its_role_until_it_is_revoked(db: Database) -> None:
    async with db.begin() as tx:
        made = await create_token(tx, CONSOLE, name="shop", role="agent")
        viewer = await viewer_of_bearer(tx, made.token)
        assert viewer
        assert (str(viewer.actor), viewer.role, viewer.user_id) == (f"token:{made.id}", "agent", None)
        assert viewer.may("conversation.reply")
        assert not viewer.may("token.manage")
        await revoke_token(tx, CONSOLE, made.id)
        assert await viewer_of_bearer(tx, made.token) is None
        with pytest.raises(NotFound):
            await revoke_token(tx, CONSOLE, made.id)


async def test_only_its_beginning_is_kept(db: Database) -> None:
    async with db.begin() as tx:
        made = await create_token(tx, CONSOLE, name="shop", role="viewer")
        (row,) = await tokens(tx)
        kept = str((await tx.execute(text("select t::text, e.data::text from api_token t, event e"))).all())
    assert made.token.startswith("mdg_")
    assert made.token.startswith(row.prefix)
    assert len(made.token) - len(row.prefix) > 30
    assert made.token not in kept


@pytest.mark.parametrize("token", ["", " ", "%20", "mdg_", "mdg_AAAAAA", "Bearer", "\x00", "null"])
async def test_what_is_no_token_is_nobody(db: Database, token: str) -> None:
    async with db.begin() as tx:
        await create_token(tx, CONSOLE, name="shop", role="administrator")
        assert await viewer_of_bearer(tx, token) is None


async def test_its_last_use_is_written_at_most_once_a_minute(db: Database) -> None:
    async with db.begin() as tx:
        made = await create_token(tx, CONSOLE, name="shop", role="viewer")
        assert (await tokens(tx))[0].used_at is None
    seen = []
    for _ in range(3):
        async with db.begin() as tx:
            await viewer_of_bearer(tx, made.token)
            seen.append((await tokens(tx))[0].used_at)
    assert seen[0] is not None
    assert len(set(seen)) == 1


async def test_a_list_says_when_the_maker_has_left(db: Database) -> None:
    async with db.begin() as tx:
        hana = await administrator(tx)
        mallory = await join(tx, "Mallory", Grant("administrator"))
        await create_token(tx, hana, name="hers", role="viewer")
        await create_token(tx, mallory, name="theirs", role="administrator")
        await create_token(tx, CONSOLE, name="shell", role="viewer")
        await retire_user(tx, hana, mallory.user_id or 0)
        rows = [(row.name, row.created_by, row.by_retired) for row in await tokens(tx)]
    assert rows == [("shell", "", False), ("theirs", "Mallory", True), ("hers", "하나", False)]


async def test_no_such_role(db: Database) -> None:
    async with db.begin() as tx:
        with pytest.raises(Refused, match="administrator, lead, agent, viewer"):
            await create_token(tx, CONSOLE, name="x", role="root")  # type: ignore[arg-type]
