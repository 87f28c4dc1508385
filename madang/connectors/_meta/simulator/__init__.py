"""Meta on loopback: signed webhooks, tokens, errors and a clock, for the simulators of its channels."""

from __future__ import annotations

import asyncio
import secrets
from abc import abstractmethod
from collections.abc import Coroutine, Mapping
from datetime import UTC, datetime, timedelta
from email import policy
from email.parser import BytesParser
from typing import Any, ClassVar, Generic, TypeVar

import msgspec

from madang.channels.playing import Asked, Person, Provider, Refused, Shown, Told
from madang.lib.meta import GRAPH
from madang.lib.meta.signing import sign

P = TypeVar("P", bound=Person)


class Meta(Provider, Generic[P]):
    """``ahead`` moves its clock. ``busy`` and ``broken`` are its codes for 429 and 5xx."""

    busy: ClassVar[int] = 613
    broken: ClassVar[int] = 2

    def __init__(self, token: str) -> None:
        super().__init__()
        self.token, self.app_secret, self.verify_token = token, secrets.token_hex(16), "verify-me"
        self.phones: dict[str, P] = {}  # by name
        self.ahead = timedelta()
        self._tasks: set[asyncio.Task[None]] = set()

    def form(self) -> dict[str, str]:
        """What every channel of Meta is set up with."""
        made = {"token": self.token, "app_secret": self.app_secret, "verify_token": self.verify_token}
        return made | {"api_url": self.url}

    def now(self) -> datetime:
        """Its clock."""
        return datetime.now(UTC) + self.ahead

    def error(self, status: int) -> Any:
        """As Meta writes it."""
        code = {401: 190, 403: 200, 429: self.busy}.get(status, self.broken if status >= 500 else 100)
        return wrong(code, "the simulator was told so")

    async def signed(self, hook: str, object: str, entry: Mapping[str, Any]) -> None:
        """Post a webhook of one entry."""
        body = msgspec.json.encode({"object": object, "entry": [entry]})
        headers = {"content-type": "application/json", "x-hub-signature-256": sign(self.app_secret, body)}
        await self.post(hook, body, headers)

    def later(self, work: Coroutine[Any, Any, None]) -> None:
        """Echoes and receipts come when the call was answered."""
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def settled(self) -> None:
        """Until every echo and receipt that is under way was posted."""
        while self._tasks:
            await asyncio.gather(*self._tasks)

    async def stop(self) -> None:
        """Stop listening, and forget what is under way."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await super().stop()

    async def answer(self, asked: Asked) -> Told:
        """Checks the token first, as Meta does."""
        if asked.headers.get("authorization") != f"Bearer {self.token}":
            raise Refused(401, wrong(190, "Invalid OAuth access token - Cannot parse access token"))
        return await self.at(asked.path.removeprefix(f"/{GRAPH}").strip("/"), asked)

    @abstractmethod
    async def at(self, place: str, asked: Asked) -> Told:
        """One call, below the version of the API. Raises Refused."""


def wrong(code: int, message: str, subcode: int = 0) -> dict[str, Any]:
    """The body of an error."""
    made = {"message": message, "type": "OAuthException", "code": code, "fbtrace_id": "BLBz/WZt8dN"}
    return {"error": made | ({"error_subcode": subcode} if subcode else {})}


def sent(asked: Asked) -> tuple[dict[str, str], Shown | None]:
    """The plain fields of a form, and its file."""
    head = f"content-type: {asked.headers.get('content-type', '')}\r\n\r\n".encode()
    fields: dict[str, str] = {}
    file: Shown | None = None
    for part in BytesParser(policy=policy.HTTP).parsebytes(head + asked.body).iter_parts():
        content = part.get_payload(decode=True)
        data = content if isinstance(content, bytes) else b""
        if name := part.get_filename():
            file = Shown(name, part.get_content_type(), data)
        else:
            fields[str(part.get_param("name", header="content-disposition"))] = data.decode()
    return fields, file
