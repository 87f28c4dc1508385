"""Brands: a name, a look, a voice."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Request, Response, get, post
from litestar.params import FromPath

from madang.brands.accent import strongest
from madang.brands.actions import Look, change_brand, create_brand, retire_brand
from madang.brands.queries import BrandRow, brand, brands
from madang.channels.queries import channels
from madang.desk.letting_in import AnyRequest, see
from madang.desk.page import form_of, ground_of, page, who
from madang.lib.errors import NotFound, Refused
from madang.lib.language import gettext as _
from madang.lib.language import ngettext
from madang.lib.postgres import Tx
from madang.staff.permissions import NotPermitted, Viewer, permit

HERE = "/settings/brands"
STEP = 5  # degrees between two hues whose greatest strength the page knows


class Voice(msgspec.Struct):
    """How a brand is called, looks and speaks."""

    name: str = ""
    hue: float = 274.0
    chroma: float = 0.125
    language: str = "ko"
    signature: str = ""
    greeting: str = ""
    ask_proof: bool = False

    def look(self) -> Look:
        """The same for the verb."""
        return Look(**msgspec.structs.asdict(self))


@get(HERE)
async def listed(request: Request[Any, Any, Any]) -> Response[str]:
    """Every brand, with what comes in under it."""
    viewer = _allowed(request)
    async with ground_of(request).database.begin() as tx:
        rows, ways = [row for row in await brands(tx) if _hers(viewer, row.id)], await channels(tx)
    under = {row.id: [way.name for way in ways if way.brand_id == row.id] for row in rows}
    return page(request, "settings/brands.html", brands=rows, under=under, may_add=viewer.scope.brands is None)


@get(f"{HERE}/new")
async def blank(request: Request[Any, Any, Any]) -> Response[str]:
    """A brand to be."""
    return _form(request, Voice(language=_allowed(request, new=True).language))


@post(f"{HERE}/new", status_code=200)
async def create(request: Request[Any, Any, Any]) -> Response[Any]:
    """Make a brand."""
    viewer, form = _allowed(request, new=True), await form_of(request, Voice)
    try:
        async with ground_of(request).database.begin() as tx:
            await create_brand(tx, viewer.actor, form.look())
    except Refused as refused:
        return _form(request, form, refused)
    return see(f"{HERE}?done=created")


@get(f"{HERE}/{{brand_id:int}}")
async def shown(request: Request[Any, Any, Any], brand_id: FromPath[int]) -> Response[str]:
    """One brand."""
    _allowed(request, brand_id)
    async with ground_of(request).database.begin() as tx:
        return _form(request, _typed(await brand(tx, brand_id)), brand_id=brand_id)


@post(f"{HERE}/{{brand_id:int}}", status_code=200)
async def change(request: Request[Any, Any, Any], brand_id: FromPath[int]) -> Response[Any]:
    """Set how a brand looks and speaks."""
    viewer, form = _allowed(request, brand_id), await form_of(request, Voice)
    try:
        async with ground_of(request).database.begin() as tx:
            await change_brand(tx, viewer.actor, brand_id, form.look())
    except Refused as refused:
        return _form(request, form, refused, brand_id=brand_id)
    return see(f"{HERE}/{brand_id}?done=saved")


@post(f"{HERE}/{{brand_id:int}}/retirement", status_code=200)
async def retire(request: Request[Any, Any, Any], brand_id: FromPath[int]) -> Response[Any]:
    """Take a brand out of use, once nothing comes in under it."""
    viewer = _allowed(request, brand_id)
    async with ground_of(request).database.begin() as tx:
        row = await brand(tx, brand_id)
        try:
            await _refuse_in_use(tx, brand_id)
            await retire_brand(tx, viewer.actor, brand_id)
        except Refused as refused:
            return _form(request, _typed(row), refused, brand_id=brand_id)
    return see(f"{HERE}?done=removed")


async def _refuse_in_use(tx: Tx, brand_id: int) -> None:
    count = sum(way.brand_id == brand_id for way in await channels(tx))
    if count:
        told = ngettext(
            "%(n)s channel still belongs to this brand. Remove it first.",
            "%(n)s channels still belong to this brand. Remove them first.",
            count,
        )
        raise Refused(told % {"n": count})


def _form(request: AnyRequest, form: Voice, refused: Refused | None = None, *, brand_id: int = 0) -> Response[str]:
    return page(
        request,
        "settings/brand.html",
        400 if refused else 200,
        typed=form,
        brand_id=brand_id,
        strongest=" ".join(f"{strongest(hue):g}" for hue in range(0, 361, STEP)),
        step=STEP,
        errors={refused.field or "form": refused.message} if refused else {},
    )


def _typed(row: BrandRow) -> Voice:
    return Voice(row.name, row.hue, row.chroma, row.language, row.signature, row.greeting, row.ask_proof)


def _allowed(request: AnyRequest, brand_id: int | None = None, *, new: bool = False) -> Viewer:
    """Whoever sees only some brands sets only these up, and makes none that she could not see."""
    viewer = who(request)
    permit(viewer, "brand.manage")
    if brand_id is not None and not _hers(viewer, brand_id):
        raise NotFound(_("There is no such brand."))
    if new and viewer.scope.brands is not None:
        raise NotPermitted("brand.manage")
    return viewer


def _hers(viewer: Viewer, brand_id: int) -> bool:
    return viewer.scope.brands is None or brand_id in viewer.scope.brands
