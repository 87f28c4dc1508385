"""What is noted of a customer: notes, tags, files; and more of her timeline."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import msgspec
from litestar import Request, Response, get, post
from litestar.params import FromPath, FromQuery

from madang.conversations import keepsakes
from madang.desk import exchange, records
from madang.desk.letting_in import see
from madang.desk.page import form_of, fragment, ground_of, who
from madang.staff.permissions import permit

AnyRequest = Request[Any, Any, Any]


class Words(msgspec.Struct):
    """What a note says."""

    text: str = ""


class Tag(msgspec.Struct):
    """One tag."""

    tag: str = ""


@get("/customers/{customer_id:int}/timeline", whole="/customers/{customer_id}?{query}")
async def timeline(request: AnyRequest, customer_id: FromPath[int]) -> Response[str]:
    """What came before, to be placed below what is there."""
    viewer = who(request)
    async with ground_of(request).database.begin() as tx:
        context = await records.line(tx, viewer, customer_id, request.query_params)
    return fragment(request, "customers/timeline_rows.html", **context)


@post("/customers/{customer_id:int}/notes", status_code=200)
async def add_note(request: AnyRequest, customer_id: FromPath[int]) -> Response[Any]:
    """Write a note about her."""
    form = await form_of(request, Words)
    async with ground_of(request).database.begin() as tx:
        await keepsakes.add_note(tx, who(request), customer_id, form.text)
    return see(f"/customers/{customer_id}?done=saved")


@post("/customers/{customer_id:int}/notes/{note_id:int}", status_code=200)
async def change_note(request: AnyRequest, customer_id: FromPath[int], note_id: FromPath[int]) -> Response[Any]:
    """Write it anew."""
    form = await form_of(request, Words)
    async with ground_of(request).database.begin() as tx:
        await keepsakes.change_note(tx, who(request), customer_id, note_id, form.text)
    return see(f"/customers/{customer_id}?done=saved")


@post("/customers/{customer_id:int}/notes/{note_id:int}/deletion", status_code=200)
async def delete_note(request: AnyRequest, customer_id: FromPath[int], note_id: FromPath[int]) -> Response[Any]:
    """Delete it, until somebody brings it back."""
    async with ground_of(request).database.begin() as tx:
        await keepsakes.delete_note(tx, who(request), customer_id, note_id)
    return see(f"/customers/{customer_id}?gone_note={note_id}")


@post("/customers/{customer_id:int}/notes/{note_id:int}/restoration", status_code=200)
async def restore_note(request: AnyRequest, customer_id: FromPath[int], note_id: FromPath[int]) -> Response[Any]:
    """Bring it back."""
    async with ground_of(request).database.begin() as tx:
        await keepsakes.delete_note(tx, who(request), customer_id, note_id, back=True)
    return see(f"/customers/{customer_id}?done=restored")


@post("/customers/{customer_id:int}/tags", status_code=200)
async def add_tag(request: AnyRequest, customer_id: FromPath[int]) -> Response[Any]:
    """Give her a tag."""
    form = await form_of(request, Tag)
    async with ground_of(request).database.begin() as tx:
        await keepsakes.change_tags(tx, who(request), customer_id, add=[form.tag])
    return see(f"/customers/{customer_id}")


@post("/customers/{customer_id:int}/tags/removal", status_code=200)
async def remove_tag(request: AnyRequest, customer_id: FromPath[int]) -> Response[Any]:
    """Take a tag away."""
    form = await form_of(request, Tag)
    async with ground_of(request).database.begin() as tx:
        await keepsakes.change_tags(tx, who(request), customer_id, remove=[form.tag])
    return see(f"/customers/{customer_id}?{urlencode({'gone_tag': form.tag})}")


@post("/customers/{customer_id:int}/files", status_code=201)
async def add_file(request: AnyRequest, customer_id: FromPath[int], name: FromQuery[str] = "file") -> dict[str, Any]:
    """The body is one file, ``name`` its name; it stays with her."""
    viewer, ground = who(request), ground_of(request)
    permit(viewer, "customer.change")
    file = await exchange.receive(request, name)
    async with ground.database.begin() as tx:
        made = await keepsakes.add_file(tx, viewer, customer_id, *file)
    return {"id": made.id, "name": made.name}


@get("/customers/files/{key:str}")
async def download(request: AnyRequest, key: FromPath[str]) -> Response[Any]:
    """A file of a customer in scope: pictures to be shown, everything else to be saved."""
    ground = ground_of(request)
    async with ground.database.begin() as tx:
        file = await keepsakes.file(tx, who(request), key)
    return await exchange.give(request, file)


@post("/customers/{customer_id:int}/files/{file_id:int}/deletion", status_code=200)
async def delete_file(request: AnyRequest, customer_id: FromPath[int], file_id: FromPath[int]) -> Response[Any]:
    """Take it away, until somebody brings it back."""
    async with ground_of(request).database.begin() as tx:
        await keepsakes.delete_file(tx, who(request), customer_id, file_id)
    return see(f"/customers/{customer_id}?gone_file={file_id}")


@post("/customers/{customer_id:int}/files/{file_id:int}/restoration", status_code=200)
async def restore_file(request: AnyRequest, customer_id: FromPath[int], file_id: FromPath[int]) -> Response[Any]:
    """Bring it back."""
    async with ground_of(request).database.begin() as tx:
        await keepsakes.delete_file(tx, who(request), customer_id, file_id, back=True)
    return see(f"/customers/{customer_id}?done=restored")
