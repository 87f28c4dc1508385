"""The cast of these tests: 하나 the administrator, Ada and Ben."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from argon2 import PasswordHasher
from sqlalchemy import text

from madang.lib.crypto import Keys
from madang.lib.postgres import Database, Tx
from madang.staff import passwords
from madang.staff import sign_in as door
from madang.staff.actions import create_user
from madang.staff.grants import Grant
from madang.staff.permissions import Viewer
from madang.staff.sessions import Browser, SignedIn
from madang.staff.viewers import viewer_of_user

PASSWORD = "감나무 아래 빨간 자전거"
KEYS = Keys(b"a secret for tests, long enough to be one")
HERE = Browser("203.0.113.7", "Firefox on a desk")


@contextmanager
def cheap_passwords() -> Iterator[None]:
    """Argon2 at the least cost: tests sign in hundreds of times."""
    dear = passwords._hasher
    passwords._hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    passwords._nobodys.cache_clear()
    yield
    passwords._hasher = dear
    passwords._nobodys.cache_clear()


async def join(tx: Tx, name: str, grant: Grant = Grant(), email: str = "") -> Viewer:  # noqa: B008
    """A user as if she had accepted an invitation."""
    user_id = await create_user(
        tx, None, name=name, email=email or f"{name.lower()}@haneul.kr", password=PASSWORD, grant=grant
    )
    viewer = await viewer_of_user(tx, user_id)
    assert viewer is not None
    return viewer


async def administrator(tx: Tx) -> Viewer:
    return await join(tx, "하나", Grant("administrator"), "hana@haneul.kr")


async def sign_in(db: Database, email: str = "ada@haneul.kr", password: str = PASSWORD, **more: str) -> SignedIn:
    browser = Browser(more.pop("remote", HERE.remote), HERE.agent)
    return await door.sign_in(db, KEYS, email=email, password=password, browser=browser, **more)


async def kinds(tx: Tx) -> list[str]:
    """What happened, in order."""
    return list(await tx.scalars(text("select kind from event order by id")))
