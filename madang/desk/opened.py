"""Everything a screen shows of one conversation, read in one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from madang.brands.queries import brands
from madang.channels.queries import channels
from madang.conversations import drafts, profiles, queries, questions, scheduling, threads, ways
from madang.conversations.inbox.handled import handling
from madang.conversations.inbox.reading import read_up_to
from madang.conversations.joining.queries import Elsewhere, now_at
from madang.conversations.rows import Row
from madang.desk import panel
from madang.guides import queries as guides
from madang.lib.postgres import Tx
from madang.staff.permissions import Viewer
from madang.staff.queries import preferences, teams, user_names

AT_ONCE = 20  # messages: more than a screen, styled and laid out within one frame; earlier ones come as one scrolls


async def house(tx: Tx) -> dict[str, Any]:
    """Names by number: colleagues, teams, brands, channels."""
    connected = await channels(tx, retired=True)
    return {
        "names": await user_names(tx),
        "teams": {team.id: team.name for team in await teams(tx)},
        "brands": {brand.id: brand.name for brand in await brands(tx)},
        "channels": [channel for channel in connected if channel.retired_at is None],
        "channel_names": {channel.id: channel.name for channel in connected},
        "channel_brands": {channel.id: channel.brand_id for channel in connected},
    }


def asked_by(viewer: Viewer, names: Mapping[str, Any]) -> dict[str, Any]:
    """Of :func:`house` the brands and channels by which this viewer may ask: those of others do not exist for her."""
    mine, of = viewer.scope.brands, names["channel_brands"]
    return {
        "asked_brands": [(one, name) for one, name in names["brands"].items() if mine is None or one in mine],
        "asked_channels": [
            (one, name) for one, name in names["channel_names"].items() if mine is None or of[one] in mine
        ],
    }


def habits(wishes: Mapping[str, Any]) -> dict[str, Any]:
    """How somebody sends: what the button does besides, and for how many seconds she may undo."""
    then = "close" if wishes.get("send") == "close" else ""
    return {"send_then": then, "undo_seconds": scheduling.seconds_of(wishes)}


async def opened(tx: Tx, viewer: Viewer, conversation_id: int, wishes: Mapping[str, Any]) -> dict[str, Any]:
    """The conversation with its newest messages, its customer and the ways to her; raises NotFound, Elsewhere.

    ``wishes``: her preferences. The open cards of the customer are read with it.
    """
    row = await here(tx, viewer, conversation_id)
    return {
        **await beside(tx, viewer, row),
        **await panel.opened(tx, viewer, row, wishes),
        "thread": await threads.thread(tx, viewer, conversation_id, limit=AT_ONCE),
        "customer_name": row.customer_name,
        "subject": row.subject,
    }


async def hit(tx: Tx, viewer: Viewer, conversation_id: int, asked: str) -> str:
    """The message a link means: its number, ``gone`` when she finds none there, '' when none is asked for.

    Raises Elsewhere where it stands in another conversation by now.
    """
    if not (asked.isascii() and asked.isdecimal() and len(asked) < 19):
        return ""
    there = await threads.place(tx, viewer, int(asked))
    if there and there != conversation_id:
        raise Elsewhere(conversation_id, there)
    return asked if there else "gone"


async def here(tx: Tx, viewer: Viewer, conversation_id: int) -> Row:
    """The conversation, where it has not been merged away; raises NotFound, Elsewhere."""
    row = await queries.one(tx, viewer, conversation_id)
    if row.merged_into_id is not None:
        raise Elsewhere(row.id, await now_at(tx, row.id))
    return row


async def around(tx: Tx, viewer: Viewer, row: Row) -> dict[str, Any]:
    """The same without messages: what cards hold that are read later stays as it is in the page."""
    wishes = await preferences(tx, viewer.user_id)
    return {**await beside(tx, viewer, row), **panel.shown(wishes), "names_read": []}


async def beside(tx: Tx, viewer: Viewer, row: Row) -> dict[str, Any]:
    """What stands around the messages: head, composer, customer."""
    others = await queries.of_customer(tx, viewer, row.customer_id, 8)
    return {
        "row": row,
        "guide": await guides.beside(tx, viewer, row.id),
        "person": await profiles.person(tx, viewer, row.customer_id),
        "asked": await questions.about(tx, viewer, row.customer_id, 1),
        "ways": await ways.ways(tx, row.id),
        "keeps": await queries.keeps(tx, row.id),
        **await handling(tx, viewer, row),
        "read_up_to": await read_up_to(tx, viewer, row.id),
        "draft": await drafts.of(tx, viewer, row.id),
        "later": await scheduling.waiting(tx, viewer, row.id),
        "earlier": [other for other in others if other.id != row.id],
    }
