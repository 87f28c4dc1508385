"""The views somebody has: her own, the shared ones, those of her teams."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select

from madang.conversations.inbox.fields import ME, vocabulary
from madang.conversations.inbox.lists import Asked
from madang.conversations.inbox.models import SavedView
from madang.lib.conditions.reading import read
from madang.lib.conditions.tree import All, Node, Test, leaves
from madang.lib.conditions.values import Wrong
from madang.lib.conditions.vocabulary import Vocabulary
from madang.lib.errors import NotFound
from madang.lib.postgres import Tx
from madang.staff.permissions import Viewer, permit

PREFIX = "v"  # before the number of a saved one, where the name of a view stands


@dataclass(frozen=True, slots=True)
class Saved:
    """A saved view. ``condition`` is JSON as :mod:`madang.lib.conditions.reading` has it."""

    id: int
    name: str
    icon: str
    owner_id: int | None
    team_id: int | None
    condition: dict[str, Any]
    sort: str

    @property
    def key(self) -> str:
        """How addresses and screens name it."""
        return f"{PREFIX}{self.id}"

    @property
    def shared(self) -> bool:
        """Whether others see it."""
        return self.owner_id is None


COLUMNS = (
    SavedView.id,
    SavedView.name,
    SavedView.icon,
    SavedView.owner_id,
    SavedView.team_id,
    SavedView.condition,
    SavedView.sort,
)


def visible(viewer: Viewer) -> ColumnElement[bool]:
    """Hers, everybody's, and her teams'; whoever manages shared ones sees those of every team."""
    shared: ColumnElement[bool] = SavedView.owner_id.is_(None)
    if not viewer.may("view.manage"):
        shared = and_(shared, or_(SavedView.team_id.is_(None), SavedView.team_id.in_(viewer.scope.teams)))
    return or_(SavedView.owner_id == (viewer.user_id or 0), shared)


async def saved(tx: Tx, viewer: Viewer) -> list[Saved]:
    """Those she has, shared ones first, each kind in its own order."""
    permit(viewer, "conversation.read")
    order = (SavedView.owner_id.is_not(None), SavedView.place, SavedView.id)
    query = select(*COLUMNS).where(SavedView.archived_at.is_(None), visible(viewer)).order_by(*order)
    return [Saved(*row) for row in await tx.execute(query)]


async def one(tx: Tx, viewer: Viewer, number: int) -> Saved:
    """One of them; raises NotFound."""
    permit(viewer, "conversation.read")
    query = select(*COLUMNS).where(SavedView.id == number, SavedView.archived_at.is_(None), visible(viewer))
    row = (await tx.execute(query)).one_or_none()
    if row is None:
        raise NotFound("There is no such view.")
    return Saved(*row)


def asked(view: Saved, known: Vocabulary) -> Asked | None:
    """What it lists; None when it asks for what is not there any more, or not hers to know."""
    try:
        return Asked("", read(view.condition, known), view.sort)
    except Wrong:
        return None


async def all_asked(tx: Tx, viewer: Viewer, views: list[Saved]) -> dict[str, Asked]:
    """What each of them lists, by key."""
    if not views:
        return {}
    known = await vocabulary(tx, viewer)
    made = {one.key: asked(one, known) for one in views}
    return {key: one for key, one in made.items() if one is not None}


def kept_as(one: Asked) -> Node:
    """What a saved view asks that shows what this list shows: of a built-in view its rule, then the filters."""
    rules = {
        "mine": Test("assignee", "is", ME),
        "unassigned": Test("assignee", "unknown"),
        "mentions": Test("mentioned", "is", True),
        "following": Test("following", "is", True),
        "snoozed": Test("status", "is", "snoozed"),
        "closed": Test("status", "is", "closed"),
    }
    if one.view not in rules:
        return one.node
    rule = rules[one.view]
    asked = {leaf.field for leaf in leaves(one.node) if isinstance(leaf, Test)}
    more = [Test("status", "any_of", ("open", "snoozed", "closed"))] if one.view == "mentions" else []
    rest = one.node.parts if isinstance(one.node, All) else (one.node,)
    return All((*(test for test in (rule, *more) if test.field not in asked), *rest))
