"""Signing in: who gets in, what a stranger can learn, how often one may try."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from madang.lib.errors import Refused
from madang.lib.postgres import Database
from madang.staff import passwords
from madang.staff import sign_in as door
from madang.staff.actions import retire_user
from madang.staff.attempts import Limit, TooMany
from madang.staff.permissions import CONSOLE
from madang.staff.sessions import viewer_of
from madang.staff.tests.people import KEYS, join, kinds, sign_in

EMAILS = ("ada@haneul.kr", "ben@haneul.kr", "nobody@haneul.kr", "")  # one of ours, one retired, two of nobody


@pytest.fixture
async def cast(db: Database) -> Database:
    async with db.begin() as tx:
        await join(tx, "Ada")
    return db


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> int:
    """The limit an address has, lowered: the tests need not try fifty times."""
    monkeypatch.setattr(door, "BY_ADDRESS", Limit("sign-in from", 4, door.BY_ADDRESS.window))
    return 4


async def _fail(db: Database, **more: str) -> str:
    with pytest.raises(Refused) as refused:
        await sign_in(db, **more)
    return refused.value.message


async def test_the_right_password_begins_a_session(cast: Database) -> None:
    begun = await sign_in(cast, " ADA@Haneul.kr ")
    async with cast.begin() as tx:
        ada = await viewer_of(tx, begun.token)
        assert ada is not None
        assert (ada.name, ada.role, str(ada.actor)) == ("Ada", "agent", f"user:{begun.user_id}")
        assert (await kinds(tx))[-1] == "user.signed_in"


async def test_the_database_cannot_be_used_to_sign_in(cast: Database) -> None:
    begun = await sign_in(cast)
    async with cast.begin() as tx:
        kept = str((await tx.execute(text("select session::text from session"))).one())
        digest = str(await tx.scalar(text("select encode(token_hash, 'hex') from session")))
        assert begun.token not in kept
        assert await viewer_of(tx, digest) is None


async def test_a_stranger_cannot_tell_which_accounts_exist(cast: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """T14: the same words and the same work, which is what takes the time."""
    async with cast.begin() as tx:
        ben = await join(tx, "Ben")
        await retire_user(tx, CONSOLE, ben.user_id or 0)
    work: list[str] = []

    def verify(kept: str, _given: str) -> bool:
        work.append(kept.rsplit("$", 2)[0])
        return False

    monkeypatch.setattr(passwords, "_verify", verify)
    told = {await _fail(cast, email=email, password="not the password") for email in EMAILS}
    assert len(told) == 1
    assert len(work) == len(EMAILS)
    assert len(set(work)) == 1, "the same parameters for everybody"


async def test_what_was_typed_as_an_address_is_not_written_down(cast: Database) -> None:
    await _fail(cast, email="my password by mistake", password="ada@haneul.kr")
    async with cast.begin() as tx:
        log = str((await tx.execute(text("select kind, data::text from event order by id desc limit 1"))).one())
        buckets = str((await tx.execute(text("select * from attempt"))).all())
    assert "sign_in.failed" in log
    assert "mistake" not in log + buckets


async def test_guessing_at_one_account_ends_soon_and_says_so(cast: Database) -> None:
    for n in range(door.BY_ACCOUNT.most):
        await _fail(cast, password="wrong", remote=f"198.51.100.{n}")
    with pytest.raises(TooMany) as refused:
        await sign_in(cast, remote="192.0.2.1")
    assert 0 < refused.value.seconds <= 900
    assert "Wait" in refused.value.message


async def test_guessing_at_a_nobody_ends_just_as_soon(cast: Database) -> None:
    for n in range(door.BY_ACCOUNT.most):
        await _fail(cast, email="nobody@haneul.kr", password="wrong", remote=f"198.51.100.{n}")
    with pytest.raises(TooMany):
        await sign_in(cast, "nobody@haneul.kr", remote="192.0.2.1")


async def test_guessing_from_one_address_ends_whatever_the_accounts(cast: Database, few: int) -> None:
    for n in range(few):
        await _fail(cast, email=f"agent{n}@haneul.kr", password="wrong", remote=f"2001:db8:0:1::{n:x}")
    with pytest.raises(TooMany):
        await sign_in(cast, remote="2001:db8:0:1:ffff::1")
    await sign_in(cast, remote="2001:db8:0:2::1")


async def test_who_guesses_at_ada_cannot_keep_ada_out(cast: Database) -> None:
    """Her open session goes on, and her own browser may sign in anew; a made-up mark helps nobody."""
    session = await sign_in(cast)
    hers = door.device_of(KEYS, "Ada@haneul.kr")
    for n in range(door.BY_ACCOUNT.most + 5):
        await _fail(cast, password="wrong", remote=f"198.51.100.{n}", device=f"made-up{n}.{'0' * 32}")
    with pytest.raises(TooMany):
        await sign_in(cast, device=door.device_of(KEYS, "ben@haneul.kr"))
    async with cast.begin() as tx:
        assert await viewer_of(tx, session.token) is not None
    await sign_in(cast, device=hers)


async def test_a_stolen_browser_has_its_own_end(cast: Database) -> None:
    hers = door.device_of(KEYS, "ada@haneul.kr")
    for _ in range(door.BY_DEVICE.most):
        await _fail(cast, password="wrong", device=hers)
    with pytest.raises(TooMany):
        await sign_in(cast, device=hers)


async def test_an_office_behind_one_address_can_sign_in_at_nine(cast: Database, few: int) -> None:
    for _ in range(few + 2):
        await sign_in(cast)


async def test_limits_hold_over_processes(cast: Database, database_url: str) -> None:
    other = Database(database_url, pool=2)
    try:
        for n in range(door.BY_ACCOUNT.most):
            await _fail(cast if n % 2 else other, password="wrong", remote=f"198.51.100.{n}")
        with pytest.raises(TooMany):
            await sign_in(other, remote="192.0.2.1")
    finally:
        await other.close()


async def test_after_the_window_she_may_try_again(cast: Database) -> None:
    for _ in range(door.BY_ACCOUNT.most + 1):
        await _fail(cast, password="wrong")
    async with cast.begin() as tx:
        await tx.execute(text("update attempt set window_start = window_start - interval '15 minutes'"))
    await sign_in(cast)


async def test_a_password_hashed_at_an_old_cost_is_hashed_anew(cast: Database) -> None:
    from argon2 import PasswordHasher

    cheap = PasswordHasher(time_cost=1, memory_cost=16, parallelism=1).hash("a cheap but long one")
    async with cast.begin() as tx:
        await tx.execute(text("update \"user\" set password_hash = :h where name = 'Ada'"), {"h": cheap})
    await sign_in(cast, password="a cheap but long one")
    async with cast.begin() as tx:
        kept = str(await tx.scalar(text("select password_hash from \"user\" where name = 'Ada'")))
    assert not passwords.outdated(kept)
    await sign_in(cast, password="a cheap but long one")


async def test_who_is_retired_while_her_password_is_checked_does_not_get_in(
    cast: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = passwords.matches

    async def slow(kept: str, given: str) -> bool:
        good = await real(kept, given)
        async with cast.begin() as tx:
            await retire_user(tx, CONSOLE, int(await tx.scalar(text("select id from \"user\" where name = 'Ada'"))))
        return good

    monkeypatch.setattr(passwords, "matches", slow)
    await _fail(cast)
    async with cast.begin() as tx:
        assert await tx.scalar(text("select count(*) from session")) == 0
