"""Taking a change of the settings back: the normal verb with the old value, by the permission of whoever undoes it."""

from __future__ import annotations

from dataclasses import dataclass

from madang.changes import actions
from madang.changes.queries import Change, Sees, one
from madang.desk.settings_back import BACK
from madang.desk.settings_nav import pages_of
from madang.desk.settings_way import Way
from madang.ground import Ground
from madang.lib.errors import NotFound, Refused
from madang.lib.language import gettext as _
from madang.lib.language import marked
from madang.lib.postgres import Tx
from madang.staff.permissions import NotPermitted, Verb, Viewer

GONE = marked("What this was about is not there any more, so it cannot be taken back.")
NEWER = marked("It was changed again since. Take the newer change back first, or set it on its page.")
SECRET = marked("What it was before is not kept, because it is a secret. Enter it again on its page.")
ELSEWHERE = marked("This is not taken back here. Set it on its page.")
FINAL = marked("This is for good and cannot be taken back here.")


# Pages that everybody opens for what is her own; the history is of what is shared.
MANAGED: dict[str, Verb] = {"macros": "macro.manage", "guides": "guide.manage"}


@dataclass(frozen=True, slots=True)
class Doing:
    """What an undo needs beside the change."""

    ground: Ground
    tx: Tx
    viewer: Viewer

    @property
    def sees(self) -> Sees:
        """Whose history it is."""
        return sees(self.viewer)


def sees(viewer: Viewer) -> Sees:
    """The history somebody may read: of the pages that open for her, of her brands, and of her own account."""
    closed = {page for page, verb in MANAGED.items() if not viewer.may(verb)}
    return Sees(viewer.actor, pages_of(viewer) - closed, viewer.scope.brands)


def whether(change: Change) -> str:
    """Why it cannot be taken back, as a msgid; '' when it can, as far as the history alone tells."""
    if change.page not in BACK:
        return ELSEWHERE
    if change.secret:
        return SECRET
    if not change.newest:
        return NEWER
    way = BACK[change.page]
    if change.field:
        return "" if way.takes(change.field) else (FINAL if change.field in way.never else ELSEWHERE)
    return "" if (way.remove if change.before is None else way.restore) else FINAL


async def undo(doing: Doing, number: int) -> Change:
    """Take one change back; returns it. Raises Refused with the reason, NotFound, NotPermitted."""
    await actions.alone(doing.tx, (await one(doing.tx, doing.sees, number)).subject)
    change = await one(doing.tx, doing.sees, number)
    if change.undone_at is not None:
        raise Refused(_("This was taken back already."))
    if reason := whether(change):
        raise Refused(_(reason))
    way, subject = BACK[change.page], int(change.subject.rpartition(":")[2] or 0) if ":" in change.subject else 0
    try:
        act = None if change.field else (way.remove if change.before is None else way.restore)
        if act is not None:
            await act(doing.ground, doing.tx, doing.viewer, subject)
        else:
            await _set_back(doing, way, subject, change)
    except NotFound:
        raise Refused(_(GONE)) from None
    except NotPermitted:
        raise Refused(_("Only somebody who may change this can take it back.")) from None
    if not await actions.undone(doing.tx, doing.viewer.actor, change.id):
        raise Refused(_("This was taken back already."))
    return change


async def _set_back(doing: Doing, way: Way, subject: int, change: Change) -> None:
    """Write the old value, if what the change made of it still stands."""
    values = dict(await way.read(doing.ground, doing.tx, doing.viewer, subject))
    if values.get(change.field) != change.after:
        raise Refused(_(NEWER))
    values[change.field] = change.before
    await way.write(doing.ground, doing.tx, doing.viewer, subject, values, change.field)
