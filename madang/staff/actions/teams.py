"""Teams: who shares which work."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import delete, func, insert, select, update

from madang.changes.actions import Subject, note, note_made, note_removed
from madang.events.kinds import Kind
from madang.events.record import News, record
from madang.lib.errors import NotFound
from madang.lib.language import gettext as _
from madang.lib.postgres import Tx
from madang.lib.unique import unique
from madang.staff.actions.users import checked_name
from madang.staff.models import Team, TeamMember, User
from madang.staff.permissions import NotPermitted, Viewer, permit


async def create_team(tx: Tx, viewer: Viewer, *, name: str, members: Collection[int] = ()) -> int:
    """Make a team; its id."""
    permit(viewer, "team.manage")
    name = checked_name(name)
    async with unique(tx, _("There is a team of this name already."), "name"):
        team_id: int = (await tx.execute(insert(Team).values(name=name).returning(Team.id))).scalar_one()
    kept = await _keep(tx, team_id, members)
    await note_made(tx, viewer.actor, _subject(team_id, name))
    await record(tx, viewer.actor, News(Kind.TEAM_CREATED, data={"team": team_id, "name": name, "members": kept}))
    return team_id


async def change_team(tx: Tx, viewer: Viewer, team_id: int, *, name: str, members: Collection[int]) -> None:
    """Set a team's name and members. What its members see changes with it."""
    before = await _hers(tx, viewer, team_id)
    name = checked_name(name)
    async with unique(tx, _("There is a team of this name already."), "name"):
        await tx.execute(update(Team).where(Team.id == team_id).values(name=name))
    await tx.execute(delete(TeamMember).where(TeamMember.team_id == team_id))
    kept = await _keep(tx, team_id, members)
    after = {"name": name, "members": kept}
    await note(tx, viewer.actor, _subject(team_id, name), before, after)
    await record(tx, viewer.actor, News(Kind.TEAM_CHANGED, data={"team": team_id, "name": name, "members": kept}))


async def retire_team(tx: Tx, viewer: Viewer, team_id: int) -> None:
    """Give it no new work. Its members keep seeing what it had."""
    before = await _hers(tx, viewer, team_id)
    await tx.execute(update(Team).where(Team.id == team_id).values(retired_at=func.now()))
    await note_removed(tx, viewer.actor, _subject(team_id, before["name"]))
    await record(tx, viewer.actor, News(Kind.TEAM_RETIRED, data={"team": team_id}))


async def restore_team(tx: Tx, viewer: Viewer, team_id: int) -> None:
    """Take back that it was retired. Raises Refused where another has its name by now."""
    permit(viewer, "team.manage")
    if viewer.scope.sees != "all" and team_id not in viewer.scope.teams:
        raise NotPermitted("team.manage")
    back = update(Team).where(Team.id == team_id, Team.retired_at.is_not(None)).values(retired_at=None)
    async with unique(tx, _("There is a team of this name already."), "name"):
        name = (await tx.execute(back.returning(Team.name))).scalar_one_or_none()
    if name is None:
        raise NotFound(_("There is no such team."))
    await note_made(tx, viewer.actor, _subject(team_id, name))
    await record(tx, viewer.actor, News(Kind.TEAM_CHANGED, data={"team": team_id, "name": name, "restored": True}))


def _subject(team_id: int, name: str) -> Subject:
    return Subject("teams", f"team:{team_id}", name)


async def _hers(tx: Tx, viewer: Viewer, team_id: int) -> dict[str, Any]:
    """It as it stands. Whoever sees only her teams' work may not let herself into another team."""
    permit(viewer, "team.manage")
    living = select(Team.name).where(Team.id == team_id, Team.retired_at.is_(None)).with_for_update(key_share=True)
    name = await tx.scalar(living)
    if name is None:
        raise NotFound(_("There is no such team."))
    if viewer.scope.sees != "all" and team_id not in viewer.scope.teams:
        raise NotPermitted("team.manage")
    inside = select(TeamMember.user_id).where(TeamMember.team_id == team_id).order_by(TeamMember.user_id)
    return {"name": name, "members": list(await tx.scalars(inside))}


async def _keep(tx: Tx, team_id: int, members: Collection[int]) -> list[int]:
    living = select(User.id).where(User.id.in_(list(members)), User.retired_at.is_(None)).order_by(User.id)
    kept = list(await tx.scalars(living))
    if kept:
        await tx.execute(insert(TeamMember), [{"team_id": team_id, "user_id": user} for user in kept])
    return kept
