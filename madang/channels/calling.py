"""Calling a provider's API: one client a channel, and one place that says what an answer means for a message.

The policy: no answer after the request left is *unsure* unless a repeat is harmless (``repeat=True``); 429 is *rate*
with the wait it names; 401 and 403 are *auth*; 408, 425 and 5xx are *down*; everything else is *invalid*. Providers
that say it differently give ``judge``.
"""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, NoReturn

import msgspec

from madang.channels.connector import Config, SendError, SetupError
from madang.lib.http import Answer, Blocked, CallFailed, Client, Content
from madang.lib.language import marked

PATIENCE = 15.0  # seconds for each wait on the provider
LONGEST_WAIT = timedelta(days=1)

Judge = Callable[[Answer], SendError | None]  # None: the common policy decides
Part = tuple[str, str, str, bytes]  # of a multipart form: field, file name ('' for a plain field), MIME type, content


class Caller:
    """Calls below ``base``. Make one a channel; :meth:`close` it with its connector."""

    def __init__(self, config: Config, base: str, *, judge: Judge | None = None, timeout: float = PATIENCE) -> None:
        self.base = base.rstrip("/")
        self._allow, self._timeout, self._judge = config.allow_hosts, timeout, judge
        self._http: Client | None = None

    async def call(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        json: Any = None,
        content: Content | None = None,
        repeat: bool = False,
    ) -> Answer:
        """A 2xx answer of ``path`` (or a whole address). ``repeat``: asking twice does no harm. Raises SendError."""
        url = path if "://" in path else self.base + path
        try:
            answer = await self._client().request(method, url, headers=headers, json=json, content=content)
        except Blocked as error:
            raise SendError("policy", str(error)) from None
        except CallFailed as error:
            raise SendError("unsure" if error.sent and not repeat else "down", str(error)) from None
        self.judge(answer)
        return answer

    def judge(self, answer: Answer) -> None:
        """Raise :class:`SendError` with the policy for whatever is not 2xx."""
        special = self._judge(answer) if self._judge else None
        if special is not None:
            raise special
        if answer.ok:
            return
        said = f"{answer.status}: {answer.body[:300].decode('utf-8', 'replace')}"
        if answer.status == 429:
            raise SendError("rate", said, retry=wait(answer))
        if answer.status in {401, 403}:
            raise SendError("auth", said)
        if answer.status in {408, 425} or answer.status >= 500:
            raise SendError("down", said, retry=wait(answer))
        raise SendError("invalid", said)

    async def download(self, url: str, limit: int, headers: Mapping[str, str] | None = None) -> AsyncIterator[bytes]:
        """Stream a file of at most ``limit`` bytes. Raises SendError."""
        try:
            async for part in self._client().download(url, limit=limit, headers=headers):
                yield part
        except Blocked as error:
            raise SendError("policy", str(error)) from None
        except CallFailed as error:
            passing = error.status in {0, 408, 425, 429} or error.status >= 500
            raise SendError("down" if passing else "invalid", str(error)) from None

    async def close(self) -> None:
        """Let go of the connections."""
        if self._http is not None:
            await self._http.close()

    def _client(self) -> Client:
        if self._http is None:
            self._http = Client(self._allow, timeout=self._timeout)
        return self._http


def wait(answer: Answer) -> timedelta | None:
    """``Retry-After`` in seconds or as a date, at most a day; None when it does not say."""
    said = answer.headers.get("retry-after", "")
    try:
        seconds = float(said) if said.isdecimal() else (parsedate_to_datetime(said) - datetime.now(UTC)).total_seconds()
    except (ValueError, TypeError, OverflowError):
        return None
    return min(timedelta(seconds=max(1.0, seconds)), LONGEST_WAIT)


def read(answer: Answer) -> Any:
    """The answer as JSON. A provider that answers 2xx with something else may have taken it: raises *unsure*."""
    try:
        return answer.json()
    except (ValueError, msgspec.DecodeError):
        raise SendError("unsure", "the provider's answer is no JSON") from None


def multipart(*parts: Part) -> tuple[dict[str, str], bytes]:
    """(headers, body) of a form with files (RFC 7578)."""
    border = uuid.uuid4().hex
    body = b""
    for field, name, mime, content in parts:
        safe = name.replace("\\", "_").replace('"', "%22").replace("\r", " ").replace("\n", " ")
        file = f'; filename="{safe}"' if name else ""
        body += f'--{border}\r\nContent-Disposition: form-data; name="{field}"{file}\r\n'.encode()
        body += (f"Content-Type: {mime}\r\n" if mime else "").encode() + b"\r\n" + content + b"\r\n"
    return {"content-type": f"multipart/form-data; boundary={border}"}, body + f"--{border}--\r\n".encode()


def refuse_setup(error: SendError, field: str = "") -> NoReturn:
    """What a failed test call means to whoever sets the channel up."""
    if error.why == "auth":
        raise SetupError(marked("The provider does not accept these keys. Copy them again."), field) from None
    if error.why in ("down", "rate", "unsure"):
        raise SetupError(marked("The provider cannot be reached at the moment. Try again in a minute.")) from None
    raise SetupError(error.detail, field) from None
