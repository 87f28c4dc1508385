"""A deliver_sm or data_sm as it was said: who, in which coding, which part of what. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import smpp34

from madang.connectors.sms_smpp.pdu import HEAD, Command, Extra, Garbled
from madang.lib.sms_alphabet import Place, read_header

UDHI = 0x40  # of esm_class: the text begins with a header
RECEIPTS = 0x3C  # of esm_class: what kind of message it is
IS_RECEIPT = {0x04, 0x08, 0x20}  # a receipt, the phone's own, one on the way


@dataclass(frozen=True, slots=True)
class Heard:
    """One PDU. ``text`` is without its header, undecoded. ``place`` where it is a part of a longer message."""

    source: str
    source_kind: int  # type of number; 1 is international
    to: str
    esm_class: int
    coding: int
    text: bytes
    place: Place | None
    extras: Mapping[int, bytes]  # optional parameters by their tag

    @property
    def is_receipt(self) -> bool:
        """Whether it tells of a message of ours."""
        return self.esm_class & RECEIPTS in IS_RECEIPT or Extra.RECEIPTED_MESSAGE_ID in self.extras


def heard(raw: bytes) -> Heard:
    """What a PDU says. Raises :class:`Garbled`."""
    try:
        made = smpp34.decode(raw)
        if isinstance(made, smpp34.DeliverSm):
            extras = {one.tag: bytes(one.value) for one in made.tlvs}
            text = made.short_message or extras.get(Extra.MESSAGE_PAYLOAD, b"")
            return _placed(
                Heard(
                    made.source_addr,
                    made.source_addr_ton,
                    made.destination_addr,
                    made.esm_class,
                    made.data_coding,
                    text,
                    None,
                    extras,
                )
            )
    except (smpp34.SmppError, UnicodeError) as error:
        raise Garbled(str(error)) from None
    if isinstance(made, smpp34.RawPdu) and made.command_id == Command.DATA_SM:
        return _placed(_data(raw[HEAD.size :]))
    raise Garbled("it is no message")


def _placed(one: Heard) -> Heard:
    """With its header read and taken off."""
    place, text = _sar(one.extras), one.text
    if one.esm_class & UDHI:
        try:
            found, text = read_header(text)
        except ValueError as error:
            raise Garbled(str(error)) from None
        place = found or place
    lone = place is None or place.total == 1
    rest = (one.source, one.source_kind, one.to, one.esm_class, one.coding)
    return Heard(*rest, text, None if lone else place, one.extras)


def _sar(extras: Mapping[int, bytes]) -> Place | None:
    """The other way to say which part it is: optional parameters."""
    tags = Extra.SAR_MSG_REF_NUM, Extra.SAR_TOTAL_SEGMENTS, Extra.SAR_SEGMENT_SEQNUM
    reference, total, number = (int.from_bytes(extras.get(tag, b"")[:2], "big") for tag in tags)
    return Place(reference, total, number) if 1 <= number <= total <= 255 else None


def _data(body: bytes) -> Heard:
    """A data_sm (SMPP 3.4, 4.7.1): all the text is an optional parameter."""
    try:
        _, rest = _word(body)
        kind, rest = rest[0], rest[2:]
        source, rest = _word(rest)
        to, rest = _word(rest[2:])
        esm_class, coding, rest = rest[0], rest[2], rest[3:]
    except (IndexError, ValueError):
        raise Garbled("a data_sm is cut off") from None
    extras = _extras(rest)
    text = extras.get(Extra.MESSAGE_PAYLOAD, b"")
    return Heard(source, kind, to, esm_class, coding, text, None, extras)


def _word(raw: bytes) -> tuple[str, bytes]:
    end = raw.index(b"\0")
    return raw[:end].decode("latin-1"), raw[end + 1 :]


def _extras(raw: bytes) -> dict[int, bytes]:
    made: dict[int, bytes] = {}
    while len(raw) >= 4:
        tag, size = int.from_bytes(raw[:2], "big"), int.from_bytes(raw[2:4], "big")
        if len(raw) < 4 + size:
            raise Garbled("an optional parameter is cut off")
        made[tag], raw = raw[4 : 4 + size], raw[4 + size :]
    return made
