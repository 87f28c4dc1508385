"""Macros: those a program may use, what one would do in a conversation, and its use."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from litestar import get, post
from litestar.params import JSONBody
from msgspec import Meta, Struct

from madang.api.documented import CHANGE, LIST
from madang.api.entry import Call, Number, entered, number
from madang.api.shapes import Moment
from madang.api.shapes import Number as Numbered
from madang.conversations.steps.facts import known
from madang.guides import actions as guide_actions
from madang.guides import queries as guides
from madang.macros import actions, queries
from madang.macros.queries import MacroRow

TAGS = ["Macros"]


class Macro(Struct, frozen=True):
    """An answer with what is done along with it."""

    id: Numbered
    name: Annotated[str, Meta(description="By which people find it.")]
    brand: Annotated[int | None, Meta(description="Only conversations of this brand; null: of every one.")]
    team: Annotated[int | None, Meta(description="Shared with this team; null: with everybody.")]
    steps: Annotated[
        list[dict[str, Any]],
        Meta(
            description="What is done, in order: `do` is say, note, assign, tag, untag, priority, snooze, close, "
            "reopen, field, follow or guide.",
            examples=[[{"do": "say", "text": {"en": "Hi {{customer.name|there}}"}}, {"do": "close"}]],
        ),
    ]
    uses: Annotated[int, Meta(description="How often it was used.")]
    changed_at: Moment


class MacroList(Struct, frozen=True):
    """All of them."""

    items: list[Macro]


class UseMacro(Struct, frozen=True, forbid_unknown_fields=True):
    """One use."""

    key: Annotated[UUID, Meta(description="Made by you: the same one again is the same use, and changes nothing.")]
    language: Annotated[
        str, Meta(description="In which its text is said, `ko` or `en`; '' in the customer's.", max_length=20)
    ] = ""


class MacroUse(Struct, frozen=True):
    """What came of it."""

    messages: Annotated[list[int], Meta(description="The messages it wrote.")]
    changed: Annotated[list[str], Meta(description="What is another now: `status`, `tags`, `assignee_id` …")]
    again: Annotated[bool, Meta(description="It was done before, under the same key.")]


def _macro(one: MacroRow) -> Macro:
    return Macro(one.id, one.name, one.brand_id, one.team_id, one.steps, one.uses, one.changed_at)


@get(
    "/macros",
    operation_id="listMacros",
    response_description="The macros.",
    summary="List macros",
    responses=LIST,
    tags=TAGS,
)
async def list_macros(request: Call) -> MacroList:
    """Those that are shared and in use, by name. People's own ones are theirs alone."""
    async with entered(request) as (tx, viewer):
        return MacroList([_macro(one) for one in await queries.macros(tx, viewer)])


@post(
    "/conversations/{conversation_id:int}/macros/{macro_id:int}",
    status_code=200,
    operation_id="useMacro",
    response_description="What came of it.",
    summary="Use a macro",
    responses=CHANGE,
    tags=TAGS,
)
async def use_macro(request: Call, conversation_id: Number, macro_id: Number, data: JSONBody[UseMacro]) -> MacroUse:
    """Do all its steps, or none: refused where a place in its text cannot be filled, or a step cannot be done."""
    async with entered(request) as (tx, viewer):
        some = await known(tx, viewer, await guides.names(tx, viewer))
        given = (number(conversation_id), number(macro_id), data.key, some)
        used = await actions.use(tx, viewer, *given, language=data.language)
        if used.opens and not used.again:
            await guide_actions.choose(tx, viewer, conversation_id, used.opens)
        return MacroUse(list(used.messages), list(used.changed), used.again)


HANDLERS = [list_macros, use_macro]
