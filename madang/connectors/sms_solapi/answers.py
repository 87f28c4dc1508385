"""What Solapi's errors mean for a message, whether the API refuses all of it or only this one."""

from __future__ import annotations

from collections.abc import Mapping

from madang.channels.calling import wait
from madang.channels.connector import SendError, SendWhy
from madang.lib.http import Answer
from madang.lib.language import marked

KEYS = marked("Solapi does not accept these keys. Copy them again.")
CLOCK = marked("This server's clock is wrong, so Solapi does not accept its signature.")
BALANCE = marked("The Solapi account has no balance left.")
SENDER = marked("This sender number is not registered at Solapi.")
NUMBER = marked("This is no number that Solapi can send to.")
OPTED_OUT = marked("The customer has opted out of text messages.")

CODES: Mapping[str, tuple[SendWhy, str]] = {
    "InvalidAPIKey": ("auth", KEYS),
    "SignatureDoesNotMatch": ("auth", KEYS),
    "Unauthorized": ("auth", KEYS),
    "Forbidden": ("auth", KEYS),
    "RequestTimeTooSkewed": ("down", CLOCK),
    "NotEnoughBalance": ("auth", BALANCE),
    "TooManyRequests": ("rate", marked("Solapi asks to send more slowly.")),
}
# Solapi's codes of a single message are many and grow; its own words say what it is.
WORDS: tuple[tuple[str, SendWhy, str], ...] = (
    ("발신번호", "policy", SENDER),
    ("잔액", "auth", BALANCE),
    ("수신거부", "blocked", OPTED_OUT),
    ("수신 거부", "blocked", OPTED_OUT),
    ("수신번호", "invalid", NUMBER),
)


def judge(answer: Answer) -> SendError | None:
    """The policy of an error of the API; None when it is none of Solapi's own."""
    if answer.ok:
        return None
    try:
        body = answer.json()
    except ValueError:
        return None
    if not isinstance(body, dict) or not isinstance(body.get("errorCode"), str):
        return None
    code, said = body["errorCode"], str(body.get("errorMessage") or "")[:300]
    if code in CODES:
        why, words = CODES[code]
        return SendError(why, words, retry=wait(answer) if why == "rate" else None)
    if answer.status in (401, 403):
        return SendError("auth", KEYS)
    return of_words(code, said) if answer.status < 500 and answer.status != 429 else None


def of_words(code: str, said: str) -> SendError:
    """The policy of a message that was refused, told from Solapi's words; they stand there when we have no better."""
    for part, why, words in WORDS:
        if part in said:
            return SendError(why, words)
    return SendError("invalid", f"{said} (Solapi {code})" if said else f"Solapi {code}")
