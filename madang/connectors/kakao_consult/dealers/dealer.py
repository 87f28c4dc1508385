"""What every dealer of 상담톡 does for us. A further one is one more class, and a line in ``connector.DEALERS``."""

from __future__ import annotations

import hashlib
import uuid
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Mapping
from typing import Any, ClassVar

from madang.channels.calling import Caller
from madang.channels.connector import Config, Media, SendError, Sent
from madang.connectors.kakao_consult.bubbles import Bubble, Shape
from madang.lib.http import Answer


class Dealer(ABC):
    """One dealer's relay, for one channel. All calls raise SendError."""

    name: ClassVar[str]
    address: ClassVar[str]  # of its API
    ack: ClassVar[bytes]  # what it wants to hear when a webhook arrived
    deletes: ClassVar[bool] = False
    key_field: ClassVar[str] = "api_key"  # the form's field that a refused key is shown at

    def __init__(self, config: Config) -> None:
        self.sender_key = str(config.settings.get("sender_key") or "")
        self.secrets, self.settings = config.secrets, config.settings
        self.caller = Caller(config, str(config.settings.get("api_url") or self.address), judge=self.judge)

    @abstractmethod
    def headers(self) -> dict[str, str]:
        """Who we are."""

    @abstractmethod
    def judge(self, answer: Answer) -> SendError | None:
        """What an answer means where the common policy does not know it."""

    @abstractmethod
    async def say(self, user: str, key: str, bubble: Bubble) -> Sent:
        """Hand over one bubble. ``key`` is the message's own."""

    @abstractmethod
    async def upload(self, media: Media, shape: Shape, rich: bool) -> Mapping[str, Any]:
        """Bring a file to Kakao; the part of a bubble that shows it."""

    @abstractmethod
    async def end(self, user: str) -> None:
        """End the session with her."""

    @abstractmethod
    async def check(self) -> None:
        """A call that changes nothing and succeeds only with the right keys."""

    async def delete(self, user: str, name: str) -> None:
        """Take back what we said."""
        raise SendError("policy", f"{self.name} cannot delete messages")

    async def post(self, path: str, form: Mapping[str, Any]) -> Any:
        """The answer of one call, read."""
        return (await self.caller.call("POST", path, headers=self.headers(), json=form)).json()

    async def send_file(self, path: str, field: str, media: Media, fields: Mapping[str, str]) -> Any:
        """Upload a file as a form (RFC 7578), read as it is sent; the answer. Harmless to repeat."""
        border = uuid.uuid4().hex
        head, tail = _around(border, field, media, fields), f"\r\n--{border}--\r\n".encode()
        headers = self.headers() | {"content-type": f"multipart/form-data; boundary={border}"}
        if media.size:
            headers["content-length"] = str(len(head) + media.size + len(tail))
        content = _joined(head, media, tail)
        return (await self.caller.call("POST", path, headers=headers, content=content, repeat=True)).json()


def _around(border: str, field: str, media: Media, fields: Mapping[str, str]) -> bytes:
    """Everything of the form that stands before the file's bytes."""
    plain = "".join(
        f'--{border}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    )
    safe = media.name.replace("\\", "_").replace('"', "%22").replace("\r", " ").replace("\n", " ")
    disposition = f'Content-Disposition: form-data; name="{field}"; filename="{safe}"'
    return f"{plain}--{border}\r\n{disposition}\r\nContent-Type: {media.mime}\r\n\r\n".encode()


async def _joined(head: bytes, media: Media, tail: bytes) -> AsyncIterator[bytes]:
    yield head
    async for part in media.stream():
        yield part
    yield tail


def serial(key: str) -> str:
    """A message's own key in 30 characters, the same at every try."""
    return hashlib.sha256(key.encode()).hexdigest()[:30]
