"""What an answer of the SMSC means (SMPP 3.4, table 5-2): for a message, and for whoever sets the channel up."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Mapping
from datetime import timedelta

from madang.channels.connector import SendError, SendWhy, SetupError
from madang.connectors.sms_smpp.pdu import Garbled
from madang.lib.http_guard import Blocked
from madang.lib.language import marked

SOON = timedelta(seconds=5)

NAMES: Mapping[int, tuple[SendWhy, str]] = {
    0x01: ("invalid", marked("The SMSC says that the message is too long.")),
    0x04: ("down", marked("The SMSC does not take messages on this connection.")),
    0x05: ("down", marked("The SMSC says that this account is connected already.")),
    0x08: ("down", marked("The SMSC has a fault.")),
    0x0A: ("policy", marked("The SMSC does not accept the sender number. Is it registered there?")),
    0x0B: ("invalid", marked("The SMSC says that this is no number it can reach.")),
    0x0D: ("auth", marked("The SMSC refuses the connection. Does it know this server's address?")),
    0x0E: ("auth", marked("The SMSC does not accept this password.")),
    0x0F: ("auth", marked("The SMSC does not know this system ID.")),
    0x14: ("rate", marked("The SMSC's queue is full.")),
    0x45: ("down", marked("The SMSC could not take the message.")),
    0x53: ("auth", marked("The SMSC does not know this system type.")),
    0x58: ("rate", marked("The SMSC asks to send more slowly.")),
    0x64: ("down", marked("The SMSC cannot take the message at the moment.")),
    0x65: ("policy", marked("The SMSC refuses this message.")),
    0x66: ("policy", marked("The SMSC refuses this message.")),
}


class Refused(Exception):
    """The SMSC answered with this status."""

    def __init__(self, status: int) -> None:
        super().__init__(f"command_status 0x{status:08X}")
        self.status = status


class Lost(Exception):
    """The connection ended while something waited for an answer, or stayed without a word."""


FAILURES = (Refused, Lost, Garbled, Blocked, OSError, TimeoutError, asyncio.IncompleteReadError)


def send_error(error: Exception, *, handed_over: bool) -> SendError:
    """The policy. ``handed_over``: the message had left when it happened."""
    if isinstance(error, Refused):
        why, words = NAMES.get(error.status, ("invalid", f"The SMSC refuses it (0x{error.status:08X})."))
        return SendError(why, words, retry=SOON if why == "rate" else None)
    if isinstance(error, Blocked):
        return SendError("policy", str(error))
    if handed_over:
        return SendError("unsure", marked("The SMSC did not answer. It may have the message."))
    return SendError("down", marked("The SMSC cannot be reached."))


def setup_error(error: Exception) -> SetupError:
    """What is wrong, and at which field."""
    if isinstance(error, Refused):
        words = NAMES.get(error.status, ("", f"The SMSC refuses the connection (0x{error.status:08X})."))[1]
        field = {0x0E: "password", 0x0F: "system_id", 0x05: "system_id", 0x53: "system_type"}
        return SetupError(words, field.get(error.status, ""))
    if isinstance(error, Blocked):
        return SetupError(str(error), "host")
    if isinstance(error, socket.gaierror):
        return SetupError("There is no server of this name.", "host")
    if isinstance(error, ssl.SSLCertVerificationError):
        return SetupError("The server's certificate is not valid for this name.", "host")
    if isinstance(error, ssl.SSLError):
        return SetupError("The server does not speak TLS on this port.", "security")
    if isinstance(error, ConnectionRefusedError):
        return SetupError("The server does not answer on this port.", "port")
    if isinstance(error, Lost | Garbled | asyncio.IncompleteReadError):
        return SetupError("The server hung up. Is this the port of its SMPP service, with the right security?", "port")
    return SetupError("The server did not answer in time. Check the address and the port.", "host")
