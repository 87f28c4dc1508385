"""How each settings page is read and written by its verbs, so that one of its fields can be set back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict
from typing import Any

import msgspec

from madang.alerts import actions as alerting
from madang.alerts import queries as alerts
from madang.brands import actions as branding
from madang.brands.queries import brand, brands
from madang.channels import actions as channeling
from madang.channels.connector import SetupError
from madang.channels.queries import channel
from madang.channels.queries import channels as every_channel
from madang.conversations.actions import chains
from madang.conversations.doors import policies
from madang.conversations.threading import Policy
from madang.customers import defined
from madang.customers.actions import defining, matching
from madang.customers.matchmaking import queries as matched
from madang.desk.settings_back_answers import ANSWERS
from madang.desk.settings_back_company import COMPANY
from madang.desk.settings_back_views import VIEWS
from madang.desk.settings_way import Act, Values, Way
from madang.ground import Ground
from madang.lib.errors import NotFound, Refused
from madang.lib.http import Guard
from madang.lib.language import gettext as _
from madang.lib.postgres import Tx
from madang.staff import actions as staffing
from madang.staff import queries as staff
from madang.staff.grants import Grant
from madang.staff.permissions import Scope, Verb, Viewer, permit
from madang.webhooks import actions as hooking
from madang.webhooks import queries as hooks
from madang.webhooks.targets import judged


def _mine(viewer: Viewer, verb: Verb, brand_id: int) -> None:
    permit(viewer, verb)
    if viewer.scope.brands is not None and brand_id not in viewer.scope.brands:
        raise NotFound


async def _brand(_ground: Ground, tx: Tx, viewer: Viewer, number: int) -> Values:
    _mine(viewer, "brand.manage", number)
    values = asdict(await brand(tx, number))
    del values["id"]
    return values


async def _set_brand(_ground: Ground, tx: Tx, viewer: Viewer, number: int, values: Values, _field: str) -> None:
    await branding.change_brand(tx, viewer.actor, number, branding.Look(**values))


async def _drop_brand(_ground: Ground, tx: Tx, viewer: Viewer, number: int) -> None:
    _mine(viewer, "brand.manage", number)
    if any(row.brand_id == number for row in await every_channel(tx)):
        raise Refused(_("Channels belong to this brand by now. Remove them first."))
    await branding.retire_brand(tx, viewer.actor, number)


async def _keep_brand(_ground: Ground, tx: Tx, viewer: Viewer, number: int) -> None:
    _mine(viewer, "brand.manage", number)
    await branding.restore_brand(tx, viewer.actor, number)


async def _doors(_ground: Ground, tx: Tx, viewer: Viewer, number: int) -> Values:
    _mine(viewer, "brand.manage", number)
    steps = [asdict(step) for step in await policies.chain(tx, number)]
    return msgspec.structs.asdict(await policies.policy(tx, number)) | {"chain": steps}


async def _set_doors(_ground: Ground, tx: Tx, viewer: Viewer, number: int, values: Values, name: str) -> None:
    steps = values.pop("chain")
    if name == "chain":
        await chains.set_chain(tx, viewer, number, [chains.StepGiven(**step) for step in steps or []])
    else:
        await chains.set_threading(tx, viewer, number, msgspec.convert(values, Policy))


async def _team(_ground: Ground, tx: Tx, _viewer: Viewer, number: int) -> Values:
    row = next((one for one in await staff.teams(tx) if one.id == number), None)
    if row is None:
        raise NotFound
    return {"name": row.name, "members": sorted(row.members)}


async def _set_team(_ground: Ground, tx: Tx, viewer: Viewer, number: int, values: Values, _field: str) -> None:
    await staffing.change_team(tx, viewer, number, **values)


async def _person(_ground: Ground, tx: Tx, _viewer: Viewer, number: int) -> Values:
    row = next((one for one in await staff.users(tx) if one.id == number), None)
    if row is None:
        raise NotFound
    some = None if row.grant.brands is None else sorted(row.grant.brands)
    what = {"role": row.grant.role, "sees": row.grant.sees, "brands": some, "teams": sorted(row.grant.teams)}
    return {"name": row.name, "email": row.email, **what}


async def _set_person(_ground: Ground, tx: Tx, viewer: Viewer, number: int, values: Values, _field: str) -> None:
    some = None if values["brands"] is None else frozenset(values["brands"])
    grant = Grant(values["role"], values["sees"], some, frozenset(values["teams"]))
    await staffing.change_user(tx, viewer, number, name=values["name"], email=values["email"], grant=grant)


async def _alerts(_ground: Ground, tx: Tx, _viewer: Viewer, _number: int) -> Values:
    values = asdict(await alerts.chosen(tx))
    del values["timezone"]
    return values


async def _set_alerts(_ground: Ground, tx: Tx, viewer: Viewer, _number: int, values: Values, _field: str) -> None:
    wanted = alerting.Wanted(**values | {"recipients": tuple(values["recipients"])})
    await alerting.change(tx, viewer, wanted)


async def _hook(_ground: Ground, tx: Tx, viewer: Viewer, number: int) -> Values:
    row = await hooks.webhook(tx, viewer, number)
    scope: Scope = row.scope
    return {
        "url": row.url,
        "kinds": row.kinds,
        "description": row.description,
        "all_brands": scope.brands is None,
        "brand_ids": sorted(scope.brands or ()),
        "sees": scope.sees,
        "team_ids": sorted(scope.teams),
        "paused": row.disabled_at is not None,
    }


async def _set_hook(ground: Ground, tx: Tx, viewer: Viewer, number: int, values: Values, name: str) -> None:
    if name == "paused":
        await (hooking.disable if values["paused"] else hooking.enable)(tx, viewer, number)
        return
    target = await judged(values["url"], Guard(ground.settings.allow_hosts))
    some = None if values["all_brands"] else frozenset(values["brand_ids"])
    kinds, teams = tuple(values["kinds"]), frozenset(values["team_ids"])
    wanted = hooking.Wanted(target, kinds, values["description"], some, values["sees"], teams)
    await hooking.change(tx, viewer, number, wanted)


async def _field(_ground: Ground, tx: Tx, _viewer: Viewer, number: int) -> Values:
    row = await defined.field(tx, number)
    if row.retired:
        raise NotFound
    return {"label": row.label, "choices": list(row.choices), "seen_by": row.seen_by}


async def _set_field(_ground: Ground, tx: Tx, viewer: Viewer, number: int, values: Values, _field: str) -> None:
    await defining.redefine(tx, viewer, number, values["label"], values["choices"], values["seen_by"])


async def _matching(_ground: Ground, tx: Tx, viewer: Viewer, _number: int) -> Values:
    permit(viewer, "matching.manage")
    kept = (await matched.state(tx)).chosen
    return {name: getattr(kept, name) for name in (*matching.Wanted.__slots__, "model_id")}


async def _set_matching(_ground: Ground, tx: Tx, viewer: Viewer, _number: int, values: Values, name: str) -> None:
    model = values.pop("model_id")
    if name == "model_id":
        await matching.use(tx, viewer, model)
    else:
        await matching.choose(tx, viewer, matching.Wanted(**values))


async def _account(_ground: Ground, tx: Tx, viewer: Viewer, _number: int) -> Values:
    return {name: getattr(viewer, name) for name in ("name", "language", "timezone", "theme", "density", "keys")}


async def _set_account(_ground: Ground, tx: Tx, viewer: Viewer, _number: int, values: Values, _field: str) -> None:
    await staffing.set_preferences(tx, viewer, **values)


async def _channel(ground: Ground, tx: Tx, viewer: Viewer, number: int) -> Values:
    row = await channel(tx, number)
    _mine(viewer, "channel.manage", row.brand_id)
    if row.retired_at is not None:
        raise NotFound
    settings = {f"settings.{name}": value for name, value in row.settings.items()}
    return {"name": row.name, "paused": row.paused_at is not None, **settings}


async def _set_channel(ground: Ground, tx: Tx, viewer: Viewer, number: int, values: Values, name: str) -> None:
    """As on its page: a set-up is tested before it is kept."""
    if name == "paused":
        await (channeling.pause if values["paused"] else channeling.resume)(tx, viewer.actor, number)
        return
    row = await channel(tx, number)
    kept: dict[str, str] = msgspec.json.decode(ground.keys.unseal(row.secrets)) if row.secrets else {}
    settings = {key.removeprefix("settings."): value for key, value in values.items() if key.startswith("settings.")}
    settings = {key: value for key, value in settings.items() if value is not None}
    title = str(values["name"])
    try:
        await channeling.test_setup(
            ground,
            tx,
            connector=row.connector,
            brand_id=row.brand_id,
            name=title,
            settings=settings,
            secrets=kept,
        )
    except SetupError as error:
        raise Refused(_(error.message)) from None
    await channeling.change(tx, viewer.actor, ground.keys, number, name=title, settings=settings, secrets=kept)


async def _keep_channel(ground: Ground, tx: Tx, viewer: Viewer, number: int) -> None:
    """As it was set up; tried first, because its provider may know us no more."""
    row = await channel(tx, number)
    _mine(viewer, "channel.manage", row.brand_id)
    if not any(one.id == row.brand_id for one in await brands(tx)):
        raise Refused(_("Its brand was removed, too. Take that back first."))
    await channeling.restore(tx, viewer.actor, number)
    if problem := await channeling.check_now(ground, tx, number):
        raise Refused(_(problem))


async def _nothing(_ground: Ground, _tx: Tx, _viewer: Viewer, _number: int) -> Values:
    return {}


async def _set_nothing(_ground: Ground, _tx: Tx, _viewer: Viewer, _number: int, _values: Values, _field: str) -> None:
    raise NotFound


def _by(verb: Callable[..., Awaitable[Any]], **given: Any) -> Act:
    async def act(_ground: Ground, tx: Tx, viewer: Viewer, number: int) -> None:
        await verb(tx, viewer, number, **given)

    return act


BACK: Mapping[str, Way] = (
    ANSWERS
    | VIEWS
    | COMPANY
    | {
        "account": Way(_account, _set_account),
        "alerts": Way(_alerts, _set_alerts),
        "brands": Way(_brand, _set_brand, _drop_brand, _keep_brand),
        "channels": Way(_channel, _set_channel, restore=_keep_channel),
        "doors": Way(_doors, _set_doors),
        "fields": Way(_field, _set_field, _by(defining.retire), _by(defining.retire, back=True)),
        "matching": Way(_matching, _set_matching),
        "staff": Way(_person, _set_person),
        "teams": Way(_team, _set_team, _by(staffing.retire_team), _by(staffing.restore_team)),
        "tokens": Way(_nothing, _set_nothing, _by(staffing.revoke_token)),
        "webhooks": Way(_hook, _set_hook, _by(hooking.retire)),
    }
)
