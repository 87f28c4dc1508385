"""Bring your own channel: Standard Webhooks in and out. docs/webhooks.md is its protocol, in words for programmers."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime

from madang.channels.connector import (
    Cap,
    Config,
    Connector,
    Delivery,
    Forged,
    Inbound,
    Limits,
    Malformed,
    Media,
    Outbound,
    Reply,
    Request,
    SendError,
    Sent,
    SetupError,
)
from madang.channels.form import check_region
from madang.connectors.api import answers, body, facts
from madang.lib import webhooks
from madang.lib.http import Blocked, CallFailed, Client
from madang.lib.language import gettext as _
from madang.lib.language import marked

LONGEST_ID = 256
PATIENCE = 15.0  # seconds for each wait on the callback
_NOT_POST = Reply(405, b"webhooks are posted here", headers=(("allow", "POST"),), store=False)


class Api(Connector):
    """A program of the customer's own. Without ``callback_url`` its answers wait to be read from the API."""

    name = "api"
    caps = (
        Cap.TEXT
        | Cap.IMAGE
        | Cap.AUDIO
        | Cap.VIDEO
        | Cap.FILE
        | Cap.DELIVERED
        | Cap.READ
        | Cap.USER_EDIT
        | Cap.USER_DELETE
        | Cap.INITIATE
        | Cap.IDEMPOTENT
    )
    bars = False
    limits = Limits(text=50_000, media_bytes=20 << 20, message_bytes=20 << 20, body_bytes=1 << 20, per_second=50)

    def __init__(self, config: Config) -> None:
        super().__init__(config)
        self._http: Client | None = None
        self._read: list[bytes] | None = None

    def verify(self, request: Request) -> Reply:
        """Standard Webhooks: three headers, constant time, five minutes either way."""
        if request.method != "POST":
            return _NOT_POST
        try:
            webhooks.prove(self._keys(), request.headers, request.body, datetime.now(UTC))
        except (webhooks.Unproven, ValueError) as error:
            raise Forged(str(error)) from None
        return Reply()

    def split(self, request: Request) -> Sequence[Delivery]:
        """One webhook is one sender's. Everything is checked here, so that the sender hears of it at once."""
        key = request.headers["webhook-id"]
        if len(key) > LONGEST_ID:
            raise Malformed(f"webhook-id is longer than {LONGEST_ID} characters")
        delivery = Delivery(key, "", request.body, {"at": request.headers["webhook-timestamp"]})
        (fact,) = self.parse(delivery)
        lane = f"{fact.party.kind}:{fact.party.value}" if fact.party else f"about:{fact.about}"
        return [Delivery(key, lane, delivery.body, delivery.meta, body.place(delivery.body, lane))]

    def parse(self, delivery: Delivery) -> Sequence[Inbound]:
        """One fact a delivery."""
        return [facts.read(delivery, self._region())]

    async def send(self, out: Outbound) -> Sent:
        """Post the answer to ``callback_url``. Its ``webhook-id`` is the same at every try, so that it counts once."""
        url = self._callback()
        if url:
            await self._post(url, out.key, answers.message(out, datetime.now(UTC)))
        return Sent(out.key)

    async def fetch(self, media: Media) -> AsyncIterator[bytes]:
        """Stream a file from the address the message named."""
        try:
            async for part in self._client().download(media.ref, limit=self.limits.media_bytes):
                yield part
        except Blocked as error:
            raise SendError("policy", str(error)) from None
        except CallFailed as error:
            passing = error.status in {0, 429} or error.status >= 500
            raise SendError("down" if passing else "invalid", str(error)) from None

    async def check(self) -> None:
        """Try the secret, and a signed ping to ``callback_url``."""
        try:
            if not self._keys():
                raise ValueError(marked("There is no signing secret yet. Leave the field empty to have one made."))
        except ValueError as error:
            raise SetupError(str(error), "secret") from None
        check_region(self.config.settings)
        url = self._callback()
        if not url:
            return
        try:
            await self._post(url, f"ping-{uuid.uuid4()}", answers.ping(datetime.now(UTC)))
        except SendError as error:
            said = _("A test webhook to this address failed: %(why)s") % {"why": error.detail}
            raise SetupError(said, "callback_url") from None

    async def _post(self, url: str, webhook_id: str, body: bytes) -> None:
        signed = datetime.now(UTC)
        headers = webhooks.headers(self._keys(), webhook_id, body, signed)
        try:
            answer = await self._client().request("POST", url, headers=headers | answers.JSON, content=body)
        except Blocked as error:
            raise SendError("policy", str(error)) from None
        except CallFailed as error:
            raise SendError("down", str(error)) from None
        answers.judge(answer, signed)

    async def close(self) -> None:
        """Let go of the connections to the callback."""
        if self._http is not None:
            await self._http.close()

    def _client(self) -> Client:
        if self._http is None:
            self._http = Client(self.config.allow_hosts, timeout=PATIENCE)
        return self._http

    def _keys(self) -> list[bytes]:
        if self._read is None:  # once: each webhook asks
            self._read = [webhooks.key_of(one) for one in self.config.secrets.get("secret", "").split()]
        return self._read

    def _callback(self) -> str:
        return str(self.config.settings.get("callback_url") or "")

    def _region(self) -> str:
        return str(self.config.settings.get("region") or "").upper()
