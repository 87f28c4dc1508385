"""SMPP 3.4 on the wire: heads, binds and answers. Bodies of messages are read and written by smpp34."""

from __future__ import annotations

import asyncio
import struct
from dataclasses import dataclass
from enum import IntEnum

HEAD = struct.Struct(">IIII")
MOST = 70_000  # bytes; a message_payload may have 65,535
ANSWER = 0x80000000


class Command(IntEnum):
    """What a PDU asks for (SMPP 3.4, table 5-1)."""

    BIND_RECEIVER = 0x01
    BIND_TRANSMITTER = 0x02
    SUBMIT_SM = 0x04
    DELIVER_SM = 0x05
    UNBIND = 0x06
    BIND_TRANSCEIVER = 0x09
    ENQUIRE_LINK = 0x15
    DATA_SM = 0x103
    GENERIC_NACK = 0x80000000


class Extra(IntEnum):
    """The optional parameters we read and write (SMPP 3.4, 5.3.2)."""

    RECEIPTED_MESSAGE_ID = 0x001E
    SAR_MSG_REF_NUM = 0x020C
    SAR_TOTAL_SEGMENTS = 0x020E
    SAR_SEGMENT_SEQNUM = 0x020F
    MESSAGE_PAYLOAD = 0x0424
    MESSAGE_STATE = 0x0427


UNKNOWN_COMMAND = 0x03  # ESME_RINVCMDID
LATER = 0x64  # ESME_RX_T_APPN: give it to us again


class Garbled(Exception):
    """What came is no PDU: nothing after it can be read."""


@dataclass(frozen=True, slots=True)
class Pdu:
    """One PDU as it came. ``raw`` is all of it."""

    command: int
    status: int
    sequence: int
    body: bytes
    raw: bytes


async def read(reader: asyncio.StreamReader) -> Pdu:
    """The next PDU. Raises :class:`Garbled`, or asyncio.IncompleteReadError at the end."""
    head = await reader.readexactly(HEAD.size)
    length, command, status, sequence = HEAD.unpack(head)
    if not HEAD.size <= length <= MOST:
        raise Garbled(f"a PDU of {length} bytes")
    body = await reader.readexactly(length - HEAD.size)
    return Pdu(command, status, sequence, body, head + body)


def packed(command: int, sequence: int, body: bytes = b"", status: int = 0) -> bytes:
    """A PDU."""
    return HEAD.pack(HEAD.size + len(body), command, status, sequence) + body


def split(raw: bytes) -> list[bytes]:
    """The PDUs that lie in ``raw`` one after the other. Raises :class:`Garbled`."""
    made = []
    while raw:
        length = int.from_bytes(raw[:4], "big")
        if not HEAD.size <= length <= len(raw):
            raise Garbled("a PDU is cut off")
        made.append(raw[:length])
        raw = raw[length:]
    return made


def text(*words: str) -> bytes:
    """Words as the protocol writes them."""
    return b"".join(word.encode("latin-1", "replace") + b"\0" for word in words)


def bind(system_id: str, password: str, system_type: str) -> bytes:
    """The body of a bind: who we are, version 3.4, every address."""
    return text(system_id, password, system_type) + bytes((0x34, 0, 0)) + text("")


def message_id(body: bytes) -> str:
    """What the SMSC calls a message, out of its answer."""
    return body.partition(b"\0")[0].decode("latin-1")
