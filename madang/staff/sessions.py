"""Signing in and staying signed in. The cookie holds a random token, the database its SHA-256 and nothing else.

A session begins only at a sign-in (or at an accepted link), always under a fresh token, and ends when it is idle, old,
signed out, or when the password, the role or the user goes.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, delete, func, insert, select, update

from madang.events.kinds import Kind
from madang.events.record import Actor, News, record
from madang.lib.crypto import Keys, new_token, token_hash
from madang.lib.plain import one_line
from madang.lib.postgres import Tx
from madang.settings import Settings
from madang.staff.models import Session, User
from madang.staff.permissions import Viewer
from madang.staff.viewers import people, viewer

IDLE = timedelta(days=7)
LIFE = timedelta(days=30)
_FRESH = timedelta(minutes=1)  # how stale "last seen" may be: a page view is no reason to write


@dataclass(frozen=True, slots=True)
class Browser:
    """Where a request comes from: the address as the trusted proxies tell it, and what the browser calls itself."""

    remote: str = ""
    agent: str = ""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session that has just begun. ``token`` goes into the cookie and is never seen again."""

    token: str
    user_id: int


def cookie_name(settings: Settings) -> str:
    """Over HTTPS the prefix makes browsers refuse the cookie from other hosts and paths."""
    return "__Host-madang_session" if settings.cookie_secure else "madang_session"


def csrf_of(keys: Keys, token: str) -> str:
    """The form token of one session: worthless with any other."""
    return hmac.new(keys.derive("csrf"), token.encode(), hashlib.sha256).hexdigest()


async def begin(tx: Tx, user_id: int, browser: Browser, *, instead_of: str = "") -> SignedIn:
    """Begin a session under a fresh token, ending the one the browser had."""
    if instead_of:
        await tx.execute(delete(Session).where(Session.token_hash == token_hash(instead_of)))
    token = new_token()
    await tx.execute(
        insert(Session).values(
            token_hash=token_hash(token),
            user_id=user_id,
            expires_at=func.now() + LIFE,
            agent=one_line(browser.agent)[:300],
            remote=browser.remote,
        )
    )
    await tx.execute(update(User).where(User.id == user_id).values(last_seen_at=func.now()))
    return SignedIn(token, user_id)


async def viewer_of(tx: Tx, token: str) -> Viewer | None:
    """Whose session the cookie names; None for one we did not give, an ended, an idle and an old one."""
    if not token:
        return None
    row = (await tx.execute(_whose(), {"token": token_hash(token)})).one_or_none()
    if row is None:
        return None
    if row.stale:
        await _saw(tx, token, row.id)
    return viewer(row)


@cache  # to build it takes longer than to run it
def _whose() -> Select[*tuple[Any, ...]]:
    stale = (Session.seen_at < func.now() - _FRESH).label("stale")
    joined = people().add_columns(stale).join(Session, Session.user_id == User.id)
    return joined.where(Session.token_hash == bindparam("token"), _alive())


def _alive() -> ColumnElement[bool]:
    return and_(Session.expires_at > func.now(), Session.seen_at > func.now() - IDLE)


async def _saw(tx: Tx, token: str, user_id: int) -> None:
    """User before session, as everywhere: one lock order."""
    await tx.execute(update(User).where(User.id == user_id).values(last_seen_at=func.now()))
    await tx.execute(update(Session).where(Session.token_hash == token_hash(token)).values(seen_at=func.now()))


async def sign_out(tx: Tx, token: str) -> None:
    """End the session of this cookie, if it is one."""
    gone = delete(Session).where(Session.token_hash == token_hash(token)).returning(Session.user_id)
    user_id = await tx.scalar(gone)
    if user_id is not None:
        await record(tx, Actor("user", user_id), _ended(user_id, token_hash(token).hex()))


async def end(tx: Tx, who: Viewer, session: str) -> None:
    """End one of the viewer's own sessions by the name :func:`sessions_of` gives it; nothing when it is not hers."""
    hers = select(Session.token_hash).where(Session.user_id == who.user_id)
    named = next((kept for kept in await tx.scalars(hers) if kept.hex() == session), None)
    if named:
        await tx.execute(delete(Session).where(Session.token_hash == named))
        await record(tx, who.actor, _ended(who.user_id or 0, session))


async def end_others(tx: Tx, who: Viewer, token: str) -> None:
    """End all of the viewer's sessions but the one of this token."""
    if await end_all(tx, who.user_id or 0, but=token):
        await record(tx, who.actor, _ended(who.user_id or 0, "others"))


async def end_all(tx: Tx, user_id: int, *, but: str = "") -> int:
    """End every session of a user, except the one of the token ``but``; how many ended. The caller records why."""
    gone = delete(Session).where(Session.user_id == user_id, Session.token_hash != token_hash(but))
    return (await tx.execute(gone)).rowcount


def _ended(user_id: int, session: str) -> News:
    return News(Kind.USER_SIGNED_OUT, data={"user": user_id, "session": session[:16]})
