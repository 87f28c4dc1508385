"""``GET /metrics``: for whoever comes from a network the settings name, or brings the token of a lead's program."""

from __future__ import annotations

import asyncio
import ipaddress
import logging
from collections.abc import Iterator, Sequence
from typing import Any

from litestar import Request, Response, get

from madang.ground import Ground
from madang.staff.permissions import Viewer
from madang.staff.tokens import viewer_of_bearer

log = logging.getLogger("madang.metrics")

AnyRequest = Request[Any, Any, Any]
FORWARDED = (b"x-forwarded-for", b"forwarded", b"x-real-ip", b"via")
PATIENCE = 5.0  # seconds for the figures of the database; without them this process's own are still told
CLOSED = (
    "Metrics are not for everybody. Ask from a network of MADANG_METRICS_ALLOW, or send the API token of an "
    "administrator or a lead: Authorization: Bearer TOKEN."
)
HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


@get("/metrics", include_in_schema=False, opt={"cookieless": True})
async def metrics(request: AnyRequest) -> Response[bytes]:
    """Prometheus text."""
    ground: Ground = request.app.state.ground
    if not await _may(request, ground):
        return Response(CLOSED.encode(), status_code=403, media_type="text/plain", headers=HEADERS)
    from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4

    return Response(await _told(request, ground), media_type=CONTENT_TYPE_PLAIN_0_0_4, headers=HEADERS)


async def _may(request: AnyRequest, ground: Ground) -> bool:
    if _near(request, ground.settings.metrics_allow):
        return True
    scheme, _, token = request.headers.get("authorization", "").strip().partition(" ")
    if scheme.lower() != "bearer":
        return False
    async with ground.database.begin() as tx:
        viewer: Viewer | None = await viewer_of_bearer(tx, token.strip())
    return viewer is not None and viewer.may("ledger.read")


def _near(request: AnyRequest, networks: Sequence[str]) -> bool:
    """Whether who asks is in one of the networks. Through a proxy we do not know, everybody seems to be."""
    told = any(name in FORWARDED for name, _ in request.scope["headers"])
    if request.client is None or (told and not request.scope.get("proven")):
        return False
    try:
        peer = ipaddress.ip_address(request.client.host)
    except ValueError:
        return False
    return any(peer in ipaddress.ip_network(one) for one in networks)


class _Told:
    """A registry of what was found just now."""

    def __init__(self, found: Sequence[Any]) -> None:
        self._found = found

    def collect(self) -> Iterator[Any]:
        return iter(self._found)


async def _told(request: AnyRequest, ground: Ground) -> bytes:
    from prometheus_client import generate_latest
    from prometheus_client.core import GaugeMetricFamily

    from madang.metrics import house, own

    found = list(own.families(request.app.state.own))
    reachable = 1
    try:
        async with asyncio.timeout(PATIENCE), ground.database.begin() as tx:
            seen = await house.look(tx)
        found += house.families(seen)
    except Exception as error:
        log.warning("the figures of the database could not be had: %s", error)
        reachable = 0
    found.append(GaugeMetricFamily("madang_database_up", "1 when the database answered.", value=reachable))
    return generate_latest(_Told(found))
