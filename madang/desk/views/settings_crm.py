"""CRMs: connect one, say what is kept in step, see how it is, try again what could not be."""

from __future__ import annotations

from functools import partial
from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath

from madang.channels.connector import SetupError
from madang.channels.registry import crms, fields, steps
from madang.crm import connecting, queries
from madang.crm.actions import asking
from madang.crm.models import State
from madang.crm.pairs import Pair
from madang.desk import crm_shown
from madang.desk.guide import guide
from madang.desk.letting_in import AnyRequest, see
from madang.desk.page import form_of, ground_of, page, who
from madang.desk.setup_form import filled, shown
from madang.desk.views.settings_channels import typed_of
from madang.lib.errors import NotFound, Refused
from madang.lib.language import gettext

HERE = "/settings/crm"


class Mapping(msgspec.Struct):
    """A line a field: what it is there ('' leaves it out), in which direction, who wins."""

    field: list[str] = []
    theirs: list[str] = []
    way: list[str] = []
    wins: list[str] = []
    region: str = ""
    make_here: bool = False
    make_there: bool = False
    proven: bool = False


class Row(msgspec.Struct):
    """One that could not be synced; '' is all of them."""

    way: str = ""
    key: str = ""


@get(HERE)
async def listed(request: AnyRequest) -> Response[str]:
    """What is connected, and what can be."""
    async with ground_of(request).database.begin() as tx:
        rows = await queries.accounts(tx, who(request))
        figures = {row.id: await queries.figures(tx, row.id) for row in rows}
    return page(request, "settings/crms.html", rows=rows, figures=figures, crms=crms(), state_of=crm_shown.state_of)


@get(f"{HERE}/new/{{connector:str}}")
async def empty_form(request: AnyRequest, connector: FromPath[str]) -> Response[str]:
    """The set-up form, empty."""
    queries.manages(who(request))
    return _form(request, connector)


@post(f"{HERE}/new/{{connector:str}}", status_code=200)
async def connect(request: AnyRequest, connector: FromPath[str]) -> Response[Any]:
    """Try the set-up; keep it when it works, else say at the field what is wrong."""
    viewer, ground, typed = who(request), ground_of(request), await typed_of(request)
    queries.manages(viewer)
    _known(connector)
    try:
        number = await connecting.connect(ground, viewer, connector, typed)
    except SetupError as error:
        return _form(request, connector, typed, (error.field, gettext(error.message)))
    return see(f"{HERE}/{number}/mapping")


def _known(connector: str) -> None:
    if connector not in crms():
        raise NotFound("There is no such CRM.")


def _form(
    request: AnyRequest, connector: str, typed: dict[str, str] | None = None, problem: tuple[str, str] = ("", "")
) -> Response[str]:
    _known(connector)
    manifest = crms()[connector].manifest
    return page(
        request,
        "settings/crm_setup.html",
        400 if problem[1] else 200,
        manifest=manifest,
        guide=partial(guide, crms()[connector].folder),
        row=None,
        fields=shown(fields(connector), None, typed, problem=problem, emptied=True),
        name=(typed or {}).get("account_name", manifest.title),
        problem=problem,
    )


@get(f"{HERE}/{{account:int}}")
async def one(request: AnyRequest, account: FromPath[int]) -> Response[Any]:
    """How it is."""
    viewer, ground = who(request), ground_of(request)
    async with ground.database.begin() as tx:
        row = await queries.account(tx, viewer, account)
        if row.state == State.MAPPING:
            return see(f"{HERE}/{account}/mapping")
        context = await crm_shown.overview(tx, viewer, row)
    manifest = crms()[row.connector].manifest if row.connector in crms() else None
    todo = filled(steps(row.connector), ground.settings.public_url, row.key, row.settings) if manifest else []
    return page(request, "settings/crm.html", row=row, manifest=manifest, steps=todo, State=State, **context)


@get(f"{HERE}/{{account:int}}/set-up")
async def setup(request: AnyRequest, account: FromPath[int]) -> Response[str]:
    """The set-up form, as it is."""
    return await _setup(request, account)


@post(f"{HERE}/{{account:int}}/set-up", status_code=200)
async def change(request: AnyRequest, account: FromPath[int]) -> Response[Any]:
    """Try another set-up, then keep it."""
    viewer, ground, typed = who(request), ground_of(request), await typed_of(request)
    try:
        await connecting.change(ground, viewer, account, typed)
    except SetupError as error:
        return await _setup(request, account, typed, (error.field, gettext(error.message)))
    return see(f"{HERE}/{account}?done=saved")


async def _setup(
    request: AnyRequest, account: int, typed: dict[str, str] | None = None, problem: tuple[str, str] = ("", "")
) -> Response[str]:
    ground = ground_of(request)
    async with ground.database.begin() as tx:
        row = await queries.account(tx, who(request), account)
    _known(row.connector)
    kept = frozenset(name for name, value in connecting.kept(ground, row).items() if value)
    return page(
        request,
        "settings/crm_setup.html",
        400 if problem[1] else 200,
        manifest=crms()[row.connector].manifest,
        guide=partial(guide, crms()[row.connector].folder),
        row=row,
        fields=shown(fields(row.connector), row.settings, typed, kept, problem, emptied=True),
        name=(typed or {}).get("account_name", row.name),
        problem=problem,
    )


@get(f"{HERE}/{{account:int}}/mapping")
async def mapping(request: AnyRequest, account: FromPath[int]) -> Response[str]:
    """What is kept in step."""
    return await _mapping(request, account)


@post(f"{HERE}/{{account:int}}/mapping", status_code=200)
async def choose(request: AnyRequest, account: FromPath[int]) -> Response[Any]:
    """Keep that."""
    viewer, form = who(request), await form_of(request, Mapping)
    lines = zip(form.field, form.theirs, form.way, form.wins, strict=False)
    pairs = [Pair(field, theirs, way, wins) for field, theirs, way, wins in lines if theirs]  # type: ignore[arg-type]
    options = {name: getattr(form, name) for name in ("region", *asking.OPTIONS)}
    try:
        async with ground_of(request).database.begin() as tx:
            await asking.choose(tx, viewer, account, pairs, options)
    except Refused as refused:
        return await _mapping(request, account, (pairs, options), refused)
    return see(f"{HERE}/{account}")


async def _mapping(
    request: AnyRequest,
    account: int,
    typed: tuple[list[Pair], dict[str, Any]] | None = None,
    refused: Refused | None = None,
) -> Response[str]:
    async with ground_of(request).database.begin() as tx:
        row = await queries.account(tx, who(request), account)
        context = await crm_shown.mapping(tx, row, typed)
    errors = {refused.field or "form": gettext(refused.message)} if refused else {}
    return page(request, "settings/crm_mapping.html", 400 if refused else 200, row=row, errors=errors, **context)


@post(f"{HERE}/{{account:int}}/properties", status_code=200)
async def ask_again(request: AnyRequest, account: FromPath[int]) -> Response[Any]:
    """Ask the CRM which properties it has now."""
    return await _tried(request, account, f"{HERE}/{account}/mapping?done=saved")


@post(f"{HERE}/{{account:int}}/check", status_code=200)
async def check(request: AnyRequest, account: FromPath[int]) -> Response[Any]:
    """Try the connection now."""
    return await _tried(request, account, f"{HERE}/{account}?done=works")


async def _tried(request: AnyRequest, account: int, then: str) -> Response[Any]:
    try:
        await connecting.refresh(ground_of(request), who(request), account)
    except SetupError as error:
        return await _setup(request, account, None, (error.field, gettext(error.message)))
    return see(then)


async def _ask(request: AnyRequest, account: int, verb: Any, *more: Any, done: str = "") -> Response[Any]:
    async with ground_of(request).database.begin() as tx:
        await verb(tx, who(request), account, *more)
    return see(f"{HERE}/{account}{f'?done={done}' if done else ''}")


@post(f"{HERE}/{{account:int}}/dry-run", status_code=200)
async def look(request: AnyRequest, account: FromPath[int]) -> Response[Any]:
    """Count again what the first sync would do."""
    return await _ask(request, account, asking.check)


@post(f"{HERE}/{{account:int}}/beginning", status_code=200)
async def begin(request: AnyRequest, account: FromPath[int]) -> Response[Any]:
    """Bring both in step for the first time."""
    return await _ask(request, account, asking.begin, done="begun")


@post(f"{HERE}/{{account:int}}/round", status_code=200)
async def refill(request: AnyRequest, account: FromPath[int]) -> Response[Any]:
    """Look at everybody once more."""
    return await _ask(request, account, asking.refill, done="begun")


@post(f"{HERE}/{{account:int}}/pause", status_code=200)
async def pause(request: AnyRequest, account: FromPath[int]) -> Response[Any]:
    """Read and write nothing for now."""
    return await _ask(request, account, asking.pause, done="paused")


@post(f"{HERE}/{{account:int}}/resumption", status_code=200)
async def resume(request: AnyRequest, account: FromPath[int]) -> Response[Any]:
    """Go on."""
    return await _ask(request, account, asking.resume, done="resumed")


@post(f"{HERE}/{{account:int}}/retries", status_code=200)
async def retry(request: AnyRequest, account: FromPath[int]) -> Response[Any]:
    """Try again what could not be synced."""
    form = await form_of(request, Row)
    return await _ask(request, account, asking.retry, form.way, form.key, done="retried")


@post(f"{HERE}/{{account:int}}/dismissals", status_code=200)
async def dismiss(request: AnyRequest, account: FromPath[int]) -> Response[Any]:
    """List it no longer."""
    form = await form_of(request, Row)
    return await _ask(request, account, asking.dismiss, form.way, form.key, done="unlisted")


@post(f"{HERE}/{{account:int}}/disconnection", status_code=200)
async def disconnect(request: AnyRequest, account: FromPath[int]) -> Response[Any]:
    """For good."""
    async with ground_of(request).database.begin() as tx:
        await asking.disconnect(tx, who(request), account)
    return see(f"{HERE}?done=removed")
