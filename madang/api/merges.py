"""Merges and their undoing, and questions whether two customers are one."""

from __future__ import annotations

from litestar import delete, get, post
from litestar.params import JSONBody

from madang.api import people_showing as showing
from madang.api.conversations import Cursor, Limit
from madang.api.documented import CHANGE, LIST, ONE
from madang.api.entry import Call, Number, entered, number
from madang.api.people_shapes import Acceptance, Merge, MergeList, NewMerge, Rejection, Suggestion, SuggestionPage
from madang.conversations import merging, profiles, questions
from madang.conversations.questions import Question
from madang.conversations.threads import actor_names
from madang.customers import defined, history, queries
from madang.customers.history import Merged
from madang.lib.errors import Refused
from madang.lib.postgres import Tx
from madang.staff.permissions import Viewer, permit

TAGS = ["Customers"]


@get(
    "/customers/{customer_id:int}/merges",
    operation_id="listMerges",
    response_description="The merges.",
    summary="List the merges that made her",
    responses=ONE,
    tags=TAGS,
)
async def list_merges(request: Call, customer_id: Number) -> MergeList:
    """Who was found to be her, by whom and why, and what was undone, the newest first."""
    async with entered(request) as (tx, viewer):
        found = await merging.merges(tx, viewer, number(customer_id))
        return MergeList(await _merges(tx, found))


@post(
    "/customers/{customer_id:int}/merges",
    status_code=201,
    operation_id="mergeCustomers",
    response_description="The merge.",
    summary="Merge another customer into her",
    responses=CHANGE,
    tags=TAGS,
)
async def merge(request: Call, customer_id: Number, data: JSONBody[NewMerge]) -> Merge:
    """Say that another customer is her. All of the other's is hers from now on, and nothing is destroyed: `DELETE` the
    merge, and everything is back. A repeat is harmless: it answers the merge that stands."""
    winner, loser = number(customer_id), data.customer
    if not 0 < loser < 2**63 or loser == winner:
        raise Refused("Give the number of another customer.", "customer")
    async with entered(request) as (tx, viewer):
        permit(viewer, "customer.merge")
        one, other = await profiles.root(tx, viewer, winner), await profiles.root(tx, viewer, loser)
        stands = (await history.standing(tx, loser) or await history.standing(tx, winner)) if one == other else None
        made = stands.id if stands else await merging.merge(tx, viewer, one, other, keep=data.keep)
        return await _merge(tx, viewer, made)


@delete(
    "/merges/{merge_id:int}",
    status_code=200,
    operation_id="undoMerge",
    response_description="The merge, undone.",
    summary="Undo a merge",
    responses=CHANGE,
    tags=TAGS,
)
async def undo(request: Call, merge_id: Number) -> Merge:
    """They are two after all, whatever was merged or undone since: everything is back where it was, and what was said
    since is with who said it. Undoing an undone one changes nothing."""
    async with entered(request) as (tx, viewer):
        permit(viewer, "customer.merge")
        found = await merging.merge_of(tx, viewer, number(merge_id))
        if not found.undone_at:
            await merging.undo(tx, viewer, merge_id)
        return await _merge(tx, viewer, merge_id)


@get(
    "/suggestions",
    operation_id="listSuggestions",
    response_description="A page of them.",
    summary="List who may be one",
    responses=LIST,
    tags=TAGS,
)
async def list_suggestions(request: Call, limit: Limit = 50, cursor: Cursor = None) -> SuggestionPage:
    """Open questions whether two customers, both of whom you may see, are one: conflicts and the surest first."""
    async with entered(request) as (tx, viewer):
        page = await questions.waiting(tx, viewer, limit=limit, cursor=cursor)
        names = await queries.names(tx, [one for asked in page.items for one in asked.pair])
    return SuggestionPage([showing.suggestion(one, names) for one in page.items], page.next)


@post(
    "/suggestions/{suggestion_id:int}/acceptance",
    status_code=201,
    operation_id="acceptSuggestion",
    response_description="The merge.",
    summary="They are one",
    responses=CHANGE,
    tags=TAGS,
)
async def accept(request: Call, suggestion_id: Number, data: JSONBody[Acceptance]) -> Merge:
    """Merge the two. A repeat is harmless: it answers the merge it led to."""
    async with entered(request) as (tx, viewer):
        asked = await questions.one(tx, viewer, number(suggestion_id))
        made = asked.merge_id or await _accepted(tx, viewer, asked, data)
        return await _merge(tx, viewer, made)


@post(
    "/suggestions/{suggestion_id:int}/rejection",
    status_code=200,
    operation_id="rejectSuggestion",
    response_description="The suggestion, rejected.",
    summary="They are two",
    responses=CHANGE,
    tags=TAGS,
)
async def reject(request: Call, suggestion_id: Number, data: JSONBody[Rejection]) -> Suggestion:
    """Leave them two, until more speaks for it or for ever. Rejecting a rejected one the same way changes nothing."""
    async with entered(request) as (tx, viewer):
        asked = await questions.one(tx, viewer, number(suggestion_id))
        if asked.state != (merging.NEVER if data.never else merging.UNTIL_MORE_IS_KNOWN):
            await merging.reject(tx, viewer, asked.id, never=data.never)
            asked = await questions.one(tx, viewer, asked.id)
        return showing.suggestion(asked, await queries.names(tx, asked.pair))


async def _accepted(tx: Tx, viewer: Viewer, asked: Question, data: Acceptance) -> int:
    if data.stays is not None and data.stays not in asked.pair:
        raise Refused("Give the number of one of the two.", "stays")
    swap = data.stays == asked.two
    return await merging.accept(tx, viewer, asked.id, swap=swap, keep=data.keep)


async def _merge(tx: Tx, viewer: Viewer, merge_id: int) -> Merge:
    return (await _merges(tx, [await history.merge(tx, merge_id, await defined.hidden(tx, viewer))]))[0]


async def _merges(tx: Tx, some: list[Merged]) -> list[Merge]:
    names = await actor_names(tx, {one.by for one in some})
    return [showing.merge(one, names) for one in some]


HANDLERS = [list_merges, merge, undo, list_suggestions, accept, reject]
