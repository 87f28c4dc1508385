"""What people do with an import: give a file, say what it means, begin, pause, stop, take it back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Row, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from madang.customers.imports.guessing import digest
from madang.customers.imports.models import Import, ImportMapping, State
from madang.customers.imports.queries import refuse_partial
from madang.customers.imports.targets import LEAVE, SEVERAL, TARGETS, field_name, known
from madang.customers.imports.values import country, timezone
from madang.events.kinds import Kind
from madang.events.record import News, record
from madang.lib.errors import NotFound, Refused
from madang.lib.language import marked as _
from madang.lib.postgres import Tx
from madang.staff.attempts import Limit, Try, allow
from madang.staff.permissions import Viewer, permit

UPLOADS = Limit("import", 30, timedelta(hours=1))  # of one person
FINDS = {"email", "phone", "external_id"}
WAITING = (State.MAPPING, State.CHECKED, State.FAILED)  # nothing of it is in the house


async def uploaded(tx: Tx, viewer: Viewer, file: Mapping[str, Any], shape: Mapping[str, Any], guess: Any) -> int:
    """Note a file that has been read so far: ``file`` is name, sha256, size; ``shape`` kind, detail, columns, sample;
    ``guess`` (source, targets, options). What was chosen for the same columns the last time goes before the guess.

    Returns the import's number. Raises TooMany.
    """
    permit(viewer, "import.run")
    refuse_partial(viewer)
    await allow(tx, Try(UPLOADS, str(viewer.actor)))
    source, targets, options = guess
    key = digest(shape["columns"])
    before = (await tx.execute(select(ImportMapping).where(ImportMapping.columns == key))).one_or_none()
    if before and set(before.mapping["by_name"]) == set(shape["columns"]):
        source, options = before.source, {**options, **before.options, "proven": False}
        targets = [before.mapping["by_name"][name] for name in shape["columns"]]
    made = {"mapping": {"targets": list(targets)}, "source": source, "options": dict(options), "format": dict(shape)}
    values = {**file, **made, "by": str(viewer.actor), "author": viewer.name}
    number: int = (await tx.execute(insert(Import).values(values).returning(Import.id))).scalar_one()
    await record(tx, viewer.actor, News(Kind.IMPORT_UPLOADED, data={"import": number, "size": file["size"]}))
    return number


async def chosen(
    tx: Tx, viewer: Viewer, number: int, source: str, targets: Sequence[str], options: Mapping[str, Any]
) -> None:
    """Say what each column is, and have it looked through (the dry run). Raises NotFound, Refused."""
    one = await _held(tx, viewer, number)
    if one.state not in WAITING or (one.position and one.state == State.FAILED and one.started_at):
        raise Refused(_("This import has begun already; its columns cannot be changed any more."))
    columns: list[str] = one.format["columns"]
    if len(targets) != len(columns) or not all(known(target) for target in targets):
        raise Refused(_("This is not a possible answer. Choose one of those offered."), "targets")
    _judge(targets)
    clean = _clean(options)
    name = field_name(source)
    mapping = {"targets": list(targets), "by_name": dict(zip(columns, targets, strict=True))}
    values = {"source": name or "file", "mapping": mapping, "options": clean}
    fresh = {"state": State.CHECKING, "position": 0, "rows": 0, "checked": {}, "problem": ""}
    await tx.execute(update(Import).where(Import.id == number).values(**values, **fresh))
    saved = {**values, "by": str(viewer.actor), "at": func.now()}
    kept = upsert(ImportMapping).values(columns=digest(columns), **saved)
    await tx.execute(kept.on_conflict_do_update(index_elements=["columns"], set_=saved))


def _judge(targets: Sequence[str]) -> None:
    if not FINDS & set(targets):
        raise Refused(
            _(
                "Choose a column with e-mail addresses, phone numbers or the other program’s numbers: "
                "by these people are found."
            ),
            "targets",
        )
    twice = [one for one in TARGETS if one not in SEVERAL and list(targets).count(one) > 1]
    fields = [one for one in targets if one != LEAVE and one not in TARGETS and list(targets).count(one) > 1]
    if twice or fields:
        raise Refused(_("Two columns are meant to be the same. Choose one of them and leave the other out."), "targets")


def _clean(options: Mapping[str, Any]) -> dict[str, Any]:
    region, zone = country(str(options.get("region", ""))), timezone(str(options.get("timezone", "")))
    if not region:
        raise Refused(_("This is no country. Give its two letters, such as KR."), "region")
    if not zone:
        raise Refused(_("This is no time zone. Give its name, such as Asia/Seoul."), "timezone")
    flags = {name: bool(options.get(name)) for name in ("proven", "overwrite", "day_first")}
    return {"region": region, "timezone": zone, **flags}


async def check(tx: Tx, viewer: Viewer, number: int) -> None:
    """Look through it again, as things are now."""
    await _step(tx, viewer, number, (State.CHECKED,), {"state": State.CHECKING, "position": 0, "checked": {}})


async def begin(tx: Tx, viewer: Viewer, number: int) -> None:
    """Take it in. Raises NotFound, Refused."""
    values = {"state": State.RUNNING, "position": 0, "counts": {}, "started_at": func.now()}
    one = await _step(tx, viewer, number, (State.CHECKED,), values)
    data = {"import": number, "rows": one.rows, "proven": bool(one.options.get("proven")), "source": one.source}
    await record(tx, viewer.actor, News(Kind.IMPORT_STARTED, data=data))


async def pause(tx: Tx, viewer: Viewer, number: int) -> None:
    """Stop after the batch in hand; what is in stays in."""
    await _step(tx, viewer, number, (State.RUNNING,), {"state": State.PAUSED})
    await record(tx, viewer.actor, News(Kind.IMPORT_PAUSED, data={"import": number}))


async def resume(tx: Tx, viewer: Viewer, number: int) -> None:
    """Go on where it was paused, or where it failed."""
    one = await _held(tx, viewer, number)
    broke_off = one.state == State.FAILED and one.started_at and "left" not in one.counts  # else an undo did
    if one.state != State.PAUSED and not broke_off:
        raise Refused(_("This import is not paused."))
    await tx.execute(update(Import).where(Import.id == number).values(state=State.RUNNING, problem=""))
    await record(tx, viewer.actor, News(Kind.IMPORT_RESUMED, data={"import": number}))


async def stop(tx: Tx, viewer: Viewer, number: int) -> None:
    """Take in no more of it. What is in stays in until it is taken back."""
    one = await _held(tx, viewer, number)
    if one.state == State.CHECKING:
        await tx.execute(update(Import).where(Import.id == number).values(state=State.MAPPING))
        return
    states = (State.RUNNING, State.PAUSED, State.FAILED)
    await _step(tx, viewer, number, states, {"state": State.STOPPED, "ended_at": func.now()})
    data = {"import": number, "done": one.position}
    await record(tx, viewer.actor, News(Kind.IMPORT_STOPPED, data=data))


async def undo(tx: Tx, viewer: Viewer, number: int) -> None:
    """Take back what it made and changed and nobody has touched since. Raises NotFound, Refused."""
    one = await _held(tx, viewer, number)
    if one.state == State.FAILED and not one.started_at:
        raise Refused(_("Nothing of this import is in the house."))
    await _step(tx, viewer, number, (State.DONE, State.STOPPED, State.FAILED), {"state": State.UNDOING, "problem": ""})
    await record(tx, viewer.actor, News(Kind.IMPORT_UNDOING, data={"import": number}))


async def _step(tx: Tx, viewer: Viewer, number: int, states: Sequence[State], values: dict[str, Any]) -> Row[Any]:
    one = await _held(tx, viewer, number)
    if one.state not in states:
        raise Refused(_("This cannot be done with the import as it is now. Load the page again."))
    await tx.execute(update(Import).where(Import.id == number).values(values))
    return one


async def _held(tx: Tx, viewer: Viewer, number: int) -> Row[Any]:
    permit(viewer, "import.run")
    refuse_partial(viewer)
    query = select(*Import.__table__.columns).where(Import.id == number).with_for_update()
    one = (await tx.execute(query)).one_or_none()
    if one is None:
        raise NotFound(_("There is no such import."))
    return one
