"""What a brand has decided of its doors: when a matter goes on, and which door is tried next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from madang.brands.queries import BrandRow, brand, brands
from madang.channels import templates
from madang.channels.connector import Cap
from madang.channels.queries import ChannelRow, channels
from madang.channels.registry import entries
from madang.channels.registry import get as get_class
from madang.channels.templates import TemplateRow
from madang.conversations.actions.chains import BOUNDS, LONGEST_WAIT, MOST_STEPS, StepGiven, set_chain, set_threading
from madang.conversations.doors.policies import CASES, chain, goes_on, policy, reading
from madang.conversations.threading import Policy
from madang.desk.letting_in import AnyRequest, see
from madang.desk.page import form_of, ground_of, number, page, who
from madang.lib.errors import NotFound, Refused
from madang.lib.language import gettext as _
from madang.lib.language import speaking
from madang.lib.postgres import Tx
from madang.staff.permissions import Viewer, permit

HERE = "/settings/doors"


class Rules(msgspec.Struct):
    """The threading policy as a form. Empty numbers are 0."""

    across: str = "continue"
    across_days: str = ""
    reopen_days: str = ""
    mail_hours: str = ""
    by_order: bool = False
    by_topic: bool = False
    signs: bool = False
    undo: bool = False

    def policy(self) -> Policy:
        """The same for the verb; raises Refused."""
        if self.across not in ("continue", "new"):
            raise Refused(_("Please choose one of the list."), "across")
        days = {name: number(getattr(self, name).strip(), name) or 0 for name in BOUNDS}
        return Policy(
            across=self.across,  # type: ignore[arg-type]
            by_order=self.by_order,
            by_topic=self.by_topic,
            signs=self.signs,
            **days,
        )


@dataclass(frozen=True, slots=True)
class Door:
    """A way that can be a step: a channel with plain words, or with one of its templates."""

    value: str
    label: str
    places: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Shown:
    """A step as the page draws it. ``at`` minutes after the first try, when nothing comes back."""

    given: StepGiven
    value: str
    places: tuple[tuple[str, str], ...]
    reads: str
    at: int
    error: str


@get(HERE)
async def first(request: AnyRequest) -> Redirect:
    """The first brand she may set up."""
    viewer = _allowed(request)
    async with ground_of(request).database.begin() as tx:
        mine = [row.id for row in await brands(tx) if _hers(viewer, row.id)]
    if not mine:
        raise NotFound
    return see(f"{HERE}/{mine[0]}")


@get(f"{HERE}/{{brand_id:int}}")
async def shown(request: AnyRequest, brand_id: FromPath[int]) -> Response[str]:
    """Both decisions of one brand, with what they would mean."""
    async with ground_of(request).database.begin() as tx:
        return await _page(request, tx, brand_id)


@post(f"{HERE}/{{brand_id:int}}/threading", status_code=200)
async def thread(request: AnyRequest, brand_id: FromPath[int]) -> Response[str]:
    """Decide when a matter goes on; the page offers to take it back."""
    viewer, form = _allowed(request, brand_id), await form_of(request, Rules)
    async with ground_of(request).database.begin() as tx:
        before = await policy(tx, brand_id)
        try:
            await set_threading(tx, viewer, brand_id, form.policy())
        except Refused as refused:
            return await _page(request, tx, brand_id, rules=form, refused=refused)
        undo = None if form.undo else before
        return await _page(request, tx, brand_id, undo=undo, said=_("Undone.") if form.undo else "")


@post(f"{HERE}/{{brand_id:int}}/chain", status_code=200)
async def link(request: AnyRequest, brand_id: FromPath[int]) -> Response[str]:
    """Change the chain: ``act`` is save, or what to do with a row before that (nothing is kept then)."""
    viewer, typed = _allowed(request, brand_id), await _typed(request)
    act, _sign, place = typed.get("act", "save").partition("-")
    async with ground_of(request).database.begin() as tx:
        before = await chain(tx, brand_id)
        try:
            steps = await _steps(tx, typed)
            if act != "save":
                return await _page(request, tx, brand_id, steps=_moved(steps, act, number(place, "act") or 0))
            await set_chain(tx, viewer, brand_id, steps)
        except Refused as refused:
            return await _page(request, tx, brand_id, steps=await _steps(tx, typed, lenient=True), refused=refused)
        changed = before != steps
        return await _page(
            request, tx, brand_id, unlink=before if changed else None, said="" if changed else _("Saved.")
        )


def _moved(steps: list[StepGiven], act: str, place: int) -> list[StepGiven]:
    """The rows after one of them was moved, taken away or added."""
    if act == "add":
        return [*steps, StepGiven(0)]
    if not 0 <= place < len(steps):
        return steps
    one, rest = steps[place], steps[:place] + steps[place + 1 :]
    to = {"up": max(place - 1, 0), "down": place + 1}.get(act)
    if to is not None:
        rest.insert(to, one)
    return rest if act in {"up", "down", "remove"} else steps


async def _typed(request: AnyRequest) -> dict[str, str]:
    sent = (await request.form()).multi_items()
    return {name: value for name, value in sent if isinstance(value, str)}


async def _steps(tx: Tx, typed: Mapping[str, str], *, lenient: bool = False) -> list[StepGiven]:
    """The rows of the form. Places of a template that was just chosen are filled with the answer's words."""
    made = []
    for place in range(MOST_STEPS + 1):
        if f"door-{place}" not in typed:
            break
        field = f"step-{place}"
        channel, _sign, template = typed[f"door-{place}"].partition(":")
        wait = typed.get(f"wait-{place}", "").strip()
        whole = wait.isdecimal() and len(wait) < 16
        if wait and not whole and not lenient:
            raise Refused(_("Please give a whole number."), field)
        values = {name.partition("/")[2]: text for name, text in typed.items() if name.startswith(f"value-{place}/")}
        chosen = number(template, field)
        if chosen:
            values = await _filled(tx, chosen, values)
        minutes = min(int(wait), LONGEST_WAIT + 1) if whole else 0
        made.append(StepGiven(number(channel, field) or 0, chosen, values, minutes))
    return made


async def _filled(tx: Tx, template_id: int, values: Mapping[str, str]) -> dict[str, str]:
    try:
        row = await templates.one(tx, template_id)
    except NotFound:
        return dict(values)
    return {place: values.get(place, guess(place)) for place in row.places}


def guess(place: str) -> str:
    """What most likely belongs in a place of this name."""
    plain = place.casefold()
    for words, what in ((("name", "이름", "고객"), "{name}"), (("link", "url", "링크", "주소"), "{link}")):
        if any(word in plain for word in words):
            return what
    return "{brand}" if any(word in plain for word in ("brand", "company", "회사", "브랜드", "상호")) else "{text}"


async def _page(
    request: AnyRequest,
    tx: Tx,
    brand_id: int,
    *,
    rules: Rules | None = None,
    steps: Sequence[StepGiven] | None = None,
    refused: Refused | None = None,
    undo: Policy | None = None,
    unlink: Sequence[StepGiven] | None = None,
    said: str = "",
) -> Response[str]:
    viewer = _allowed(request, brand_id)
    row, rule = await brand(tx, brand_id), await policy(tx, brand_id)
    ways = await _doors(tx, brand_id)
    kept = await chain(tx, brand_id)
    return page(
        request,
        "settings/doors.html",
        400 if refused else 200,
        brand=row,
        brands=[one for one in await brands(tx) if _hers(viewer, one.id)],
        rules=rules or _form(rule),
        cases=[(case, goes_on(case, rule)) for case in CASES],
        doors=ways,
        steps=await _shown(tx, row, ways, kept if steps is None else steps, refused),
        unsaved=steps is not None,
        most=MOST_STEPS,
        undo=_form(undo) if undo else None,
        unlink=[(_value(step), step) for step in unlink] if unlink is not None else None,
        said=said,
        errors={refused.field or "form": refused.message} if refused else {},
    )


def _form(rule: Policy) -> Rules:
    days, reopen, hours = (str(number or "") for number in (rule.across_days, rule.reopen_days, rule.mail_hours))
    return Rules(rule.across, days, reopen, hours, rule.by_order, rule.by_topic, rule.signs)


def _value(step: StepGiven) -> str:
    return f"{step.channel_id}:{step.template_id}" if step.template_id else str(step.channel_id)


async def _doors(tx: Tx, brand_id: int) -> list[Door]:
    """Every way of this brand that can be a step."""
    mine = [row for row in await channels(tx) if row.brand_id == brand_id and row.connector in entries()]
    made: list[Door] = []
    for row in mine:
        caps = get_class(row.connector).caps
        if Cap.PUBLIC in caps:
            continue
        if Cap.TEXT in caps:
            made.append(Door(str(row.id), row.name))
        if Cap.TEMPLATE in caps:
            made += [_by_template(row, one) for one in await templates.of_channel(tx, row.id) if one.usable]
    return made


def _by_template(row: ChannelRow, one: TemplateRow) -> Door:
    return Door(f"{row.id}:{one.id}", f"{row.name} · {one.name}", tuple(one.places))


async def _shown(
    tx: Tx, row: BrandRow, ways: Sequence[Door], steps: Sequence[StepGiven], refused: Refused | None
) -> list[Shown]:
    places = {way.value: way.places for way in ways}
    with speaking(row.language):
        said, name = _("Your parcel comes tomorrow before noon."), _("Mina")
    example = {"text": said, "name": name, "brand": row.name, "link": "https://…/c/…"}
    made, at = [], 0
    for place, step in enumerate(steps):
        value = _value(step)
        asked = tuple((one, step.values.get(one, "")) for one in places.get(value, ()))
        reads = await reading(tx, step, example) if value in places else ""
        error = refused.message if refused and refused.field == f"step-{place}" else ""
        made.append(Shown(step, value, asked, reads, at, error))
        at += step.wait
    return made


def _allowed(request: Request[Any, Any, Any], brand_id: int = 0) -> Viewer:
    """Whoever asks, if she may set this brand up; raises NotPermitted, NotFound."""
    viewer = who(request)
    permit(viewer, "brand.manage")
    if brand_id and not _hers(viewer, brand_id):
        raise NotFound
    return viewer


def _hers(viewer: Viewer, brand_id: int) -> bool:
    return viewer.scope.brands is None or brand_id in viewer.scope.brands
