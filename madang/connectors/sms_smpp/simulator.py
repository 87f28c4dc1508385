"""An SMSC on loopback, on smpp34's own server: takes messages, reports on them, keeps what nobody is there to take.

Its lines are transceivers: smpp34 1.5 takes no ``deliver_sm_resp`` on a receiver's line (its client meets the same).
Receivers and transmitters are tested against another SMSC, npm's ``smpp``.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import secrets
import socket
from collections import deque
from collections.abc import Coroutine, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import smpp34

from madang.channels.playing import Asked, Bubble, Person, Provider, Refused, Shown, Told, Verb
from madang.connectors.sms_smpp.pdu import Extra
from madang.lib import sms, sms_alphabet
from madang.lib.sms_alphabet import Place, header, read_header

NUMBER = "15880000"
STATUS: Mapping[int, int] = {400: 0x0B, 401: 0x0F, 403: 0x0F, 429: 0x58, 503: 0x64}
STATES: Mapping[str, int] = {"ENROUTE": 1, "DELIVRD": 2, "EXPIRED": 3, "UNDELIV": 5, "REJECTD": 8}
Packet = Mapping[str, Any]  # arguments of a deliver_sm


class Phone(Person):
    """A customer's phone."""

    verbs = frozenset[Verb]({"say", "block", "unblock"})

    def __init__(self, smsc: Simulator, name: str, number: str) -> None:
        super().__init__(name)
        self.smsc, self.number = smsc, number
        self._references = itertools.count(secrets.randbelow(256))  # phones count on

    async def say(self, text: str, files: Sequence[Shown] = ()) -> Bubble:
        """Write; a long text goes in parts. The SMSC keeps it until somebody has acknowledged it."""
        bubble = Bubble(secrets.token_hex(4), mine=True, text=text, kind="SMS")
        self.bubbles.append(bubble)
        for packet in self.packets(text):
            self.smsc.put(packet)
        return bubble

    def packets(self, text: str) -> list[Packet]:
        """The parts of a text as they come over the air."""
        parts, reference = sms_alphabet.parts(text), next(self._references) & 0xFF
        seven = sms_alphabet.is_gsm(text)
        raws = [sms_alphabet.gsm(part) if seven else sms_alphabet.ucs2(part) for part in parts]
        if len(raws) > 1:
            raws = [header(Place(reference, len(raws), n)) + raw for n, raw in enumerate(raws, start=1)]
        return [self.packet(raw, coding=0 if seven else 8, esm_class=0x40 if len(raws) > 1 else 0) for raw in raws]

    def packet(self, raw: bytes, *, coding: int, esm_class: int) -> Packet:
        """One deliver_sm."""
        return {
            "source_addr": self.number.removeprefix("+"),
            "source_addr_ton": 1,
            "source_addr_npi": 1,
            "destination_addr": NUMBER,
            "short_message": raw,
            "data_coding": coding,
            "esm_class": esm_class,
        }

    async def do(self, verb: Verb, bubble: Bubble | None = None, value: str = "") -> None:
        """Opt out and in by the word."""
        if verb not in ("block", "unblock"):
            await super().do(verb, bubble, value)
        await self.say("수신거부" if verb == "block" else "수신동의")


class Simulator(Provider):
    """One SMSC. ``states`` are what becomes of each message taken; ``extras`` whether receipts carry parameters."""

    def __init__(self) -> None:
        super().__init__()
        self.port = 0
        self.phones: dict[str, Phone] = {}
        self.states: tuple[str, ...] = ("DELIVRD",)
        self.extras = True
        self.waiting: deque[Packet] = deque()
        self.lines: dict[str, smpp34.Esme] = {}
        self._numbers = itertools.count(1)
        self._parts: dict[tuple[str, int], dict[int, str]] = {}
        self._unanswered: list[smpp34.SubmitSmEvent] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._there = asyncio.Event()
        self._server: smpp34.Server | None = None

    def form(self) -> dict[str, str]:
        """The set-up form of a channel of this SMSC."""
        given = {"host": "127.0.0.1", "port": str(self.port or 2775), "security": "none", "system_id": "haneul"}
        given |= {"password": "secret", "sender": NUMBER, "region": "KR", "per_second": "1000"}
        return given | {"binds": "transceiver"}

    def person(self, hook: str, name: str = "미나", **more: Any) -> Phone:
        """A phone; no webhook is called, the line is open. ``number`` gives it one."""
        if name not in self.phones:
            number = str(more.get("number") or sms.played(name))
            self.phones[name] = Phone(self, name, number)
        return self.phones[name]

    async def answer(self, asked: Asked) -> Told:
        """It speaks SMPP only."""
        raise Refused(404, {"message": "this is an SMSC"})

    async def start(self) -> None:
        """Listen on a free port."""
        await super().start()
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self._server = smpp34.Server("127.0.0.1", self.port, system_id="SMSC")
        await self._server.start()
        self._later(self._serve(self._server))
        self._later(self._give_out())

    async def stop(self) -> None:
        """Hang up everywhere."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self.lines.clear()
        if self._server is not None:
            await self._server.stop()
        await super().stop()

    async def hang_up(self) -> None:
        """Every line breaks."""
        for line in list(self.lines.values()):
            with contextlib.suppress(smpp34.SmppError, OSError, RuntimeError):
                await line.unbind()

    def put(self, packet: Packet) -> None:
        """Something for whoever listens, in order."""
        self.waiting.append(packet)
        self._there.set()

    async def _serve(self, server: smpp34.Server) -> None:
        while True:
            event = await server.next()
            if isinstance(event, smpp34.Esme):
                self.lines[event.session_id] = event
                self._there.set()
            elif isinstance(event, smpp34.Unbound):
                self.lines.pop(event.session_id, None)
            else:
                self._submitted(event)

    async def _give_out(self) -> None:
        """One at a time; what is not acknowledged is given out again."""
        while True:
            await self._there.wait()
            self._there.clear()
            while self.waiting and (line := next((one for one in self.lines.values() if one.can_receive), None)):
                if await self._given(line, self.waiting[0]):
                    self.waiting.popleft()
                elif self.lines.pop(line.session_id, None):  # it takes nothing now: the others first
                    self.lines[line.session_id] = line
                    await asyncio.sleep(0.01)

    async def _given(self, line: smpp34.Esme, packet: Packet) -> bool:
        """Whether it was acknowledged, before the line ended."""
        giving = asyncio.ensure_future(line.deliver_sm(**packet))
        while not giving.done() and line.session_id in self.lines:
            await asyncio.wait({giving}, timeout=0.02)
        if not giving.done():
            giving.cancel()
        answer = (await asyncio.gather(giving, return_exceptions=True))[0]
        return isinstance(answer, smpp34.DeliverSmResp) and answer.is_success

    def _submitted(self, event: smpp34.SubmitSmEvent) -> None:
        self.calls.append(Asked("SUBMIT_SM", "/submit_sm", {}, {}, event.short_message or _payload(event)))
        mood, _ = self._mood("/submit_sm")
        if isinstance(mood, int):
            event.reject(STATUS.get(mood, 0x08))
            return
        if mood == "silence":
            self._unanswered.append(event)
            return
        name = f"M{next(self._numbers):04X}"
        self._show(event, name)
        if mood == "drop":
            self._unanswered.append(event)
            self._later(self.hang_up())
            return
        event.accept(message_id=name)
        for state in self.states if event.registered_delivery & 1 else ():
            self.put(self._receipt(event, name, state))

    def _show(self, event: smpp34.SubmitSmEvent, name: str) -> None:
        place, raw = read_header(event.short_message) if event.esm_class & 0x40 else (None, event.short_message)
        raw = raw or _payload(event)
        words = sms_alphabet.from_ucs2(raw) if event.data_coding == 8 else sms_alphabet.from_gsm(raw)
        if place is not None:
            key = event.destination_addr, place.reference
            parts = self._parts.setdefault(key, {})
            parts[place.number] = words
            if len(parts) < place.total:
                return
            words = "".join(parts[number] for number in sorted(parts))
            del self._parts[key]
        tail = event.destination_addr.lstrip("0")
        phone = next((one for one in self.phones.values() if one.number.endswith(tail)), None)
        if phone is not None:
            phone.bubbles.append(Bubble(name, mine=False, text=words, kind="SMS"))

    def _receipt(self, event: smpp34.SubmitSmEvent, name: str, state: str) -> Packet:
        now = datetime.now(UTC).strftime("%y%m%d%H%M")
        words = f"id:{name} sub:001 dlvrd:001 submit date:{now} done date:{now} stat:{state} err:000 text:"
        extras = [
            smpp34.Tlv(Extra.RECEIPTED_MESSAGE_ID, name.encode() + b"\0"),
            smpp34.Tlv(Extra.MESSAGE_STATE, bytes((STATES[state],))),
        ]
        return {
            "source_addr": event.destination_addr,
            "source_addr_ton": event.dest_addr_ton,
            "destination_addr": event.source_addr,
            "short_message": words.encode(),
            "esm_class": 4,
            "tlvs": extras if self.extras else [],
        }

    def _later(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _payload(event: smpp34.SubmitSmEvent) -> bytes:
    return next((bytes(one.value) for one in event.tlvs if one.tag == Extra.MESSAGE_PAYLOAD), b"")
