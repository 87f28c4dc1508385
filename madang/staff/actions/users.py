"""Users: made, changed, retired. There is always an administrator."""

from __future__ import annotations

from collections.abc import Container, Iterable
from typing import Any

from sqlalchemy import Row, delete, func, insert, or_, select, update

from madang.changes.actions import Subject, note, note_made, note_removed
from madang.events.kinds import Kind
from madang.events.record import Actor, News, record
from madang.lib.errors import NotFound, Refused
from madang.lib.language import LANGUAGES
from madang.lib.language import gettext as _
from madang.lib.plain import one_line
from madang.lib.postgres import Tx
from madang.lib.unique import unique
from madang.lib.zones import zones
from madang.staff import passwords, sessions
from madang.staff.addresses import checked
from madang.staff.grants import Grant, permit_grant
from madang.staff.models import Invitation, PasswordReset, Team, TeamMember, User, UserBrand
from madang.staff.permissions import Viewer
from madang.staff.viewers import people

NAME_MOST = 80


def checked_name(name: str, field: str = "name") -> str:
    """A name fit to show; raises :class:`Refused`."""
    shown = one_line(name)
    if not shown:
        raise Refused(_("Give a name."), field)
    if len(shown) > NAME_MOST:
        raise Refused(_("This name is too long. Use at most %(n)s characters.") % {"n": NAME_MOST}, field)
    return shown


def chosen(offered: Container[str], given: str, field: str) -> str:
    """One of what was offered; raises :class:`Refused`."""
    if given not in offered:
        raise Refused(_("This is not a possible answer. Choose one of those offered."), field)
    return given


async def create_user(
    tx: Tx,
    actor: Actor | None,
    *,
    name: str,
    email: str,
    password: str,
    grant: Grant,
    language: str = "ko",
    timezone: str = "Asia/Seoul",
) -> int:
    """Make a user who can sign in at once; her id. ``actor`` None is herself, by a link."""
    name, email = checked_name(name), checked(email)
    chosen(LANGUAGES, language, "language")
    chosen(zones(), timezone, "timezone")
    passwords.check(password, email=email, name=name)
    kept = await passwords.hashed(password)
    async with unique(tx, _("Someone with this e-mail address is here already."), "email"):
        made = insert(User).values(
            name=name,
            email=email,
            password_hash=kept,
            role=grant.role,
            sees=grant.sees,
            all_brands=grant.brands is None,
            language=language,
            timezone=timezone,
        )
        user_id: int = (await tx.execute(made.returning(User.id))).scalar_one()
    await _grant(tx, user_id, grant)
    await note_made(tx, actor or Actor("user", user_id), subject(user_id, name))
    await record(tx, actor or Actor("user", user_id), News(Kind.USER_CREATED, data=_told(user_id, name, grant)))
    return user_id


async def change_user(tx: Tx, viewer: Viewer, user_id: int, *, name: str, email: str, grant: Grant) -> None:
    """Set what a user is called and may do. Another role ends her sessions (T13)."""
    before = await locked(tx, user_id)
    permit_grant(viewer, "staff.manage", granted(before), grant)
    name, email = checked_name(name), checked(email)
    if before.role == "administrator" and grant.role != "administrator":
        await _another_administrator(tx, user_id)
    values = {"name": name, "email": email, "role": grant.role, "sees": grant.sees, "all_brands": grant.brands is None}
    async with unique(tx, _("Someone with this e-mail address is here already."), "email"):
        await tx.execute(update(User).where(User.id == user_id).values(values))
    await _grant(tx, user_id, grant)
    if (before.role, before.email) != (grant.role, email):
        await sessions.end_all(tx, user_id)
    was = _kept(before.name, before.email, granted(before))
    await note(tx, viewer.actor, subject(user_id, name), was, _kept(name, email, grant))
    await record(tx, viewer.actor, News(Kind.USER_CHANGED, data=_told(user_id, name, grant)))


async def retire_user(tx: Tx, viewer: Viewer, user_id: int) -> None:
    """She can no longer sign in, nor can anybody by a link she gave; all she ever did stays."""
    before = await locked(tx, user_id)
    permit_grant(viewer, "staff.manage", granted(before))
    if before.role == "administrator":
        await _another_administrator(tx, user_id)
    await tx.execute(update(User).where(User.id == user_id).values(retired_at=func.now(), password_hash=""))
    await sessions.end_all(tx, user_id)
    await tx.execute(delete(PasswordReset).where(PasswordReset.user_id == user_id))
    pending = (Invitation.invited_by == user_id, Invitation.used_at.is_(None), Invitation.withdrawn_at.is_(None))
    await tx.execute(update(Invitation).where(*pending).values(withdrawn_at=func.now()))
    await note_removed(tx, viewer.actor, subject(user_id, before.name))
    await record(tx, viewer.actor, News(Kind.USER_RETIRED, data={"user": user_id, "name": before.name}))


async def keep_teams(tx: Tx, user_ids: Iterable[int], team_ids: Iterable[int]) -> None:
    """Put users into teams that are still there."""
    living = list(await tx.scalars(select(Team.id).where(Team.id.in_(list(team_ids)), Team.retired_at.is_(None))))
    rows = [{"team_id": team, "user_id": user} for team in living for user in user_ids]
    if rows:
        await tx.execute(insert(TeamMember), rows)


async def _grant(tx: Tx, user_id: int, grant: Grant) -> None:
    retired = select(Team.id).where(Team.retired_at.is_not(None))
    own = TeamMember.user_id == user_id
    await tx.execute(delete(TeamMember).where(own, TeamMember.team_id.not_in(retired)))
    await keep_teams(tx, [user_id], grant.teams)
    await tx.execute(delete(UserBrand).where(UserBrand.user_id == user_id))
    rows = [{"user_id": user_id, "brand_id": brand} for brand in sorted(grant.brands or ())]
    if rows:
        await tx.execute(insert(UserBrand), rows)


async def locked(tx: Tx, user_id: int) -> Row[Any]:
    """An active user with her teams and brands, kept from changing; raises :class:`NotFound`.

    The administrators are locked with her, in one order: of two who demote each other at once, one must lose.
    """
    guarded = or_(User.id == user_id, User.role == "administrator")
    await tx.execute(
        select(User.id).where(guarded, User.retired_at.is_(None)).order_by(User.id).with_for_update(key_share=True)
    )
    row = (await tx.execute(people().where(User.id == user_id))).one_or_none()
    if row is None:
        raise NotFound(_("There is no such user."))
    return row


def granted(row: Row[Any]) -> Grant:
    """What a row of :func:`people` may do."""
    return Grant(row.role, row.sees, None if row.all_brands else frozenset(row.brand_ids), frozenset(row.team_ids))


async def _another_administrator(tx: Tx, user_id: int) -> None:
    others = select(User.id).where(User.role == "administrator", User.retired_at.is_(None), User.id != user_id)
    if await tx.scalar(others.limit(1)) is None:
        raise Refused(_("This is the only administrator. Make somebody else administrator first."), "role")


def subject(user_id: int, name: str) -> Subject:
    """Somebody of the staff, for the history of the settings."""
    return Subject("staff", f"user:{user_id}", name)


def _kept(name: str, email: str, grant: Grant) -> dict[str, Any]:
    return {"name": name, "email": email, "role": grant.role, "sees": grant.sees} | {
        "brands": None if grant.brands is None else sorted(grant.brands),
        "teams": sorted(grant.teams),
    }


def _told(user_id: int, name: str, grant: Grant) -> dict[str, Any]:
    return {
        "user": user_id,
        "name": name,
        "role": grant.role,
        "sees": grant.sees,
        "brands": None if grant.brands is None else sorted(grant.brands),
        "teams": sorted(grant.teams),
    }
