"""One bound connection to an SMSC: answers find their questions, and a line that has died is noticed.

Why not smpp34's own client: it acknowledges what it receives by itself, before the house has stored it, so that a
process killed at that moment loses a customer's message. Here ``deliver_sm_resp`` is ours to send.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
import time
from collections.abc import Callable

from madang.connectors.sms_smpp.account import Account
from madang.connectors.sms_smpp.pdu import ANSWER, LATER, UNKNOWN_COMMAND, Command, Garbled, Pdu, bind, packed, read
from madang.connectors.sms_smpp.statuses import Lost, Refused
from madang.lib.http_guard import Guard

PATIENCE = 15.0  # seconds for a connection and for an answer
PULSE = 30.0  # seconds between two signs of life
IDLE = 120.0  # seconds after which a line that sends nothing is given back
BACKLOG = 1_000  # messages that may wait to be stored

Made = Callable[[int], bytes]  # a PDU with this sequence number


class Link:
    """Make one by :func:`connect`. ``inbox`` holds what customers and receipts say, to be answered by us."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, receives: bool) -> None:
        self.inbox: asyncio.Queue[Pdu | None] = asyncio.Queue(BACKLOG)  # None: the line is dead
        self.dead = False
        self.leaving = False  # it is being given back: nothing new may go by it
        self.used = time.monotonic()
        self._reader, self._writer, self._receives = reader, writer, receives
        self._sequence = 0
        self._waiting: dict[int, asyncio.Future[Pdu]] = {}
        self._tasks = [asyncio.create_task(self._read()), asyncio.create_task(self._beat())]

    async def ask(self, make: Made) -> Pdu:
        """Send and wait for the answer. Raises :class:`Refused`, :class:`Lost`; both mean that it had left."""
        self._sequence = self._sequence % 0x7FFFFFFF + 1
        number, answer = self._sequence, asyncio.get_running_loop().create_future()
        if self.dead:
            raise Lost("the line is dead")
        self._waiting[number] = answer
        try:
            self._writer.write(make(number))
            async with asyncio.timeout(PATIENCE):
                await self._writer.drain()
                pdu: Pdu = await answer
        except (TimeoutError, OSError):
            self._die()
            raise Lost("no answer in time") from None
        finally:
            self._waiting.pop(number, None)
        if pdu.status:
            raise Refused(pdu.status)
        return pdu

    def answer(self, pdu: Pdu, status: int = 0) -> None:
        """Say that it is ours now (or why not)."""
        body = b"\0" if pdu.command in (Command.DELIVER_SM, Command.DATA_SM) else b""
        self._writer.write(packed(pdu.command | ANSWER, pdu.sequence, body, status))

    async def flush(self) -> None:
        """Until the answers are on their way. Raises OSError, TimeoutError."""
        async with asyncio.timeout(PATIENCE):
            await self._writer.drain()

    async def close(self) -> None:
        """Say goodbye where anybody listens, and hang up."""
        if not self.dead:
            with contextlib.suppress(Lost, Refused, TimeoutError):
                async with asyncio.timeout(1):
                    await self.ask(lambda number: packed(Command.UNBIND, number))
        self._die()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        with contextlib.suppress(OSError, TimeoutError):
            async with asyncio.timeout(1):
                await self._writer.wait_closed()

    async def _read(self) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, OSError, Garbled):
            while not self.dead:
                await self._take(await read(self._reader))
        self._die()

    async def _take(self, pdu: Pdu) -> None:
        if pdu.command & ANSWER:
            answer = self._waiting.get(pdu.sequence)
            if answer is not None and not answer.done():
                answer.set_result(pdu)
        elif pdu.command in (Command.DELIVER_SM, Command.DATA_SM) and self._receives:
            await self.inbox.put(pdu)
        elif pdu.command in (Command.DELIVER_SM, Command.DATA_SM):
            self.answer(pdu, LATER)  # a line for sending: the listening one takes it
        elif pdu.command in (Command.ENQUIRE_LINK, Command.UNBIND):
            self.answer(pdu)
            if pdu.command == Command.UNBIND:
                await self.flush()
                self._die()
        else:
            self._writer.write(packed(Command.GENERIC_NACK, pdu.sequence, status=UNKNOWN_COMMAND))

    async def _beat(self) -> None:
        """Signs of life; a line for sending that nobody uses is given back."""
        while not self.dead:
            await asyncio.sleep(PULSE)
            if not self._receives and time.monotonic() - self.used > IDLE:
                self.leaving = True
                with contextlib.suppress(Lost, Refused):
                    await self.ask(lambda number: packed(Command.UNBIND, number))
                self._die()
            else:
                with contextlib.suppress(Lost, Refused):
                    await self.ask(lambda number: packed(Command.ENQUIRE_LINK, number))

    def _die(self) -> None:
        if self.dead:
            return
        self.dead = True
        self._writer.close()
        for answer in self._waiting.values():
            if not answer.done():
                answer.set_exception(Lost("the line was lost"))
        with contextlib.suppress(asyncio.QueueFull):  # who reads a full one sees it is dead after that
            self.inbox.put_nowait(None)


async def connect(account: Account, *, receives: bool) -> Link:
    """A bound line. Raises what ``statuses.FAILURES`` names."""
    reader, writer = await _dial(account)
    link = Link(reader, writer, receives=receives)
    separate = Command.BIND_RECEIVER if receives else Command.BIND_TRANSMITTER
    command = separate if account.separate else Command.BIND_TRANSCEIVER
    body = bind(account.system_id, account.password, account.system_type)
    try:
        await link.ask(lambda number: packed(command, number, body))
    except BaseException:
        await link.close()
        raise
    return link


async def _dial(account: Account) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A connection to an address that the house's guard has judged."""
    tls = ssl.create_default_context() if account.tls else None
    failure: OSError = socket.gaierror(f"{account.host} has no address")
    async with asyncio.timeout(PATIENCE):
        for address in await Guard(account.allow).addresses(account.host, account.port):
            try:
                name = account.host if tls else None
                pair = await asyncio.open_connection(address, account.port, ssl=tls, server_hostname=name)
            except OSError as error:
                failure = error
            else:
                made: socket.socket = pair[1].get_extra_info("socket")
                made.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
                return pair
    raise failure
