"""The guide beside a conversation: which one, what is ticked, and what it says put into the composer."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Request, delete, get, put
from litestar.params import FromPath

from madang.conversations.steps.facts import facts
from madang.conversations.steps.outlook import missing_words
from madang.desk.page import form_of, ground_of, number, who
from madang.guides import actions, queries
from madang.lib.errors import NotFound
from madang.lib.script import language_of

AnyRequest = Request[Any, Any, Any]
HERE = "/c/{conversation_id:int}/guides/{guide_id:int}"


class Choice(msgspec.Struct):
    """Its number; '' is none."""

    guide: str = ""


@put("/c/{conversation_id:int}/guide", status_code=204)
async def choose(request: AnyRequest, conversation_id: FromPath[int]) -> None:
    """Put a guide beside the conversation, or none, for everybody who looks at it."""
    viewer, form = who(request), await form_of(request, Choice)
    async with ground_of(request).database.begin() as tx:
        await actions.choose(tx, viewer, conversation_id, number(form.guide, "guide"))


@put(f"{HERE}/ticks/{{item:str}}", status_code=204)
async def tick(
    request: AnyRequest, conversation_id: FromPath[int], guide_id: FromPath[int], item: FromPath[str]
) -> None:
    """It is done."""
    async with ground_of(request).database.begin() as tx:
        await actions.tick(tx, who(request), conversation_id, guide_id, item, done=True)


@delete(f"{HERE}/ticks/{{item:str}}", status_code=204)
async def untick(
    request: AnyRequest, conversation_id: FromPath[int], guide_id: FromPath[int], item: FromPath[str]
) -> None:
    """It is not done after all."""
    async with ground_of(request).database.begin() as tx:
        await actions.tick(tx, who(request), conversation_id, guide_id, item, done=False)


@get(f"{HERE}/items/{{item:str}}")
async def words(
    request: AnyRequest, conversation_id: FromPath[int], guide_id: FromPath[int], item: FromPath[str]
) -> dict[str, Any]:
    """What an item says, filled in for this customer."""
    viewer = who(request)
    async with ground_of(request).database.begin() as tx:
        one = await facts(tx, viewer, conversation_id)
        guide = await queries.guide(tx, viewer, guide_id)
    line = next((each for each in guide.items if each.key == item), None)
    if line is None:
        raise NotFound("This item is not in the guide any more.")
    _language, filled = one.say({guide.language or language_of(line.text) or "en": line.text})
    return {"text": filled.text, "missing": missing_words(filled.missing) if filled.missing else ""}
