"""A set-up tried at the CRM before it is kept: nothing of the house is locked while we wait for an answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import Row

from madang.channels.connector import SetupError
from madang.channels.crm import Crm, CrmError, Property
from madang.channels.registry import crm, crms, fields
from madang.channels.setup import fill
from madang.crm import queries
from madang.crm.account import bound, trial
from madang.crm.actions import asking
from madang.ground import Ground
from madang.lib.errors import Refused
from madang.lib.language import marked as _
from madang.staff.permissions import Viewer


async def connect(ground: Ground, viewer: Viewer, connector: str, typed: Mapping[str, str]) -> int:
    """Keep what works; returns its number. Raises SetupError naming the field that is wrong."""
    name = _name(typed, crms()[connector].manifest.title)
    settings, secrets = fill(fields(connector), typed)
    account, properties = await _try(crm(connector)(trial(ground, settings, secrets)))
    kept: dict[str, Any] = {"connector": connector, "name": name, "account": account, "properties": properties}
    try:
        async with ground.database.begin() as tx:
            return await asking.connect(tx, viewer, ground.keys, settings=settings, secrets=secrets, **kept)
    except Refused as refused:
        raise SetupError(refused.message, refused.field) from None


async def change(ground: Ground, viewer: Viewer, number: int, typed: Mapping[str, str]) -> None:
    """Keep another set-up that works. Raises SetupError, NotFound."""
    async with ground.database.begin() as tx:
        row = await queries.account(tx, viewer, number)
    settings, secrets = fill(fields(row.connector), typed, kept(ground, row))
    account, properties = await _try(crm(row.connector)(trial(ground, settings, secrets)))
    if row.account and account and account != row.account:
        raise SetupError(
            _("This is another account than the one whose contacts are linked. Disconnect this one first.")
        )
    async with ground.database.begin() as tx:
        name = _name(typed, row.name)
        await asking.change(tx, viewer, ground.keys, number, name=name, settings=settings, secrets=secrets)
        await asking.offer(tx, viewer, number, properties)


async def refresh(ground: Ground, viewer: Viewer, number: int) -> None:
    """Try the connection, and ask what the CRM offers now. Raises SetupError, NotFound."""
    async with ground.database.begin() as tx:
        row = await queries.account(tx, viewer, number)
    try:
        one = bound(ground, row)
    except ValueError:
        raise SetupError(_("Its secrets cannot be opened. Give them again.")) from None
    _account, properties = await _try(one)
    async with ground.database.begin() as tx:
        await asking.offer(tx, viewer, number, properties)


def kept(ground: Ground, row: Row[Any]) -> dict[str, str]:
    """The secrets that are there; none where they cannot be opened."""
    try:
        made: dict[str, str] = msgspec.json.decode(ground.keys.unseal(row.secrets)) if row.secrets else {}
    except ValueError:
        return {}
    return made


async def _try(one: Crm) -> tuple[str, Sequence[Property]]:
    try:
        return await one.check(), await one.properties()
    except CrmError as error:
        raise SetupError(error.detail) from None
    except TimeoutError:
        raise SetupError(_("The CRM did not answer in time. Try again in a minute.")) from None
    finally:
        await one.close()


def _name(typed: Mapping[str, str], other: str) -> str:
    name = " ".join(typed.get("account_name", "").split())[:80]
    if "account_name" in typed and not name:
        raise SetupError(_("Give it a name your colleagues recognise."), "account_name")
    return name or other
