"""What became of a batch, in a sentence: how many were changed, how many could not be, and why."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from madang.conversations.inbox.actions.holding import Done
from madang.lib.language import gettext, ngettext, reader
from madang.lib.language import marked as _
from madang.lib.moments import clock, hour, moment
from madang.lib.postgres import Tx
from madang.staff.permissions import Viewer
from madang.staff.queries import teams, user_names

PRIORITIES = {"0": _("Low"), "1": _("Normal"), "2": _("High"), "3": _("Urgent")}
SAID = {  # of one, of many
    "assign": (_("Assigned to %(to)s."), _("%(n)s assigned to %(to)s.")),
    "unassign": (_("Nobody has it now."), _("Nobody has these %(n)s now.")),
    "team": (_("Handed to the team %(to)s."), _("%(n)s handed to the team %(to)s.")),
    "unteam": (_("Taken from its team."), _("%(n)s taken from their teams.")),
    "close": (_("Closed."), _("%(n)s closed.")),
    "reopen": (_("Open again."), _("%(n)s open again.")),
    "tag": (_("Tagged “%(to)s”."), _("%(n)s tagged “%(to)s”.")),
    "untag": (_("The tag “%(to)s” was removed."), _("The tag “%(to)s” was removed from %(n)s.")),
    "priority": (_("Priority: %(to)s."), _("Priority of %(n)s: %(to)s.")),
    "snooze": (_("Snoozed until %(to)s."), _("%(n)s snoozed until %(to)s.")),
    "wake": (_("Back in the list."), _("%(n)s back in the list.")),
    "read": (_("Marked as read."), _("%(n)s marked as read.")),
    "unread": (_("Marked as unread."), _("%(n)s marked as unread.")),
    "follow": (_("Followed: you hear of what happens here."), _("%(n)s followed.")),
    "leave": (_("Not followed any more."), _("%(n)s not followed any more.")),
    "undo": (_("Undone."), _("Undone for %(n)s.")),
}
NOTHING = _("Nothing changed: it was so already.")


async def told(tx: Tx, viewer: Viewer, verb: str, value: str, done: Done) -> str:
    """The sentence."""
    n = len(set(done.changed))
    said = gettext(NOTHING) if not done.refused else ""
    if n:
        kind = {"assign": "unassign", "team": "unteam"}.get(verb, verb) if not value else verb
        words = gettext(SAID[kind][0 if n == 1 else 1])
        said = words % {"n": n, "to": await _to(tx, verb, value) if value else ""}
    return " ".join(part for part in (said, _refused(done)) if part)


def _refused(done: Done) -> str:
    """How many could not be changed, with the reason most of them have."""
    if not done.refused:
        return ""
    (why, _count), *_more = Counter(done.refused.values()).most_common(1)
    n = len(done.refused)
    return ngettext("%(n)s could not be changed: %(why)s", "%(n)s could not be changed: %(why)s", n) % {
        "n": n,
        "why": why,
    }


async def _to(tx: Tx, verb: str, value: str) -> str:
    if verb == "assign":
        return (await user_names(tx)).get(int(value), "")
    if verb == "team":
        return next((team.name for team in await teams(tx) if team.id == int(value)), "")
    if verb == "priority":
        return gettext(PRIORITIES[str(int(value))])
    return moment(datetime.fromisoformat(value)) if verb == "snooze" else value


def coming_short(at: datetime) -> str:
    """A moment to come, as short as a row takes: the hour today and tomorrow, else the day."""
    days = (at.astimezone(reader().zone).date() - reader().now.date()).days
    if days == 0:
        return hour(at)
    return gettext(_("Tomorrow %(hour)s")) % {"hour": hour(at)} if days == 1 else clock(at)


FILTERS = {"coming_short": coming_short}
