"""Naver TalkTalk by the chatbot API v1. Naver signs nothing, numbers nothing, and repeats nothing."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Literal
from urllib.parse import quote, urlsplit

from madang.channels.calling import Caller, read, refuse_setup
from madang.channels.connector import (
    Cap,
    Config,
    Connector,
    Delivery,
    Inbound,
    Kind,
    Limits,
    Media,
    Outbound,
    Party,
    Reply,
    Request,
    SendError,
    Sent,
    SetupError,
)
from madang.connectors.naver_talk import answers, content, events, proof
from madang.connectors.naver_talk.setup import ADDRESS
from madang.lib.language import marked

EVENT = "/chatbot/v1/event"
PRESENT = timedelta(seconds=30)  # who wrote just now looks at the chat: her phone need not ring
NOBODY = "madang-set-up-test"  # no user of Naver's: what it answers tells whether the key is good
WELL = Reply(200, b'{"success":true}', "application/json;charset=UTF-8")


class NaverTalk(Connector):
    """One TalkTalk account."""

    name = "naver_talk"
    caps = Cap.TEXT | Cap.IMAGE | Cap.BUTTONS | Cap.TYPING | Cap.INITIATE
    limits = Limits(
        text=10_000, media_bytes=20 << 20, message_bytes=20 << 20, buttons=10, button_text=18, per_second=10
    )
    identity = Kind.SCOPED
    streams = True  # Naver fetches a picture by its link; nothing is read here

    def __init__(self, config: Config) -> None:
        super().__init__(config)
        self._caller = Caller(config, str(config.settings.get("api_url") or ADDRESS), judge=answers.judge)

    def verify(self, request: Request) -> Reply:
        """The sender's network, and a secret in the address where there is one. Answered at once (5 s)."""
        if request.method != "POST":
            return Reply(405, b"webhooks are posted here", headers=(("allow", "POST"),), store=False)
        proof.prove(self.config, request)
        return WELL

    def split(self, request: Request) -> Sequence[Delivery]:
        """One event. It has no id, and Naver repeats nothing: whoever says "네" twice has said it twice."""
        event = events.decoded(request.body)
        key = uuid.uuid4().hex
        return [Delivery(key, events.user_of(event), request.body, {"at": datetime.now(UTC).isoformat()})]

    def parse(self, delivery: Delivery) -> Sequence[Inbound]:
        """What it means; the door's key and time stand for the id and time it lacks."""
        return events.read(delivery)

    def fit(self, parts: list[Outbound]) -> list[Outbound]:
        """One content at a time."""
        return content.parts_of(parts)

    async def send(self, out: Outbound) -> Sent:
        """Say one part. Naver names no message, so its name is our key. Raises :class:`SendError`."""
        if self.config.settings.get("handover") and out.heard.get("_standby"):
            await self._take_over(out.to)
        await self._tell(content.event(out, push=_is_away(out)))
        return Sent(out.key)

    async def act(
        self,
        verb: Literal["typing", "read", "react", "edit", "delete", "close", "hide", "unhide"],
        to: Party,
        **more: Any,
    ) -> None:
        """``typing``: shown for 10 seconds, or until we say something; ``on=False`` takes it away."""
        if verb != "typing":
            raise SendError("policy", f"Naver TalkTalk cannot {verb}")
        action = "typingOff" if more.get("on") is False else "typingOn"
        await self._tell({"event": "action", "user": to.value, "options": {"action": action}})

    async def _take_over(self, to: Party) -> None:
        """The thread is a person's in the partner centre; that this failed is no reason not to answer."""
        try:
            options = {"control": "takeThread", "metadata": ""}
            await self._tell({"event": "handover", "user": to.value, "options": options})
        except SendError as error:
            if error.why == "auth":  # also what Naver says where the Handover API is off
                return
            raise

    async def _tell(self, event: dict[str, Any]) -> None:
        headers = {
            "authorization": self.config.secrets.get("authorization", ""),
            "content-type": "application/json;charset=UTF-8",
        }
        read(await self._caller.call("POST", EVENT, headers=headers, json=event))

    async def fetch(self, media: Media) -> AsyncIterator[bytes]:
        """A picture a customer sent, from Naver's own store."""
        if urlsplit(media.ref).scheme not in ("http", "https"):
            raise SendError("invalid", "this is no address of a picture")
        async for part in self._caller.download(media.ref, self.limits.media_bytes):
            yield part

    def link(self, code: str) -> str:
        """Opens the chat; Naver hands the ``from`` on with the open event (issues 117 and 154)."""
        partner = str(self.config.settings.get("partner") or "")
        return f"https://talk.naver.com/ct/{quote(partner, safe='')}?from=MDG-{code}" if partner else ""

    async def check(self) -> None:
        """Say nothing to nobody: a good key is told that there is no such user, a wrong one that it is wrong."""
        try:
            some = proof.networks(self.config.settings.get("networks") or ())
        except ValueError:
            raise SetupError(
                marked("This is no network. Write one a line, such as 211.249.40.0/27."), "networks"
            ) from None
        if not some and not self.config.secrets.get("hook_secret"):
            raise SetupError(marked("Give networks or a secret: else anybody could pose as Naver."), "networks")
        try:
            await self._tell({"event": "action", "user": NOBODY, "options": {"action": "typingOff"}})
        except SendError as error:
            if error.why == "invalid" and error.detail.startswith("Naver"):
                return  # it knows us, and not the user
            why = "auth" if error.why == "blocked" else error.why  # issue 302: so it says it of wrong keys too
            refuse_setup(SendError(why, error.detail), "authorization")

    async def close(self) -> None:
        """Let go of the connections."""
        await self._caller.close()


def _is_away(out: Outbound) -> bool:
    return out.heard_at is None or datetime.now(UTC) - out.heard_at > PRESENT
