"""What an error of Twilio's API means for a message (Twilio's "Error and Warning Dictionary")."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from madang.channels.calling import wait
from madang.channels.connector import SendError
from madang.channels.connector import SendWhy as Why
from madang.connectors.sms_twilio.inbound import REASONS
from madang.lib.http import Answer
from madang.lib.language import marked

WHY: Mapping[int, Why] = {
    20003: "auth",
    20404: "auth",  # no such account
    20429: "rate",
    14107: "rate",
    21610: "blocked",
    21211: "invalid",
    21217: "invalid",
    21604: "invalid",
    21614: "invalid",
    21617: "invalid",
    21620: "invalid",
    21408: "policy",
    21608: "policy",
    21609: "policy",
    21611: "rate",
    21612: "policy",
    21212: "policy",
    21606: "policy",
    21659: "policy",
    21660: "policy",
    30001: "rate",
    30002: "auth",
    30034: "policy",
    63003: "invalid",
    63007: "policy",
    63016: "window",
    63018: "rate",
    63024: "invalid",
    63038: "rate",  # the day's limit of a trial account
}
SAID: Mapping[int, str] = {
    21211: marked("This is no phone number that Twilio can reach."),
    21408: marked("Sending to this country is not switched on in the Twilio console (Geo permissions)."),
    21606: marked("The sender number cannot send SMS, or does not belong to this account."),
    21608: marked("A trial account sends only to numbers that were verified in the Twilio console."),
    21609: marked("Twilio cannot call this server's public address (MADANG_PUBLIC_URL)."),
    21614: marked("This number cannot receive SMS."),
    63038: marked("The daily limit of this Twilio account is reached."),
}
DAY_LIMIT = timedelta(hours=1)


def judge(answer: Answer) -> SendError | None:
    """The policy of Twilio's error code; None when it has none."""
    if answer.ok:
        return None
    code, said = _read(answer)
    why = WHY.get(code)
    if why is None:
        return None
    words = SAID.get(code) or REASONS.get(str(code)) or f"{said or 'refused'} (Twilio {code})"
    pause = DAY_LIMIT if code == 63038 else wait(answer)
    return SendError(why, words, retry=pause if why == "rate" else None)


def _read(answer: Answer) -> tuple[int, str]:
    try:
        body = answer.json()
    except ValueError:
        return 0, ""
    if not isinstance(body, dict) or not isinstance(body.get("code"), int):
        return 0, ""
    return body["code"], str(body.get("message") or "")[:300]
