"""One signed POST, and what its answer means."""

from __future__ import annotations

import hashlib
import random
import time
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from madang.lib import webhooks
from madang.lib.http import Answer, Blocked, CallFailed, Client, TimedOut
from madang.lib.language import marked as _
from madang.webhooks.actions.queue import Job, Outcome, Try
from madang.webhooks.models import Stage

TIMEOUT = 15.0  # seconds for the whole call
LIMIT = 64 << 10  # bytes of an answer that are read
SHOWN = 4_000  # characters of it that are kept
PAUSES = (5, 30, 120, 600, 1_800, 3_600, 7_200, 14_400, 28_800, 28_800)  # seconds; together a day
LONGEST_WAIT = timedelta(days=1)  # of what a receiver may ask for
HEADERS = {"content-type": "application/json", "user-agent": "Madang-Webhooks/1"}
_SHY = {"set-cookie", "authorization", "www-authenticate"}  # answers' headers that are nobody's business


async def post(client: Client, job: Job, keys: list[bytes], name: str, body: bytes) -> Outcome:
    """Say it once; whatever happens is an outcome."""
    headers = webhooks.headers(keys, name, body, datetime.now(UTC)) | HEADERS
    at, begun = datetime.now(UTC), time.monotonic()
    answer, problem = await _call(client, job.url, headers, body)
    tried = Try(
        at=at,
        took_ms=int((time.monotonic() - begun) * 1000),
        sent_headers=headers,
        size=len(body),
        digest=hashlib.sha256(body).hexdigest(),
        status=answer.status if answer else 0,
        problem=problem,
        answer_headers=_kept(answer),
        answer=_text(answer.body)[:SHOWN] if answer else "",
    )
    return judged(job, tried, problem, answer)


async def _call(client: Client, url: str, headers: dict[str, str], body: bytes) -> tuple[Answer | None, str]:
    try:
        answer = await client.request("POST", url, headers=headers, content=body, limit=LIMIT, cut=True)
    except Blocked:
        return None, _("The address lies inside this network and is not in MADANG_ALLOW_HOSTS.")
    except TimedOut:
        return None, _("No answer in 15 seconds.")
    except CallFailed as error:
        return None, _("The connection broke off.") if error.sent else _("No connection could be made.")
    return answer, ""


def judged(job: Job, tried: Try, problem: str, answer: Answer | None) -> Outcome:
    """2xx is done, 410 the end, everything else is tried again, until a day is over."""
    if answer is not None and answer.ok:
        return Outcome(job, Stage.DONE, tried=tried)
    if answer is not None and answer.status == 410:
        return Outcome(job, Stage.FAILED, tried=tried, gone=True)
    asked = retry_after(answer) if answer is not None and answer.status in (429, 503) else timedelta()
    if job.tries > len(PAUSES):
        return Outcome(job, Stage.FAILED, problem, rest=asked, tried=tried)
    return Outcome(job, Stage.WAITING, problem, max(pause_before(job.tries), asked), asked, tried)


def pause_before(tries: int) -> timedelta:
    """How long to wait after so many tries, with jitter so that not all come back together."""
    seconds: float = PAUSES[min(tries, len(PAUSES)) - 1] * random.uniform(0.8, 1.2)  # noqa: S311 - not a secret
    return timedelta(seconds=seconds)


def retry_after(answer: Answer) -> timedelta:
    """The wait a receiver asks for (RFC 9110, 10.2.3): seconds or a date, at most a day; nothing when it is neither."""
    text = answer.headers.get("retry-after", "").strip()
    if text.isascii() and text.isdecimal() and len(text) < 12:
        return min(timedelta(seconds=int(text)), LONGEST_WAIT)
    try:
        wait = parsedate_to_datetime(text) - datetime.now(UTC)
    except (ValueError, TypeError):
        return timedelta()
    return min(max(wait, timedelta()), LONGEST_WAIT)


def _text(content: bytes) -> str:
    return content.decode("utf-8", "replace").replace("\0", "")


def _kept(answer: Answer | None) -> dict[str, str]:
    if answer is None:
        return {}
    shown = [(name, value) for name, value in answer.headers.items() if name.lower() not in _SHY]
    return {_text(name.encode())[:100]: _text(value.encode())[:500] for name, value in shown[:40]}
