"""How long one stays signed in, and what ends it (T13)."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from madang.lib.errors import Refused
from madang.lib.postgres import Database, Tx
from madang.staff import sessions
from madang.staff import sign_in as door
from madang.staff.actions import change_password, change_user, make_password_reset, retire_user, use_password_reset
from madang.staff.attempts import TooMany
from madang.staff.grants import Grant
from madang.staff.permissions import CONSOLE, Viewer
from madang.staff.queries import sessions_of
from madang.staff.sessions import SignedIn, csrf_of, viewer_of
from madang.staff.tests.people import HERE, KEYS, PASSWORD, join, kinds, sign_in
from madang.staff.viewers import viewer_of_user

NEW = "물푸레 그늘에서 낮잠"


@pytest.fixture
async def ada(db: Database) -> Viewer:
    async with db.begin() as tx:
        return await join(tx, "Ada")


async def _who(db: Database, token: str) -> Viewer | None:
    async with db.begin() as tx:
        return await viewer_of(tx, token)


async def _age(db: Database, column: str, days: int) -> None:
    statement = {
        "seen_at": "update session set seen_at = now() - make_interval(days => :days)",
        "expires_at": "update session set expires_at = expires_at - make_interval(days => :days)",
    }[column]
    async with db.begin() as tx:
        await tx.execute(text(statement), {"days": days})


@pytest.mark.parametrize("token", ["", " ", "%20", "null", "undefined", "0", "A" * 43, "\x00", "' or true --", "토큰"])
async def test_a_cookie_we_did_not_give_is_nobody(db: Database, ada: Viewer, token: str) -> None:
    await sign_in(db)
    assert await _who(db, token) is None


async def test_signing_in_again_gives_another_token_and_ends_the_one_before(db: Database, ada: Viewer) -> None:
    """Session fixation: a token somebody planted never becomes hers."""
    planted = "planted-by-somebody-else"
    first = await sign_in(db, had=planted)
    second = await sign_in(db, had=first.token)
    assert len({planted, first.token, second.token}) == 3
    assert [await _who(db, token) is not None for token in (planted, first.token, second.token)] == [False, False, True]


async def test_idle_for_a_week_is_signed_out(db: Database, ada: Viewer) -> None:
    token = (await sign_in(db)).token
    await _age(db, "seen_at", sessions.IDLE.days - 1)
    assert await _who(db, token)
    await _age(db, "seen_at", sessions.IDLE.days)
    assert await _who(db, token) is None


async def test_a_month_is_the_end_however_busy(db: Database, ada: Viewer) -> None:
    token = (await sign_in(db)).token
    await _age(db, "expires_at", sessions.LIFE.days)
    assert await _who(db, token) is None


async def test_a_page_view_writes_at_most_once_a_minute(db: Database, ada: Viewer) -> None:
    token = (await sign_in(db)).token

    async def version() -> str:
        async with db.begin() as tx:
            rows = await tx.execute(text('select s.xmin::text, u.xmin::text from session s, "user" u'))
            return str(rows.all())

    before = await version()
    await _who(db, token)
    assert await version() == before
    await _age(db, "seen_at", 1)
    await _who(db, token)
    after = await version()
    await _who(db, token)
    assert after != before
    assert await version() == after


async def _three(db: Database) -> list[SignedIn]:
    return [await sign_in(db), await sign_in(db), await sign_in(db)]


async def _still(db: Database, begun: list[SignedIn]) -> list[bool]:
    return [await _who(db, one.token) is not None for one in begun]


async def test_a_new_password_ends_every_session_and_begins_a_fresh_one(db: Database, ada: Viewer) -> None:
    begun = await _three(db)
    async with db.begin() as tx:
        fresh = await change_password(tx, ada, NEW, HERE)
    assert await _still(db, [*begun, fresh]) == [False, False, False, True]
    await sign_in(db, password=NEW)
    with pytest.raises(Refused):
        await sign_in(db, password=PASSWORD)


@pytest.mark.parametrize("role", ["viewer", "lead", "administrator"])
async def test_another_role_ends_every_session(db: Database, ada: Viewer, role: str) -> None:
    begun = await _three(db)
    async with db.begin() as tx:
        await change_user(tx, CONSOLE, ada.user_id or 0, name="Ada", email=ada.email, grant=Grant(role))  # type: ignore[arg-type]
    assert not any(await _still(db, begun))


async def test_a_narrower_view_counts_at_once(db: Database, ada: Viewer) -> None:
    token = (await sign_in(db)).token
    narrow = Grant("agent", "assigned", frozenset({7}))
    async with db.begin() as tx:
        await change_user(tx, CONSOLE, ada.user_id or 0, name="Ada", email=ada.email, grant=narrow)
    now = await _who(db, token)
    assert now
    assert (now.scope.sees, now.scope.brands) == ("assigned", frozenset({7}))


async def test_a_reset_link_ends_every_session_and_works_once(db: Database, ada: Viewer) -> None:
    begun = await _three(db)
    async with db.begin() as tx:
        token = await make_password_reset(tx, CONSOLE, ada.user_id or 0)
    assert all(await _still(db, begun)), "making the link changes nothing yet"
    async with db.begin() as tx:
        await use_password_reset(tx, token, NEW)
    assert not any(await _still(db, begun))
    with pytest.raises(LookupError):
        async with db.begin() as tx:
            await use_password_reset(tx, token, "another one entirely")
    await sign_in(db, password=NEW)


async def test_a_newer_reset_link_is_the_only_one(db: Database, ada: Viewer) -> None:
    """T20: many made are one that works, and none is mailed by itself."""
    async with db.begin() as tx:
        older = await make_password_reset(tx, CONSOLE, ada.user_id or 0)
        newer = await make_password_reset(tx, CONSOLE, ada.user_id or 0)
        await tx.execute(text("update password_reset set expires_at = now() + interval '1 second'"))
    for token in (older, "", "%20", " "):
        with pytest.raises(LookupError):
            async with db.begin() as tx:
                await use_password_reset(tx, token, NEW)
    async with db.begin() as tx:
        await tx.execute(text("update password_reset set expires_at = now()"))
    with pytest.raises(LookupError):
        async with db.begin() as tx:
            await use_password_reset(tx, newer, NEW)


async def test_who_has_left_is_signed_out_and_cannot_come_back(db: Database, ada: Viewer) -> None:
    begun = await _three(db)
    async with db.begin() as tx:
        link = await make_password_reset(tx, CONSOLE, ada.user_id or 0)
        await retire_user(tx, CONSOLE, ada.user_id or 0)
    assert not any(await _still(db, begun))
    with pytest.raises(Refused):
        await sign_in(db)
    with pytest.raises(LookupError):
        async with db.begin() as tx:
            await use_password_reset(tx, link, NEW)
    async with db.begin() as tx:
        assert await viewer_of_user(tx, ada.user_id or 0) is None


async def test_she_ends_one_of_her_own_and_nobody_elses(db: Database, ada: Viewer) -> None:
    async with db.begin() as tx:
        ben = await join(tx, "Ben")
    hers, his = await sign_in(db), await sign_in(db, "ben@haneul.kr")

    async def rows(tx: Tx) -> list[str]:
        return [row.id for row in await sessions_of(tx, ada.user_id or 0, hers.token)]

    async with db.begin() as tx:
        (mine,) = await sessions_of(tx, ada.user_id or 0, hers.token)
        assert mine.current
        await sessions.end(tx, ben, mine.id)
        assert len(await rows(tx)) == 1
        await sessions.end(tx, ada, mine.id)
        assert await rows(tx) == []
        assert (await kinds(tx))[-1] == "user.signed_out"
    assert await _still(db, [hers, his]) == [False, True]


async def test_signing_out_ends_it_on_the_server(db: Database, ada: Viewer) -> None:
    token = (await sign_in(db)).token
    async with db.begin() as tx:
        await sessions.sign_out(tx, token)
        await sessions.sign_out(tx, token)
        assert (await kinds(tx)).count("user.signed_out") == 1
    assert await _who(db, token) is None


async def test_her_password_is_asked_for_again_and_cannot_be_guessed_from_an_open_session(
    db: Database, ada: Viewer
) -> None:
    await door.prove(db, ada, PASSWORD)
    for _ in range(door.BY_PROOF.most):
        with pytest.raises(Refused):
            await door.prove(db, ada, "a guess of mine")
    with pytest.raises(TooMany):
        await door.prove(db, ada, PASSWORD)


def test_a_form_token_belongs_to_one_session() -> None:
    assert csrf_of(KEYS, "one session") == csrf_of(KEYS, "one session")
    assert csrf_of(KEYS, "one session") != csrf_of(KEYS, "another")
