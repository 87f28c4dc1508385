"""Every channel of Meta: the proof of a webhook, calls of the Graph API, and what its errors mean."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Any, ClassVar

from madang.channels.calling import Caller, read, refuse_setup, wait
from madang.channels.connector import (
    Cap,
    Config,
    Connector,
    Forged,
    Malformed,
    Reply,
    Request,
    SendError,
    Sent,
)
from madang.connectors._meta.setup import FACEBOOK
from madang.lib.http import Answer
from madang.lib.meta import GRAPH, errors, signing
from madang.lib.meta.shapes import obj, said, webhook

LARGEST = 100 << 20  # bytes of a file of hers
_NOT_POST = Reply(405, b"webhooks are posted here", headers=(("allow", "GET, POST"),), store=False)


class Graph(Connector):
    """``api`` is where the Graph API is, ``owner`` the setting with the id of the number, page or account."""

    api: ClassVar[str] = FACEBOOK
    owner: ClassVar[str]
    caps = (
        Cap.TEXT
        | Cap.IMAGE
        | Cap.AUDIO
        | Cap.VIDEO
        | Cap.FILE
        | Cap.BUTTONS
        | Cap.REACT
        | Cap.TYPING
        | Cap.MARK_READ
        | Cap.READ
        | Cap.USER_EDIT
        | Cap.USER_DELETE
        | Cap.USER_REACT
    )
    streams = True

    def __init__(self, config: Config) -> None:
        super().__init__(config)
        self._api = Caller(config, f"{self._base()}/{GRAPH}", judge=judge)

    def verify(self, request: Request) -> Reply:
        """GET: the challenge of the set-up. POST: the app secret's HMAC of the raw body."""
        if request.method == "GET":
            answer = signing.challenge(request.query, self.config.secrets.get("verify_token", ""))
            if answer is None:
                raise Forged("the verify token is not this channel's")
            return Reply(body=answer.encode(), store=False)
        if request.method != "POST":
            return _NOT_POST
        header = request.headers.get("x-hub-signature-256", "")
        if not signing.signed(self.config.secrets.get("app_secret", ""), request.body, header):
            raise Forged("the signature is missing or wrong: is the app secret the one of this app?")
        return Reply()

    async def close(self) -> None:
        """Let go of the connections."""
        await self._api.close()

    def _base(self) -> str:
        return str(self.config.settings.get("api_url") or self.api).rstrip("/")

    def _own(self) -> str:
        return self._setting(self.owner)

    def _setting(self, name: str) -> str:
        return str(self.config.settings.get(name) or "")

    def _auth(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self.config.secrets.get('token', '')}"}

    async def _read(self, path: str) -> Mapping[str, Any]:
        return obj(read(await self._api.call("GET", path, headers=self._auth(), repeat=True)))

    async def _post(self, path: str, body: Mapping[str, Any], *, repeat: bool = False) -> Answer:
        return await self._api.call("POST", path, headers=self._auth(), json=body, repeat=repeat)

    async def _try(self, path: str, field: str = "token") -> Mapping[str, Any]:
        """What a test call answers; its failure in words for the form, at ``field`` where the token is not to blame."""
        try:
            return await self._read(path)
        except SendError as error:
            refuse_setup(error, "token" if error.why == "auth" else field)

    async def _download(self, url: str, headers: Mapping[str, str] | None = None) -> AsyncIterator[bytes]:
        async for part in self._api.download(url, LARGEST, headers):
            yield part


def sent(name: str) -> Sent:
    """What was sent, by its name. The API has no idempotency key: without a name nobody knows."""
    if not name:
        raise SendError("unsure", "the answer names no message")
    return Sent(name)


def judge(answer: Answer) -> SendError | None:
    """Meta says in the body what is wrong, whatever the status."""
    error = None if answer.ok else errors.read(answer.body)
    if error is None or error.why is None:
        return None
    return SendError(error.why, error.words[:1000], retry=wait(answer) if error.why in ("rate", "down") else None)


def opened(body: bytes) -> Mapping[str, Any]:
    """A webhook. Raises :class:`Malformed`."""
    try:
        return webhook(body)
    except ValueError as error:
        raise Malformed(str(error)) from None


def named(answer: Answer, key: str) -> str:
    """What an answer calls the thing that was made; '' when it does not say."""
    return said(obj(read(answer)).get(key))
