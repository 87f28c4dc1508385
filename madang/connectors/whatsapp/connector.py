"""WhatsApp by Meta's Cloud API: Graph v26.0, webhooks signed with the app secret."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from typing import Any, Literal
from urllib.parse import quote

from madang.channels.calling import multipart, read, refuse_setup
from madang.channels.connector import (
    Cap,
    Delivery,
    Inbound,
    KnownTemplate,
    Limits,
    Media,
    Outbound,
    Party,
    Price,
    Request,
    SendError,
    Sent,
    SetupError,
)
from madang.channels.form import check_prices
from madang.connectors._meta.graph import Graph, named, opened, sent
from madang.connectors.whatsapp import facts, prices, sending, templates
from madang.connectors.whatsapp.pieces import pieces
from madang.lib.language import marked
from madang.lib.meta import codes
from madang.lib.meta.shapes import items, obj, said

_PAGES = 20  # of 100 templates; an account has at most 6,000 but shows them page by page


class WhatsApp(Graph):
    """One business phone number."""

    name = "whatsapp"
    caps = Graph.caps | Cap.TEMPLATE | Cap.QUOTE | Cap.DELIVERED
    limits = Limits(
        text=4_096,
        media_bytes=50 << 20,
        body_bytes=4 << 20,  # Meta: up to 3 MB
        per_second=80,
        window=timedelta(hours=24),
        buttons=10,
        button_text=20,
    )
    owner = "phone_id"

    def split(self, request: Request) -> Sequence[Delivery]:
        """One delivery a fact."""
        return [Delivery(one.key, one.person, one.body) for one in pieces(opened(request.body), self._own())]

    def parse(self, delivery: Delivery) -> Sequence[Inbound]:
        """Facts of messages, receipts and numbers that change; nothing for notices about the account."""
        return [fact for one in pieces(opened(delivery.body), self._own()) for fact in facts.mean(one)]

    def fit(self, parts: list[Outbound]) -> list[Outbound]:
        """A call of the API each."""
        return [one for part in parts for one in sending.fitted(part)]

    async def send(self, out: Outbound) -> Sent:
        """One message."""
        uploaded = await self._upload(out.media[0]) if out.media else None
        path = f"/{self._own()}/messages"
        answer = await self._post(path, sending.message(out, uploaded))
        return sent(next((said(one.get("id")) for one in items(obj(read(answer)).get("messages"))), ""))

    async def _upload(self, media: Media) -> dict[str, str]:
        """The file at Meta: its id, or the address where Meta can fetch it. Uploading twice does no harm."""
        content = b"".join([part async for part in media.stream()])
        if not content and media.link:
            return {"link": media.link}
        plain = (("messaging_product", "", "", b"whatsapp"), ("type", "", "", media.mime.encode()))
        headers, body = multipart(*plain, ("file", media.name, media.mime, content))
        path = f"/{self._own()}/media"
        answer = await self._api.call("POST", path, headers=headers | self._auth(), content=body, repeat=True)
        return {"id": named(answer, "id")}

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
        await self._post(f"/{self._own()}/messages", made, repeat=True)

    async def fetch(self, media: Media) -> AsyncIterator[bytes]:
        """The id gives an address for five minutes, which wants the token too."""
        if not media.ref.isalnum():
            raise SendError("invalid", "this is no media id")
        path = f"/{media.ref}?phone_number_id={self._own()}"
        url = said((await self._read(path)).get("url"))
        if not url:
            raise SendError("invalid", "WhatsApp has this file no more")
        async for part in self._download(url, self._auth()):
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
        return prices.of(part, self.config.settings)

    def link(self, code: str) -> str:
        """Opens WhatsApp with the code in her words; she only presses send."""
        number = "".join(one for one in self._setting("number") if one.isdecimal())
        return f"https://wa.me/{number}?text={codes.quoted(code)}" if number else ""

    async def check(self) -> None:
        """The number, the account and the price list."""
        for name in ("phone_id", "waba_id"):
            if not self._setting(name).isdecimal():
                raise SetupError(marked("This ID has digits only. It is not the phone number."), name)
        check_prices(self.config.settings, *prices.FIELDS)
        await self._try(f"/{self._own()}?fields=display_phone_number,verified_name", "phone_id")
        await self._try(f"/{self._waba()}/message_templates?fields=name&limit=1", "waba_id")

    def _waba(self) -> str:
        return self._setting("waba_id")
