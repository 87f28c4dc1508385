"""The ledger: of every channel, what came, what became of it, what waits, and what is missing."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from litestar import Request, Response, get
from litestar.params import FromPath

from madang.channels.inventory import Counts
from madang.channels.registry import entries
from madang.channels.registry import get as connector_of
from madang.channels.tally import What
from madang.conversations import ledger_rows as rows
from madang.conversations.ledger import Line, Series, by_day, by_hour, ledger
from madang.conversations.search import queries as search
from madang.desk.charts import Chart, mirror
from madang.desk.page import ground_of, number, page, who
from madang.lib.errors import NotFound
from madang.lib.language import gettext as _
from madang.lib.postgres import Tx
from madang.staff.permissions import Viewer, permit

AnyRequest = Request[Any, Any, Any]
STATES = {"waiting": 0, "taken_in": 1, "quarantined": 2, "dismissed": 3}
ANSWERS = ("sent", "failed", "unsure")


def reader(request: AnyRequest) -> Viewer:
    """Whoever asks, if she may read the ledger; raises NotPermitted."""
    viewer = who(request)
    permit(viewer, "ledger.read")
    return viewer


async def line_of(tx: Tx, viewer: Viewer, channel_id: int) -> Line:
    """The channel's line, when it exists for her; raises NotFound."""
    found = await ledger(tx, viewer, channel_id=channel_id)
    if not found:
        raise NotFound(_("There is no such channel."))
    return found[0]


@get("/ledger")
async def overview(request: AnyRequest) -> Response[str]:
    """Every channel in a line."""
    viewer, now = reader(request), datetime.now(UTC)
    async with ground_of(request).database.begin() as tx:
        lines = await ledger(tx, viewer)
        hours = await by_hour(tx, [line.channel_id for line in lines], now)
        letters = len(await rows.letters(tx, viewer))
        behind = await search.behind(tx)
    charts = {number: small(series) for number, series in hours.items()}
    shown: dict[str, Any] = {"lines": lines, "charts": charts, "letters": letters}
    return page(request, "ledger/overview.html", **shown, behind=behind, cap=search.CAP)


@get("/ledger/channels/{channel_id:int}")
async def channel(request: AnyRequest, channel_id: FromPath[int]) -> Response[str]:
    """One channel with its graphs, gaps and replays."""
    viewer, now = reader(request), datetime.now(UTC)
    async with ground_of(request).database.begin() as tx:
        line = await line_of(tx, viewer, channel_id)
        hours = (await by_hour(tx, [channel_id], now))[channel_id]
        days = (await by_day(tx, [channel_id], now, viewer.timezone))[channel_id]
        gaps = await rows.gaps(tx, channel_id)
        replays = await rows.replays(tx, channel_id)
    shown: dict[str, Any] = {"line": line, "gaps": gaps, "replays": replays, "asked": _asked(line)}
    graphs = [("hours", hours, large(hours)), ("days", days, large(days))]
    return page(request, "ledger/channel.html", graphs=graphs, What=What, **shown)


@get("/ledger/channels/{channel_id:int}/deliveries")
async def deliveries(request: AnyRequest, channel_id: FromPath[int]) -> Response[str]:
    """The newest deliveries behind a number."""
    viewer, asked = reader(request), request.query_params
    state = asked.get("state", "")
    async with ground_of(request).database.begin() as tx:
        line = await line_of(tx, viewer, channel_id)
        before = number(asked.get("before", ""), "before") or 0
        found = await rows.newest(tx, viewer, channel_id, state=STATES.get(state, -1), before=before)
    last = found.items[-1].id if found.next else 0
    return page(request, "ledger/deliveries.html", line=line, state=state, rows=found.items, last=last)


@get("/ledger/channels/{channel_id:int}/answers")
async def answers(request: AnyRequest, channel_id: FromPath[int]) -> Response[str]:
    """The newest answers behind a number; each opens its conversation."""
    viewer, what = reader(request), request.query_params.get("what", "failed")
    if what not in ANSWERS:
        raise NotFound(_("There is no such list."))
    async with ground_of(request).database.begin() as tx:
        line = await line_of(tx, viewer, channel_id)
        found = await rows.messages(tx, viewer, channel_id, what)
    return page(request, "ledger/answers.html", line=line, what=what, rows=found)


def small(series: Series) -> Chart:
    """A line's chart in the overview."""
    came, went = series.of(What.RECEIVED), series.of(What.SENT)
    return mirror(series.starts, came, went, width=120, height=32, gap=1)


def large(series: Series) -> Chart:
    """A chart of the channel's page."""
    came, went = series.of(What.RECEIVED), series.of(What.SENT)
    return mirror(series.starts, came, went, width=720, height=180, gap=4)


def _asked(line: Line) -> bool:
    """Whether this channel's provider can be asked for what is missing."""
    return line.connector in entries() and issubclass(connector_of(line.connector), Counts)
