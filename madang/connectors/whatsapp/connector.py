"""WhatsApp by Meta's Cloud API: Graph v26.0, webhooks signed with the app secret."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import timedelta
from typing import Any, Literal
from urllib.parse import quote

from madang.channels.calling import Caller, multipart, read, refuse_setup, wait
from madang.channels.connector import (
    Cap,
    Config,
    Connector,
    Delivery,
    Forged,
    Inbound,
    KnownTemplate,
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
from madang.connectors.whatsapp import facts, prices, sending, setup, templates
from madang.connectors.whatsapp.pieces import pieces
from madang.lib.http import Answer
from madang.lib.language import marked
from madang.lib.meta import GRAPH, codes, errors, signing
from madang.lib.meta.shapes import items, obj, said, webhook

_PAGES = 20  # of 100 templates; an account has at most 6,000 but shows them page by page
_NOT_POST = Reply(405, b"webhooks are posted here", headers=(("allow", "GET, POST"),), store=False)


class WhatsApp(Connector):
    """One business phone number."""

    name = "whatsapp"
    caps = (
        Cap.TEXT
        | Cap.IMAGE
        | Cap.AUDIO
        | Cap.VIDEO
        | Cap.FILE
        | Cap.BUTTONS
        | Cap.TEMPLATE
        | Cap.QUOTE
        | Cap.REACT
        | Cap.TYPING
        | Cap.MARK_READ
        | Cap.DELIVERED
        | Cap.READ
        | Cap.USER_EDIT
        | Cap.USER_DELETE
        | Cap.USER_REACT
    )
    limits = Limits(
        text=4_096,
        media_bytes=50 << 20,
        body_bytes=4 << 20,  # Meta: up to 3 MB
        per_second=80,
        window=timedelta(hours=24),
        buttons=10,
        button_text=20,
    )
    streams = True

    def __init__(self, config: Config) -> None:
        super().__init__(config)
        base = str(config.settings.get("api_url") or setup.API).rstrip("/")
        self._api = Caller(config, f"{base}/{GRAPH}", judge=judge)

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
        """One delivery a fact."""
        return [Delivery(one.key, one.person, one.body) for one in pieces(_webhook(request.body), self._phone())]

    def parse(self, delivery: Delivery) -> Sequence[Inbound]:
        """Facts of messages, receipts and numbers that change; nothing for notices about the account."""
        return [fact for one in pieces(_webhook(delivery.body), self._phone()) for fact in facts.mean(one)]

    def fit(self, parts: list[Outbound]) -> list[Outbound]:
        """A call of the API each."""
        return [one for part in parts for one in sending.fitted(part)]

    async def send(self, out: Outbound) -> Sent:
        """One message. The API has no idempotency key: no answer is ``unsure``."""
        uploaded = await self._upload(out.media[0]) if out.media else None
        path = f"/{self._phone()}/messages"
        answer = await self._api.call("POST", path, headers=self._auth(), json=sending.message(out, uploaded))
        name = next((said(one.get("id")) for one in items(obj(read(answer)).get("messages"))), "")
        if not name:
            raise SendError("unsure", "the answer names no message")
        return Sent(name)

    async def _upload(self, media: Media) -> dict[str, str]:
        """The file at Meta: its id, or the address where Meta can fetch it. Uploading twice does no harm."""
        content = b"".join([part async for part in media.stream()])
        if not content and media.link:
            return {"link": media.link}
        plain = (("messaging_product", "", "", b"whatsapp"), ("type", "", "", media.mime.encode()))
        headers, body = multipart(*plain, ("file", media.name, media.mime, content))
        path = f"/{self._phone()}/media"
        answer = await self._api.call("POST", path, headers=headers | self._auth(), content=body, repeat=True)
        return {"id": said(obj(read(answer)).get("id"))}

    async def act(
        self,
        verb: Literal["typing", "read", "react", "edit", "delete", "close", "hide", "unhide"],
        to: Party,
        **more: Any,
    ) -> None:
        """typing, read and react; typing shows for 25 seconds at most and marks her message as read."""
        about = str(more.get("about") or "")
        if not about:
            return  # all three are about a message of hers
        made: dict[str, Any] = {"messaging_product": "whatsapp"}
        if verb in ("typing", "read"):
            made |= {"status": "read", "message_id": about}
            made |= {"typing_indicator": {"type": "text"}} if verb == "typing" else {}
        elif verb == "react":
            face = {"message_id": about, "emoji": str(more.get("text") or "")}
            made |= {"recipient_type": "individual", **sending.address(to), "type": "reaction", "reaction": face}
        else:
            raise SendError("policy", f"WhatsApp cannot {verb}")
        await self._api.call("POST", f"/{self._phone()}/messages", headers=self._auth(), json=made, repeat=True)

    async def fetch(self, media: Media) -> AsyncIterator[bytes]:
        """The id gives an address for five minutes, which wants the token too."""
        if not media.ref.isalnum():
            raise SendError("invalid", "this is no media id")
        path = f"/{media.ref}?phone_number_id={self._phone()}"
        answer = await self._api.call("GET", path, headers=self._auth(), repeat=True)
        url = said(obj(read(answer)).get("url"))
        if not url:
            raise SendError("invalid", "WhatsApp has this file no more")
        async for part in self._api.download(url, 100 << 20, self._auth()):
            yield part

    async def templates(self) -> Sequence[KnownTemplate]:
        """All of the account, whatever their state."""
        made: list[KnownTemplate] = []
        after = ""
        try:
            for _page in range(_PAGES):
                answer = await self._read(
                    f"/{self._waba()}/message_templates?fields={templates.FIELDS}&limit=100{after}"
                )
                made += [templates.known(one) for one in items(answer.get("data"))]
                cursor = templates.following(answer)
                if not cursor:
                    break
                after = f"&after={quote(cursor)}"
        except SendError as error:
            refuse_setup(error, "waba_id")
        return made

    def price(self, part: Outbound) -> Price | None:
        """By the set-up's price list; what cannot be read as a price is none."""
        try:
            return prices.of(part, self.config.settings)
        except ValueError:
            return None

    def link(self, code: str) -> str:
        """Opens WhatsApp with the code in her words; she only presses send."""
        number = "".join(one for one in str(self.config.settings.get("number") or "") if one.isdecimal())
        return f"https://wa.me/{number}?text={codes.quoted(code)}" if number else ""

    async def check(self) -> None:
        """The number, the account and the price list."""
        for name in ("phone_id", "waba_id"):
            if not str(self.config.settings.get(name) or "").isdecimal():
                raise SetupError(marked("This ID has digits only. It is not the phone number."), name)
        for name in ("price_service", *(f"price_{one}" for one in prices.CATEGORIES)):
            try:
                prices.thousandths(self.config.settings.get(name))
            except ValueError:
                raise SetupError(marked("This is no price. It looks like 12.5"), name) from None
        await self._try(f"/{self._phone()}?fields=display_phone_number,verified_name", "phone_id")
        await self._try(f"/{self._waba()}/message_templates?fields=name&limit=1", "waba_id")

    async def _try(self, path: str, field: str) -> None:
        try:
            await self._read(path)
        except SendError as error:
            refuse_setup(error, "token" if error.why == "auth" else field)

    async def _read(self, path: str) -> Mapping[str, Any]:
        return obj(read(await self._api.call("GET", path, headers=self._auth(), repeat=True)))

    async def close(self) -> None:
        """Let go of the connections."""
        await self._api.close()

    def _auth(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self.config.secrets.get('token', '')}"}

    def _phone(self) -> str:
        return str(self.config.settings.get("phone_id") or "")

    def _waba(self) -> str:
        return str(self.config.settings.get("waba_id") or "")


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
