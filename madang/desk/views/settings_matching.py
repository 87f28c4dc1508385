"""Matching: from which chance people are asked who is one person, what is merged without asking, by which weights."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Request, Response, get, post
from litestar.params import FromPath

from madang.customers.actions import matching
from madang.customers.actions.matching import Wanted
from madang.customers.matching.thresholds import FLOOR, LEAST, SUGGESTED, WORTH_ASKING, WORTH_MERGING
from madang.customers.matchmaking import queries
from madang.desk.letting_in import AnyRequest, see
from madang.desk.matching_words import percents
from madang.desk.page import form_of, ground_of, page, who
from madang.desk.zones import zones
from madang.lib.errors import Refused
from madang.lib.language import gettext as _
from madang.staff.permissions import Viewer, permit

HERE = "/settings/matching"
LEARNED, CHOSEN = "learned", "chosen"


class SetUp(msgspec.Struct):
    """The form, as it was typed."""

    asks: str = LEARNED
    suggest: str = ""
    merges: bool = False
    automatic: str = ""
    confirmed: bool = False
    learns: bool = False
    nightly: bool = False
    hour: str = "3"
    timezone: str = ""

    def wanted(self) -> Wanted:
        """The same for the verb; raises Refused naming the field."""
        suggest = _chance(self.suggest, "suggest") if self.asks == CHOSEN else None
        automatic = _chance(self.automatic, "automatic") if self.merges else None
        hour = int(self.hour) if self.hour.isascii() and self.hour.isdecimal() and len(self.hour) < 3 else -1
        confirmed = self.merges and self.confirmed
        return Wanted(suggest, automatic, confirmed, self.learns, self.nightly, hour, self.timezone)


def _chance(typed: str, field: str) -> float:
    """A chance typed in percent."""
    text = typed.strip().removesuffix("%").strip().replace(",", ".")
    whole, _dot, rest = text.partition(".")
    if not text.isascii() or not whole.isdecimal() or not (rest or "0").isdecimal() or len(text) > 8:
        raise Refused(_("Give a number of percent, such as 99.5."), field)
    return round(float(text) / 100, 6)


@get(HERE)
async def shown(request: Request[Any, Any, Any]) -> Response[str]:
    """What is chosen, the numbers behind it, the weights, and each run."""
    return await _page(request)


@post(HERE, status_code=200)
async def change(request: Request[Any, Any, Any]) -> Response[Any]:
    """Choose anew."""
    viewer, form = _allowed(request), await form_of(request, SetUp)
    try:
        async with ground_of(request).database.begin() as tx:
            await matching.choose(tx, viewer, form.wanted())
    except Refused as refused:
        return await _page(request, form, refused)
    return see(f"{HERE}?done=saved")


@post(f"{HERE}/runs", status_code=200)
async def ask(request: Request[Any, Any, Any]) -> Response[Any]:
    """Compare everybody soon."""
    async with ground_of(request).database.begin() as tx:
        await matching.ask(tx, _allowed(request))
    return see(f"{HERE}?done=begun")


@post(f"{HERE}/shipped", status_code=200)
async def use_shipped(request: Request[Any, Any, Any]) -> Response[Any]:
    """Go back to the weights Madang comes with."""
    async with ground_of(request).database.begin() as tx:
        await matching.use(tx, _allowed(request), None)
    return see(f"{HERE}?done=saved")


@post(f"{HERE}/models/{{model_id:int}}", status_code=200)
async def use(request: Request[Any, Any, Any], model_id: FromPath[int]) -> Response[Any]:
    """Use weights that were learned."""
    async with ground_of(request).database.begin() as tx:
        await matching.use(tx, _allowed(request), model_id)
    return see(f"{HERE}?done=saved")


async def _page(request: AnyRequest, form: SetUp | None = None, refused: Refused | None = None) -> Response[str]:
    viewer = _allowed(request)
    async with ground_of(request).database.begin() as tx:
        state = await queries.state(tx)
    return page(
        request,
        "settings/matching.html",
        400 if refused else 200,
        state=state,
        chosen=state.chosen,
        typed=form or _typed(state, viewer),
        zones=zones(),
        facts={
            "suggested": SUGGESTED,
            "floor": FLOOR,
            "least": LEAST,
            "asking": WORTH_ASKING,
            "merging": WORTH_MERGING,
        },
        errors={refused.field or "form": refused.message} if refused else {},
    )


def _typed(state: queries.State, viewer: Viewer) -> SetUp:
    kept = state.chosen
    return SetUp(
        LEARNED if kept.suggest is None else CHOSEN,
        percents(kept.suggest if kept.suggest is not None else kept.suggest_from),
        kept.automatic is not None,
        percents(kept.automatic if kept.automatic is not None else 0.999),
        kept.confirmed,
        kept.learns,
        kept.nightly,
        str(kept.hour),
        kept.timezone or viewer.timezone,
    )


def _allowed(request: AnyRequest) -> Viewer:
    viewer = who(request)
    permit(viewer, "matching.manage")
    return viewer
