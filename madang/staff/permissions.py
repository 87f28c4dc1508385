"""Who may do what, and which conversations exist for whom: one table, one scope.

The scope is a WHERE clause for lists, search, counts and exports, and its twin in Python for the live stream.
A test holds the two against each other over every case.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import ColumnElement, and_, false, or_, true

from madang.events.record import SYSTEM, Actor

Role = Literal["administrator", "lead", "agent", "viewer"]
Sees = Literal["all", "team", "assigned"]
Verb = Literal[
    "conversation.read",
    "conversation.reply",
    "conversation.note",
    "conversation.assign",
    "conversation.close",
    "conversation.tag",
    "conversation.export",
    "customer.read",
    "customer.change",
    "customer.merge",
    "segment.manage",
    "view.manage",
    "macro.manage",
    "guide.manage",
    "customer.export",
    "import.read",
    "import.run",
    "quality.read",
    "matching.manage",
    "channel.manage",
    "brand.manage",
    "staff.manage",
    "team.manage",
    "token.manage",
    "webhook.manage",
    "audit.read",
    "ledger.read",
    "ledger.mend",
]

_VIEWER: frozenset[Verb] = frozenset({"conversation.read", "customer.read"})
_AGENT: frozenset[Verb] = _VIEWER | {
    "conversation.reply",
    "conversation.note",
    "conversation.assign",
    "conversation.close",
    "conversation.tag",
    "customer.change",
    "customer.merge",
}
_LEAD: frozenset[Verb] = _AGENT | {
    "segment.manage",
    "view.manage",  # shared ones; her own everybody keeps
    "macro.manage",
    "guide.manage",
    "team.manage",
    "audit.read",
    "ledger.read",
    "ledger.mend",
    "conversation.export",
    "customer.export",
    "import.read",
    "quality.read",
}
_ADMINISTRATOR: frozenset[Verb] = _LEAD | {
    "import.run",
    "matching.manage",
    "channel.manage",
    "brand.manage",
    "staff.manage",
    "token.manage",
    "webhook.manage",
}

PERMISSIONS: dict[Role, frozenset[Verb]] = {
    "viewer": _VIEWER,
    "agent": _AGENT,
    "lead": _LEAD,
    "administrator": _ADMINISTRATOR,
}


@dataclass(frozen=True, slots=True)
class Scope:
    """Which conversations exist for someone. ``brands`` None is every brand.

    ``team``: those of her teams, those of no team, and her own. ``assigned``: her own only.
    """

    user_id: int | None
    brands: frozenset[int] | None = None
    teams: frozenset[int] = frozenset()
    sees: Sees = "all"

    @property
    def whole(self) -> bool:
        """Whether every conversation of every brand exists: then customers without one do, too."""
        return self.brands is None and self.sees == "all"

    def where(self, table: Any) -> ColumnElement[bool]:
        """The scope as SQL over a table with brand_id, team_id and assignee_id: put it *in* the query."""
        rules: list[ColumnElement[bool]] = [true()]
        # A scope without a user owns nothing: `= NULL` would be read as "assigned to nobody".
        mine = false() if self.user_id is None else table.assignee_id == self.user_id
        if self.brands is not None:
            rules.append(table.brand_id.in_(self.brands))
        if self.sees == "team":
            rules.append(or_(table.team_id.is_(None), table.team_id.in_(self.teams), mine))
        if self.sees == "assigned":
            rules.append(mine)
        return and_(*rules)

    def allows(self, brand_id: int, team_id: int | None, assignee_id: int | None) -> bool:
        """The same rule for one row already in hand: live events."""
        if self.brands is not None and brand_id not in self.brands:
            return False
        mine = assignee_id is not None and assignee_id == self.user_id
        if self.sees == "assigned":
            return mine
        return self.sees == "all" or team_id is None or team_id in self.teams or mine


EVERYTHING = Scope(user_id=None)


@dataclass(frozen=True, slots=True)
class Viewer:
    """Whoever looks or acts: a signed-in user or an API token."""

    actor: Actor
    name: str
    role: Role
    scope: Scope
    user_id: int | None = None
    email: str = ""
    language: str = "ko"
    timezone: str = "Asia/Seoul"
    theme: str = "auto"
    density: str = "roomy"
    keys: str = "letters"

    def may(self, verb: Verb) -> bool:
        """Whether her role permits ``verb``; the scope still decides on which rows."""
        return verb in PERMISSIONS[self.role]


CONSOLE = Viewer(SYSTEM, "console", "administrator", EVERYTHING, language="en", timezone="UTC")  # the command line


class NotPermitted(Exception):
    """Her role does not permit it: answered 403."""

    def __init__(self, verb: str) -> None:
        super().__init__(f"not permitted: {verb}")
        self.verb = verb


def permit(viewer: Viewer, verb: Verb) -> None:
    """Raise :class:`NotPermitted` unless ``viewer`` may."""
    if not viewer.may(verb):
        raise NotPermitted(verb)
