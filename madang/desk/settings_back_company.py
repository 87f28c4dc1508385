"""CRMs, and what is everybody's own, as the history of the settings sets them back."""

from __future__ import annotations

from msgspec import ValidationError

from madang.crm import pairs as mapping
from madang.crm import queries as crms
from madang.crm.actions import asking
from madang.crm.connecting import kept
from madang.desk.settings_way import Values, Way
from madang.ground import Ground
from madang.lib.errors import NotFound
from madang.lib.postgres import Tx
from madang.notifications import actions as telling
from madang.notifications import queries as told
from madang.notifications.wishes import set_as, settings
from madang.staff.permissions import Viewer

MEANT = ("mapping", *asking.OPTIONS, "region")


async def _crm(_ground: Ground, tx: Tx, viewer: Viewer, number: int) -> Values:
    one = await crms.account(tx, viewer, number)
    return {"name": one.name, "paused": one.paused_at is not None, "mapping": one.mapping, **one.options}


async def _set_crm(ground: Ground, tx: Tx, viewer: Viewer, number: int, values: Values, name: str) -> None:
    """By the verbs of its page. Where it is reached is set there, because that has to be tried at the CRM first."""
    if name == "paused":
        await (asking.pause if values["paused"] else asking.resume)(tx, viewer, number)
    elif name in MEANT:
        await asking.choose(tx, viewer, number, mapping.read(values["mapping"]), values)
    else:
        one = await crms.account(tx, viewer, number)
        same = {"settings": one.settings, "secrets": kept(ground, one)}
        await asking.change(tx, viewer, ground.keys, number, name=values["name"], **same)


async def _wishes(_ground: Ground, tx: Tx, viewer: Viewer, _number: int) -> Values:
    return settings(await told.wishes(tx, viewer.user_id))


async def _set_wishes(_ground: Ground, tx: Tx, viewer: Viewer, _number: int, values: Values, _field: str) -> None:
    try:
        wanted = set_as(values, await told.wishes(tx, viewer.user_id))
    except ValidationError:
        raise NotFound from None
    await telling.change(tx, viewer, wanted)


COMPANY = {
    "crm": Way(_crm, _set_crm, only=frozenset({"name", "paused", *MEANT})),
    "notifications": Way(_wishes, _set_wishes),
}
