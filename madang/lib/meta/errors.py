"""What an error of the Graph API means for a message.

Codes of the WhatsApp Cloud API and of the Messenger Platform (their pages "Error codes", Graph v26.0). What is not
listed is judged by its HTTP status.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import msgspec

from madang.lib.meta.shapes import obj, said

Why = Literal["window", "blocked", "invalid", "rate", "auth", "down", "policy"]

# Nobody but an administrator can mend these: a token, a permission, an account that is locked or unpaid.
_AUTH = {0, 3, 10, 102, 190, 230, 131005, 131031, 131037, 131042, 131044, 131045, 133010}
_RATE = {4, 17, 32, 613, 80006, 80007, 130429, 131048, 131056, 131064, 133016}
_DOWN = {1, 2, 1200, 131000, 131016, 131057, 133004}
_WINDOW = {131047}
_BLOCKED = {551, 131026, 131050}  # she cannot or does not want to be reached by this channel
_POLICY = {368, 10900, 10901, 10903, 130472, 130497, 131049, 131063, 132007, 132015, 132016}
_INVALID = {100, 130401, 131008, 131009, 131021, 131030, 131051, 131052, 131053, 131062, 135000, 137000}
_BY_CODE: dict[int, Why] = {
    **dict.fromkeys(_AUTH, "auth"),
    **dict.fromkeys(_RATE, "rate"),
    **dict.fromkeys(_DOWN, "down"),
    **dict.fromkeys(_WINDOW, "window"),
    **dict.fromkeys(_BLOCKED, "blocked"),
    **dict.fromkeys(_POLICY, "policy"),
    **dict.fromkeys(_INVALID, "invalid"),
}
_BY_SUBCODE: dict[int, Why] = {
    2018278: "window",  # outside of the allowed window
    2534022: "window",  # the same, of Instagram
    2018065: "window",
    1545041: "blocked",  # this person is not receiving messages now
    2018108: "blocked",
    2018001: "invalid",  # no matching user
    2018300: "policy",  # another app has the thread
    2018022: "rate",
}


@dataclass(frozen=True, slots=True)
class GraphError:
    """``words`` are the provider's own, for the administrator and the agent."""

    code: int
    subcode: int
    words: str
    transient: bool = False

    @property
    def why(self) -> Why | None:
        """The policy; None when the code says nothing to us."""
        if found := _BY_SUBCODE.get(self.subcode):
            return found
        if 200 <= self.code < 300:
            return "auth"
        if 132000 <= self.code < 133000 and self.code not in _BY_CODE:
            return "invalid"
        return _BY_CODE.get(self.code) or ("down" if self.transient else None)


def read(body: bytes) -> GraphError | None:
    """The error in an answer, None when it is none."""
    try:
        return of(obj(msgspec.json.decode(body)).get("error"))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def of(given: object) -> GraphError | None:
    """An error object, as answers and receipts hold it."""
    error = obj(given)
    code = error.get("code")
    if not isinstance(code, int):
        return None
    words = said(error.get("message")) or said(error.get("title"))
    details = said(obj(error.get("error_data")).get("details")) or said(error.get("error_user_msg"))
    told = f"{words}: {details}" if words and details and details not in words else words or details
    subcode = error.get("error_subcode")
    return GraphError(
        code, subcode if isinstance(subcode, int) else 0, f"({code}) {told}", error.get("is_transient") is True
    )
