"""Links that let somebody in: once, in time, with no more than was given (T3, T13, T15)."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import text

from madang.lib.errors import NotFound, Refused
from madang.lib.postgres import Database, Tx
from madang.settings import Settings
from madang.staff.actions import accept_invitation, change_user, create_team, invite, retire_user, withdraw_invitation
from madang.staff.first_run import first_run_url
from madang.staff.grants import Grant
from madang.staff.permissions import CONSOLE, NotPermitted, Scope, Viewer
from madang.staff.queries import invitations, teams, users
from madang.staff.tests.people import PASSWORD, administrator, join, kinds
from madang.staff.viewers import viewer_of_user

BEN = "ben@haneul.kr"


async def _accept(db: Database, token: str, *, first: bool = False, **more: str) -> int:
    given = {"name": "Ben", "password": PASSWORD, "language": "en", "timezone": "Europe/Berlin"} | more
    async with db.begin() as tx:
        return await accept_invitation(tx, token, first=first, **given)


async def _invited(db: Database, grant: Grant = Grant(), viewer: Viewer = CONSOLE) -> str:  # noqa: B008
    async with db.begin() as tx:
        return (await invite(tx, viewer, email=BEN, name="Ben", grant=grant)).token


def _settings() -> Settings:
    return Settings(public_url="https://desk.haneul.kr")


async def _first(db: Database) -> str:
    url = await first_run_url(db, _settings())
    assert url
    assert url.startswith("https://desk.haneul.kr/setup/")
    return url.rpartition("/")[2]


async def test_the_first_link_makes_the_first_administrator_and_is_dead_then(db: Database) -> None:
    token = await _first(db)
    await _accept(db, token, first=True, email="Hana@Haneul.kr", name="하나")
    with pytest.raises(NotFound):
        await _accept(db, token, first=True, email="mallory@example.com")
    assert await first_run_url(db, _settings()) is None
    async with db.begin() as tx:
        (hana,) = await users(tx)
    assert (hana.email, hana.grant.role, hana.grant.brands) == ("hana@haneul.kr", "administrator", None)


async def test_each_start_gives_a_fresh_first_link_and_the_older_dies(db: Database) -> None:
    older, newer = await _first(db), await _first(db)
    with pytest.raises(NotFound):
        await _accept(db, older, first=True, email="hana@haneul.kr")
    await _accept(db, newer, first=True, email="hana@haneul.kr")


async def test_two_who_open_the_first_link_at_once_are_not_both_administrators(db: Database) -> None:
    token = await _first(db)
    both = (_accept(db, token, first=True, email=f"{name}@haneul.kr") for name in ("hana", "mallory"))
    results = await asyncio.gather(*both, return_exceptions=True)
    assert sorted(type(result).__name__ for result in results) == ["NotFound", "int"]


async def test_a_kept_first_link_is_dead_once_an_administrator_came_another_way(db: Database) -> None:
    token = await _first(db)
    async with db.begin() as tx:
        await administrator(tx)
    with pytest.raises(NotFound):
        await _accept(db, token, first=True, email="mallory@example.com")


async def test_a_bad_password_does_not_use_the_link_up(db: Database) -> None:
    token = await _first(db)
    for wrong in ({"password": "short"}, {"email": "no address"}, {"name": "  "}):
        with pytest.raises(Refused):
            await _accept(db, token, first=True, **{"email": "hana@haneul.kr", **wrong})
    await _accept(db, token, first=True, email="hana@haneul.kr")


async def test_an_invitation_gives_what_it_says_and_not_what_the_form_says(db: Database) -> None:
    async with db.begin() as tx:
        team = await create_team(tx, CONSOLE, name="배송")
    token = await _invited(db, Grant("agent", "team", frozenset({4}), frozenset({team})))
    ben = await _accept(db, token, email="mallory@example.com")
    async with db.begin() as tx:
        viewer = await viewer_of_user(tx, ben)
        assert viewer
        assert (viewer.email, viewer.role, viewer.language) == (BEN, "agent", "en")
        assert viewer.scope == Scope(ben, frozenset({4}), frozenset({team}), "team")
        assert (await teams(tx))[0].members == (ben,)
        assert (await kinds(tx))[-1] == "user.created"


async def test_an_invitation_works_once(db: Database) -> None:
    token = await _invited(db)
    results = await asyncio.gather(_accept(db, token), _accept(db, token), return_exceptions=True)
    assert sorted(type(result).__name__ for result in results) == ["NotFound", "int"]


@pytest.mark.parametrize("token", ["", " ", "%20", "\t", "null", "undefined"])
async def test_an_empty_token_is_no_token(db: Database, token: str) -> None:
    await _first(db)
    await _invited(db)
    for first in (True, False):
        with pytest.raises(NotFound):
            await _accept(db, token, first=first, email="mallory@example.com")


async def test_an_invitation_is_no_first_link_nor_the_other_way_round(db: Database) -> None:
    first, invited = await _first(db), await _invited(db)
    with pytest.raises(NotFound):
        await _accept(db, first)
    with pytest.raises(NotFound):
        await _accept(db, invited, first=True, email="mallory@example.com")


async def test_after_seven_days_it_is_too_late(db: Database) -> None:
    token = await _invited(db)
    async with db.begin() as tx:
        await tx.execute(text("update invitation set expires_at = expires_at - interval '7 days'"))
        assert await invitations(tx) == []
    with pytest.raises(NotFound):
        await _accept(db, token)


async def test_a_withdrawn_one_is_dead(db: Database) -> None:
    async with db.begin() as tx:
        invited = await invite(tx, CONSOLE, email=BEN, grant=Grant())
        await withdraw_invitation(tx, CONSOLE, invited.id)
        assert await invitations(tx) == []
    with pytest.raises(NotFound):
        await _accept(db, invited.token)
    with pytest.raises(NotFound):
        async with db.begin() as tx:
            await withdraw_invitation(tx, CONSOLE, invited.id)


async def test_inviting_again_ends_the_first_invitation(db: Database) -> None:
    older, newer = await _invited(db, Grant("administrator")), await _invited(db)
    with pytest.raises(NotFound):
        await _accept(db, older)
    await _accept(db, newer)


async def _lose(tx: Tx, hana: Viewer, how: str) -> None:
    await join(tx, "Other", Grant("administrator"))
    if how == "retired":
        await retire_user(tx, CONSOLE, hana.user_id or 0)
    else:
        await change_user(tx, CONSOLE, hana.user_id or 0, name="하나", email=hana.email, grant=Grant("lead"))


@pytest.mark.parametrize("how", ["retired", "demoted"])
async def test_an_invitation_dies_with_the_right_to_give_it(db: Database, how: str) -> None:
    async with db.begin() as tx:
        hana = await administrator(tx)
    token = await _invited(db, Grant("administrator"), hana)
    async with db.begin() as tx:
        await _lose(tx, hana, how)
    with pytest.raises(NotFound):
        await _accept(db, token)


@pytest.mark.parametrize("role", ["lead", "agent", "viewer"])
async def test_only_an_administrator_invites(db: Database, role: str) -> None:
    async with db.begin() as tx:
        viewer = await join(tx, "Ada", Grant(role))  # type: ignore[arg-type]
        with pytest.raises(NotPermitted):
            await invite(tx, viewer, email=BEN, grant=Grant("viewer"))
        with pytest.raises(NotPermitted):
            await withdraw_invitation(tx, viewer, 1)


async def test_an_administrator_of_one_brand_makes_none_of_all(db: Database) -> None:
    async with db.begin() as tx:
        small = await join(tx, "Ada", Grant("administrator", brands=frozenset({1})))
        with pytest.raises(NotPermitted):
            await invite(tx, small, email=BEN, grant=Grant("viewer"))
        await invite(tx, small, email=BEN, grant=Grant("administrator", brands=frozenset({1})))


async def test_nobody_is_here_twice(db: Database) -> None:
    async with db.begin() as tx:
        await join(tx, "Ben")
        with pytest.raises(Refused, match="already"):
            await invite(tx, CONSOLE, email="BEN@haneul.kr", grant=Grant())


async def test_the_token_is_not_in_the_database(db: Database) -> None:
    token = await _invited(db)
    async with db.begin() as tx:
        kept = str((await tx.execute(text("select i::text, e.data::text from invitation i, event e"))).all())
    assert token not in kept


async def test_who_left_may_come_back_as_somebody_new(db: Database) -> None:
    async with db.begin() as tx:
        before = await join(tx, "Ben")
        await retire_user(tx, CONSOLE, before.user_id or 0)
    assert await _accept(db, await _invited(db)) != before.user_id
