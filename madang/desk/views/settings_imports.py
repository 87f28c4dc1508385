"""Files of customers: given, mapped, looked through, taken in, taken back."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.datastructures import UploadFile
from litestar.params import FromPath
from litestar.response import Stream

from madang.conversations.exports.formats import guarded_line
from madang.customers.imports import actions, queries
from madang.customers.imports.models import Outcome, State
from madang.customers.imports.preparing import prepare
from madang.customers.imports.reading import LARGEST
from madang.customers.imports.records import PROBLEMS
from madang.customers.imports.targets import FIELD, LEAVE, TARGETS, field_name
from madang.desk.letting_in import AnyRequest, see
from madang.desk.page import form_of, ground_of, page, who
from madang.desk.zones import zones
from madang.lib import downloads
from madang.lib.errors import Refused
from madang.lib.language import gettext, reader, speaking
from madang.lib.language import marked as _
from madang.lib.postgres import Tx
from madang.staff.permissions import Viewer, permit

HERE = "/settings/imports"
PIECE = 1 << 20
OUTCOMES = {
    "new": _("New customers"),
    "changed": _("Known, something added"),
    "same": _("Known, nothing new"),
    "repeat": _("The same person as an earlier row"),
    "conflict": _("Two customers in one row"),
    "skipped": _("Left out"),
}
STATES = {
    State.MAPPING: _("Columns to be chosen"),
    State.CHECKING: _("Being looked through"),
    State.CHECKED: _("Looked through"),
    State.RUNNING: _("Being taken in"),
    State.PAUSED: _("Paused"),
    State.DONE: _("Taken in"),
    State.STOPPED: _("Stopped"),
    State.UNDOING: _("Being taken back"),
    State.UNDONE: _("Taken back"),
    State.FAILED: _("Failed"),
}
TONES = {State.DONE: "ok", State.FAILED: "bad", State.PAUSED: "warn", State.STOPPED: "warn"}


class Columns(msgspec.Struct):
    """What each column is, and how its values are meant."""

    source: str = ""
    targets: list[str] = []
    region: str = ""
    timezone: str = ""
    proven: bool = False
    overwrite: bool = False
    day_first: bool = False


@get(HERE)
async def listed(request: AnyRequest) -> Response[str]:
    """Every import, and where the next one begins."""
    return await _list(request)


async def _list(request: AnyRequest, refused: Refused | None = None) -> Response[str]:
    viewer = who(request)
    async with ground_of(request).database.begin() as tx:
        rows = await queries.imports(tx, viewer)
    problem = refused.message if refused else ""
    status = 400 if refused else 200
    return page(request, "settings/imports.html", status, rows=rows, problem=problem, STATES=STATES, TONES=TONES)


@post(HERE, status_code=200, request_max_body_size=LARGEST + PIECE)
async def upload(request: AnyRequest) -> Response[Any]:
    """Take a file."""
    viewer = who(request)
    permit(viewer, "import.run")
    file = (await request.form()).get("file")
    try:
        if not isinstance(file, UploadFile) or not file.filename:
            raise Refused(gettext("Choose a file first."), "file")
        number = await prepare(ground_of(request), viewer, file.filename, _parts(file))
    except Refused as refused:
        return await _list(request, Refused(gettext(refused.message), refused.field))
    return see(f"{HERE}/{number}/columns")


async def _parts(file: UploadFile) -> AsyncIterator[bytes]:
    while piece := await file.read(PIECE):
        yield piece


@get(f"{HERE}/{{number:int}}/columns")
async def columns(request: AnyRequest, number: FromPath[int]) -> Response[str]:
    """Say what each column is."""
    return await _columns(request, number)


async def _columns(
    request: AnyRequest, number: int, typed: Columns | None = None, refused: Refused | None = None
) -> Response[str]:
    viewer = who(request)
    permit(viewer, "import.run")
    async with ground_of(request).database.begin() as tx:
        one = await queries.one(tx, viewer, number)
    options = one.options
    known = Columns(
        one.source,
        one.mapping["targets"],
        options.get("region", ""),
        options.get("timezone", ""),
        bool(options.get("proven")),
        bool(options.get("overwrite")),
        bool(options.get("day_first")),
    )
    given = typed or known
    errors = {refused.field or "form": gettext(refused.message)} if refused else {}
    choices = [_choices(name, target) for name, target in zip(one.format["columns"], _padded(given, one), strict=True)]
    status = 400 if refused else 200
    return page(
        request,
        "settings/import_columns.html",
        status,
        one=one,
        typed=given,
        choices=choices,
        errors=errors,
        zones=zones(),
    )


def _padded(given: Columns, one: Any) -> list[str]:
    many = len(one.format["columns"])
    return (given.targets + [LEAVE] * many)[:many]


def _choices(name: str, chosen: str) -> tuple[list[tuple[str, str]], str]:
    """What this column may be, and what it is: also a custom field of its own name."""
    own = f"{FIELD}{field_name(name) or 'field'}"
    fields = dict.fromkeys((own, chosen)) if chosen.startswith(FIELD) else {own: None}
    offered = [(LEAVE, gettext("Leave out")), *((key, gettext(label)) for key, label in TARGETS.items())]
    return offered + [(one, gettext("Field: %(name)s") % {"name": one.removeprefix(FIELD)}) for one in fields], chosen


@post(f"{HERE}/{{number:int}}/columns", status_code=200)
async def choose(request: AnyRequest, number: FromPath[int]) -> Response[Any]:
    """Keep that, and have the file looked through."""
    viewer, form = who(request), await form_of(request, Columns)
    options = {name: getattr(form, name) for name in ("region", "timezone", "proven", "overwrite", "day_first")}
    try:
        async with ground_of(request).database.begin() as tx:
            await actions.chosen(tx, viewer, number, form.source, form.targets, options)
    except Refused as refused:
        return await _columns(request, number, form, refused)
    return see(f"{HERE}/{number}")


@get(f"{HERE}/{{number:int}}")
async def shown(request: AnyRequest, number: FromPath[int]) -> Response[Any]:
    """How it stands."""
    viewer = who(request)
    async with ground_of(request).database.begin() as tx:
        one = await queries.one(tx, viewer, number)
        if one.state == State.MAPPING and viewer.may("import.run"):
            return see(f"{HERE}/{number}/columns")
        rows = await queries.problems(tx, viewer, number, dry=one.state <= State.CHECKED)
    problems = [(row, say(row.problems)) for row in rows]
    counts = one.checked if one.state <= State.CHECKED else one.counts
    words: dict[str, Any] = {"STATES": STATES, "TONES": TONES, "OUTCOMES": OUTCOMES, "State": State}
    return page(request, "settings/import.html", one=one, counts=counts, problems=problems, **words)


def say(problems: Mapping[str, Sequence[Sequence[str]]]) -> list[str]:
    """What could not be used of a row, in the reader's words."""
    return [gettext(PROBLEMS[what]) % {"value": value} for what, value in problems.get("of", []) if what in PROBLEMS]


Ask = Callable[[Tx, Viewer, int], Awaitable[None]]


async def _ask(request: AnyRequest, number: int, verb: Ask, done: str = "") -> Response[Any]:
    async with ground_of(request).database.begin() as tx:
        await verb(tx, who(request), number)
    return see(f"{HERE}/{number}{f'?done={done}' if done else ''}")


@post(f"{HERE}/{{number:int}}/check", status_code=200)
async def check(request: AnyRequest, number: FromPath[int]) -> Response[Any]:
    """Look through it again."""
    return await _ask(request, number, actions.check)


@post(f"{HERE}/{{number:int}}/beginning", status_code=200)
async def begin(request: AnyRequest, number: FromPath[int]) -> Response[Any]:
    """Take it in."""
    return await _ask(request, number, actions.begin, "begun")


@post(f"{HERE}/{{number:int}}/pause", status_code=200)
async def pause(request: AnyRequest, number: FromPath[int]) -> Response[Any]:
    """Hold it."""
    return await _ask(request, number, actions.pause, "paused")


@post(f"{HERE}/{{number:int}}/resumption", status_code=200)
async def resume(request: AnyRequest, number: FromPath[int]) -> Response[Any]:
    """Go on."""
    return await _ask(request, number, actions.resume, "resumed")


@post(f"{HERE}/{{number:int}}/stop", status_code=200)
async def stop(request: AnyRequest, number: FromPath[int]) -> Response[Any]:
    """Take in no more."""
    return await _ask(request, number, actions.stop)


@post(f"{HERE}/{{number:int}}/undo", status_code=200)
async def undo(request: AnyRequest, number: FromPath[int]) -> Response[Any]:
    """Take it back."""
    return await _ask(request, number, actions.undo)


@get(f"{HERE}/{{number:int}}/report.csv")
async def report(request: AnyRequest, number: FromPath[int]) -> Response[Any]:
    """What each row became and why, to be saved; of a dry run the rows with something to say."""
    viewer, database = who(request), ground_of(request).database
    async with database.begin() as tx:
        one = await queries.one(tx, viewer, number)
    rows = queries.every_row(database, viewer, number, dry=one.state <= State.CHECKED)
    told = reader()
    headers = {
        "Content-Disposition": downloads.named(f"import-{number}.csv"),
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }
    return Stream(_lines(rows, told.language), media_type="text/csv; charset=utf-8", headers=headers)


async def _lines(rows: AsyncIterator[Any], language: str) -> AsyncIterator[bytes]:
    with speaking(language):
        head = [gettext("Row"), gettext("What became of it"), gettext("Customer"), gettext("What to know")]
    yield b"\xef\xbb\xbf" + guarded_line(head)
    async for row in rows:
        with speaking(language):
            became = gettext(OUTCOMES[Outcome(row.outcome).name.lower()])
            yield guarded_line([str(row.row), became, str(row.customer_id or ""), " ".join(say(row.problems))])
