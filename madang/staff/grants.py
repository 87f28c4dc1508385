"""What one person may hand to another: never more than she has herself."""

from __future__ import annotations

from dataclasses import dataclass

from madang.staff.permissions import NotPermitted, Role, Sees, Verb, Viewer, permit

LADDER: tuple[Role, ...] = ("viewer", "agent", "lead", "administrator")
WIDTH: tuple[Sees, ...] = ("assigned", "team", "all")


@dataclass(frozen=True, slots=True)
class Grant:
    """A role and what it is good for. ``brands`` None is every brand, those to come too."""

    role: Role = "agent"
    sees: Sees = "all"
    brands: frozenset[int] | None = None
    teams: frozenset[int] = frozenset()


def covers(viewer: Viewer, grant: Grant) -> bool:
    """Whether ``viewer`` has all of ``grant`` herself."""
    own = viewer.scope
    return (
        LADDER.index(grant.role) <= LADDER.index(viewer.role)
        and WIDTH.index(grant.sees) <= WIDTH.index(own.sees)
        and (own.brands is None or (grant.brands is not None and grant.brands <= own.brands))
        and (own.sees == "all" or grant.teams <= own.teams)
    )


def permit_grant(viewer: Viewer, verb: Verb, *grants: Grant) -> None:
    """Raise :class:`NotPermitted` unless ``viewer`` may do ``verb``, and to people with these grants."""
    permit(viewer, verb)
    if not all(covers(viewer, grant) for grant in grants):
        raise NotPermitted(verb)
