"""What Naver's answers mean: nearly always HTTP 200, with ``success`` and a ``resultCode`` inside. Pure."""

from __future__ import annotations

from datetime import timedelta

import msgspec

from madang.channels.connector import SendError
from madang.lib.http import Answer

AGREEING = timedelta(seconds=90)  # while she decides on her data, nothing reaches her: one to three minutes
# (code, words of the message or '' for any, what follows): the first that fits. One code means several things.
POLICY: tuple[tuple[str, str, str], ...] = (
    ("", "현재 이 사용자에게 메시지를 보낼 수 없음", "agreeing"),  # issues 170 and 179
    ("", "권한없는 파트너", "blocked"),  # issue 302: she has never talked with this account
    ("01", "", "auth"),
    ("02", "partner", "auth"),
    ("02", "", "invalid"),
    ("99", "잘못된 user", "invalid"),
    ("99", "", "down"),  # "알 수 없는 오류": not taken, and nobody knows why
    ("IMG-01", "", "invalid"),
    ("IMG-02", "", "down"),  # Naver could not fetch the picture within 10 seconds
    ("IMG-03", "", "invalid"),
    ("IMG-99", "", "down"),
)


def judge(answer: Answer) -> SendError | None:
    """The policy of a refusal; None for success, and for what the common policy decides."""
    try:
        said = answer.json()
    except (ValueError, msgspec.DecodeError):
        return None
    if not isinstance(said, dict) or said.get("success") is not False:
        return None
    code, message = str(said.get("resultCode", "")), str(said.get("resultMessage", ""))[:300]
    detail = f"Naver {code}: {message}" if message else f"Naver {code}"
    why = next((why for begin, words, why in POLICY if begin in ("", code) and words in message), "invalid")
    if why == "agreeing":
        return SendError("rate", detail, retry=AGREEING)
    return SendError(why, detail)  # type: ignore[arg-type]
