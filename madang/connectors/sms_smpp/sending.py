"""Messages onto the line: a bind of this process's own, kept and used again, within their window and pace.

The house makes a connector anew every few seconds, and lets the old one go without a word. So lines belong to the
process and not to a connector: one for each account, as long as anybody has used it within ``link.IDLE``.
"""

from __future__ import annotations

import asyncio
import itertools
import secrets
import time
import weakref
from collections.abc import Callable

import smpp34

from madang.channels.connector import SendError, Sent
from madang.connectors.sms_smpp.account import Account
from madang.connectors.sms_smpp.heard import UDHI
from madang.connectors.sms_smpp.link import Link, connect
from madang.connectors.sms_smpp.pdu import Extra, message_id
from madang.connectors.sms_smpp.receipts import names
from madang.connectors.sms_smpp.statuses import FAILURES, send_error
from madang.connectors.sms_smpp.texts import coded
from madang.lib.language import marked
from madang.lib.sms_alphabet import Place, header

FURTHER = (0.5, 1.0, 2.0, 4.0)  # seconds between the tries of a later part that is asked to go more slowly
RECEIPT = 1  # registered_delivery: tell us what became of it

_lines: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, dict[Account, Sender]] = weakref.WeakKeyDictionary()


def sender_of(account: Account, user: object) -> Sender:
    """The process's sender for this account. ``user`` has it until :meth:`Sender.leave`, or until it is collected."""
    mine = _lines.setdefault(asyncio.get_running_loop(), {})
    for other in [one for one, sender in mine.items() if one != account and sender.is_idle]:
        del mine[other]
    sender = mine.setdefault(account, Sender(account))
    sender.users.add(user)
    return sender


async def check(account: Account) -> None:
    """Bind once, as sending will. Raises what ``statuses.FAILURES`` names."""
    link = await connect(account, receives=False)
    await link.close()


class Sender:
    """The sending line of one account."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self.users: weakref.WeakSet[object] = weakref.WeakSet()
        self._link: Link | None = None
        self._dialling = asyncio.Lock()
        self._window = asyncio.Semaphore(account.window)
        self._next = 0.0
        self._references = itertools.count(secrets.randbelow(256))

    async def send(self, to: str, words: str) -> Sent:
        """Hand a text over; ``to`` as E.164. Raises SendError."""
        called = self.account.called(to)
        given: list[str] = []
        for make in self._pdus(called, words):
            try:
                given.append(await self._submit(make, patient=bool(given)))
            except SendError as error:
                if not given:
                    raise
                raise SendError("unsure", marked("Only the beginning of this message was sent.")) from error
        further = [other for one in given for other in names(one, self.account.receipt_ids)]
        return Sent(given[0], tuple(dict.fromkeys([*given[1:], *further])))

    def _pdus(self, called: str, words: str) -> list[Callable[[int], bytes]]:
        coding, parts = coded(words, self.account.alphabet)
        if len(parts) == 1:
            return [self._pdu(called, coding, parts[0])]
        if self.account.payload:
            return [self._pdu(called, coding, b"", payload=b"".join(parts))]
        reference = next(self._references) & 0xFF
        heads = [header(Place(reference, len(parts), number)) for number in range(1, len(parts) + 1)]
        return [self._pdu(called, coding, head + part, esm_class=UDHI) for head, part in zip(heads, parts, strict=True)]

    def _pdu(
        self, called: str, coding: int, text: bytes, *, esm_class: int = 0, payload: bytes = b""
    ) -> Callable[[int], bytes]:
        sender, (ton, npi) = self.account.sender, _kind(self.account.sender)
        abroad = not self.account.national
        return lambda number: smpp34.SubmitSm(
            sender.removeprefix("+"),
            called,
            text,
            source_addr_ton=ton,
            source_addr_npi=npi,
            dest_addr_ton=1 if abroad else 2,
            dest_addr_npi=1,
            esm_class=esm_class,
            registered_delivery=RECEIPT,
            data_coding=coding,
            tlvs=[smpp34.Tlv(Extra.MESSAGE_PAYLOAD, payload)] if payload else [],
            sequence_number=number,
        ).encode()

    async def _submit(self, make: Callable[[int], bytes], *, patient: bool) -> str:
        """One PDU; its name there. ``patient``: a request for a slower pace is obeyed here."""
        for pause in FURTHER if patient else ():
            try:
                return await self._once(make)
            except SendError as error:
                if error.why not in ("rate", "down"):
                    raise
                await asyncio.sleep(pause)
        return await self._once(make)

    async def _once(self, make: Callable[[int], bytes]) -> str:
        async with self._window:
            try:
                link = await self._line()
            except FAILURES as error:
                raise send_error(error, handed_over=False) from None
            await self._pace()
            try:
                answer = await link.ask(make)
            except FAILURES as error:
                raise send_error(error, handed_over=True) from None
        name = message_id(answer.body)
        if not name:
            raise SendError("unsure", marked("The SMSC took it without giving it a name."))
        return name

    async def _line(self) -> Link:
        async with self._dialling:
            if self._link is None or self._link.dead or self._link.leaving:
                old, self._link = self._link, None
                if old is not None:
                    await old.close()
                self._link = await connect(self.account, receives=False)
            self._link.used = time.monotonic()
            return self._link

    async def _pace(self) -> None:
        """So many a second, evenly."""
        now = asyncio.get_running_loop().time()
        self._next = max(self._next, now) + 1 / self.account.per_second
        await asyncio.sleep(max(0.0, self._next - 1 / self.account.per_second - now))

    @property
    def is_idle(self) -> bool:
        """Whether nobody has it and no line is open."""
        return not self.users and (self._link is None or self._link.dead)

    async def leave(self, user: object) -> None:
        """``user`` is done; the last one hangs up."""
        self.users.discard(user)
        if self.users:
            return
        async with self._dialling:
            link, self._link = self._link, None
            if link is not None:
                await link.close()


def _kind(sender: str) -> tuple[int, int]:
    """(type of number, numbering plan) of the sender: a name, a number with its country, or one as it is dialled."""
    if not sender.removeprefix("+").isdecimal():
        return 5, 0
    return (1, 1) if sender.startswith("+") else (0, 1)
