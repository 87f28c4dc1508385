"""What we post to the callback, and what its answer means. Pure."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import msgspec

from madang.channels.connector import Media, Outbound, SendError
from madang.lib.http import Answer

JSON = {"content-type": "application/json"}
_LONGEST_WAIT = timedelta(days=1)
_LONGEST_APART = timedelta(minutes=4)  # the standard allows five, less the way


def message(out: Outbound, now: datetime) -> bytes:
    """An agent's answer as a webhook body. ``id`` is what receipts name in ``about``."""
    to = {"kind": out.to.kind, "value": out.to.value, "name": out.to.name}
    return msgspec.json.encode(
        {
            "type": "message",
            "id": out.key,
            "at": now,
            "to": to,
            "text": out.text,
            "conversation": out.conversation,
            "reply_to": out.reply_to or None,
            "author": out.sender_name,
            "media": [_file(one) for one in out.media],
        }
    )


def _file(media: Media) -> dict[str, object]:
    content = media.content or b""
    return {
        "kind": media.kind,
        "name": media.name,
        "mime": media.mime,
        "size": len(content),
        "content": base64.b64encode(content).decode(),
    }


def ping(now: datetime) -> bytes:
    """A webhook that only asks whether somebody is there and can prove us."""
    return msgspec.json.encode({"type": "ping", "at": now})


def judge(answer: Answer, signed: datetime) -> None:
    """Raise :class:`SendError` with the policy for whatever is not 2xx. ``signed`` is the time the webhook bore."""
    if answer.ok:
        return
    now = datetime.now(UTC)
    said = f"the address answered {answer.status}"
    if answer.status == 429:
        raise SendError("rate", said, retry=_wait(answer, now))
    if answer.status in {408, 425} or answer.status >= 500:
        raise SendError("down", said, retry=_wait(answer, now))
    if answer.status in {400, 401, 403} and (apart := _apart(answer, signed)):
        words = "the address answered {status}, and its clock and ours are {minutes} minutes apart"
        raise SendError("down", words.format(status=answer.status, minutes=round(apart.total_seconds() / 60)))
    if answer.status in {401, 403}:
        raise SendError("auth", f"{said}: it does not accept our signature")
    if 300 <= answer.status < 400:
        raise SendError("invalid", f"{said}, a redirect; give the address it leads to")
    raise SendError("invalid", said)


def _apart(answer: Answer, signed: datetime) -> timedelta | None:
    """By how much our clocks differ when that is more than a signature may be old: then it is no wrong secret."""
    try:
        apart = abs(parsedate_to_datetime(answer.headers.get("date", "")) - signed)
    except (ValueError, TypeError, OverflowError):
        return None
    return apart if apart > _LONGEST_APART else None


def _wait(answer: Answer, now: datetime) -> timedelta | None:
    """Retry-After in seconds or as a date (RFC 9110), at most a day; None when it says nothing sensible."""
    text = answer.headers.get("retry-after", "").strip()
    try:
        wait = (
            timedelta(seconds=int(text)) if text.isascii() and text.isdecimal() else parsedate_to_datetime(text) - now
        )
    except (ValueError, TypeError, OverflowError):
        return None
    return min(max(wait, timedelta(0)), _LONGEST_WAIT)
