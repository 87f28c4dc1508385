"""Who is told, and of what."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import func
from sqlalchemy.dialects.postgresql import insert

from madang.alerts.models import AlertSettings
from madang.alerts.queries import chosen
from madang.changes.actions import Subject, note
from madang.channels.mailing import mailers
from madang.events.kinds import Kind
from madang.events.record import News, record
from madang.lib.errors import Refused
from madang.lib.language import LANGUAGES
from madang.lib.language import gettext as _
from madang.lib.postgres import Tx
from madang.staff.addresses import checked
from madang.staff.permissions import Viewer, permit

MOST = 20  # recipients
MINUTES = 24 * 60
ENVELOPES = 10_000


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an administrator chose. ``channel_id`` None: any e-mail channel that works."""

    recipients: tuple[str, ...] = ()
    language: str = "en"
    channel_id: int | None = None
    waiting_minutes: int = 10
    quarantined: int = 1
    silence: bool = True


async def change(tx: Tx, viewer: Viewer, wanted: Wanted) -> None:
    """Choose anew. Raises Refused naming the field, NotPermitted."""
    permit(viewer, "channel.manage")
    values, before = await _checked(tx, wanted), asdict(await chosen(tx))
    await note(tx, viewer.actor, Subject("alerts", "alerts"), before, values)
    values |= {"timezone": viewer.timezone, "changed_at": func.now()}
    made = insert(AlertSettings).values(id=1, **values)
    await tx.execute(made.on_conflict_do_update(index_elements=["id"], set_=values))
    data = {"recipients": len(values["recipients"]), "channel": wanted.channel_id}
    await record(tx, viewer.actor, News(Kind.ALERT_SETTINGS_CHANGED, data=data))


async def _checked(tx: Tx, wanted: Wanted) -> dict[str, Any]:
    if wanted.language not in LANGUAGES:
        raise Refused(_("This is not a possible answer. Choose one of those offered."), "language")
    if wanted.channel_id is not None and wanted.channel_id not in {one.id for one in await mailers(tx)}:
        raise Refused(_("This channel cannot send such mails. Choose one of those offered."), "channel")
    return {
        "recipients": _addresses(wanted.recipients),
        "language": wanted.language,
        "channel_id": wanted.channel_id,
        "waiting_minutes": _within(wanted.waiting_minutes, MINUTES, "waiting_minutes"),
        "quarantined": _within(wanted.quarantined, ENVELOPES, "quarantined"),
        "silence": wanted.silence,
    }


def _addresses(given: tuple[str, ...]) -> list[str]:
    found = list(dict.fromkeys(checked(one, "recipients") for one in given))
    if len(found) > MOST:
        raise Refused(_("These are too many. Give at most %(n)s addresses.") % {"n": MOST}, "recipients")
    return found


def _within(number: int, most: int, field: str) -> int:
    if not 1 <= number <= most:
        raise Refused(_("Give a number from 1 to %(n)s.") % {"n": most}, field)
    return number
