"""Settings: the landing page, the search over all of them, and the documentation behind them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from litestar import Request, Response, get
from litestar.params import FromPath, FromQuery

from madang.changes.queries import Asked
from madang.desk import settings_index, settings_told
from madang.desk.guide import rendered
from madang.desk.page import fragment, ground_of, page, who
from madang.desk.settings_nav import SETTINGS_NAV, items
from madang.lib.errors import NotFound

AnyRequest = Request[Any, Any, Any]
RECENT = 5
PACKAGE = Path(__file__).parent.parent.parent
DOCS = PACKAGE / "docs" if (PACKAGE / "docs").is_dir() else PACKAGE.parent / "docs"  # in the wheel, or beside the code


@get("/settings")
async def home(request: AnyRequest, q: FromQuery[str] = "") -> Response[str]:
    """Every page that opens for her, a search over all of them, and what was changed last."""
    viewer = who(request)
    async with ground_of(request).database.begin() as tx:
        recent = await settings_told.history(tx, viewer, Asked(), RECENT)
    groups = [(heading, [one for one in group if one.opens(viewer)]) for heading, group in SETTINGS_NAV]
    found = settings_index.found(viewer, q[:200])
    return page(request, "settings/home.html", groups=groups, q=q[:200], found=found, **recent)


@get("/settings/search", whole="/settings?{query}")
async def search(request: AnyRequest, q: FromQuery[str] = "") -> Response[str]:
    """What was found, to be placed as it is typed."""
    return fragment(request, "settings/_found.html", q=q[:200], found=settings_index.found(who(request), q[:200]))


@get("/settings/help/{name:str}")
async def documentation(request: AnyRequest, name: FromPath[str]) -> Response[str]:
    """The documentation of a settings page."""
    viewer = who(request)
    item = items().get(name)
    if item is None or not item.docs or not item.opens(viewer):
        raise NotFound
    path = DOCS / f"{item.docs}.md"
    if not path.is_file():
        raise NotFound
    return page(request, "settings/help.html", item=item, body=rendered(path.read_text("utf-8")))
