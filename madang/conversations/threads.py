"""One conversation's messages and what happened between them. The scope is in every query."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import ARRAY, BigInteger, ColumnElement, Select, any_, case, cast, func, select

from madang.channels.models import Channel
from madang.conversations import marks
from madang.conversations.happened import SHOWN as SHOWN
from madang.conversations.happened import Stretch, happened
from madang.conversations.happened import actor_names as actor_names
from madang.conversations.models import Attachment, Conversation, Draft, Message, State, Version
from madang.conversations.rows import ChannelMark, File, Reaction, Said, Thread
from madang.conversations.scheduling import SAID
from madang.customers.models import Identity
from madang.lib.errors import NotFound
from madang.lib.postgres import Tx
from madang.staff.permissions import Viewer, permit

FAR = 400  # messages that are read at once on the way back to one that was found


async def thread(tx: Tx, viewer: Viewer, conversation_id: int, *, before: int | None = None, limit: int = 60) -> Thread:
    """The last ``limit`` messages before message ``before``, with what happened among them."""
    permit(viewer, "conversation.read")
    first = select(Conversation.first_id).where(Conversation.id == conversation_id).scalar_subquery()
    query = _messages().where(
        Message.conversation_id == conversation_id, Message.id >= first, viewer.scope.where(Conversation)
    )
    query = query.where(SAID)  # what waits for its moment stands apart
    if before is not None:
        query = query.where(Message.id < before)
    found = await _said(tx, query.order_by(Message.id.desc()).limit(limit + 1))
    messages = found[:limit][::-1]
    older = messages[0].id if len(found) > limit else None
    stretch = Stretch(conversation_id, messages, first=older is None, last=before is None)
    lines = await happened(tx, viewer, stretch)
    newest = messages[-1].id if messages and before is None else 0
    return Thread(sorted([*messages, *lines], key=lambda item: item.at), older, newest)


async def between(tx: Tx, viewer: Viewer, conversation_id: int, first: int, before: int) -> int:
    """How many messages lie from ``first`` to ``before``, at most :data:`FAR`."""
    rule = (Message.conversation_id == conversation_id, Message.id >= first, Message.id < before)
    some = select(Message.id).join(Conversation, Conversation.id == Message.conversation_id).where(*rule)
    counted = select(func.count()).select_from(some.where(viewer.scope.where(Conversation)).limit(FAR).subquery())
    return int((await tx.execute(counted)).scalar_one())


async def said(tx: Tx, ids: Sequence[int]) -> list[Said]:
    """Messages by number, for the live stream: who may hear them is decided there, row by row."""
    return await _said(tx, _messages().where(_among(Message.id, ids)).order_by(Message.id))


async def message(tx: Tx, viewer: Viewer, message_id: int) -> Said:
    """One message in scope; raises NotFound."""
    query = _messages().where(Message.id == message_id, viewer.scope.where(Conversation))
    found = await _said(tx, query)
    if not found:
        raise NotFound("There is no such message.")
    return found[0]


async def place(tx: Tx, viewer: Viewer, message_id: int) -> int:
    """The conversation in which a message in scope stands now, 0 when there is none: it may have been moved since."""
    query = (
        select(Message.conversation_id)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .where(Message.id == message_id, Message.id >= Conversation.first_id, SAID)
        .where(Conversation.merged_into_id.is_(None), viewer.scope.where(Conversation))
    )
    return int((await tx.execute(query)).scalar_one_or_none() or 0)


async def message_html(tx: Tx, viewer: Viewer, message_id: int) -> str:
    """The raw and hostile HTML of a message: sanitise it before it is shown."""
    query = (
        select(Message.html)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .where(Message.id == message_id, viewer.scope.where(Conversation))
    )
    found = (await tx.execute(query)).scalar_one_or_none()
    if found is None:
        raise NotFound("There is no such message.")
    return found


async def sender(tx: Tx, viewer: Viewer, message_id: int) -> str:
    """The mail address a message in scope came from, '' when it came from none; raises NotFound."""
    query = (
        select(case((Identity.kind == "email", Identity.value), else_=""))
        .select_from(Message)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .outerjoin(Identity, Identity.id == Message.identity_id)
        .where(Message.id == message_id, viewer.scope.where(Conversation))
    )
    found = (await tx.execute(query)).scalar_one_or_none()
    if found is None:
        raise NotFound("There is no such message.")
    return str(found)


async def attachment(tx: Tx, viewer: Viewer, key: str) -> File:
    """One attachment in scope by its key; raises NotFound, too when its message was taken back."""
    query = (
        _files(Attachment.key == key)
        .join(Message, Message.id == Attachment.message_id)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .where(Message.deleted_at.is_(None), viewer.scope.where(Conversation))
    )
    row = (await tx.execute(query)).mappings().one_or_none()
    if row is None:
        raise NotFound("There is no such file.")
    return File(**row)


async def draft(tx: Tx, viewer: Viewer, conversation_id: int) -> tuple[str, str]:
    """The viewer's own draft: (text, kind)."""
    query = select(Draft.text, Draft.kind).where(
        Draft.user_id == (viewer.user_id or 0), Draft.conversation_id == conversation_id
    )
    row = (await tx.execute(query)).one_or_none()
    return (row.text, row.kind) if row else ("", "reply")


def _among(column: Any, ids: Sequence[int]) -> ColumnElement[bool]:
    """One statement however many there are: ``IN`` would be another for each number of them, prepared anew."""
    found: ColumnElement[bool] = column == any_(cast(list(ids), ARRAY(BigInteger)))
    return found


@cache  # to build it takes longer than to run it
def _messages() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Message.id,
            Message.client_key,
            Message.conversation_id,
            Message.direction,
            Message.author,
            Message.author_id,
            Message.text,
            Message.full_text,
            Message.subject,
            (func.length(Message.html) > 0).label("html"),
            Message.channel_id,
            Channel.connector,
            Channel.name.label("channel_name"),
            Message.state,
            Message.why,
            Message.problem,
            Message.at,
            Message.auto,
            Message.edited_at,
            Message.deleted_at,
            Message.data,
        )
        .join(Conversation, Conversation.id == Message.conversation_id)
        .outerjoin(Channel, Channel.id == Message.channel_id)
    )


async def _said(tx: Tx, query: Select[*tuple[Any, ...]]) -> list[Said]:
    rows = [dict(row) for row in (await tx.execute(query)).mappings()]
    there = [row["id"] for row in rows if row["deleted_at"] is None]
    files = await files_of(tx, there)
    reactions = await _reactions(tx, there)
    versions = await _versions(tx, [row["id"] for row in rows if row["edited_at"] is not None])
    made: list[Said] = []
    for row in rows:
        client_key, channel_id = row.pop("client_key"), row.pop("channel_id")
        connector, name = row.pop("connector"), row.pop("channel_name")
        row["channel"] = ChannelMark(channel_id, connector, name) if channel_id else None
        row["state"] = State(row["state"])
        number = row["id"]
        row |= {"attachments": files.get(number, []), "reactions": reactions.get(number, [])}
        made.append(Said(**row, key=f"m-{client_key or number}", versions=versions.get(number, 0)))
    return made


async def _reactions(tx: Tx, ids: Sequence[int]) -> dict[int, list[Reaction]]:
    """What is put under messages, with the names of ours."""
    found = await marks.of(tx, ids)
    names = await actor_names(tx, {who for some in found.values() for _emoji, who in some})
    return {
        number: [Reaction(emoji, names.get(who, ""), who != marks.CUSTOMER) for emoji, who in some]
        for number, some in found.items()
    }


async def _versions(tx: Tx, ids: Sequence[int]) -> dict[int, int]:
    """How often edited messages were said otherwise."""
    if not ids:
        return {}
    query = select(Version.message_id, func.count()).where(_among(Version.message_id, ids)).group_by(Version.message_id)
    return {row[0]: row[1] for row in await tx.execute(query)}


async def files_of(tx: Tx, ids: Sequence[int]) -> dict[int, list[File]]:
    """The attachments of messages, by message."""
    made: dict[int, list[File]] = {}
    if ids:
        for row in (await tx.execute(_files(_among(Attachment.message_id, ids)).order_by(Attachment.id))).mappings():
            made.setdefault(row["message_id"], []).append(File(**row))
    return made


def _files(rule: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    return select(
        Attachment.key,
        Attachment.name,
        Attachment.mime,
        Attachment.size,
        Attachment.inline,
        Attachment.content_id,
        Attachment.sha256,
        Attachment.message_id,
        Attachment.scan,
        Attachment.scan_found,
    ).where(rule)
