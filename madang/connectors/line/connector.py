"""LINE official accounts, by the Messaging API v2 (developers.line.biz/en/reference/messaging-api).

An answer within a minute goes by the reply token, which costs nothing; later ones are pushed, with a retry key. A reply
token has no such key, so a reply that was cut off is *unsure*, and the channel does not claim ``Cap.IDEMPOTENT``.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import uuid
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Literal
from urllib.parse import quote

import msgspec

from madang.channels.calling import Caller, read
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
    Party,
    Price,
    Reply,
    Request,
    SendError,
    Sent,
    SetupError,
)
from madang.connectors.line import account, duration, outgoing
from madang.connectors.line.account import Taken
from madang.connectors.line.events import events, fact, key_of, sender
from madang.connectors.line.setup import API, DATA
from madang.lib.language import marked

FRESH = timedelta(seconds=50)  # a reply token is good for a minute
KEYS = uuid.UUID("3f7d2c0a-6f0e-5d0b-9a53-1de1f6a1c2b7")  # retry keys are made below it
SOUND = 20 << 20  # bytes of a sound that are read to learn how long it lasts
PREPARING = timedelta(seconds=20)
_NOT_POST = Reply(405, b"webhooks are posted here", headers=(("allow", "POST"),), store=False)


class Line(Connector):
    """One LINE official account."""

    name = "line"
    caps = (
        Cap.TEXT
        | Cap.IMAGE
        | Cap.AUDIO
        | Cap.VIDEO
        | Cap.BUTTONS
        | Cap.QUOTE
        | Cap.TYPING
        | Cap.MARK_READ
        | Cap.USER_EDIT
        | Cap.USER_DELETE
        | Cap.INITIATE
    )
    limits = Limits(text=5_000, media_bytes=200 << 20, per_second=200, buttons=13, button_text=20)
    streams = True  # LINE fetches files from their links

    def __init__(self, config: Config) -> None:
        super().__init__(config)
        self._api = Caller(config, str(config.settings.get("api_url") or API), judge=account.judge)
        self._data = Caller(config, str(config.settings.get("data_url") or DATA), judge=account.judge)
        self._auth = {"authorization": f"Bearer {config.secrets.get('token', '')}"}
        self._groups = frozenset(str(one) for one in config.settings.get("groups") or ())
        self._preview = str(config.settings.get("preview_url") or "")

    def verify(self, request: Request) -> Reply:
        """``X-Line-Signature``: base64 of the HMAC-SHA256 of the body, by the channel secret."""
        if request.method != "POST":
            return _NOT_POST
        secret = self.config.secrets.get("channel_secret", "")
        made = base64.b64encode(hmac.new(secret.encode(), request.body, hashlib.sha256).digest())
        given = request.headers.get("x-line-signature", "").encode("latin-1", "replace")
        if not secret or not hmac.compare_digest(made, given):
            raise Forged("this was not signed by LINE with the secret of this channel")
        return Reply()

    def split(self, request: Request) -> Sequence[Delivery]:
        """One event a delivery: LINE delivers a lost one again by itself, whatever it came with the first time."""
        return [
            Delivery(key_of(event), _lane(event), msgspec.json.encode({"events": [event]}))
            for event in events(request.body)
        ]

    def parse(self, delivery: Delivery) -> Sequence[Inbound]:
        """All events of the body; those that concern nobody, and of strange groups, are left out."""
        facts = [fact(event, self._groups) for event in events(delivery.body)]
        return [one for one in facts if one is not None]

    def fit(self, parts: list[Outbound]) -> list[Outbound]:
        """What LINE does not show becomes a link."""
        return outgoing.fitted(parts, self._preview)

    def price(self, part: Outbound) -> Price | None:
        """What a push costs by the set-up: at most, because an answer within a minute is free."""
        try:
            return account.price(self.config)
        except SetupError:
            return None

    def link(self, code: str) -> str:
        """LINE opens with these words typed already; she sends them."""
        basic = str(self.config.settings.get("basic_id") or "")
        return f"https://line.me/R/oaMessage/{quote(basic, safe='')}/?{quote(f'[MDG-{code}]')}" if basic else ""

    async def send(self, out: Outbound) -> Sent:
        """By the reply token while it is good, else by push. Raises :class:`SendError`."""
        quoted = out.to.value[:1] in "CR" or bool(self.config.settings.get("quote"))
        token = str(out.heard.get("_quote", "")) if quoted else ""
        author = out.sender_name if self.config.settings.get("names") else ""
        lengths = [await _lasts(one) for one in out.media if _sound(one)]
        said = outgoing.messages(out, self._preview, token, lengths, author)
        if not said:
            raise SendError("invalid", marked("There is nothing in this message that LINE could show."))
        return await self._reply(out, said) or await self._push(out, said)

    async def _reply(self, out: Outbound, said: list[dict[str, Any]]) -> Sent | None:
        """None when there is no good token: each is good for one answer only, and for a minute.

        What was tried before may have been pushed: only its retry key keeps it from being said twice, whatever token
        she has given since.
        """
        token = out.heard.get("_reply") if out.tries == 1 else ""
        if not token or out.heard_at is None or datetime.now(UTC) - out.heard_at > FRESH:
            return None
        try:
            body = {"replyToken": token, "messages": said}
            answer = await self._api.call("POST", "/v2/bot/message/reply", headers=self._auth, json=body)
        except SendError as error:
            if error.why == "invalid" and "reply token" in error.detail.lower():
                return None
            raise
        return _sent(account.ids(answer), out)

    async def _push(self, out: Outbound, said: list[dict[str, Any]]) -> Sent:
        key = str(uuid.uuid5(KEYS, f"{self.config.key}:{out.key}"))
        headers = self._auth | {"x-line-retry-key": key}
        body = {"to": out.to.value, "messages": said}
        try:
            answer = await self._api.call("POST", "/v2/bot/message/push", headers=headers, json=body, repeat=True)
        except Taken as before:
            return _sent(before.ids, out)
        return _sent(account.ids(answer), out)

    async def act(
        self,
        verb: Literal["typing", "read", "react", "edit", "delete", "close", "hide", "unhide"],
        to: Party,
        **more: Any,
    ) -> None:
        """``typing`` in a chat of two; ``read`` by the token in ``heard``, the data of her message."""
        if verb == "typing" and to.value[:1] not in "CR":
            body = {"chatId": to.value, "loadingSeconds": 20}
            await self._api.call("POST", "/v2/bot/chat/loading/start", headers=self._auth, json=body, repeat=True)
        token = dict(more.get("heard") or {}).get("_read", "")
        if verb == "read" and token:
            body = {"markAsReadToken": token}
            await self._api.call("POST", "/v2/bot/chat/markAsRead", headers=self._auth, json=body, repeat=True)

    async def introduce(self, party: Party) -> Party:
        """Her name and language as her profile says them; a group's name."""
        kind, path = party.value[:1], f"/v2/bot/profile/{quote(party.value, safe='')}"
        if kind == "R":
            return party  # a room has no name
        if kind == "C":
            path = f"/v2/bot/group/{quote(party.value, safe='')}/summary"
        known = read(await self._api.call("GET", path, headers=self._auth, repeat=True))
        name = str(known.get("displayName") or known.get("groupName") or party.name)
        return Party(party.kind, party.value, name, party.also, party.claims, str(known.get("language") or ""))

    async def fetch(self, media: Media) -> AsyncIterator[bytes]:
        """Stream a file; a film or a sound may still be in preparation at LINE. Raises :class:`SendError`."""
        if "://" in media.ref:
            async for part in self._data.download(media.ref, self.limits.media_bytes):
                yield part
            return
        path = f"/v2/bot/message/{quote(media.ref, safe='')}/content"
        if media.kind in ("audio", "video"):
            state = read(await self._data.call("GET", f"{path}/transcoding", headers=self._auth, repeat=True))
            if state.get("status") == "processing":
                raise SendError("down", "LINE is still preparing this file", retry=PREPARING)
        async for part in self._data.download(self._data.base + path, self.limits.media_bytes, self._auth):
            yield part

    async def check(self) -> None:
        """Try the token; once the channel exists, its webhook and its quota too."""
        if not self.config.secrets.get("channel_secret"):
            raise SetupError(marked("Copy the channel secret from the LINE Developers console."), "channel_secret")
        await account.check(self._api, self._auth, self.config)

    async def close(self) -> None:
        """Let go of the connections."""
        await self._api.close()
        await self._data.close()


def _lane(event: Mapping[str, Any]) -> str:
    """Whose it is; one odd event must not refuse those it came with: it is refused alone, when it is read."""
    try:
        return sender(event)
    except Malformed:
        return ""


def _sent(ids: Sequence[str], out: Outbound) -> Sent:
    """Without a name of LINE's, ours."""
    known = [one for one in ids if one] or [out.key]
    return Sent(known[0], tuple(known[1:]))


def _sound(media: Media) -> bool:
    return media.kind == "audio"


async def _lasts(media: Media) -> int:
    """How long a sound lasts, in milliseconds."""
    content = b""
    async for part in media.stream():
        content += part
        if len(content) > SOUND:
            break
    return duration.milliseconds(content, media.size or len(content))
