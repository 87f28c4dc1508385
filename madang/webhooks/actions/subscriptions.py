"""Receivers come, change and go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, insert, select, text, update

from madang.brands.models import Brand
from madang.changes.actions import Subject, note, note_made, note_removed
from madang.events.kinds import Kind
from madang.lib.crypto import Keys
from madang.lib.errors import Refused
from madang.lib.language import gettext as _
from madang.lib.postgres import Tx
from madang.staff.grants import permit_grant
from madang.staff.models import Team
from madang.staff.permissions import Scope, Sees, Viewer, permit
from madang.webhooks.actions.hold import hold, subject, tell
from madang.webhooks.catalogue import PATTERNS
from madang.webhooks.models import Webhook, WebhookSecret
from madang.webhooks.scoping import grant_of
from madang.webhooks.signing import fresh
from madang.webhooks.targets import Target

MOST = 100  # receivers of a house: each one costs a little at every event
LONGEST = 200

DROP = text("""
update webhook_delivery set stage = 3, ended_at = now(), problem = 'The webhook was removed.',
  leased_until = null, leased_by = '' where webhook_id = :id and stage = 0
""")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a receiver is told of. ``brands`` None is every brand; ``kinds`` are patterns of the catalogue."""

    target: Target
    kinds: tuple[str, ...]
    description: str = ""
    brands: frozenset[int] | None = None
    sees: Sees = "all"
    teams: frozenset[int] = frozenset()

    @property
    def scope(self) -> Scope:
        """What exists for it."""
        return Scope(None, self.brands, self.teams, self.sees)

    def values(self) -> dict[str, Any]:
        """The same as columns."""
        return {
            "url": self.target.url,
            "kinds": sorted(set(self.kinds)),
            "description": " ".join(self.description.split()),
            "all_brands": self.brands is None,
            "brand_ids": sorted(self.brands or ()),
            "sees": self.sees,
            "team_ids": sorted(self.teams) if self.sees == "team" else [],
        }


@dataclass(frozen=True, slots=True)
class Made:
    """A webhook just made. ``secret`` is never seen again."""

    id: int
    secret: str


async def create(tx: Tx, viewer: Viewer, keys: Keys, wanted: Wanted) -> Made:
    """Tell a receiver of what happens from now on. Nobody gives it more to see than she sees herself."""
    await _check(tx, viewer, wanted)
    living = select(func.count()).select_from(Webhook).where(Webhook.retired_at.is_(None))
    if (await tx.execute(living)).scalar_one() >= MOST:
        raise Refused(_("There are 100 webhooks already. Remove one that nobody needs any more."))
    values = wanted.values() | {"made_by": str(viewer.actor)}
    webhook_id: int = (await tx.execute(insert(Webhook).values(values).returning(Webhook.id))).scalar_one()
    secret, sealed = fresh(keys)
    await tx.execute(insert(WebhookSecret).values(webhook_id=webhook_id, sealed=sealed))
    name = values["description"] or wanted.target.host
    await note_made(tx, viewer.actor, Subject("webhooks", f"webhook:{webhook_id}", name))
    await tell(tx, viewer.actor, Kind.WEBHOOK_CREATED, webhook_id, **_told(wanted))
    return Made(webhook_id, secret)


async def change(tx: Tx, viewer: Viewer, webhook_id: int, wanted: Wanted) -> None:
    """Set a receiver up anew. What waits goes to the new address."""
    row = await hold(tx, viewer, webhook_id)
    await _check(tx, viewer, wanted)
    fresh_start = {"failures": 0, "failing_since": None, "rest_until": None}
    await tx.execute(update(Webhook).where(Webhook.id == webhook_id).values(wanted.values() | fresh_start))
    after = wanted.values()
    before = {name: getattr(row, name) for name in after}
    await note(tx, viewer.actor, subject(row), before, after, {"url"})
    await tell(tx, viewer.actor, Kind.WEBHOOK_CHANGED, webhook_id, **_told(wanted))


async def retire(tx: Tx, viewer: Viewer, webhook_id: int) -> None:
    """Tell it nothing any more. What was sent stays to be seen in the audit log; its secrets do not."""
    row = await hold(tx, viewer, webhook_id)
    await note_removed(tx, viewer.actor, subject(row))
    await tx.execute(update(Webhook).where(Webhook.id == webhook_id).values(retired_at=func.now()))
    await tx.execute(DROP, {"id": webhook_id})
    await tx.execute(text("delete from webhook_secret where webhook_id = :id"), {"id": webhook_id})
    await tell(tx, viewer.actor, Kind.WEBHOOK_RETIRED, webhook_id)


def _told(wanted: Wanted) -> dict[str, Any]:
    values = wanted.values()
    kept = ("kinds", "description", "all_brands", "brand_ids", "sees", "team_ids")
    return {"host": wanted.target.host} | {name: values[name] for name in kept}


async def _check(tx: Tx, viewer: Viewer, wanted: Wanted) -> None:
    permit(viewer, "webhook.manage")
    if not wanted.kinds:
        raise Refused(_("Choose at least one kind of event."), "kinds")
    for one in wanted.kinds:
        if one not in PATTERNS:
            raise Refused(_("There is no such kind of event: %(kind)s.") % {"kind": one[:60]}, "kinds")
    if wanted.sees not in ("all", "team"):
        raise Refused(_("A webhook sees all conversations, or those of teams."), "sees")
    if len(wanted.description) > LONGEST:
        raise Refused(_("This is too long. Make it shorter."), "description")
    if wanted.brands is not None and not wanted.brands:
        raise Refused(_("Choose at least one brand."), "brands")
    permit_grant(viewer, "webhook.manage", grant_of(wanted.scope))
    await _must_exist(tx, wanted)


async def _must_exist(tx: Tx, wanted: Wanted) -> None:
    brands = select(func.count()).select_from(Brand).where(Brand.id.in_(wanted.brands or ()))
    if (await tx.execute(brands)).scalar_one() < len(wanted.brands or ()):
        raise Refused(_("There is no such brand."), "brands")
    teams = select(func.count()).select_from(Team).where(Team.id.in_(wanted.teams))
    if (await tx.execute(teams)).scalar_one() < len(wanted.teams):
        raise Refused(_("There is no such team. Choose another one."), "teams")
