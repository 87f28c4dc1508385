"""Keys for programs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import get_args

from sqlalchemy import func, insert, select, update

from madang.changes.actions import Subject, note_made, note_removed
from madang.events.kinds import Kind
from madang.events.record import SYSTEM, News, record
from madang.lib.crypto import new_token, token_hash
from madang.lib.errors import NotFound, Refused
from madang.lib.language import gettext as _
from madang.lib.postgres import Tx
from madang.staff.actions.users import checked_name
from madang.staff.grants import Grant, permit_grant
from madang.staff.models import ApiToken, User
from madang.staff.permissions import EVERYTHING, NotPermitted, Role, Viewer, permit

MARK = "mdg_"  # lets secret scanners know one when they see it
_SHOWN = len(MARK) + 6


@dataclass(frozen=True, slots=True)
class NewToken:
    """A key just made. ``token`` is never seen again."""

    id: int
    token: str


async def create_token(tx: Tx, viewer: Viewer, *, name: str, role: Role, user: str = "") -> NewToken:
    """Make a key that acts with ``role`` on everything, so only someone who sees everything may.

    ``user``: the mail address of a person it speaks for: as she, with what she may and ``role`` at most. Only the
    command line makes one for somebody else. It hands out nothing that she has not, so she need not see everything.
    """
    if role not in get_args(Role):
        raise Refused(
            _("There is no such role. Choose one of: %(roles)s.") % {"roles": ", ".join(get_args(Role))}, "role"
        )
    own = viewer.scope if user else EVERYTHING
    permit_grant(viewer, "token.manage", Grant(role, own.sees, own.brands, own.teams))
    user_id = await _person(tx, viewer, user) if user else None
    token, name = MARK + new_token(), checked_name(name)
    made = insert(ApiToken).values(
        name=name,
        token_hash=token_hash(token),
        prefix=token[:_SHOWN],
        role=role,
        user_id=user_id,
        created_by=viewer.user_id,
    )
    token_id = (await tx.execute(made.returning(ApiToken.id))).scalar_one()
    await note_made(tx, viewer.actor, Subject("tokens", f"token:{token_id}", name))
    told = {"token": token_id, "name": name, "role": role} | ({"user": user_id} if user_id else {})
    await record(tx, viewer.actor, News(Kind.TOKEN_CREATED, data=told))
    return NewToken(token_id, token)


async def _person(tx: Tx, viewer: Viewer, mail: str) -> int:
    query = select(User.id).where(func.lower(User.email) == mail.strip().lower(), User.retired_at.is_(None))
    found = (await tx.execute(query)).scalar_one_or_none()
    if found is None:
        raise Refused(_("Nobody here has this address."), "user")
    if viewer.actor != SYSTEM and viewer.user_id != found:
        raise NotPermitted("token.manage")
    return int(found)


async def revoke_token(tx: Tx, viewer: Viewer, token_id: int) -> None:
    """Let a key no longer work; raises :class:`NotFound` when it does not anyway."""
    permit(viewer, "token.manage")
    gone = update(ApiToken).where(ApiToken.id == token_id, ApiToken.revoked_at.is_(None)).values(revoked_at=func.now())
    name = (await tx.execute(gone.returning(ApiToken.name))).scalar_one_or_none()
    if name is None:
        raise NotFound(_("There is no such token. It may have been revoked already."))
    await note_removed(tx, viewer.actor, Subject("tokens", f"token:{token_id}", name))
    await record(tx, viewer.actor, News(Kind.TOKEN_REVOKED, data={"token": token_id}))
