"""Texts that a provider has approved: fetched from it, kept, filled in."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import select, text

from madang.channels.abilities import Templates
from madang.channels.book import Book
from madang.channels.connector import Button, KnownTemplate, SendError, SetupError, Template, TemplateState
from madang.channels.models import ChannelTemplate
from madang.channels.registry import entries, get
from madang.events.kinds import Kind
from madang.events.record import SYSTEM, Actor, News, record
from madang.ground import Ground
from madang.lib.errors import NotFound, Refused
from madang.lib.language import gettext as _
from madang.lib.postgres import Tx

log = logging.getLogger("madang.templates")

LONGEST = 1_000  # characters of one place
OFTEN = 1800.0  # seconds between two looks at all providers
_PLACE = re.compile(r"#\{([^}]{1,100})\}")


@dataclass(frozen=True, slots=True)
class TemplateRow:
    """One as it is kept. ``usable`` when the provider takes it now and nothing in it is beyond us."""

    id: int
    channel_id: int
    provider_id: str
    language: str
    name: str
    body: str
    state: TemplateState
    category: str
    places: list[str]
    buttons: list[Button]
    problem: str
    wait: str
    synced_at: datetime

    @property
    def usable(self) -> bool:
        """Whether a message can be said by it now."""
        return self.state == "approved" and not self.wait


KEEP = text("""
insert into channel_template (channel_id, provider_id, language, name, body, state, category, places, buttons, problem,
  wait, synced_at)
values (:channel, :id, :language, :name, :body, :state, :category, :places, cast(:buttons as jsonb), :problem, :wait,
  now())
on conflict (channel_id, provider_id, language) do update set name = excluded.name, body = excluded.body,
  state = excluded.state, category = excluded.category, places = excluded.places, buttons = excluded.buttons,
  problem = excluded.problem, wait = excluded.wait, synced_at = now()
""")
GONE = text("""
update channel_template set state = 'gone', synced_at = now()
where channel_id = :channel and state <> 'gone' and not exists (
  select from unnest(cast(:ids as text[]), cast(:languages as text[])) as n(id, language)
  where n.id = provider_id and n.language = channel_template.language)
""")
ROWS = select(
    ChannelTemplate.id,
    ChannelTemplate.channel_id,
    ChannelTemplate.provider_id,
    ChannelTemplate.language,
    ChannelTemplate.name,
    ChannelTemplate.body,
    ChannelTemplate.state,
    ChannelTemplate.category,
    ChannelTemplate.places,
    ChannelTemplate.buttons,
    ChannelTemplate.problem,
    ChannelTemplate.wait,
    ChannelTemplate.synced_at,
)
IN_ORDER = (ChannelTemplate.state != "approved", ChannelTemplate.name, ChannelTemplate.language)
DUE = text("""
select c.id from channel c where c.retired_at is null and c.paused_at is null
  and c.connector = any(cast(:connectors as text[]))
  and coalesce((select max(synced_at) from channel_template t where t.channel_id = c.id), '-infinity')
    < now() - interval '30 minutes' order by c.id
""")


async def fetch(ground: Ground, book: Book, channel_id: int, actor: Actor = SYSTEM) -> int:
    """Ask the provider for all it has and keep it; how many that are. Raises SetupError, Refused."""
    bound = await book.by_id(channel_id)
    if not isinstance(bound.connector, Templates):
        raise Refused(_("This channel knows no templates."))
    found = await bound.connector.templates()
    async with ground.database.begin() as tx:
        await keep(tx, channel_id, found)
        await record(tx, actor, News(Kind.TEMPLATES_FETCHED, data={"channel": channel_id, "templates": len(found)}))
    return len(found)


async def keep(tx: Tx, channel_id: int, found: Sequence[KnownTemplate]) -> None:
    """Keep what there is now; what is not there any more is gone, and stays for those who were sent it."""
    for one in found:
        await tx.execute(KEEP, _row(channel_id, one))
    languages = [one.language for one in found]
    await tx.execute(GONE, {"channel": channel_id, "ids": [one.id for one in found], "languages": languages})


def _row(channel_id: int, one: KnownTemplate) -> dict[str, Any]:
    return {
        "channel": channel_id,
        "id": one.id,
        "language": one.language,
        "name": one.name or one.id,
        "body": one.body,
        "state": one.state,
        "category": one.category,
        "places": list(one.places),
        "buttons": msgspec.json.encode(one.buttons).decode(),
        "problem": one.problem,
        "wait": one.wait,
    }


async def of_channel(tx: Tx, channel_id: int) -> list[TemplateRow]:
    """All of a channel, those that can be sent first."""
    query = ROWS.where(ChannelTemplate.channel_id == channel_id).order_by(*IN_ORDER)
    return [_read(row) for row in await tx.execute(query)]


async def one(tx: Tx, template_id: int) -> TemplateRow:
    """One by its number; raises NotFound."""
    row = (await tx.execute(ROWS.where(ChannelTemplate.id == template_id))).one_or_none()
    if row is None:
        raise NotFound("There is no such template.")
    return _read(row)


def _read(row: Any) -> TemplateRow:
    given = dict(row._mapping)
    return TemplateRow(**given | {"buttons": msgspec.convert(given["buttons"], list[Button])})


def filled(body: str, values: Mapping[str, str]) -> str:
    """How it reads with its places filled; one without a value stays as it is written."""
    return _PLACE.sub(lambda found: values.get(found[1]) or found[0], body)


def chosen(row: TemplateRow, values: Mapping[str, str]) -> tuple[Template, str]:
    """What goes to the connector, and how it reads. Raises Refused while a place is empty or it may not be sent."""
    if not row.usable:
        raise Refused(_("This template cannot be sent: the provider has not approved it."), "template")
    given = {place: str(values.get(place) or "").strip() for place in row.places}
    for place, value in given.items():
        if not value:
            raise Refused(_("Fill in “%(place)s” of the template.") % {"place": place}, "template")
        if len(value) > LONGEST:
            raise Refused(_("“%(place)s” is too long.") % {"place": place}, "template")
    return Template(row.provider_id, row.language, given, row.category), filled(row.body, given)


async def due(tx: Tx, connectors: Sequence[str]) -> list[int]:
    """Channels whose templates were last asked for long ago."""
    return list((await tx.execute(DUE, {"connectors": list(connectors)})).scalars())


async def refresh(ground: Ground, book: Book) -> None:
    """Ask every provider that has templates again; one that does not answer is asked the next time."""
    able = [name for name in entries() if issubclass(get(name), Templates)]
    async with ground.database.begin() as tx:
        channels = await due(tx, able)
    for channel_id in channels:
        try:
            await fetch(ground, book, channel_id)
        except (SetupError, SendError) as error:
            log.warning("channel %s: its templates were not fetched: %s", channel_id, error)
