"""What is hers alone: password and preferences. And the way back in when the password is lost."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, func, insert, select, update

from madang.changes.actions import Subject, note
from madang.events.kinds import Kind
from madang.events.record import Actor, News, record
from madang.lib.crypto import new_token, token_hash
from madang.lib.errors import NotFound
from madang.lib.language import LANGUAGES
from madang.lib.language import gettext as _
from madang.lib.postgres import Tx
from madang.lib.zones import zones
from madang.staff import passwords, sessions
from madang.staff.actions.users import checked_name, chosen, granted, locked
from madang.staff.grants import permit_grant
from madang.staff.models import PasswordReset, User
from madang.staff.permissions import NotPermitted, Viewer
from madang.staff.sessions import Browser, SignedIn

LASTS = timedelta(hours=24)
THEMES = ("auto", "light", "dark")
DENSITIES = ("roomy", "compact")
KEYS = ("letters", "mod")  # mod: none of one letter alone, which dictation or a stick may press (WCAG 2.1.4)


@dataclass(frozen=True, slots=True)
class ResetFor:
    """Whose password a link sets."""

    user_id: int
    name: str
    email: str


async def set_preferences(
    tx: Tx, viewer: Viewer, *, name: str, language: str, timezone: str, theme: str, density: str, keys: str
) -> None:
    """Her own name, and how the desk looks and speaks to her. Raises :class:`Refused`."""
    user_id = _herself(viewer)
    values = {
        "name": checked_name(name),
        "language": chosen(LANGUAGES, language, "language"),
        "timezone": chosen(zones(), timezone, "timezone"),
        "theme": chosen(THEMES, theme, "theme"),
        "density": chosen(DENSITIES, density, "density"),
        "keys": chosen(KEYS, keys, "keys"),
    }
    columns = (getattr(User, field) for field in values)
    before = (await tx.execute(select(*columns).where(User.id == user_id))).mappings().one()
    await tx.execute(update(User).where(User.id == user_id).values(values))
    await note(tx, viewer.actor, _account(viewer), dict(before), values)
    await record(tx, viewer.actor, News(Kind.USER_CHANGED, data={"user": user_id, **values}))


async def change_password(tx: Tx, viewer: Viewer, password: str, browser: Browser) -> SignedIn:
    """Set her own password, end all her sessions, begin a fresh one. She has proved the present one before."""
    user_id = _herself(viewer)
    passwords.check(password, email=viewer.email, name=viewer.name, field="new")
    await _set(tx, user_id, password)
    await note(tx, viewer.actor, _account(viewer), {}, {"password": True}, {"password"})
    await record(tx, viewer.actor, News(Kind.PASSWORD_CHANGED, data={"user": user_id}))
    return await sessions.begin(tx, user_id, browser)


def _account(viewer: Viewer) -> Subject:
    return Subject("account", str(viewer.actor), viewer.name)


async def make_password_reset(tx: Tx, viewer: Viewer, user_id: int) -> str:
    """The token of a link that sets a user's password once, within a day; an earlier link dies (T20)."""
    permit_grant(viewer, "staff.manage", granted(await locked(tx, user_id)))
    await tx.execute(delete(PasswordReset).where(PasswordReset.user_id == user_id))
    token = new_token()
    made = insert(PasswordReset).values(token_hash=token_hash(token), user_id=user_id, expires_at=func.now() + LASTS)
    await tx.execute(made)
    await record(tx, viewer.actor, News(Kind.PASSWORD_RESET_MADE, data={"user": user_id}))
    return token


async def open_reset(tx: Tx, token: str) -> ResetFor:
    """Whom the link is for, locked; raises :class:`NotFound` for one that no longer works."""
    query = (
        select(PasswordReset.user_id, User.name, User.email)
        .join(User, User.id == PasswordReset.user_id)
        .where(
            PasswordReset.token_hash == token_hash(token),
            PasswordReset.expires_at > func.now(),
            PasswordReset.used_at.is_(None),
            User.retired_at.is_(None),
        )
        .with_for_update(of=PasswordReset)
    )
    row = (await tx.execute(query)).one_or_none() if token.strip() else None
    if row is None:
        raise NotFound(_("This link has been used or is no longer valid. Ask for a new one."))
    return ResetFor(row.user_id, row.name, row.email)


async def use_password_reset(tx: Tx, token: str, password: str) -> int:
    """Set the password of the user the link is for, end all her sessions; her id."""
    row = await open_reset(tx, token)
    passwords.check(password, email=row.email, name=row.name)
    await _set(tx, row.user_id, password)
    await tx.execute(
        update(PasswordReset).where(PasswordReset.token_hash == token_hash(token)).values(used_at=func.now())
    )
    told = {"user": row.user_id, "by": "link"}
    await record(tx, Actor("user", row.user_id), News(Kind.PASSWORD_CHANGED, data=told))
    return row.user_id


async def _set(tx: Tx, user_id: int, password: str) -> None:
    kept = await passwords.hashed(password)
    await tx.execute(update(User).where(User.id == user_id).values(password_hash=kept))
    await sessions.end_all(tx, user_id)


def _herself(viewer: Viewer) -> int:
    if viewer.user_id is None:
        raise NotPermitted("account")
    return viewer.user_id
