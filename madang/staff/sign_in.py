"""The sign-in itself: limited, of constant work, and silent about which accounts exist (T14)."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, select, update

from madang.events.kinds import Kind
from madang.events.record import SYSTEM, Actor, News, record
from madang.lib.crypto import Keys, new_token
from madang.lib.errors import Refused
from madang.lib.language import gettext as _
from madang.lib.postgres import Database, Tx
from madang.staff import passwords, sessions
from madang.staff.addresses import normal
from madang.staff.attempts import Limit, Try, forgive, network, spend, take_back
from madang.staff.models import User
from madang.staff.permissions import NotPermitted, Viewer
from madang.staff.sessions import Browser, SignedIn

_WINDOW = timedelta(minutes=15)
BY_ADDRESS = Limit("sign-in from", 50, _WINDOW)  # an office behind one address signs in at nine
BY_ACCOUNT = Limit("sign-in to", 10, _WINDOW)
BY_DEVICE = Limit("sign-in on", 10, _WINDOW)
BY_PROOF = Limit("password of", 10, _WINDOW)


@dataclass(frozen=True, slots=True)
class Account:
    """What signing in needs of a user; empty for nobody."""

    id: int = 0
    password_hash: str = ""


async def sign_in(
    database: Database, keys: Keys, *, email: str, password: str, browser: Browser, device: str = "", had: str = ""
) -> SignedIn:
    """Begin a session, ending the one the browser ``had``; raises :class:`Refused`, :class:`TooMany`.

    Tries count in the account's bucket, but a ``device`` that has signed in to it before has a bucket of its own:
    whoever guesses at Ada's password cannot keep Ada out.
    """
    email = normal(email)
    tries = [Try(BY_ADDRESS, network(browser.remote)), _by_account(keys, email, device)]
    await spend(database, *tries)
    async with database.begin() as tx:
        account = await _account(tx, email)
    good = await passwords.matches(account.password_hash, password)
    async with database.begin() as tx:
        if good and await _still(tx, account):
            await _settle(tx, account, password, *tries)
            begun = await sessions.begin(tx, account.id, browser, instead_of=had)
            await record(tx, Actor("user", account.id), _news(Kind.USER_SIGNED_IN, account, browser))
            return begun
        await record(tx, SYSTEM, _news(Kind.SIGN_IN_FAILED, account, browser))
    raise Refused(_("The e-mail address or the password is not right. Check both and try again."))


async def prove(database: Database, viewer: Viewer, password: str, field: str = "current") -> None:
    """Raise :class:`Refused` unless it is the viewer's own password: before she changes what guards her account."""
    if viewer.user_id is None:
        raise NotPermitted("account")
    mine = Try(BY_PROOF, str(viewer.user_id))
    await spend(database, mine)
    async with database.begin() as tx:
        account = await _account(tx, viewer.email)
    if not await passwords.matches(account.password_hash, password):
        raise Refused(_("This is not your present password."), field)
    async with database.begin() as tx:
        await forgive(tx, mine)


def device_of(keys: Keys, email: str) -> str:
    """A name for a browser that has signed in to this account, kept in a cookie for a year."""
    name = new_token()[:16]
    return f"{name}.{_device_mark(keys, name, normal(email))}"


def _by_account(keys: Keys, email: str, device: str) -> Try:
    name, _dot, mark = device.partition(".")
    if name and hmac.compare_digest(mark.encode(), _device_mark(keys, name, email).encode()):
        return Try(BY_DEVICE, f"{name} {email}")
    return Try(BY_ACCOUNT, email)


def _device_mark(keys: Keys, name: str, email: str) -> str:
    return hmac.new(keys.derive("device"), f"{name} {email}".encode(), hashlib.sha256).hexdigest()[:32]


async def _account(tx: Tx, email: str) -> Account:
    query = select(User.id, User.password_hash).where(func.lower(User.email) == email, User.retired_at.is_(None))
    row = (await tx.execute(query)).one_or_none()
    return Account(row.id, row.password_hash) if row else Account()


async def _still(tx: Tx, account: Account) -> bool:
    """Whether she is active and the password is the one just checked; locks her row until the session stands."""
    query = (
        select(User.password_hash)
        .where(User.id == account.id, User.retired_at.is_(None))
        .with_for_update(key_share=True)
    )
    return bool(account.id) and await tx.scalar(query) == account.password_hash


async def _settle(tx: Tx, account: Account, password: str, by_address: Try, by_account: Try) -> None:
    """A good try does not count. Of the address only this one is taken back: others guess from there perhaps."""
    await take_back(tx, by_address)
    await forgive(tx, by_account)
    if passwords.outdated(account.password_hash):
        fresh = await passwords.hashed(password)
        await tx.execute(update(User).where(User.id == account.id).values(password_hash=fresh))


def _news(kind: Kind, account: Account, browser: Browser) -> News:
    """What was typed as an address is not kept when it is nobody's: it may be a password."""
    return News(kind, data={"user": account.id or None, "remote": browser.remote})
