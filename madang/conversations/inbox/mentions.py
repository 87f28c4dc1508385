"""Colleagues whom a note names: ``@Ada``, ``@김하나님``."""

from __future__ import annotations

import re
from collections.abc import Mapping

from sqlalchemy import select

from madang.conversations.inbox.actions.mentioning import mention
from madang.conversations.models import Conversation
from madang.lib.postgres import Tx
from madang.staff.permissions import Viewer
from madang.staff.queries import users
from madang.staff.viewers import viewers

MOST = 20
_AT = re.compile(r"(?<![\w.@])@(?=\w)")


def named(text: str, people: Mapping[int, str]) -> list[int]:
    """Who of ``people`` is named, in order. The longest name that fits counts; Hangul may go on after it: @하나님께.

    Two of one name are both meant.
    """
    names = sorted({name.casefold() for name in people.values() if name}, key=len, reverse=True)
    found: list[str] = []
    for at in _AT.finditer(text):
        rest = text[at.end() : at.end() + 100].casefold()
        fits = next((name for name in names if rest.startswith(name) and _ends(name, rest[len(name) :])), None)
        if fits is not None:
            found.append(fits)
    wanted = list(dict.fromkeys(found))
    return [number for name in wanted for number, one in people.items() if one.casefold() == name][:MOST]


def _ends(name: str, rest: str) -> bool:
    """Whether the name is over there: in Hangul a particle may follow, in other letters none."""
    return not rest[:1].isalnum() or "가" <= rest[0] <= "힣"


async def nameable(tx: Tx, viewer: Viewer, conversation_id: int) -> list[tuple[int, str]]:
    """Whom a note in it can name, as (number, name): colleagues to whom it exists. None where it is not hers."""
    place = select(Conversation.brand_id, Conversation.team_id, Conversation.assignee_id)
    hers = place.where(Conversation.id == conversation_id, viewer.scope.where(Conversation))
    found = (await tx.execute(hers)).one_or_none()
    if found is None:
        return []
    others = [one for one in await viewers(tx) if one.user_id != viewer.user_id]
    return [(one.user_id or 0, one.name) for one in others if one.scope.allows(*found)]


async def take(tx: Tx, viewer: Viewer, conversation_id: int, message_id: int, text: str) -> list[int]:
    """Keep whom a note names, and who may see the conversation; returns their numbers. Nobody mentions herself."""
    if not _AT.search(text):
        return []
    people = {one.id: one.name for one in await users(tx) if one.id != viewer.user_id}
    return await mention(tx, viewer, conversation_id, message_id, named(text, people))
