"""By which channels a conversation's customer can be answered now, and which one is best."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from typing import Any

from sqlalchemy import Row

from madang.channels.abilities import Copies, Prices, Speaks
from madang.channels.connector import Cap, Config, Connector, Kind, Outbound, Party, Price
from madang.channels.registry import get
from madang.conversations.doors.candidates import CANDIDATES
from madang.conversations.doors.copies import without_ours
from madang.lib.errors import Refused
from madang.lib.language import marked
from madang.lib.postgres import Tx

AWAY = marked("She has left the chat. She sees the answer when she comes back.")
AWAY_MAIL = marked("She has left the chat. The answer goes out by mail.")
PAUSED = marked("This channel is paused.")
BARRED = marked("She wants no messages by this channel.")
ENDED = marked("Her session has ended. She can be written to here again when she has written.")
TEMPLATE_ONLY = marked("Only an approved template can be sent now.")
NOTICES_ONLY = marked("This channel carries approved templates only.")

THERE = marked("She is there now")
PREFERRED = marked("She prefers it")
LAST_USED = marked("She wrote here last")
WORKED = marked("It has reached her before")


@dataclass(frozen=True, slots=True)
class Way:
    """One channel that leads to the customer. ``to`` is the address as shown, ``why_not`` a msgid when unreachable.

    ``until``: then its window closes. ``needs_template``: nothing but an approved template may be said now.
    ``success``: of what we said to her there, the part that arrived; None when nothing was. ``why_best`` is a msgid.
    ``price`` is what a short message costs. ``froms``: our own addresses it may come from, the usual one first.
    ``others``: who got what she wrote there last, besides her and us.
    """

    channel_id: int
    connector: str
    name: str
    kind: str
    to: str
    identity_id: int | None
    can: tuple[str, ...]
    reachable: bool
    why_not: str
    default: bool
    text_limit: int
    files: bool
    subject: bool
    live: bool
    until: datetime | None = None
    needs_template: bool = False
    blocked: bool = False
    price: Price | None = None
    buttons: int = 0
    parts_by: str = "utf-8"
    success: float | None = None
    present: bool = False
    preferred: bool = False
    last_in: int = 0
    why_best: str = ""
    froms: tuple[str, ...] = ()
    others: tuple[str, ...] = ()


async def ways(tx: Tx, conversation_id: int) -> list[Way]:
    """Every way to the customer, the best one marked ``default``. The caller has checked the scope."""
    found: dict[int, tuple[type[Connector], Row[Any]]] = {}
    for row in await tx.execute(CANDIDATES, {"conversation": conversation_id}):
        if row.channel_id in found or row.kind is None:
            continue
        made = get(row.connector)
        if _fits(made, row):
            found[row.channel_id] = made, row
    named = {number: _named(*one) for number, one in found.items()}
    others = set(await without_ours(tx, [one for some in named.values() for one in some]))
    return _with_default(
        [_way(*one, tuple(other for other in named[number] if other in others)) for number, one in found.items()]
    )


def _fits(made: type[Connector], row: Row[Any]) -> bool:
    """Whether the channel can write to this address: it spoke here, is the channel's own, or is of its global kind."""
    own = bool(row.account) and row.account == f"{row.connector}:{row.key}"
    fits_kind = row.kind == made.identity and made.identity in (Kind.EMAIL, Kind.PHONE) and Cap.INITIATE in made.caps
    sends = made.send is not Connector.send
    return sends and (bool(row.spoke) or own or fits_kind)


def _way(made: type[Connector], row: Row[Any], others: tuple[str, ...]) -> Way:
    until, needs_template, why_not = _window(made, row)
    away = made.live and not row.present
    blocked = row.blocked_at is not None
    why_not = PAUSED if row.paused else BARRED if blocked else AWAY if away else why_not
    return Way(
        channel_id=row.channel_id,
        connector=row.connector,
        name=row.name,
        kind=row.kind,
        to=row.value,
        identity_id=row.identity_id,
        can=_can(made, row),
        reachable=not (row.paused or blocked or away) and why_not in ("", TEMPLATE_ONLY, NOTICES_ONLY),
        why_not=why_not,
        default=False,
        text_limit=made.limits.text,
        files=Cap.FILE in made.caps,
        subject=Cap.SUBJECT in made.caps,
        live=made.live,
        until=until,
        needs_template=needs_template,
        blocked=blocked,
        price=_price(made, row),
        buttons=made.limits.buttons if Cap.BUTTONS in made.caps else 0,
        parts_by=made.limits.encoding,
        success=None if not row.tried else row.arrived / row.tried,
        present=made.live and bool(row.present),
        preferred=bool(row.prefers) and row.prefers == row.kind,
        last_in=row.last_in or 0,
        froms=_froms(made, row),
        others=others,
    )


def _can(made: type[Connector], row: Row[Any]) -> tuple[str, ...]:
    """What it carries. Where she wrote last below a post, what is answered there everybody reads too."""
    return _names(made.caps | Cap.PUBLIC if row.in_public else made.caps)


@cache
def _names(caps: Cap) -> tuple[str, ...]:
    return tuple(sorted(str(cap.name).lower() for cap in Cap if cap in caps))


def _window(made: type[Connector], row: Row[Any]) -> tuple[datetime | None, bool, str]:
    """(until when she may be written to freely, whether only by template, a msgid why not at all)."""
    if Cap.TEXT not in made.caps:
        return None, True, NOTICES_ONLY
    window = made.limits.window and _bound(made, row).limits.window
    if row.in_public or (window is None and row.closed_at is None):  # below a post there is no window
        return None, False, ""
    until = row.heard_at + window if window is not None and row.heard_at is not None else None
    if row.closed_at is None and until is not None and until > datetime.now(UTC):
        return until, False, ""
    if Cap.TEMPLATE in made.caps:
        return until, True, TEMPLATE_ONLY
    return until, False, ENDED


def _bound(made: type[Connector], row: Row[Any]) -> Connector:
    """The channel without its secrets: its window and prices may be its own."""
    return made(Config(row.channel_id, row.key, row.name, row.settings, {}))


def _price(made: type[Connector], row: Row[Any]) -> Price | None:
    """What a short message costs there, by the channel's price list."""
    if not issubclass(made, Prices):
        return None
    bound: Any = _bound(made, row)
    party = Party(Kind(row.kind), row.value)
    found: Price | None = bound.price(Outbound("", party, "안녕하세요", conversation=0, message=0))
    return found


def _froms(made: type[Connector], row: Row[Any]) -> tuple[str, ...]:
    """Our addresses or numbers that customers see there."""
    if not issubclass(made, Speaks):
        return ()
    bound: Any = _bound(made, row)
    return tuple(one for one in bound.speaks_as(row.said) if one)


def _named(made: type[Connector], row: Row[Any]) -> list[str]:
    """Whom else she wrote to, ourselves among them: whoever answers all answers the others."""
    if not issubclass(made, Copies):
        return []
    bound: Any = _bound(made, row)
    return [one for one in bound.others(row.said) if one.lower() != row.value.lower()]


def _rank(way: Way) -> tuple[object, ...]:
    """What is better comes later: it reaches her, freely, where she is, as she wishes, where she wrote last."""
    free = way.reachable and not way.needs_template
    return (free, way.reachable, way.present, way.preferred, way.last_in, way.success or 0.0)


def _with_default(some: list[Way]) -> list[Way]:
    """The best marked, with its reason; where she will look again if none reaches her."""
    best = max(some, key=_rank, default=None)
    if best is None:
        return []
    marked_ways = [replace(way, default=True, why_best=_why(way)) if way is best else way for way in some]
    if not best.live and best.kind == Kind.EMAIL:
        marked_ways = [replace(way, why_not=AWAY_MAIL) if way.why_not == AWAY else way for way in marked_ways]
    return marked_ways


def _why(way: Way) -> str:
    if not way.reachable:
        return ""
    if way.present:
        return THERE
    if way.preferred:
        return PREFERRED
    if way.last_in:
        return LAST_USED
    return WORKED if way.success else ""


async def choose(tx: Tx, conversation_id: int, channel_id: int | None) -> Way:
    """The way asked for, or the best one; raises Refused when none leads there."""
    some = await ways(tx, conversation_id)
    for way in some:
        if way.channel_id == channel_id or (channel_id is None and way.default):
            return way
    if some and channel_id is not None:
        raise Refused("This channel does not lead to the customer. Choose another one.", "channel")
    raise Refused("No channel leads to this customer any more. Ask for an address, or leave a note.", "channel")


async def others(tx: Tx, conversation_id: int, but: Sequence[int]) -> Way | None:
    """The next way in the chain: reachable, and not one of ``but``."""
    some = [way for way in await ways(tx, conversation_id) if _free(way) and way.channel_id not in but]
    return next((way for way in some if way.default), some[0] if some else None)


def _free(way: Way) -> bool:
    """Whether anything may be said there now, to her alone."""
    return way.reachable and not way.needs_template and "public" not in way.can


def party(way: Way) -> Party:
    """The way's address as a connector takes it."""
    return Party(Kind(way.kind), way.to)
