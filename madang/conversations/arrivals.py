"""A batch of envelopes opened: what each means, and which cannot be understood."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import text

from madang.channels.book import Book, Bound
from madang.channels.connector import Delivery, Inbound, Malformed, Media, Party
from madang.channels.store import LANES
from madang.conversations.keeping import keep
from madang.customers.identity import Address
from madang.lib import trace
from madang.lib.files import Files, Unavailable
from madang.lib.postgres import Tx, passing

log = logging.getLogger("madang.intake")

BATCH = 300
TAKE_LANES = 12
HEAVY = 256 * 1024  # bytes; a body this large is parsed off the loop
AGAIN = (
    "message",
    "postback",
    "echo",
    "edit",
    "delete",
)  # of an envelope given in again: what may be missing, and can only be added once
SKEW = timedelta(minutes=5)  # a clock of theirs may run ahead by this much, not more

# Lock and read are two statements: one snapshot for both would show envelopes another worker has just taken in.
LOCK = text("""
with waiting as materialized (
  select lane from unnest(cast(:lanes as smallint[])) as l(lane)
  where exists (select from envelope where envelope.lane = l.lane and state = 0))
select lane from waiting where pg_try_advisory_xact_lock(7301, lane) limit :take
""")
CLAIM = text("""
select e.id, e.channel_id, e.key, e.body, e.file, e.meta, e.at, e.again, e.lane
from unnest(cast(:lanes as smallint[])) as l(lane)
cross join lateral (
  select * from envelope where envelope.lane = l.lane and state = 0 order by id limit :batch) e
order by e.id limit :batch
""")


class Claimed(NamedTuple):
    """An envelope's row."""

    id: int
    channel_id: int
    key: str
    body: bytes
    file: str
    meta: dict[str, str]
    at: datetime
    again: bool  # it was taken in once before
    lane: int = -1


@dataclass(slots=True)
class Arrival:
    """One normalised fact on its way in, and when it reached us. ``again``: its envelope was taken in before."""

    envelope_id: int
    received: datetime
    bound: Bound
    inbound: Inbound
    again: bool = False
    request: str = ""  # the id under which it came in
    linked: tuple[Address, ...] = ()  # whom the link was for by which she came


@dataclass(slots=True)
class Batch:
    """What was claimed: its facts in order, and the envelopes that could not be understood, with reasons."""

    rows: list[Claimed] = field(default_factory=list)
    arrivals: list[Arrival] = field(default_factory=list)
    bad: dict[int, str] = field(default_factory=dict)

    def of(self, *types: str) -> list[Arrival]:
        """The facts of these types, in order."""
        return [one for one in self.arrivals if one.inbound.type in types]


async def claim(tx: Tx, start: int, only: Sequence[int] = ()) -> list[Claimed]:
    """Lock lanes that have work, beginning at ``start``, and claim their oldest envelopes in order."""
    lanes = list(only) or [(start + step) % LANES for step in range(LANES)]
    locked = [row[0] for row in await tx.execute(LOCK, {"lanes": lanes, "take": TAKE_LANES})]
    if not locked:
        return []
    return [Claimed(*row) for row in await tx.execute(CLAIM, {"lanes": locked, "batch": BATCH})]


async def open_all(rows: Sequence[Claimed], book: Book, files: Files) -> Batch:
    """Parse what was claimed. A fault in one envelope is that envelope's alone.

    While the file store is away, an envelope that needs it waits, and those of its lane behind it. Raises
    :class:`Unavailable` when nothing else is there.
    """
    batch = Batch()
    away: dict[int, Unavailable] = {}
    for row in rows:
        if row.lane in away:
            continue
        try:
            bound = await _bound(book, row)
            facts = await _parse(bound, row, files)
        except Unavailable as error:
            away[row.lane] = error
            continue
        except Malformed as error:
            batch.bad[row.id] = str(error)
        except Passing as error:
            raise error.cause from None
        except Exception as error:
            log.exception("envelope %s of channel %s cannot be parsed, it goes to quarantine", row.id, row.channel_id)
            batch.bad[row.id] = f"{type(error).__name__}: {error}"
        else:
            batch.arrivals += [
                Arrival(row.id, row.at, bound, cleaned(one, row.at), row.again, trace.kept(row.meta))
                for one in facts
                if not row.again or one.type in AGAIN
            ]
        batch.rows.append(row)
    if away and not batch.rows:
        raise next(iter(away.values()))
    return batch


class Passing(Exception):
    """The database did not say which channel it is: no fault of the envelope's."""

    def __init__(self, cause: Exception) -> None:
        super().__init__(str(cause))
        self.cause = cause


async def _bound(book: Book, row: Claimed) -> Bound:
    try:
        return await book.by_id(row.channel_id)
    except Exception as error:
        if passing(error):
            raise Passing(error) from None
        raise


async def _parse(bound: Bound, row: Claimed, files: Files) -> Sequence[Inbound]:
    content = await files.read(row.file) if row.file else row.body
    delivery = Delivery(row.key, "", content, row.meta)
    heavy, parse = len(content) > HEAVY, bound.connector.parse
    facts = await asyncio.to_thread(parse, delivery) if heavy else parse(delivery)
    return [await keep(files, one) for one in facts]


def cleaned(inbound: Inbound, received: datetime) -> Inbound:
    """Without NUL (PostgreSQL has none), with a time that is neither naive nor in the future."""
    at = inbound.at if inbound.at.tzinfo else inbound.at.replace(tzinfo=UTC)
    if at > received + SKEW or at.year < 1990:
        at = received
    return replace(
        inbound,
        at=at,
        text=_clean(inbound.text),
        full_text=_clean(inbound.full_text),
        html=_clean(inbound.html),
        subject=" ".join(_clean(inbound.subject).split())[:500],
        id=_clean(inbound.id)[:900],
        about=_clean(inbound.about)[:900],
        carry=_clean(inbound.carry)[:64],
        party=_said_by(inbound.party),
        media=tuple(_harmless(one) for one in inbound.media),
        data=_clean_all(inbound.data),
    )


def _said_by(party: Party | None) -> Party | None:
    if party is None:
        return None
    name, language = _clean(party.name), _clean(party.language)
    return replace(party, value=_clean(party.value), name=name, language=language)


def _harmless(media: Media) -> Media:
    name, mime = _clean(media.name), _clean(media.mime)
    return replace(media, name=name, mime=mime, ref=_clean(media.ref), content_id=_clean(media.content_id))


def _clean_all(value: Any) -> Any:
    """Every text in what a connector says beside the words."""
    if isinstance(value, str):
        return _clean(value)
    if isinstance(value, Mapping):
        return {_clean(str(key)): _clean_all(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_clean_all(one) for one in value]
    return value


def _clean(text: str) -> str:
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")
