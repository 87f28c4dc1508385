"""Files of a customer: listed, added, downloaded, taken away."""

from __future__ import annotations

from typing import Annotated

from litestar import delete, get, post
from litestar.params import PathParameter, QueryParameter
from litestar.response import Stream

from madang.api.documented import CHANGE, ONE
from madang.api.entry import Call, Number, entered, number
from madang.api.kept_shapes import CustomerFile, CustomerFiles
from madang.conversations import keepsakes, profiles
from madang.customers.kept import File
from madang.lib import downloads
from madang.lib.errors import NotFound, Refused
from madang.lib.files import TooLarge
from madang.lib.receiving import Empty, receive
from madang.staff.permissions import permit

TAG = ["Customers"]
LIMIT = 25 << 20  # bytes of one file
FileKey = Annotated[str, PathParameter(max_length=64, description="The last part of a file's `href`.")]
FileName = Annotated[str, QueryParameter(max_length=300, description="How the file is called, with its ending.")]


@get(
    "/customers/{customer_id:int}/files",
    operation_id="listCustomerFiles",
    response_description="The files.",
    summary="List a customer's files",
    responses=ONE,
    tags=TAG,
)
async def list_files(request: Call, customer_id: Number) -> CustomerFiles:
    """What belongs to her and to no single message: the last 100, the newest first."""
    async with entered(request) as (tx, viewer):
        kept = await keepsakes.of_customer(tx, viewer, number(customer_id))
    return CustomerFiles(kept.customer_id, [_file(one) for one in kept.files])


@post(
    "/customers/{customer_id:int}/files",
    operation_id="addCustomerFile",
    response_description="The file.",
    summary="Keep a file with a customer",
    responses=CHANGE,
    tags=TAG,
    request_max_body_size=LIMIT + 1,
)
async def add_file(request: Call, customer_id: Number, name: FileName = "file") -> CustomerFile:
    """The body is the file itself, at most 25 MB, not a form. What it is is told from its first bytes."""
    viewer = request.user
    permit(viewer, "customer.change")
    async with entered(request) as (tx, _):
        await profiles.root(tx, viewer, number(customer_id))  # nothing is stored for whom she does not see
    claimed = request.headers.get("content-type", "")
    try:
        file = await receive(request.state.ground.files, request.stream(), LIMIT, name, claimed)
    except TooLarge:
        raise Refused("This file is larger than 25 MB.", "body") from None
    except Empty:
        raise Refused("This file is empty. Send it as the body.", "body") from None
    async with entered(request) as (tx, _):
        return _file(await keepsakes.add_file(tx, viewer, number(customer_id), *file))


@get(
    "/customers/files/{key:str}",
    media_type="application/octet-stream",
    operation_id="getCustomerFile",
    response_description="The file, as an attachment.",
    summary="Download a customer's file",
    responses=ONE,
    tags=TAG,
)
async def get_file(request: Call, key: FileKey) -> Stream:
    """Its address is in the list, as `href`. A part of it by `Range`."""
    if "\0" in key:
        raise NotFound("There is no such file.")
    async with entered(request) as (tx, viewer):
        file = await keepsakes.file(tx, viewer, key)
    found = await downloads.download(request.state.ground.files, file.sha256, file.size, request.headers)
    headers = found.headers | {"content-disposition": downloads.named(file.name)}
    return Stream(found.parts, status_code=found.status, media_type=file.mime, headers=headers)


@delete(
    "/customers/{customer_id:int}/files/{file_id:int}",
    status_code=200,
    operation_id="deleteCustomerFile",
    response_description="The files that are left.",
    summary="Take a file away",
    responses=CHANGE,
    tags=TAG,
)
async def delete_file(request: Call, customer_id: Number, file_id: Number) -> CustomerFiles:
    """Who put it there may, and whoever may lead. Once more changes nothing; it can be brought back on her page."""
    async with entered(request) as (tx, viewer):
        await keepsakes.delete_file(tx, viewer, number(customer_id), number(file_id))
        kept = await keepsakes.of_customer(tx, viewer, number(customer_id))
    return CustomerFiles(kept.customer_id, [_file(one) for one in kept.files])


def _file(one: File) -> CustomerFile:
    return CustomerFile(one.id, one.name, one.mime, one.size, one.author, one.at, f"/api/v1/customers/files/{one.key}")


HANDLERS = [list_files, add_file, get_file, delete_file]
