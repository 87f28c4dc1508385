"""The way into the API: who calls, on what, and with parameters that exist."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.constants import RESERVED_KWARGS
from litestar.datastructures import State
from litestar.enums import ParamType
from litestar.exceptions import NotAuthorizedException
from litestar.handlers import BaseRouteHandler
from litestar.params import ParameterKwarg, PathParameter

from madang.ground import Ground
from madang.lib.errors import NotFound, Refused
from madang.lib.postgres import Tx
from madang.staff.permissions import Viewer
from madang.staff.tokens import viewer_of_bearer

Call = Request[Viewer, Any, State]
Connection = ASGIConnection[Any, Any, Any, State]

Number = Annotated[int, PathParameter(description="The number of what is meant.")]

_BIGINT = 2**63


async def bearer(connection: Connection, _handler: BaseRouteHandler) -> None:
    """Guard: a valid token, or 401. Before anything else of the request is judged."""
    scheme, _, token = connection.headers.get("authorization", "").strip().partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise NotAuthorizedException("Send a token: Authorization: Bearer TOKEN. `madang token create` makes one.")
    ground: Ground = connection.state.ground
    async with ground.database.begin() as tx:
        viewer = await viewer_of_bearer(tx, token.strip())
    if viewer is None:
        raise NotAuthorizedException("This token is unknown or was revoked.")
    connection.scope["user"] = viewer


def known_query(connection: Connection, handler: BaseRouteHandler) -> None:
    """Guard: a parameter that does not exist is a mistake to hear of, not to overlook."""
    known = sorted(_query_names(handler))
    for name in connection.query_params:
        if name not in known:
            there_are = f"There are: {', '.join(known)}." if known else "There are none here."
            raise Refused(f"There is no parameter {name[:40]!r}. {there_are}", name[:40])


def _query_names(handler: BaseRouteHandler) -> set[str]:
    in_path = {name for path in handler.paths for name in _path_names(path)}
    return {
        name
        for name, field in handler.parsed_fn_signature.parameters.items()
        if name not in RESERVED_KWARGS
        and name not in in_path
        and not (isinstance(field.kwarg_definition, ParameterKwarg) and _elsewhere(field.kwarg_definition))
    }


def _elsewhere(definition: ParameterKwarg) -> bool:
    return definition.param_type in (ParamType.HEADER, ParamType.COOKIE)


def _path_names(path: str) -> list[str]:
    return [part[1:-1].partition(":")[0] for part in path.split("/") if part.startswith("{")]


@asynccontextmanager
async def entered(request: Call) -> AsyncIterator[tuple[Tx, Viewer]]:
    """One transaction for whoever calls: committed when the block ends well."""
    ground: Ground = request.state.ground
    async with ground.database.begin() as tx:
        yield tx, request.user


def number(given: int) -> int:
    """A number out of a path; one that no row can have is simply not there."""
    if not 0 < given < _BIGINT:
        raise NotFound
    return given
