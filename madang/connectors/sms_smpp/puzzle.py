"""Parts of long messages until all are there, kept in the cursor: they survive what the process does not.

A part is acknowledged as soon as it is stored, because an SMSC with a small window sends the next one only then.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field

import msgspec

from madang.channels.connector import Delivery
from madang.connectors.sms_smpp.heard import heard
from madang.connectors.sms_smpp.pdu import Garbled, Pdu

WAIT = 120.0  # seconds for the parts that are missing; then what came is shown, marked
AGAIN = 120.0  # seconds in which what was stored and perhaps not acknowledged comes again; after them it is new
MOST = 500  # parts that wait; the oldest go first

Key = tuple[str, str, int, int]


class Waiting(msgspec.Struct):
    """A part that waits for the others."""

    since: float
    raw: bytes


class _Kept(msgspec.Struct):
    parts: list[Waiting] = []
    open: list[str] = []
    open_at: float = 0.0
    again: list[str] = []
    again_at: float = 0.0


@dataclass
class Puzzle:
    """What is not finished. ``open``: digests of what was stored and not surely acknowledged on this line;
    ``again``: the same of lines before, which comes again."""

    parts: dict[Key, list[Waiting]] = field(default_factory=dict)
    open: list[str] = field(default_factory=list)
    open_at: float = 0.0
    again: list[str] = field(default_factory=list)
    again_at: float = 0.0

    @classmethod
    def read(cls, cursor: str) -> Puzzle:
        """Out of a cursor; a text that is none is the beginning."""
        try:
            kept = msgspec.json.decode(cursor or "{}", type=_Kept)
        except (msgspec.DecodeError, UnicodeError):
            return cls()
        made = cls(open=kept.open, open_at=kept.open_at, again=kept.again, again_at=kept.again_at)
        for one in kept.parts:
            made.parts.setdefault(_key(one.raw), []).append(one)
        return made

    def __str__(self) -> str:
        if not self.parts and not self.open and not self.again:
            return ""
        parts = [one for some in self.parts.values() for one in some]
        return msgspec.json.encode(_Kept(parts, self.open, self.open_at, self.again, self.again_at)).decode()

    def new_line(self) -> None:
        """The line is another: what was open on the last one may come again."""
        self.again, self.again_at = self.open + self.again, max(self.open_at, self.again_at)
        self.open = []

    def known(self, pdu: Pdu, now: float) -> bool:
        """Whether it is one that was stored before the line broke; each is recognised once."""
        if now - self.again_at > AGAIN:
            self.again = []
        mark = digest(pdu)
        if mark not in self.again:
            return False
        self.again.remove(mark)
        return True

    def take(self, pdu: Pdu, now: float) -> list[Delivery]:
        """What is whole by this PDU."""
        try:
            place = heard(pdu.raw).place
        except Garbled:  # kept as it is: in quarantine somebody can look at it
            place = None
        if place is None:
            return [_delivery([pdu.raw], now)]
        key, made = _key(pdu.raw), list[Delivery]()
        some = self.parts.setdefault(key, [])
        before = [one.raw for one in some if _number(one.raw) == place.number]
        if any(heard(raw).text == heard(pdu.raw).text for raw in before):  # acknowledged, and they did not hear it
            return []
        if before:  # the reference begins anew
            made.append(self._out(key, now))
            some = self.parts.setdefault(key, [])
        some.append(Waiting(now, pdu.raw))
        if len(some) == place.total:
            made.append(self._out(key, now))
        return made

    def overdue(self, now: float) -> list[Delivery]:
        """What has waited long enough, as far as it came."""
        late = [key for key, some in self.parts.items() if now - some[0].since >= WAIT]
        spare = sum(map(len, self.parts.values())) - MOST
        for key in sorted(self.parts, key=lambda one: self.parts[one][0].since):
            if spare > 0 and key not in late:
                late.append(key)
                spare -= len(self.parts[key])
        return [self._out(key, now) for key in late]

    def patience(self, now: float) -> float | None:
        """Seconds until something is overdue."""
        since = [some[0].since for some in self.parts.values()]
        return max(0.0, min(since) + WAIT - now) if since else None

    def _out(self, key: Key, now: float) -> Delivery:
        return _delivery([one.raw for one in sorted(self.parts.pop(key), key=lambda one: _number(one.raw))], now)


def digest(pdu: Pdu) -> str:
    """The same for a PDU that comes again: its sequence number is another then."""
    return hashlib.sha256(pdu.body).hexdigest()[:24]


def _key(raw: bytes) -> Key:
    one = heard(raw)
    assert one.place is not None  # noqa: S101 - only parts are kept
    return one.source, one.to, one.place.reference, one.place.total


def _number(raw: bytes) -> int:
    place = heard(raw).place
    return place.number if place else 0


def _delivery(raws: Sequence[bytes], now: float) -> Delivery:
    """One message or receipt. Two that say the same are two: the moment is part of the key."""
    body = b"".join(raws)
    try:
        sender = heard(raws[0]).source
    except Garbled:
        sender = ""
    key = hashlib.sha256(body + f"{now:.6f}".encode()).hexdigest()[:32]
    return Delivery(key, sender, body, {"at": str(int(now))})
