"""Customers in and out as files: imports, looked through before they are taken in, and lists to take away."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated, Any

from litestar import Response, get, post, put
from litestar.params import JSONBody, QueryParameter
from litestar.response import Stream

from madang.api.documented import CHANGE, LIST, ONE
from madang.api.entry import Call, Number, entered, number
from madang.api.import_shapes import Columns, Import
from madang.conversations.actions.exporting import export
from madang.conversations.exports.formats import MIMES, Format, writer
from madang.conversations.exports.people import Asked, pages
from madang.customers.imports import actions, queries
from madang.customers.imports.models import State
from madang.customers.imports.preparing import prepare
from madang.customers.imports.reading import LARGEST
from madang.ground import Ground
from madang.lib.postgres import Tx
from madang.staff.permissions import Viewer

TAGS = ["Imports"]


@get(
    "/customers/export",
    media_type="application/octet-stream",
    operation_id="exportCustomers",
    response_description="The customers, as the format has them.",
    summary="Take customers out",
    responses=LIST,
    tags=TAGS,
)
async def export_customers(
    request: Call,
    format: Annotated[Format, QueryParameter(description="`jsonl`: an object a line.")] = "jsonl",
    segment: Annotated[int | None, QueryParameter(description="Only those in this segment.")] = None,
    q: Annotated[str, QueryParameter(max_length=100, description="Only whose name or address begins so.")] = "",
) -> Response[Any]:
    """All customers you may see, with their addresses and fields, streamed. Needs the role of a lead."""
    ground: Ground = request.state.ground
    asked = Asked(number(segment) if segment is not None else 0, q)
    async with entered(request) as (tx, viewer):
        columns = await export(tx, viewer, format, asked)
    written = writer(format)(columns, pages(ground.database, viewer, asked))
    return Stream(written, media_type=MIMES[format])


@post(
    "/imports",
    status_code=201,
    operation_id="createImport",
    request_max_body_size=LARGEST + 1,
    response_description="The import, with its columns and what they probably are.",
    summary="Give a file of customers",
    responses=CHANGE,
    tags=TAGS,
)
async def create_import(
    request: Call, name: Annotated[str, QueryParameter(max_length=200, description="The file's name.")] = "file"
) -> Import:
    """The body is the file: CSV, XLSX, vCard or JSON, at most 200 MB. Nothing is written before you start it."""
    made = await prepare(request.state.ground, request.user, name, request.stream())
    async with entered(request) as (tx, viewer):
        return await _shown(tx, viewer, made)


@get(
    "/imports/{import_id:int}",
    operation_id="getImport",
    response_description="The import.",
    summary="Look at an import",
    responses=ONE,
    tags=TAGS,
)
async def get_import(request: Call, import_id: Number) -> Import:
    """How far it is, and what its rows became."""
    async with entered(request) as (tx, viewer):
        return await _shown(tx, viewer, number(import_id))


@put(
    "/imports/{import_id:int}/columns",
    operation_id="chooseColumns",
    response_description="The import, which is being looked through now.",
    summary="Say what the columns are",
    responses=CHANGE,
    tags=TAGS,
)
async def choose_columns(request: Call, import_id: Number, data: JSONBody[Columns]) -> Import:
    """Then the file is looked through: `checked` says what its rows would become. Nothing is written by that."""
    options = {name: getattr(data, name) for name in ("region", "timezone", "day_first", "overwrite", "proven")}
    async with entered(request) as (tx, viewer):
        await actions.chosen(tx, viewer, number(import_id), data.source, data.targets, options)
        return await _shown(tx, viewer, import_id)


@post(
    "/imports/{import_id:int}/start",
    status_code=200,
    operation_id="startImport",
    response_description="The import, under way.",
    summary="Take an import in",
    responses=CHANGE,
    tags=TAGS,
)
async def start_import(request: Call, import_id: Number) -> Import:
    """Once it is `checked`. It goes on by itself, through crashes too, and doubles nothing."""
    return await _done(request, import_id, actions.begin)


@post(
    "/imports/{import_id:int}/undo",
    status_code=200,
    operation_id="undoImport",
    response_description="The import, being taken back.",
    summary="Take an import back",
    responses=CHANGE,
    tags=TAGS,
)
async def undo_import(request: Call, import_id: Number) -> Import:
    """What it made and changed and nobody has touched since. Whoever has written by now stays, with what she got."""
    return await _done(request, import_id, actions.undo)


async def _done(request: Call, import_id: int, verb: Callable[[Tx, Viewer, int], Awaitable[None]]) -> Import:
    async with entered(request) as (tx, viewer):
        await verb(tx, viewer, number(import_id))
        return await _shown(tx, viewer, import_id)


async def _shown(tx: Tx, viewer: Viewer, import_id: int) -> Import:
    one = await queries.one(tx, viewer, import_id)
    return Import(
        one.id,
        one.name,
        State(one.state).name.lower(),  # type: ignore[arg-type]
        one.source,
        one.format["columns"],
        one.mapping["targets"],
        one.rows,
        one.checked,
        {name: many for name, many in one.counts.items() if name != "left"},
        one.problem,
        one.created_at,
    )


HANDLERS = [export_customers, create_import, get_import, choose_columns, start_import, undo_import]
