"""Telegram bots, by the Bot API (core.telegram.org/bots/api).

The Bot API has no key that makes a repeat harmless: a send that was cut off is *unsure*.
"""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from typing import Any, Literal

import msgspec

from madang.channels.connector import (
    Cap,
    Config,
    Connector,
    Delivery,
    Forged,
    Inbound,
    Limits,
    Media,
    Outbound,
    Party,
    Reply,
    Request,
    SendError,
    Sent,
)
from madang.connectors.telegram import account, outgoing
from madang.connectors.telegram.bot import Bot
from madang.connectors.telegram.outgoing import Call, recipient
from madang.connectors.telegram.said import MOST
from madang.connectors.telegram.setup import API
from madang.connectors.telegram.updates import content, fact, place, update
from madang.lib.language import gettext as _
from madang.lib.language import marked

PATIENCE = 15.0  # seconds that the rest of a message waits for Telegram, once its beginning has been sent
_NOT_POST = Reply(405, b"webhooks are posted here", headers=(("allow", "POST"),), store=False)


class Telegram(Connector):
    """One bot."""

    name = "telegram"
    caps = (
        Cap.TEXT
        | Cap.IMAGE
        | Cap.AUDIO
        | Cap.VIDEO
        | Cap.FILE
        | Cap.BUTTONS
        | Cap.QUOTE
        | Cap.REACT
        | Cap.EDIT
        | Cap.DELETE
        | Cap.TYPING
        | Cap.USER_EDIT
        | Cap.USER_REACT
    )
    limits = Limits(text=4_096, media_bytes=50 << 20, message_bytes=50 << 20, per_second=30, buttons=20, button_text=64)

    def __init__(self, config: Config) -> None:
        super().__init__(config)
        self._bot = Bot(config, str(config.settings.get("api_url") or API).rstrip("/"))
        self._groups = frozenset(str(one).lower() for one in config.settings.get("groups") or ())

    def verify(self, request: Request) -> Reply:
        """``X-Telegram-Bot-Api-Secret-Token``. The answer lets a pressed button rest: Telegram takes a call in it."""
        if request.method != "POST":
            return _NOT_POST
        secret = self.config.secrets.get("webhook_secret", "").encode()
        given = request.headers.get("x-telegram-bot-api-secret-token", "").encode("latin-1", "replace")
        if not secret or not hmac.compare_digest(secret, given):
            raise Forged("this did not come from Telegram with the secret of this channel")
        return _rest(request.body) or Reply()

    def split(self, request: Request) -> Sequence[Delivery]:
        """One update, of one chat. Telegram delivers it again until it is taken."""
        given = update(request.body)
        came = {"at": datetime.now(UTC).isoformat()}
        return [Delivery(str(given["update_id"]), place(given), request.body, came)]

    def parse(self, delivery: Delivery) -> Sequence[Inbound]:
        """One fact, or none: notices, and groups that nobody named."""
        came = delivery.meta.get("at")
        made = fact(update(delivery.body), self._groups, datetime.fromisoformat(came) if came else None)
        return [] if made is None else [made]

    def fit(self, parts: list[Outbound]) -> list[Outbound]:
        """Buttons that say too much become lines."""
        return outgoing.fitted(parts)

    def link(self, code: str) -> str:
        """Opens the bot; its START button says the code."""
        name = str(self.config.settings.get("username") or "").lstrip("@")
        return f"https://t.me/{name}?start=MDG-{code}" if name else ""

    async def send(self, out: Outbound) -> Sent:
        """Say it, in as many calls as it takes. Raises :class:`SendError`."""
        quote = out.to.value.startswith("-") or bool(self.config.settings.get("quote"))
        steps = outgoing.calls(out, quote)
        if not steps:
            raise SendError("invalid", marked("There is nothing in this message that Telegram could show."))
        made = await self._step(steps[0])
        for step in steps[1:]:
            made += await self._further(step)
        ids = [f"{out.to.value}:{one.get('message_id')}" for one in made]
        return Sent(ids[0], tuple(ids[1:])) if ids else Sent(out.key)

    async def _step(self, call: Call) -> list[dict[str, Any]]:
        try:
            return await self._bot.send(call)
        except SendError as error:
            if call.method != "sendPhoto" or "PHOTO_" not in error.detail:
                raise
            return await self._bot.send(outgoing.as_document(call))

    async def _further(self, call: Call) -> list[dict[str, Any]]:
        """What went before cannot be taken back: a passing refusal is waited for here."""
        try:
            return await self._step(call)
        except SendError as error:
            wait = error.retry.total_seconds() if error.retry else 1.0
            if error.why == "rate" and wait <= PATIENCE:
                await asyncio.sleep(wait)
                return await self._further(call)
            said = _("Only the beginning of this message was sent: %(why)s") % {"why": error.detail}
            raise SendError("unsure", said) from None

    async def act(
        self,
        verb: Literal["typing", "read", "react", "edit", "delete", "close", "hide", "unhide"],
        to: Party,
        **more: Any,
    ) -> None:
        """typing; and react, edit, delete by ``about``. That it has read, a bot cannot say."""
        chat: dict[str, Any] = {"chat_id": recipient(to.value)}
        if verb == "typing":
            await self._bot.call("sendChatAction", chat | {"action": "typing"}, repeat=True)
        _chat, _colon, number = str(more.get("about", "")).rpartition(":")
        if not number.isdecimal():
            return
        message, text = chat | {"message_id": int(number)}, str(more.get("text", ""))
        if verb == "react":
            emoji = [{"type": "emoji", "emoji": text}] if text else []
            await self._bot.call("setMessageReaction", message | {"reaction": emoji}, repeat=True)
        elif verb == "delete":
            await self._bot.call("deleteMessage", message, repeat=True)
        elif verb == "edit":
            await self._edit(message, text)

    async def _edit(self, message: dict[str, Any], text: str) -> None:
        """The words, or those below a file; nothing changed is no failure."""
        try:
            await self._bot.call("editMessageText", message | {"text": text}, repeat=True)
        except SendError as error:
            if "no text in the message" in error.detail:
                await self._bot.call("editMessageCaption", message | {"caption": text}, repeat=True)
            elif "message is not modified" not in error.detail:
                raise

    async def fetch(self, media: Media) -> AsyncIterator[bytes]:
        """Stream a file of at most 20 MB: more Telegram does not hand to bots. Raises :class:`SendError`."""
        if media.size > MOST:
            raise SendError("invalid", _("Telegram hands bots files of up to 20 MB only."))
        held = await self._bot.call("getFile", {"file_id": media.ref}, repeat=True)
        async for part in self._bot.download(str(held.get("file_path", "")), self.limits.media_bytes):
            yield part

    async def check(self) -> None:
        """Try the token; once the channel exists, tell Telegram where to deliver."""
        await account.check(self._bot, self.config)

    async def close(self) -> None:
        """Let go of the connections."""
        await self._bot.close()


def _rest(body: bytes) -> Reply | None:
    """The answer to a pressed button, which turns until it is answered; None for anything else."""
    if b'"callback_query"' not in body:
        return None
    try:
        name, held = content(msgspec.json.decode(body))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, AttributeError):
        return None
    if name != "callback_query" or not isinstance(held.get("id"), str):
        return None
    said = {"method": "answerCallbackQuery", "callback_query_id": held["id"]}
    return Reply(200, msgspec.json.encode(said), "application/json")
