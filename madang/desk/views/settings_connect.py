"""Connect a channel: choose what, fill in, have it tested, and be told what is left to do."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath

from madang.brands.queries import brands
from madang.channels import actions
from madang.channels.connector import SetupError
from madang.channels.registry import Entry, entries, fields, steps
from madang.channels.setup import fill
from madang.desk.gallery import card, gallery
from madang.desk.guide import guide
from madang.desk.page import ground_of, number, page, who
from madang.desk.setup_form import filled, shown
from madang.desk.views.settings_channels import administrator, hers, named, typed_of
from madang.lib.errors import NotFound
from madang.lib.language import gettext

AnyRequest = Request[Any, Any, Any]


@get("/settings/channels/new")
async def choose(request: AnyRequest) -> Response[str]:
    """The gallery of doors; ``?q=`` narrows it."""
    administrator(request)
    wanted = request.query_params.get("q", "")[:80]
    return page(request, "settings/channel_choose.html", gallery=gallery, wanted=wanted)


@get("/settings/channels/new/{connector:str}")
async def form(request: AnyRequest, connector: FromPath[str]) -> Response[str]:
    """The connector's set-up form, empty."""
    administrator(request)
    return await _form(request, _entry(connector))


@post("/settings/channels/new/{connector:str}", status_code=200)
async def connect(request: AnyRequest, connector: FromPath[str]) -> Response[str]:
    """Test the set-up; connect when it works, else say at the field what is wrong."""
    viewer, ground, typed = administrator(request), ground_of(request), await typed_of(request)
    found = _entry(connector)
    try:
        draft = _draft(connector, typed)
        async with ground.database.begin() as tx:
            if draft.brand_id not in {brand.id for brand in await brands(tx) if hers(viewer, brand.id)}:
                raise SetupError(gettext("Choose the brand this channel speaks for."), "brand_id")
            await actions.test_setup(ground, tx, **asdict(draft))
        async with ground.database.begin() as tx:
            made = await actions.create(tx, viewer.actor, ground.keys, **asdict(draft))
        await actions.try_out(ground, made.id)
    except SetupError as error:
        return await _form(request, found, typed, (error.field, gettext(error.message)))
    return page(
        request,
        "settings/channel_connected.html",
        channel_id=made.id,
        name=draft.name,
        manifest=found.manifest,
        steps=filled(steps(connector), ground.settings.public_url, made.key, draft.settings),
        fresh=_fresh(draft, typed),
    )


@dataclass(frozen=True)
class Draft:
    """A channel that may come to be."""

    connector: str
    name: str
    brand_id: int
    settings: dict[str, Any]
    secrets: dict[str, str]


def _draft(connector: str, typed: dict[str, str]) -> Draft:
    name = named(typed)
    if not name:
        raise SetupError(gettext("Give the channel a name your colleagues recognise."), "channel_name")
    settings, secrets = fill(fields(connector), typed)
    return Draft(connector, name, number(typed.get("brand_id", ""), "brand_id") or 0, settings, secrets)


def _fresh(draft: Draft, typed: dict[str, str]) -> list[tuple[str, str]]:
    """The secrets we made, by their labels: shown this once."""
    made = [field for field in fields(draft.connector) if field.fresh and not typed.get(field.name, "").strip()]
    return [(field.label, draft.secrets[field.name]) for field in made if field.name in draft.secrets]


def _entry(connector: str) -> Entry:
    if connector not in entries():
        raise NotFound("There is no such connector.")
    return entries()[connector]


async def _form(
    request: AnyRequest, found: Entry, typed: dict[str, str] | None = None, problem: tuple[str, str] = ("", "")
) -> Response[str]:
    async with ground_of(request).database.begin() as tx:
        offered = [brand for brand in await brands(tx) if hers(who(request), brand.id)]
    return page(
        request,
        "settings/channel_new.html",
        400 if problem[1] else 200,
        manifest=found.manifest,
        card=card(found.manifest.name),
        guide=partial(guide, found.folder),
        fields=shown(fields(found.manifest.name), None, typed, problem=problem, emptied=True),
        brands=offered,
        brand_id=(typed or {}).get("brand_id", str(offered[0].id) if offered else ""),
        name=(typed or {}).get("channel_name", ""),
        problem=problem,
    )
