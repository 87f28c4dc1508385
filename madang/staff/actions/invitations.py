"""Links that let somebody in: the first one, and those one colleague gives another."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Row, Update, func, insert, or_, select, text, update

from madang.events.kinds import Kind
from madang.events.record import SYSTEM, News, record
from madang.lib.crypto import new_token, token_hash
from madang.lib.errors import NotFound, Refused
from madang.lib.language import gettext as _
from madang.lib.plain import one_line
from madang.lib.postgres import Tx
from madang.staff.actions.users import create_user
from madang.staff.addresses import checked
from madang.staff.grants import Grant, covers, permit_grant
from madang.staff.models import Invitation, User
from madang.staff.permissions import Viewer, permit
from madang.staff.viewers import viewer_of_user

LASTS = timedelta(days=7)
_FIRST = text("select pg_advisory_xact_lock(hashtext('first administrator'))")


@dataclass(frozen=True, slots=True)
class Invited:
    """An invitation just made. ``token`` goes into the link and is never seen again."""

    id: int
    token: str


@dataclass(frozen=True, slots=True)
class Open:
    """A link that still lets somebody in."""

    id: int
    email: str
    name: str
    grant: Grant
    first: bool
    invited_by: int | None


async def first_run_link(tx: Tx) -> str | None:
    """A fresh token for making the first administrator; those before it die. None once there is one (T15)."""
    await tx.execute(_FIRST)
    if await has_administrator(tx):
        return None
    await tx.execute(_withdraw().where(Invitation.first))
    token = new_token()
    made = insert(Invitation).values(token_hash=token_hash(token), role="administrator", first=True)
    invitation_id = await tx.scalar(made.returning(Invitation.id))
    await record(tx, SYSTEM, News(Kind.INVITATION_SENT, data={"invitation": invitation_id, "first": True}))
    return token


async def invite(tx: Tx, viewer: Viewer, *, email: str, name: str = "", grant: Grant) -> Invited:
    """Make a link for one person, good for seven days; an earlier one for the same address dies."""
    permit_grant(viewer, "staff.manage", grant)
    email = checked(email)
    here = select(User.id).where(func.lower(User.email) == email, User.retired_at.is_(None))
    if await tx.scalar(here) is not None:
        raise Refused(_("Someone with this e-mail address is here already."), "email")
    await tx.execute(_withdraw().where(Invitation.email == email))
    token = new_token()
    made = insert(Invitation).values(
        token_hash=token_hash(token),
        email=email,
        name=one_line(name)[:80],
        role=grant.role,
        sees=grant.sees,
        all_brands=grant.brands is None,
        brand_ids=sorted(grant.brands or ()),
        team_ids=sorted(grant.teams),
        invited_by=viewer.user_id,
        expires_at=func.now() + LASTS,
    )
    invitation_id = (await tx.execute(made.returning(Invitation.id))).scalar_one()
    told = {"invitation": invitation_id, "role": grant.role, "sees": grant.sees}
    await record(tx, viewer.actor, News(Kind.INVITATION_SENT, data=told))
    return Invited(invitation_id, token)


async def withdraw_invitation(tx: Tx, viewer: Viewer, invitation_id: int) -> None:
    """Let a link no longer work. Raises :class:`NotFound` for one that does not work anyway."""
    permit(viewer, "staff.manage")
    gone = _withdraw().where(Invitation.id == invitation_id, Invitation.first.is_(False))
    if (await tx.execute(gone)).rowcount == 0:
        raise NotFound(_("There is no such invitation. It may have been used meanwhile."))
    await record(tx, viewer.actor, News(Kind.INVITATION_WITHDRAWN, data={"invitation": invitation_id}))


async def open_invitation(tx: Tx, token: str, *, first: bool) -> Open:
    """The link's invitation, locked; raises :class:`NotFound` for a used, withdrawn, expired or invented one.

    One whose giver has lost the right to give it is as good as withdrawn.
    """
    query = select(Invitation).where(
        Invitation.token_hash == token_hash(token),
        Invitation.first.is_(first),
        Invitation.used_at.is_(None),
        Invitation.withdrawn_at.is_(None),
        or_(Invitation.expires_at.is_(None), Invitation.expires_at > func.now()),
    )
    row = (await tx.execute(query.with_for_update())).one_or_none() if token.strip() else None
    found = _open(row) if row else None
    if found is None or not await _good(tx, found):
        raise NotFound(_("This link has been used or is no longer valid. Ask for a new one."))
    return found


async def accept_invitation(
    tx: Tx, token: str, *, name: str, password: str, email: str = "", language: str, timezone: str, first: bool = False
) -> int:
    """Make the user a link stands for; her id. ``email`` counts for the first administrator only."""
    if first:
        await tx.execute(_FIRST)
    link = await open_invitation(tx, token, first=first)
    user_id = await create_user(
        tx,
        None,
        name=name,
        email=email if link.first else link.email,
        password=password,
        grant=link.grant,
        language=language,
        timezone=timezone,
    )
    await tx.execute(update(Invitation).where(Invitation.id == link.id).values(used_at=func.now()))
    return user_id


async def has_administrator(tx: Tx) -> bool:
    """Whether anybody administers this house."""
    there = select(User.id).where(User.role == "administrator", User.retired_at.is_(None)).limit(1)
    return await tx.scalar(there) is not None


async def _good(tx: Tx, link: Open) -> bool:
    if link.first:
        return not await has_administrator(tx)
    if link.invited_by is None:
        return True  # by a program or on the command line
    giver = await viewer_of_user(tx, link.invited_by)
    return giver is not None and giver.may("staff.manage") and covers(giver, link.grant)


def _open(row: Row[Any]) -> Open:
    brands = None if row.all_brands else frozenset(row.brand_ids)
    grant = Grant(row.role, row.sees, brands, frozenset(row.team_ids))
    return Open(row.id, row.email, row.name, grant, row.first, row.invited_by)


def _withdraw() -> Update:
    pending = (Invitation.used_at.is_(None), Invitation.withdrawn_at.is_(None))
    return update(Invitation).where(*pending).values(withdrawn_at=func.now())
