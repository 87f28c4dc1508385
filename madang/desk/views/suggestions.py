"""The queue of questions whether two customers are one."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import msgspec
from litestar import Request, Response, get, post
from litestar.params import FromPath

from madang.conversations import automatic as by_itself
from madang.conversations import merging, questions
from madang.desk import people
from madang.desk.letting_in import see
from madang.desk.page import form_of, fragment, ground_of, number, page, who
from madang.events.log import horizon

AnyRequest = Request[Any, Any, Any]
HERE = "/suggestions"


class Decision(msgspec.Struct):
    """How it is decided; ``next`` is the question to go on with."""

    swap: bool = False
    never: bool = False
    next: str = ""


@get(HERE)
async def waiting(request: AnyRequest) -> Response[str]:
    """The first question that waits, and the list of them."""
    return await _asked(request, 0)


@get(f"{HERE}/{{suggestion_id:int}}")
async def question(request: AnyRequest, suggestion_id: FromPath[int]) -> Response[str]:
    """One question, and the list; one that was decided leads to the first that waits."""
    return await _asked(request, suggestion_id)


@get(f"{HERE}/count", whole=HERE)
async def count(request: AnyRequest) -> Response[str]:
    """How many wait, for the rail."""
    async with ground_of(request).database.begin() as tx:
        return fragment(request, "customers/count.html", waiting=await questions.count(tx, who(request)))


async def _asked(request: AnyRequest, suggestion_id: int) -> Response[str]:
    viewer, given = who(request), request.query_params
    async with ground_of(request).database.begin() as tx:
        last_event = await horizon(tx)  # before everything that is read: nothing falls between page and stream
        since = await questions.moment(tx)
        context = await people.queue(tx, viewer, suggestion_id, swap=given.get("swap", "") == "1")
    undone = {name: number(given.get(name, ""), name) or 0 for name in ("undo", "merge")}
    return page(request, "customers/queue.html", undone=undone, since=since, last_event=last_event, **context)


@get(f"{HERE}/newer", whole=HERE)
async def newer(request: AnyRequest) -> Response[str]:
    """How many have come since the page was drawn, for an open queue."""
    since = number(request.query_params.get("since", ""), "since") or 0
    async with ground_of(request).database.begin() as tx:
        return fragment(request, "customers/newer.html", newer=await questions.newer(tx, who(request), since))


@get(f"{HERE}/automatic")
async def automatic(request: AnyRequest) -> Response[str]:
    """Who was merged without asking: the newest in full, and the list of them."""
    return await _merged(request, 0)


@get(f"{HERE}/automatic/{{merge_id:int}}")
async def merged(request: AnyRequest, merge_id: FromPath[int]) -> Response[str]:
    """One of them, and the list."""
    return await _merged(request, merge_id)


@post(f"{HERE}/automatic/{{merge_id:int}}/reversal", status_code=200)
async def undo(request: AnyRequest, merge_id: FromPath[int]) -> Response[Any]:
    """They are two after all, and for ever: nobody is asked again, and nothing merges them by itself."""
    viewer, form = who(request), await form_of(request, Decision)
    async with ground_of(request).database.begin() as tx:
        await by_itself.one(tx, viewer, merge_id)
        await merging.undo(tx, viewer, merge_id)
    after = number(form.next, "next") or merge_id
    return see(f"{HERE}/automatic/{after}?done=never")


async def _merged(request: AnyRequest, merge_id: int) -> Response[str]:
    viewer, cursor = who(request), request.query_params.get("cursor", "")
    async with ground_of(request).database.begin() as tx:
        found = await by_itself.done(tx, viewer, cursor=cursor or None)
        chosen = await by_itself.one(tx, viewer, merge_id) if merge_id else next(iter(found.items), None)
        days = await by_itself.days(tx, viewer)
    place = next((place for place, one in enumerate(found.items) if chosen and one.id == chosen.id), -1)
    around: dict[str, Any] = {
        "before": found.items[place - 1].id if place > 0 else 0,
        "after": found.items[place + 1].id if 0 <= place < len(found.items) - 1 else 0,
    }
    more: dict[str, Any] = {"chosen": chosen, "days": days, "cursor": cursor, "next_page": found.next}
    return page(request, "customers/automatic.html", merges=found.items, **around, **more)


@post(f"{HERE}/{{suggestion_id:int}}/acceptance", status_code=200)
async def accept(request: AnyRequest, suggestion_id: FromPath[int]) -> Response[Any]:
    """They are one."""
    viewer, form = who(request), await form_of(request, Decision)
    async with ground_of(request).database.begin() as tx:
        made = await merging.accept(tx, viewer, suggestion_id, swap=form.swap)
    return _on(form, done="merged", undo=suggestion_id, merge=made)


@post(f"{HERE}/{{suggestion_id:int}}/rejection", status_code=200)
async def reject(request: AnyRequest, suggestion_id: FromPath[int]) -> Response[Any]:
    """They are two, until more is known or for ever."""
    viewer, form = who(request), await form_of(request, Decision)
    async with ground_of(request).database.begin() as tx:
        await merging.reject(tx, viewer, suggestion_id, never=form.never)
    return _on(form, done="never" if form.never else "rejected", undo=suggestion_id)


@post(f"{HERE}/{{suggestion_id:int}}/reopening", status_code=200)
async def reopen(request: AnyRequest, suggestion_id: FromPath[int]) -> Response[Any]:
    """Ask again what was rejected."""
    async with ground_of(request).database.begin() as tx:
        await merging.reopen(tx, who(request), suggestion_id)
    return see(f"{HERE}/{suggestion_id}?done=reopened")


def _on(form: Decision, **said: Any) -> Response[Any]:
    """To the next question, with a word on what was decided and the way back."""
    after = number(form.next, "next")
    return see(f"{HERE}/{after}?{urlencode(said)}" if after else f"{HERE}?{urlencode(said)}")
