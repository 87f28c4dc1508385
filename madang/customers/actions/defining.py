"""Fields of the company's own: defined in the settings, filled in on a customer's page, each change kept."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, get_args

from sqlalchemy import func, insert, select, update

from madang.changes.actions import Subject, note, note_made, note_removed
from madang.customers import defined, typed
from madang.customers.actions import fields
from madang.customers.records import CustomerField
from madang.customers.trees import hold, root_of
from madang.customers.typed import KINDS, SEEN_BY, About
from madang.events.kinds import Kind
from madang.events.record import News, record
from madang.lib.errors import NotFound, Refused
from madang.lib.postgres import Tx
from madang.staff.permissions import Viewer, permit

MOST, CHOICES = 100, 100
ABOUT: tuple[About, ...] = get_args(About)
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")


async def define(
    tx: Tx,
    viewer: Viewer,
    name: str,
    label: str,
    kind: str,
    choices: Sequence[str] = (),
    seen_by: str = "",
    about: About = "customer",
) -> int:
    """Make a field; returns its number. Its name, kind and whose it is stay for ever. Raises Refused."""
    permit(viewer, "brand.manage")
    if not _NAME.fullmatch(name):
        raise Refused("Begin with a letter; small letters a to z, digits and _ only, at most 40.", "name")
    if kind not in KINDS:
        raise Refused("This is not a possible answer. Choose one of those offered.", "kind")
    there = [one for each in ABOUT for one in await defined.fields(tx, retired=True, about=each)]
    if name in {one.name for one in there}:
        raise Refused("There is a field of this name already, perhaps among the retired ones.", "name")
    if len(there) >= MOST:
        raise Refused("There are a hundred fields already. More than that nobody fills in.", "name")
    if about not in ABOUT:
        raise Refused("This is not a possible answer. Choose one of those offered.", "about")
    values: dict[str, Any] = {
        "name": name,
        "about": about,
        "kind": kind,
        **_shown(label, kind, choices, seen_by or SEEN_BY[0]),
    }
    values["place"] = max((one.place for one in there), default=0) + 1
    number: int = (await tx.execute(insert(CustomerField).values(values).returning(CustomerField.id))).scalar_one()
    await note_made(tx, viewer.actor, _subject(number, values["label"]))
    await _tell(tx, viewer, Kind.FIELD_CREATED, number, name, kind=kind)
    return number


async def redefine(
    tx: Tx, viewer: Viewer, number: int, label: str, choices: Sequence[str] = (), seen_by: str = ""
) -> None:
    """Change what it is called, what can be chosen, who may see it. Values that are there stay."""
    permit(viewer, "brand.manage")
    one = await defined.field(tx, number)
    shown = _shown(label, one.kind, choices, seen_by or one.seen_by)
    if (one.label, list(one.choices), one.seen_by) != (shown["label"], shown["choices"], shown["seen_by"]):
        await tx.execute(update(CustomerField).where(CustomerField.id == number).values(shown))
        was = {"label": one.label, "choices": list(one.choices), "seen_by": one.seen_by}
        await note(tx, viewer.actor, _subject(number, shown["label"]), was, shown)
        who = {"seen_by": shown["seen_by"]} if one.seen_by != shown["seen_by"] else {}
        await _tell(tx, viewer, Kind.FIELD_CHANGED, number, one.name, **who)


async def move(tx: Tx, viewer: Viewer, number: int, *, up: bool) -> None:
    """One place up or down among those shown."""
    permit(viewer, "brand.manage")
    await tx.execute(select(func.pg_advisory_xact_lock(7308)))
    shown = await defined.fields(tx, about=(await defined.field(tx, number)).about)
    at = next((place for place, one in enumerate(shown) if one.id == number), None)
    if at is None:
        raise NotFound("There is no such field.")
    to = at - 1 if up else at + 1
    if 0 <= to < len(shown):
        for mine, place in ((shown[at], shown[to].place), (shown[to], shown[at].place)):
            await tx.execute(update(CustomerField).where(CustomerField.id == mine.id).values(place=place))
        await _tell(tx, viewer, Kind.FIELD_CHANGED, number, shown[at].name)


async def retire(tx: Tx, viewer: Viewer, number: int, *, back: bool = False) -> None:
    """Show it no longer, or with ``back`` again. Its values stay; twice is once."""
    permit(viewer, "brand.manage")
    one = await defined.field(tx, number)
    if one.retired == back:
        gone = None if back else func.now()
        await tx.execute(update(CustomerField).where(CustomerField.id == number).values(retired_at=gone))
        await (note_made if back else note_removed)(tx, viewer.actor, _subject(number, one.label))
        await _tell(tx, viewer, Kind.FIELD_RESTORED if back else Kind.FIELD_RETIRED, number, one.name)


async def fill_in(tx: Tx, viewer: Viewer, customer_id: int, given: Mapping[str, str]) -> None:
    """Set fields of hers by name, '' empties one. Raises NotFound, Refused, also for a field that is not hers to see.

    What stays the same is no change.
    """
    permit(viewer, "customer.change")
    known = {one.name: one for one in await defined.fields(tx, viewer)}
    for name in given:
        if name not in known:
            raise Refused("There is no such field.", name)
    clean = {name: typed.value(known[name], text) for name, text in given.items()}
    root = await root_of(tx, customer_id)
    await hold(tx, [root])
    now = await fields.read(tx, root)
    found = {fields.CUSTOM + name: (now.get(fields.CUSTOM + name), value) for name, value in clean.items()}
    changes = {name: pair for name, pair in found.items() if pair[0] != pair[1] or type(pair[0]) is not type(pair[1])}
    await fields.write(tx, viewer.actor, root, changes)
    if changes:
        data = {name: after for name, (_, after) in changes.items()}
        await record(tx, viewer.actor, News(Kind.CUSTOMER_CHANGED, customer=root, data=data))


def _subject(number: int, label: str) -> Subject:
    return Subject("fields", f"field:{number}", label)


def _shown(label: str, kind: str, choices: Sequence[str], seen_by: str) -> dict[str, Any]:
    clean = " ".join(label.replace("\0", "").split())
    if not 0 < len(clean) <= 80:
        raise Refused("Give it a name that people read, of at most 80 characters.", "label")
    some = list(dict.fromkeys(" ".join(one.replace("\0", "").split())[:80] for one in choices if one.strip()))
    if kind == "choice" and not 0 < len(some) <= CHOICES:
        raise Refused("Give 1 to 100 answers to choose from, each on its own line.", "choices")
    if seen_by not in SEEN_BY:
        raise Refused("This is not a possible answer. Choose one of those offered.", "seen_by")
    return {"label": clean, "choices": some if kind == "choice" else [], "seen_by": seen_by}


async def _tell(tx: Tx, viewer: Viewer, happened: Kind, number: int, name: str, **more: str) -> None:
    await record(tx, viewer.actor, News(happened, data={"field": number, "name": name, **more}))
