"""The one permission table, and the one scope in its two forms."""

from __future__ import annotations

from itertools import pairwise, product
from typing import get_args

import pytest
from sqlalchemy import insert, select, text

from madang.conversations.models import Conversation
from madang.lib.postgres import Database, Tx
from madang.staff.grants import LADDER, Grant, covers
from madang.staff.permissions import CONSOLE, PERMISSIONS, Role, Scope, Verb, Viewer
from madang.staff.tests.people import join


async def _world(tx: Tx) -> tuple[int, int]:
    """Every kind of row there can be: three brands, three teams or none, two assignees or none."""
    ada, ben = await join(tx, "Ada"), await join(tx, "Ben")
    await tx.execute(text("insert into brand (id, name) select n, 'brand ' || n from generate_series(1, 3) n"))
    await tx.execute(text("insert into team (id, name) select n, 'team ' || n from generate_series(1, 3) n"))
    await tx.execute(text("insert into customer (id, name) values (1, '미나')"))
    assert ada.user_id
    assert ben.user_id
    rows = product((1, 2, 3), (None, 1, 2, 3), (None, ada.user_id, ben.user_id))
    await tx.execute(
        insert(Conversation),
        [{"customer_id": 1, "brand_id": b, "team_id": t, "assignee_id": a} for b, t, a in rows],
    )
    return ada.user_id, ben.user_id


async def test_the_scope_in_sql_is_the_scope_in_python_in_every_case(db: Database) -> None:
    async with db.begin() as tx:
        ada, _ben = await _world(tx)
        columns = (Conversation.id, Conversation.brand_id, Conversation.team_id, Conversation.assignee_id)
        rows = (await tx.execute(select(*columns))).all()
        everybody = product(
            (None, ada),
            (None, frozenset[int](), frozenset({1}), frozenset({1, 3})),
            (frozenset[int](), frozenset({1}), frozenset({2, 3})),
            ("all", "team", "assigned"),
        )
        for user, brands, teams, sees in everybody:
            scope = Scope(user, brands, teams, sees)  # type: ignore[arg-type]
            there = set(await tx.scalars(select(Conversation.id).where(scope.where(Conversation))))
            assert there == {r.id for r in rows if scope.allows(r.brand_id, r.team_id, r.assignee_id)}, scope


async def test_a_program_that_sees_what_is_assigned_to_it_does_not_see_what_is_assigned_to_nobody(db: Database) -> None:
    async with db.begin() as tx:
        await _world(tx)
        scope = Scope(None, sees="assigned")
        assert (await tx.scalars(select(Conversation.id).where(scope.where(Conversation)))).all() == []


def test_each_role_may_all_that_the_one_below_it_may() -> None:
    for lower, higher in pairwise(LADDER):
        assert PERMISSIONS[lower] < PERMISSIONS[higher]
    assert PERMISSIONS["administrator"] == set(get_args(Verb))
    assert set(PERMISSIONS) == set(get_args(Role)) == set(LADDER)


def test_a_viewer_may_only_read() -> None:
    assert all(verb.endswith(".read") for verb in PERMISSIONS["viewer"])


@pytest.mark.parametrize(
    ("grant", "allowed"),
    [
        (Grant("agent", "team", frozenset({1})), True),
        (Grant("lead", "team", frozenset({1}), frozenset({5})), True),
        (Grant("administrator", "team", frozenset({1})), False),
        (Grant("agent", "all", frozenset({1})), False),
        (Grant("agent", "team", None), False),
        (Grant("agent", "team", frozenset({1, 2})), False),
        (Grant("agent", "team", frozenset({1}), frozenset({6})), False),
    ],
)
def test_nobody_hands_out_more_than_she_has(grant: Grant, allowed: bool) -> None:
    scope = Scope(1, frozenset({1}), frozenset({5}), "team")
    assert covers(Viewer(CONSOLE.actor, "Ada", "lead", scope, 1), grant) is allowed
