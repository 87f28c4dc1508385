"""What would be sent: the parts as the channel shows them, their price, and what is lost on the way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text as sql

from madang.channels import templates
from madang.channels.abilities import Prices
from madang.channels.connector import Button, Connector, Media, Outbound, Price, Template
from madang.channels.fit import CARRIES, fitted, length
from madang.channels.queries import brand_of, channel, config_of
from madang.channels.registry import get
from madang.conversations import outgoing
from madang.conversations.ways import choose, party
from madang.ground import Ground
from madang.lib import light_marks
from madang.lib.errors import NotFound
from madang.lib.language import marked
from madang.lib.postgres import Tx
from madang.lib.uploads import media_kind

BUTTONS_LOST = marked("Buttons become numbered lines.")
FILES_LOST = marked("Files become links.")
SPLIT = marked("It is sent in several parts.")
CHANGED = marked("Characters that this channel cannot carry are replaced.")
PUBLIC = marked("Everybody can read it.")
LINK = "…/f/…"  # the address of a file is made when it is sent

UPLOADS = sql("select key, name, mime, size from upload where key = any(cast(:keys as text[])) and owner = :owner")


@dataclass(frozen=True, slots=True)
class Part:
    """One message as she will see it. ``length`` counts in the channel's own way, of at most ``limit``."""

    text: str
    files: tuple[str, ...]
    buttons: tuple[Button, ...]
    price: Price | None
    length: int
    limit: int
    html: str = ""


@dataclass(frozen=True, slots=True)
class Preview:
    """All parts, what they cost together, and msgids of what is lost."""

    channel_id: int
    connector: str
    parts: list[Part]
    lost: list[str]
    price: Price | None


async def preview(
    ground: Ground,
    tx: Tx,
    conversation_id: int,
    channel_id: int,
    *,
    text: str,
    owner: str = "",
    buttons: Sequence[Button] = (),
    template_id: int | None = None,
    values: Mapping[str, str] | None = None,
    uploads: Sequence[str] = (),
    private: bool = False,
    marks: bool = False,
) -> Preview:
    """What delivery would hand over. ``marks``: the text has some. The caller has checked the scope. Raises Refused."""
    way = await choose(tx, conversation_id, channel_id)
    row = await channel(tx, channel_id)
    connector = get(row.connector)(config_of(ground, row, await brand_of(tx, row.brand_id)))
    chosen, drawn, text = None, "", text.strip()
    if template_id is not None:
        chosen, text, buttons = await _by_template(tx, channel_id, template_id, values or {})
    elif marks:
        drawn, text = light_marks.html(text) if light_marks.marked(text) else "", light_marks.plain(text)
    public = "public" in way.can and not private
    out = Outbound(
        "preview",
        party(way),
        text,
        html=drawn,
        conversation=conversation_id,
        message=0,
        media=await _media(tx, owner, uploads),
        buttons=tuple(buttons),
        template=chosen,
        data={"public": True} if public else {"private": private},
        **await outgoing.answering(tx, conversation_id, channel_id),
    )
    shown, lost, price = _shown(connector, out, fitted(connector, out, lambda _file: LINK))
    return Preview(channel_id, row.connector, shown, lost + ([PUBLIC] if public else []), price)


async def _by_template(
    tx: Tx, channel_id: int, template_id: int, values: Mapping[str, str]
) -> tuple[Template, str, Sequence[Button]]:
    kept = await templates.one(tx, template_id)
    if kept.channel_id != channel_id:
        raise NotFound("There is no such template.")
    chosen, text = templates.chosen(kept, values)
    return chosen, text.strip(), kept.buttons


def _shown(
    connector: Connector, out: Outbound, parts: Sequence[Outbound]
) -> tuple[list[Part], list[str], Price | None]:
    shown = [_part(connector, part) for part in parts]
    prices = [part.price for part in shown if part.price is not None]
    total = Price(sum(one.amount for one in prices), prices[0].currency) if prices else None
    return shown, _lost(connector, out, parts), total


def _part(connector: Connector, part: Outbound) -> Part:
    price = connector.price(part) if isinstance(connector, Prices) else None
    files = tuple(media.name for media in part.media)
    limits = connector.limits
    return Part(part.text, files, part.buttons, price, length(part.text, limits), limits.text, part.html)


def _lost(connector: Connector, out: Outbound, parts: Sequence[Outbound]) -> list[str]:
    lost = []
    if out.buttons and out.template is None and not any(part.buttons for part in parts):
        lost.append(BUTTONS_LOST)
    if len([media for part in parts for media in part.media]) < len(out.media):
        lost.append(FILES_LOST)
    if len(parts) > 1:
        lost.append(SPLIT)
    if connector.limits.encoding == "cp949" and not _sayable(out.text):
        lost.append(CHANGED)
    return lost


def _sayable(words: str) -> bool:
    try:
        words.encode("cp949")
    except UnicodeEncodeError:
        return False
    return True


async def _media(tx: Tx, owner: str, uploads: Sequence[str]) -> tuple[Media, ...]:
    """Files that wait for this message, as far as they are the asker's."""
    if not uploads:
        return ()
    made: list[Media] = []
    for row in await tx.execute(UPLOADS, {"keys": list(uploads), "owner": owner}):
        kind: Any = media_kind(row.mime)
        made.append(Media(kind if kind in CARRIES else "file", row.name, row.mime, ref=row.key, size=row.size))
    return tuple(made)
