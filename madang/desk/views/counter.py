"""The counter of a store, on a phone: find or make the customer, write down why she came and what was done."""

from __future__ import annotations

import io
import secrets
from dataclasses import replace
from typing import Any

import msgspec
import segno
from litestar import Request, Response, get, post
from litestar.datastructures import UploadFile
from litestar.params import FromPath, FromQuery

from madang.conversations import profiles, queries
from madang.conversations.actions import add_upload
from madang.conversations.search.people import find_customers
from madang.customers.queries import Person
from madang.desk.letting_in import see
from madang.desk.page import form_of, ground_of, number, page, who
from madang.lib import receiving
from madang.lib.errors import NotFound, Refused
from madang.lib.files import TooLarge
from madang.lib.language import gettext as _
from madang.lib.postgres import Tx
from madang.lib.receiving import Empty
from madang.staff.permissions import Viewer, permit
from madang.visits import actions, marks
from madang.visits import queries as visits
from madang.visits.actions import Visit

AnyRequest = Request[Any, Any, Any]
LIMIT = 25 << 20  # bytes of one file
WHOLE = 80 << 20  # bytes of all that is posted
FOUND = 8
FILES = 10


class Form(msgspec.Struct):
    """A visit as the page posts it. ``sure``: it is somebody new, also where others were found."""

    key: str = ""
    customer: str = ""
    name: str = ""
    phone: str = ""
    came_for: str = ""
    done: str = ""
    orders: str = ""
    next_time: str = ""
    sure: str = ""


def _allowed(request: AnyRequest) -> Viewer:
    viewer = who(request)
    permit(viewer, "conversation.reply")
    return viewer


@get("/counter")
async def stores(request: AnyRequest, customer: FromQuery[str] = "") -> Response[Any]:
    """Which store? Where there is one, it is that."""
    viewer = _allowed(request)
    async with ground_of(request).database.begin() as tx:
        rows = await visits.stores(tx, viewer)
    chosen = number(customer, "customer") or 0
    if len(rows) == 1:
        return see(f"/counter/{rows[0].id}/visit?customer={chosen}" if chosen else f"/counter/{rows[0].id}")
    return page(request, "counter/stores.html", stores=rows, customer=chosen, place="counter")


@get("/counter/c/{token:str}")
async def scanned(request: AnyRequest, token: FromPath[str]) -> Response[Any]:
    """What a customer's QR leads to."""
    viewer, ground = _allowed(request), ground_of(request)
    async with ground.database.begin() as tx:
        found = await profiles.root(tx, viewer, _read(request, token))
    return see(f"/counter?customer={found}")


def _read(request: AnyRequest, token: str) -> int:
    customer_id = marks.read(ground_of(request).keys, token)
    if not customer_id:
        raise NotFound(_("This is no QR of a customer of ours. Find the customer by name or phone number."))
    return customer_id


@get("/counter/{channel_id:int}")
async def find(
    request: AnyRequest, channel_id: FromPath[int], q: FromQuery[str] = "", saved: FromQuery[str] = ""
) -> Response[Any]:
    """Find the customer: by name, phone number, address, or what her QR says."""
    viewer, words = _allowed(request), q.strip()[:200]
    async with ground_of(request).database.begin() as tx:
        store = await visits.store(tx, viewer, channel_id)
        if marks.read(ground_of(request).keys, words):
            known = await profiles.root(tx, viewer, _read(request, words))
            return see(f"/counter/{channel_id}/visit?customer={known}")
        found = await find_customers(tx, viewer, words, limit=FOUND) if words else []
        several = len(await visits.stores(tx, viewer)) > 1
        done = await _saved(tx, viewer, number(saved, "saved") or 0)
    context: dict[str, Any] = {
        "store": store,
        "several": several,
        "q": words,
        "found": found,
        "saved": done,
        "done_new": bool(saved) and done is None,
    }
    return page(request, "counter/find.html", place="counter", **context)


async def _saved(tx: Tx, viewer: Viewer, customer_id: int) -> Person | None:
    try:
        return await profiles.person(tx, viewer, customer_id) if customer_id else None
    except NotFound:  # intake has not opened her conversation yet
        return None


@get("/counter/{channel_id:int}/visit")
async def blank(
    request: AnyRequest, channel_id: FromPath[int], customer: FromQuery[str] = "", q: FromQuery[str] = ""
) -> Response[Any]:
    """The form, with what was left for this visit above it. Without a customer it makes a new one."""
    typed = q.strip()[:200]
    digits = any(letter.isdigit() for letter in typed)
    form = Form(secrets.token_hex(16), customer, "" if digits else typed, typed if digits else "")
    return await _form(request, channel_id, form)


async def _form(
    request: AnyRequest, channel_id: int, form: Form, wrong: Refused | None = None, found: Any = ()
) -> Response[Any]:
    viewer = _allowed(request)
    chosen = number(form.customer, "customer") or 0
    async with ground_of(request).database.begin() as tx:
        store = await visits.store(tx, viewer, channel_id)
        person = await profiles.person(tx, viewer, chosen) if chosen else None
        waiting = await visits.waiting(tx, person.id) if person else []
        rows = await queries.of_customer(tx, viewer, person.id, 3) if person else []
    errors = {wrong.field or "": wrong.message} if wrong else {}
    status = 400 if wrong or found else 200
    undo = number(request.query_params.get("seen_to", ""), "seen_to") or 0
    context: dict[str, Any] = {
        "undo": undo,
        "person": person,
        "waiting": waiting,
        "rows": rows,
        "errors": errors,
        "found": found,
    }
    return page(request, "counter/visit.html", status, store=store, form=form, place="counter", **context)


@post("/counter/{channel_id:int}/visits", status_code=200, request_max_body_size=WHOLE)
async def write_down(request: AnyRequest, channel_id: FromPath[int]) -> Response[Any]:
    """Take it, or show it again with what is wrong."""
    viewer, ground = _allowed(request), ground_of(request)
    given = await request.form()
    form = await form_of(request, Form)
    async with ground.database.begin() as tx:
        store = await visits.store(tx, viewer, channel_id)
        alike = await find_customers(tx, viewer, form.phone, limit=FOUND) if _new(form) else []
    if alike:
        return await _form(request, channel_id, form, found=alike)
    bound = await request.app.state.book.by_id(store.id)
    try:
        visit = _visit(form)
        actions.check(visit, str(store.settings.get("region") or ""))
        whose = actions.owner(bound, actions.visitor_of(ground, visit))
        files = [await _file(request, whose, one) for one in given.getall("files", []) if _is_file(one)][:FILES]
        async with ground.database.begin() as tx:
            customer_id = await actions.write_down(tx, ground, bound, viewer, replace(visit, files=files))
    except Refused as refused:
        return await _form(request, channel_id, form, refused)
    return see(f"/counter/{channel_id}?saved={customer_id}")


def _new(form: Form) -> bool:
    return not form.customer and not form.sure and bool(form.phone.strip())


def _visit(form: Form) -> Visit:
    if not (len(form.key) == 32 and form.key.isalnum() and form.key.isascii()):
        raise Refused(_("This page was open for a long time. Nothing is lost: please send it again."))
    return Visit(
        key=form.key,
        customer_id=number(form.customer, "customer") or 0,
        name=form.name,
        phone=form.phone,
        came_for=form.came_for,
        done=form.done,
        orders=form.orders.replace(",", " ").split()[:20],
        next_time=form.next_time,
    )


def _is_file(one: object) -> bool:
    return isinstance(one, UploadFile) and bool(one.filename)


async def _file(request: AnyRequest, owner: str, one: Any) -> str:
    ground = ground_of(request)

    async def parts() -> Any:
        while part := await one.read(1 << 20):
            yield part

    try:
        file = await receiving.receive(ground.files, parts(), LIMIT, one.filename, one.content_type)
    except TooLarge:
        raise Refused(_("%(name)s is larger than 25 MB.") % {"name": one.filename}, "files") from None
    except Empty:
        raise Refused(_("%(name)s is empty.") % {"name": one.filename}, "files") from None
    async with ground.database.begin() as tx:
        return await add_upload(tx, owner, *file)


@post("/counter/{channel_id:int}/notes/{note_id:int}/done", status_code=200)
async def see_to(request: AnyRequest, channel_id: FromPath[int], note_id: FromPath[int]) -> Response[Any]:
    """What was left for this visit is seen to."""
    async with ground_of(request).database.begin() as tx:
        customer_id = await actions.see_to(tx, _allowed(request), note_id)
    return see(f"/counter/{channel_id}/visit?customer={customer_id}&seen_to={note_id}")


@post("/counter/{channel_id:int}/notes/{note_id:int}/reversal", status_code=200)
async def not_seen_to(request: AnyRequest, channel_id: FromPath[int], note_id: FromPath[int]) -> Response[Any]:
    """It was not, after all."""
    async with ground_of(request).database.begin() as tx:
        customer_id = await actions.see_to(tx, _allowed(request), note_id, back=True)
    return see(f"/counter/{channel_id}/visit?customer={customer_id}")


@get("/customers/{customer_id:int}/qr.svg")
async def qr(request: AnyRequest, customer_id: FromPath[int]) -> Response[bytes]:
    """Her QR: the address of her visit at our counter, which opens for who is signed in and sees her."""
    viewer, ground = who(request), ground_of(request)
    async with ground.database.begin() as tx:
        root = await profiles.root(tx, viewer, customer_id)
    made = io.BytesIO()
    address = f"{ground.settings.public_url}/counter/c/{marks.token(ground.keys, root)}"
    segno.make(address, error="m", micro=False).save(made, kind="svg", scale=4, border=2, light="#fff")
    headers = {"Cache-Control": "private, no-store", "X-Content-Type-Options": "nosniff"}
    headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return Response(made.getvalue(), media_type="image/svg+xml", headers=headers)
