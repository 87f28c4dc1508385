"""Delivery receipts in both forms: optional parameters, and the text of SMPP 3.4, appendix B. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

from madang.connectors.sms_smpp.heard import Heard
from madang.connectors.sms_smpp.pdu import Extra
from madang.lib.language import marked

State = Literal["sent", "delivered", "failed"]

_FIELD = re.compile(rb"\b(id|stat|err):\s*([^\s\0]+)", re.IGNORECASE)
_BY_NUMBER: Mapping[int, str] = {
    1: "ENROUTE",
    2: "DELIVRD",
    3: "EXPIRED",
    4: "DELETED",
    5: "UNDELIV",
    6: "ACCEPTD",
    7: "UNKNOWN",
    8: "REJECTD",
}
_STATES: Mapping[str, State] = {
    "DELIVRD": "delivered",
    "ENROUTE": "sent",
    "ACCEPTD": "sent",
    "EXPIRED": "failed",
    "DELETED": "failed",
    "UNDELIV": "failed",
    "REJECTD": "failed",
}
_WORDS: Mapping[str, str] = {
    "EXPIRED": marked("The phone could not be reached in time."),
    "DELETED": marked("The message was deleted at the SMSC."),
    "UNDELIV": marked("The message could not be delivered."),
    "REJECTD": marked("The network refused the message."),
}


def plain(name: str) -> str:
    """A message's name as it can be compared: some SMSCs fill it up with zeros or change the case."""
    return name.strip().lower().lstrip("0") or "0"


def names(name: str, way: str) -> tuple[str, ...]:
    """What receipts may call a message that was given as ``name``; ``way`` is the set-up's ``receipt_ids``."""
    made = [plain(name)]
    try:
        if way == "decimal":
            made.append(str(int(name, 16)))
        if way == "hexadecimal":
            made.append(f"{int(name):x}")
    except ValueError:
        pass
    return tuple(one for one in dict.fromkeys(made) if one != name)


def receipt(one: Heard) -> tuple[str, State, str] | None:
    """(the message's plain name, its state, why it failed); None when it tells nothing."""
    said = {key.lower(): value.decode("latin-1") for key, value in _FIELD.findall(one.text)}
    given = one.extras.get(Extra.RECEIPTED_MESSAGE_ID, b"").rstrip(b"\0").decode("latin-1")
    name = given or said.get(b"id", "")
    number = one.extras.get(Extra.MESSAGE_STATE, b"")
    word = _BY_NUMBER.get(number[0], "") if number else said.get(b"stat", "").upper()[:7]
    state = _STATES.get(word)
    if not name or state is None:
        return None
    return plain(name), state, _WORDS.get(word, "") if state == "failed" else ""
