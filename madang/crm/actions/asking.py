"""What administrators do with a CRM: connect, map, look through, begin, pause, try again, disconnect."""

from __future__ import annotations

import secrets as random
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import Row, delete, func, insert, select, text, update

from madang.changes.actions import Subject, note, note_removed
from madang.channels.crm import Property
from madang.channels.registry import crm
from madang.crm import pairs as mapping
from madang.crm.account import keep, offered
from madang.crm.actions.queueing import wake
from madang.crm.models import CrmAccount, CrmTask, State
from madang.crm.pairs import Pair
from madang.crm.queries import manages
from madang.customers import defined
from madang.customers.imports.values import country
from madang.events.kinds import Kind
from madang.events.record import News, record
from madang.lib.crypto import Keys
from madang.lib.errors import NotFound, Refused
from madang.lib.language import marked as _
from madang.lib.postgres import Tx
from madang.staff.permissions import Viewer

OPTIONS = ("make_here", "make_there", "proven")
# What both sides agreed on of another property says nothing of this one.
FORGET = text("""
update crm_link set known = known - cast(:fields as text[])
where account_id = :account and known ?| cast(:fields as text[])
""")
MEANT = {"make_here": True, "make_there": True, "proven": False, "region": "KR"}
ANEW: dict[str, Any] = {"retired_at": None, "paused_at": None, "problem": "", "rest_until": None, "tries": 0} | {
    "state": int(State.MAPPING), "cursor": "", "position": {}, "counts": {}, "checked": {}
}  # fmt: skip
UNTIMELY = _("This cannot be done with the CRM as it is now. Load the page again.")


async def connect(
    tx: Tx,
    viewer: Viewer,
    keys: Keys,
    *,
    connector: str,
    name: str,
    account: str,
    settings: Mapping[str, Any],
    secrets: Mapping[str, str],
    properties: Sequence[Property],
) -> int:
    """Keep a set-up that has been tested, with the mapping that is most probably meant; returns its number.

    An account that was connected before goes on with the links it had.
    """
    manages(viewer)
    about = {"name": _name(name), "settings": dict(settings), "secrets": _sealed(keys, secrets)}
    number = await _again(tx, connector, account)
    if number:
        await _set(tx, number, **about, **ANEW, properties=keep(properties))
    else:
        guessed = mapping.guess(await defined.fields(tx), properties, crm(connector).guesses)
        named = {"key": random.token_urlsafe(12), "connector": connector, "account": account, "by": str(viewer.actor)}
        meant = {"mapping": mapping.kept(guessed), "options": MEANT, "properties": keep(properties)}
        made = insert(CrmAccount).values(**about, **named, **meant).returning(CrmAccount.id)
        number = int((await tx.execute(made)).scalar_one())
    await _tell(tx, viewer, Kind.CRM_CONNECTED, number, connector=connector, name=name)
    return number


async def _again(tx: Tx, connector: str, account: str) -> int:
    """The account of this name there; raises Refused while it is connected."""
    same = (CrmAccount.connector == connector) & (CrmAccount.account == account)
    query = select(CrmAccount.id, CrmAccount.retired_at).where(same).order_by(CrmAccount.id.desc()).with_for_update()
    rows = (await tx.execute(query)).all() if account else []
    if any(row.retired_at is None for row in rows):
        raise Refused(_("This account is connected already."), "token")
    return rows[0].id if rows else 0


async def change(
    tx: Tx,
    viewer: Viewer,
    keys: Keys,
    number: int,
    *,
    name: str,
    settings: Mapping[str, Any],
    secrets: Mapping[str, str],
) -> None:
    """Keep another set-up that has been tested; what was wrong is over."""
    one = await _held(tx, viewer, number)
    values = {"name": _name(name), "settings": dict(settings), "secrets": _sealed(keys, secrets)}
    await _set(tx, number, **values, problem="", rest_until=None, tries=0)
    was: dict[str, str] = msgspec.json.decode(keys.unseal(one.secrets)) if one.secrets else {}
    before, after = {"name": one.name, **one.settings, **was}, {"name": values["name"], **settings, **secrets}
    await note(tx, viewer.actor, _subject(one), before, after, set(secrets))
    await _tell(tx, viewer, Kind.CRM_CHANGED, number, name=name)
    await wake(tx)


async def choose(tx: Tx, viewer: Viewer, number: int, pairs: Sequence[Pair], options: Mapping[str, Any]) -> None:
    """Say what is kept in step. A sync that is live goes on with it; else it is looked through (the dry run)."""
    one = await _held(tx, viewer, number)
    mapping.judge(pairs, await defined.fields(tx), offered(one.properties))
    region = country(str(options.get("region", "")))
    if not region:
        raise Refused(_("This is no country. Give its two letters, such as KR."), "region")
    kept = {name: bool(options.get(name)) for name in OPTIONS} | {"region": region}
    if one.state == State.FILLING:
        raise Refused(UNTIMELY)
    before = {(each.field, each.theirs) for each in mapping.read(one.mapping)}
    other = {field for field, _theirs in before ^ {(each.field, each.theirs) for each in pairs}}
    await tx.execute(FORGET, {"account": number, "fields": sorted(other)})
    await _set(tx, number, mapping=mapping.kept(pairs), options=kept)
    was = {"mapping": one.mapping, **one.options}
    await note(tx, viewer.actor, _subject(one), was, {"mapping": mapping.kept(pairs), **kept})
    await _tell(tx, viewer, Kind.CRM_CHANGED, number, pairs=len(pairs))
    if one.state != State.LIVE:
        await _set(tx, number, state=int(State.CHECKING), position={}, checked={})
    await wake(tx)


async def offer(tx: Tx, viewer: Viewer, number: int, properties: Sequence[Property]) -> None:
    """Keep what the CRM offers now."""
    await _held(tx, viewer, number)
    await _set(tx, number, properties=keep(properties))


async def check(tx: Tx, viewer: Viewer, number: int) -> None:
    """Look through it again, as things are now. Raises NotFound, Refused."""
    await _step(tx, viewer, number, (State.CHECKED,), state=int(State.CHECKING), position={}, checked={})


async def begin(tx: Tx, viewer: Viewer, number: int) -> None:
    """Bring both in step for the first time, and keep them so. Raises NotFound, Refused."""
    await _step(tx, viewer, number, (State.CHECKED,), state=int(State.FILLING), position={}, counts={}, cursor="")
    await _tell(tx, viewer, Kind.CRM_STARTED, number)


async def refill(tx: Tx, viewer: Viewer, number: int) -> None:
    """Look at everybody once more: after another mapping, or when in doubt. Raises NotFound, Refused."""
    await _step(tx, viewer, number, (State.LIVE,), state=int(State.FILLING), position={})
    await _tell(tx, viewer, Kind.CRM_STARTED, number)


async def pause(tx: Tx, viewer: Viewer, number: int) -> None:
    """Read and write nothing; what happens meanwhile waits."""
    one = await _held(tx, viewer, number)
    if one.paused_at is None:
        await _set(tx, number, paused_at=func.now(), problem="")
        await note(tx, viewer.actor, _subject(one), {"paused": False}, {"paused": True})
        await _tell(tx, viewer, Kind.CRM_PAUSED, number)


async def resume(tx: Tx, viewer: Viewer, number: int) -> None:
    """Go on where it was."""
    one = await _held(tx, viewer, number)
    if one.paused_at is not None:
        await _set(tx, number, paused_at=None, problem="", rest_until=None, tries=0)
        await note(tx, viewer.actor, _subject(one), {"paused": True}, {"paused": False})
        await _tell(tx, viewer, Kind.CRM_RESUMED, number)
        await wake(tx)


async def retry(tx: Tx, viewer: Viewer, number: int, way: str = "", key: str = "") -> int:
    """Look again at what could not be synced: one, or without a word all of it. Returns how many."""
    await _held(tx, viewer, number)
    waits = update(CrmTask).where(CrmTask.account_id == number, CrmTask.stuck)
    if key:
        waits = waits.where(CrmTask.way == way, CrmTask.key == key)
    many: int = (await tx.execute(waits.values(stuck=False, due=func.now(), turn=CrmTask.turn + 1))).rowcount
    if many:
        await _tell(tx, viewer, Kind.CRM_RETRIED, number, rows=many)
        await wake(tx)
    return many


async def dismiss(tx: Tx, viewer: Viewer, number: int, way: str, key: str) -> None:
    """Somebody has seen it: it is not listed any more, until it is said again."""
    await _held(tx, viewer, number)
    one = (CrmTask.account_id == number) & (CrmTask.way == way) & (CrmTask.key == key)
    await tx.execute(delete(CrmTask).where(one, CrmTask.stuck))


async def disconnect(tx: Tx, viewer: Viewer, number: int) -> None:
    """For good. Customers and contacts stay as they are, links and history too; the secrets are forgotten."""
    one = await _held(tx, viewer, number)
    await note_removed(tx, viewer.actor, _subject(one))
    await _set(tx, number, retired_at=func.now(), secrets=b"", problem="")
    await tx.execute(delete(CrmTask).where(CrmTask.account_id == number))
    await _tell(tx, viewer, Kind.CRM_DISCONNECTED, number)
    await wake(tx)


def _subject(one: Row[Any]) -> Subject:
    return Subject("crm", f"crm:{one.id}", one.name)


def _name(given: str) -> str:
    name = " ".join(given.replace("\0", "").split())[:80]
    if not name:
        raise Refused(_("Give it a name your colleagues recognise."), "account_name")
    return name


def _sealed(keys: Keys, secrets: Mapping[str, str]) -> bytes:
    return keys.seal(msgspec.json.encode(dict(secrets)))


async def _step(tx: Tx, viewer: Viewer, number: int, states: Sequence[State], **values: Any) -> None:
    one = await _held(tx, viewer, number)
    if one.state not in states:
        raise Refused(UNTIMELY)
    await _set(tx, number, **values)
    await wake(tx)


async def _set(tx: Tx, number: int, **values: Any) -> None:
    await tx.execute(update(CrmAccount).where(CrmAccount.id == number).values(values))


async def _held(tx: Tx, viewer: Viewer, number: int) -> Row[Any]:
    manages(viewer)
    alive = (CrmAccount.id == number) & CrmAccount.retired_at.is_(None)
    one = (await tx.execute(select(*CrmAccount.__table__.columns).where(alive).with_for_update())).one_or_none()
    if one is None:
        raise NotFound(_("There is no such CRM."))
    return one


async def _tell(tx: Tx, viewer: Viewer, kind: Kind, number: int, **data: Any) -> None:
    await record(tx, viewer.actor, News(kind, data={"crm": number, **data}))
