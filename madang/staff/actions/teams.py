"""Teams: who shares which work."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import delete, func, insert, select, update

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
    await record(tx, viewer.actor, News(Kind.TEAM_CREATED, data={"team": team_id, "name": name, "members": kept}))
    return team_id


async def change_team(tx: Tx, viewer: Viewer, team_id: int, *, name: str, members: Collection[int]) -> None:
    """Set a team's name and members. What its members see changes with it."""
    await _hers(tx, viewer, team_id)
    name = checked_name(name)
    async with unique(tx, _("There is a team of this name already."), "name"):
        await tx.execute(update(Team).where(Team.id == team_id).values(name=name))
    await tx.execute(delete(TeamMember).where(TeamMember.team_id == team_id))
    kept = await _keep(tx, team_id, members)
    await record(tx, viewer.actor, News(Kind.TEAM_CHANGED, data={"team": team_id, "name": name, "members": kept}))


async def retire_team(tx: Tx, viewer: Viewer, team_id: int) -> None:
    """Give it no new work. Its members keep seeing what it had."""
    await _hers(tx, viewer, team_id)
    await tx.execute(update(Team).where(Team.id == team_id).values(retired_at=func.now()))
    await record(tx, viewer.actor, News(Kind.TEAM_RETIRED, data={"team": team_id}))


async def _hers(tx: Tx, viewer: Viewer, team_id: int) -> None:
    """Whoever sees only her teams' work may not let herself into another team."""
    permit(viewer, "team.manage")
    living = select(Team.id).where(Team.id == team_id, Team.retired_at.is_(None)).with_for_update(key_share=True)
    if await tx.scalar(living) is None:
        raise NotFound(_("There is no such team."))
    if viewer.scope.sees != "all" and team_id not in viewer.scope.teams:
        raise NotPermitted("team.manage")


async def _keep(tx: Tx, team_id: int, members: Collection[int]) -> list[int]:
    living = select(User.id).where(User.id.in_(list(members)), User.retired_at.is_(None)).order_by(User.id)
    kept = list(await tx.scalars(living))
    if kept:
        await tx.execute(insert(TeamMember), [{"team_id": team_id, "user_id": user} for user in kept])
    return kept
