"""Saved views somebody is told of: which new conversations are in them, as she would see them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from sqlalchemy import ARRAY, BigInteger, any_, cast, select

from madang.conversations.inbox.fields import meant, vocabulary
from madang.conversations.inbox.views import saved
from madang.conversations.models import Conversation
from madang.lib.conditions.calendar import Calendar
from madang.lib.conditions.reading import read
from madang.lib.conditions.sql import Sql
from madang.lib.conditions.values import Wrong
from madang.lib.postgres import Tx
from madang.notifications.judging import SAID_IN, Known, Person

MOST = 20  # views of one colleague that are looked at

Views = Mapping[tuple[int, int], Mapping[int, str]]  # (colleague, conversation) → her watched views it is in


async def among(tx: Tx, known: Known) -> Views:
    """Where customers of this batch stand in what colleagues watch."""
    numbers = {row.id for row in known.messages.values() if row.direction == SAID_IN}
    watchers = [one for one in known.people.values() if one.wishes.views]
    found: dict[tuple[int, int], dict[int, str]] = {}
    if not numbers:
        return found
    for person in watchers:
        for view, name, number in await _hers(tx, person, numbers):
            found.setdefault((person.viewer.user_id or 0, number), {})[view] = name
    return found


async def _hers(tx: Tx, person: Person, numbers: set[int]) -> list[tuple[int, str, int]]:
    """(view, its name, conversation) of what is in one of hers."""
    viewer = person.viewer
    words = await vocabulary(tx, viewer)
    asking = Sql(words, Calendar(datetime.now(UTC), viewer.timezone))
    few = Conversation.id == any_(cast(list(numbers), ARRAY(BigInteger)))
    found: list[tuple[int, str, int]] = []
    for view in [one for one in await saved(tx, viewer) if one.id in person.wishes.views][:MOST]:
        try:
            where = asking.where(meant(read(view.condition, words), viewer))
        except Wrong:  # it asks for a field that is no more: the list says so where it is opened
            continue
        query = select(Conversation.id).where(few, where, viewer.scope.where(Conversation))
        found += [(view.id, view.name, number) for number in (await tx.execute(query)).scalars()]
    return found
