"""The only writers of visits: one is written down, a note is left for the next, and seen to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import func, insert, select, update

from madang.channels.book import Bound
from madang.channels.connector import Kind as Proof
from madang.channels.connector import Party
from madang.channels.inside import bring
from madang.conversations import profiles
from madang.customers import identity
from madang.customers.actions import noting
from madang.customers.actions.addresses import AGENT
from madang.customers.identity import Address, Owner
from madang.customers.normal import normalise
from madang.customers.records import CustomerNote
from madang.customers.trees import hold
from madang.events.kinds import Kind
from madang.events.record import News, record, record_all
from madang.ground import Ground
from madang.lib.errors import NotFound, Refused
from madang.lib.language import gettext as _
from madang.lib.postgres import Tx
from madang.staff.permissions import Viewer, permit
from madang.visits import marks
from madang.visits.models import VisitNote

LONGEST = 5_000


@dataclass(frozen=True, slots=True)
class Visit:
    """What is written down. ``key`` is the form's: the same again is once. ``customer_id`` 0 is somebody new."""

    key: str
    customer_id: int = 0
    name: str = ""
    phone: str = ""
    came_for: str = ""
    done: str = ""
    orders: Sequence[str] = ()
    files: Sequence[str] = ()
    next_time: str = ""


def check(visit: Visit, region: str = "") -> None:
    """Raise Refused, naming the field."""
    if not visit.came_for.strip():
        raise Refused(_("Say in a few words what the customer came for."), "came_for")
    for name, words in (("came_for", visit.came_for), ("done", visit.done), ("next_time", visit.next_time)):
        if len(words) > LONGEST:
            raise Refused(_("This is %(n)s characters too long.") % {"n": len(words) - LONGEST}, name)
    if not visit.customer_id and not visit.name.strip() and not visit.phone.strip():
        raise Refused(_("Give a name or a phone number, so that the customer is found again."), "name")
    if visit.phone.strip() and not normalise("phone", visit.phone, region):
        raise Refused(_("This does not look like a phone number. Write it like 010-1234-5678."), "phone")


def owner(bound: Bound, visitor: str) -> str:
    """Whose the files of a visit are. Intake asks for the same name."""
    return f"{bound.row.connector}:{bound.row.key}:scoped:{visitor}"


def visitor_of(ground: Ground, visit: Visit) -> str:
    """What the channel calls her: a name of ours for whom we know, the form's own for somebody new."""
    return marks.visitor(ground.keys, visit.customer_id) if visit.customer_id else f"n{visit.key}"


async def write_down(tx: Tx, ground: Ground, bound: Bound, viewer: Viewer, visit: Visit) -> int:
    """Write a visit down; returns whose it is. It comes in as any message does, and threading finds its place."""
    permit(viewer, "conversation.reply")
    check(visit, str(bound.row.settings.get("region") or ""))
    if visit.customer_id and await profiles.root(tx, viewer, visit.customer_id) != visit.customer_id:
        raise NotFound("There is no such customer.")
    customer_id = await _known(tx, ground, bound, viewer, visit)
    frame = {
        "type": "visit",
        "id": visit.key,
        "visitor": visitor_of(ground, visit),
        "at": datetime.now(UTC).isoformat(),
        "name": " ".join(visit.name.split()),
        "phone": visit.phone.strip(),
        "staff": viewer.name,
        "store": str(bound.row.settings.get("store") or bound.row.name),
        "came_for": visit.came_for.strip(),
        "done": visit.done.strip(),
        "orders": list(visit.orders),
        "files": list(visit.files),
    }
    if await bring(tx, ground, bound, frame):
        data = {"channel": bound.row.id, "visit": visit.key}
        await record(tx, viewer.actor, News(Kind.VISIT_RECORDED, customer=customer_id, data=data))
        if visit.next_time.strip():
            await leave_note(tx, viewer, customer_id, visit.next_time)
    return customer_id


async def _known(tx: Tx, ground: Ground, bound: Bound, viewer: Viewer, visit: Visit) -> int:
    """The customer, known to this channel from now on, made when she is new."""
    address = Address("scoped", visitor_of(ground, visit), f"{bound.row.connector}:{bound.row.key}")
    found = (await identity.find(tx, [address])).get(address)
    if found is not None:
        return found.customer_id
    if visit.customer_id:
        owner = Owner(visit.customer_id, visit.customer_id)
        await record_all(tx, viewer.actor, await identity.attach(tx, {address: owner}, AGENT, by=str(viewer.actor)))
        await hold(tx, [visit.customer_id])
        return visit.customer_id
    party = Party(Proof.SCOPED, address.value, " ".join(visit.name.split())[:120])
    known, news = await identity.find_or_make(tx, [(party, [address])], {}, AGENT)
    await record_all(tx, viewer.actor, news)
    return known[address].customer_id


async def leave_note(tx: Tx, viewer: Viewer, customer_id: int, words: str) -> int:
    """A note of hers that stands on top at her next visit. The caller knows that the viewer may see her."""
    number = await noting.note(tx, viewer, customer_id, words)
    await tx.execute(insert(VisitNote).values(note_id=number))
    await record(tx, viewer.actor, News(Kind.VISIT_NOTED, customer=customer_id, data={"note": number}))
    return number


async def see_to(tx: Tx, viewer: Viewer, note_id: int, *, back: bool = False) -> int:
    """It was seen to, or is open again; twice is once. Returns whose it is; raises NotFound."""
    permit(viewer, "customer.change")
    found = await tx.execute(
        select(CustomerNote.customer_id, VisitNote.done_at)
        .join(VisitNote, VisitNote.note_id == CustomerNote.id)
        .where(CustomerNote.id == note_id, CustomerNote.deleted_at.is_(None))
    )
    row = found.one_or_none()
    if row is None:
        raise NotFound("There is no such note.")
    await profiles.check(tx, viewer, row.customer_id)
    if (row.done_at is None) != back:
        values = {"done_at": None if back else func.now(), "done_by": "" if back else str(viewer.actor)}
        await tx.execute(update(VisitNote).where(VisitNote.note_id == note_id).values(values))
        data = {"note": note_id, "done": not back}
        await record(tx, viewer.actor, News(Kind.VISIT_NOTE_DONE, customer=row.customer_id, data=data))
    return int(row.customer_id)
