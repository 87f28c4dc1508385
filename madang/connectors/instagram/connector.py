"""Direct messages and comments of one Instagram account: Graph v26.0, webhooks signed with the app secret."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Literal
from urllib.parse import quote

from madang.channels.calling import Caller, read, refuse_setup, wait
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
    Reply,
    Request,
    SendError,
    Sent,
    SetupError,
)
from madang.connectors.instagram import facts, sending, setup
from madang.lib.http import Answer
from madang.lib.language import marked
from madang.lib.meta import GRAPH, errors, signing, speaking
from madang.lib.meta.parting import pieces
from madang.lib.meta.shapes import obj, said, webhook

_NOT_POST = Reply(405, b"webhooks are posted here", headers=(("allow", "GET, POST"),), store=False)


class Instagram(Connector):
    """One professional account."""

    name = "instagram"
    caps = (
        Cap.TEXT
        | Cap.IMAGE
        | Cap.AUDIO
        | Cap.VIDEO
        | Cap.FILE
        | Cap.BUTTONS
        | Cap.REACT
        | Cap.DELETE
        | Cap.HIDE
        | Cap.TYPING
        | Cap.MARK_READ
        | Cap.READ
        | Cap.USER_EDIT
        | Cap.USER_DELETE
        | Cap.USER_REACT
    )
    limits = Limits(
        text=1_000,  # bytes of UTF-8: ``fit`` cuts further
        media_bytes=25 << 20,
        body_bytes=4 << 20,
        per_second=40,
        window=speaking.HUMAN_WINDOW,
        buttons=speaking.QUICK,
        button_text=20,
    )
    streams = True

    def __init__(self, config: Config) -> None:
        super().__init__(config)
        base = str(config.settings.get("api_url") or setup.API).rstrip("/")
        if base == setup.API and self._by_facebook():
            base = setup.BY_FACEBOOK
        self._api = Caller(config, f"{base}/{GRAPH}", judge=judge)
        if not config.settings.get("human_agent"):  # this channel's own bound, not the provider's widest
            vars(self)["limits"] = replace(type(self).limits, window=speaking.WINDOW)

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

    def split(self, request: Request) -> Sequence[Delivery]:
        """One delivery an event."""
        return [Delivery(one.key, one.person, one.body) for one in pieces(_webhook(request.body))]

    def parse(self, delivery: Delivery) -> Sequence[Inbound]:
        """Facts of this account; nothing for notices."""
        return list(facts.mean(_webhook(delivery.body), self._account()))

    def fit(self, parts: list[Outbound]) -> list[Outbound]:
        """A call of the API each."""
        return [one for part in parts for one in sending.fitted(part)]

    async def send(self, out: Outbound) -> Sent:
        """One message or comment. The API has no idempotency key: no answer is ``unsure``."""
        place = sending.where(out)
        if place == "public":
            answer = await self._post(f"/{out.reply_to}/replies", {"message": out.text})
            name = said(obj(read(answer)).get("id"))
        else:
            human = bool(self.config.settings.get("human_agent"))
            now = datetime.now(UTC)
            body = sending.private(out) if place == "private" else sending.direct(out, now, human=human)
            name = said(obj(read(await self._post("/me/messages", body))).get("message_id"))
        if not name:
            raise SendError("unsure", "the answer names no message")
        return Sent(name)

    async def act(
        self,
        verb: Literal["typing", "read", "react", "edit", "delete", "close", "hide", "unhide"],
        to: Party,
        **more: Any,
    ) -> None:
        """typing, read and react in a chat; hide, unhide and delete a comment."""
        about, text = str(more.get("about") or ""), str(more.get("text") or "")
        if speaking.is_public(about):
            await self._on_comment(verb, about)
        elif verb in ("typing", "read", "react"):
            body = speaking.action(to.value, verb, about, text)
            await self._post("/me/messages", body, repeat=True)
        else:
            raise SendError("policy", f"Instagram cannot {verb} a private message")

    async def _on_comment(self, verb: str, about: str) -> None:
        if verb in ("hide", "unhide"):
            await self._post(f"/{about}", {"hide": verb == "hide"}, repeat=True)
        elif verb == "delete":
            await self._api.call("DELETE", f"/{about}", headers=self._auth(), repeat=True)
        elif verb not in ("typing", "read"):
            raise SendError("policy", f"Instagram cannot {verb} a comment")

    async def fetch(self, media: Media) -> AsyncIterator[bytes]:
        """A file of hers, from Meta's servers; its address ends after some days."""
        if not media.ref.startswith(("https://", "http://")):
            raise SendError("invalid", "this is no address of a file")
        async for part in self._api.download(media.ref, 100 << 20):
            yield part

    async def introduce(self, party: Party) -> Party:
        """Her name or user name; the webhook of a message has the scoped id alone."""
        if party.name or not party.value.isdecimal():
            return party
        answer = await self._read(f"/{party.value}?fields=name,username")
        return replace(party, name=said(answer.get("name")) or said(answer.get("username")))

    def link(self, code: str) -> str:
        """Opens the chat with the account; the code comes in a referral."""
        name = str(self.config.settings.get("username") or "").strip().removeprefix("@")
        return f"https://ig.me/m/{quote(name)}?ref=MDG-{code}" if name else ""

    async def check(self) -> None:
        """The token must be this account's; then the app is subscribed to it, without which nothing comes."""
        if not self._account().isdecimal():
            raise SetupError(marked("An account ID has digits only. It is not the user name."), "account_id")
        fields = "instagram_business_account" if self._by_facebook() else "user_id,username"
        try:
            me = await self._read(f"/me?fields={fields}")
        except SendError as error:
            refuse_setup(error, "token")
        found = said(obj(me.get("instagram_business_account")).get("id")) or said(me.get("user_id"))
        if found != self._account():
            raise SetupError(
                marked("This token is of another account. Make one for the account with this ID."), "token"
            )
        given = "messages,messaging_postbacks,feed" if self._by_facebook() else setup.SUBSCRIBED
        try:
            await self._post("/me/subscribed_apps", {"subscribed_fields": given}, repeat=True)
        except SendError as error:
            refuse_setup(error, "token")

    async def _read(self, path: str) -> Mapping[str, Any]:
        return obj(read(await self._api.call("GET", path, headers=self._auth(), repeat=True)))

    async def _post(self, path: str, body: Mapping[str, Any], *, repeat: bool = False) -> Answer:
        return await self._api.call("POST", path, headers=self._auth(), json=body, repeat=repeat)

    async def close(self) -> None:
        """Let go of the connections."""
        await self._api.close()

    def _auth(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self.config.secrets.get('token', '')}"}

    def _account(self) -> str:
        return str(self.config.settings.get("account_id") or "")

    def _by_facebook(self) -> bool:
        return self.config.settings.get("login") == "facebook"


def judge(answer: Answer) -> SendError | None:
    """Meta says in the body what is wrong, whatever the status."""
    error = None if answer.ok else errors.read(answer.body)
    if error is None or error.why is None:
        return None
    return SendError(error.why, error.words[:1000], retry=wait(answer) if error.why in ("rate", "down") else None)


def _webhook(body: bytes) -> Mapping[str, Any]:
    try:
        return webhook(body)
    except ValueError as error:
        raise Malformed(str(error)) from None
