"""KakaoTalk consultation (상담톡): sessions that she begins, over one of Kakao's dealers."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Literal
from urllib.parse import quote

import msgspec

from madang.channels.calling import refuse_setup
from madang.channels.connector import (
    Cap,
    Config,
    Connector,
    Delivery,
    Inbound,
    Limits,
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
from madang.channels.form import check_prices
from madang.connectors.kakao_consult import body, bubbles, facts, proof
from madang.connectors.kakao_consult.dealers.bizgo import Bizgo
from madang.connectors.kakao_consult.dealers.dealer import Dealer
from madang.connectors.kakao_consult.dealers.happytalk import Happytalk
from madang.lib.language import marked
from madang.lib.money import thousandths

DEALERS: Mapping[str, type[Dealer]] = {"bizgo": Bizgo, "happytalk": Happytalk}
OPEN = "https://bizmessage.kakao.com/chat/open"
_NOT_POST = Reply(405, b"webhooks are posted here", headers=(("allow", "POST"),), store=False)
_CAPS = (
    Cap.TEXT | Cap.IMAGE | Cap.AUDIO | Cap.VIDEO | Cap.FILE | Cap.BUTTONS | Cap.DELETE | Cap.READ | Cap.CLOSE
)  # no INITIATE: only she can begin


class KakaoConsult(Connector):
    """One channel's sender profile at one dealer."""

    name = "kakao_consult"
    caps = _CAPS
    limits = Limits(
        text=1_000,
        media_bytes=300 << 20,
        per_second=10,
        window=timedelta(days=30),
        buttons=5,
        button_text=14,
    )
    streams = True

    def __init__(self, config: Config) -> None:
        super().__init__(config)
        dealer = DEALERS.get(str(config.settings.get("dealer") or "bizgo"), Bizgo)
        self.dealer = dealer(config)
        if not dealer.deletes:
            self.caps = _CAPS & ~Cap.DELETE  # type: ignore[misc]

    def verify(self, request: Request) -> Reply:
        """The secret in the address, the addresses it may come from; Kakao's own callback by the app's admin key."""
        if request.method != "POST":
            return _NOT_POST
        proof.prove(self.config, request)
        return Reply(body=self.dealer.ack, mime="application/json")

    def split(self, request: Request) -> Sequence[Delivery]:
        """One webhook is one customer's. A certificate's contents are left behind: Kakao forbids keeping them."""
        said = body.load(request.body)
        secret = self.config.secrets.get("hook_secret", "")
        meta = {"kind": proof.topic(request, secret), "at": datetime.now(UTC).isoformat()}
        raw = request.body
        if "cert_result" in said:
            raw = msgspec.json.encode({name: value for name, value in said.items() if name != "cert_result"})
        told = body.read(Delivery("", "", raw, meta))
        key = request.headers.get("x-kakao-resource-id", "") if proof.by_kakao(request) else ""
        return [Delivery(f"{told.kind}:{key or told.key}"[:300], told.user or body.text(said.get("id")), raw, meta)]

    def parse(self, delivery: Delivery) -> Sequence[Inbound]:
        """One fact a webhook, none where nobody can be named."""
        return facts.read(body.read(delivery), self._channel())

    def fit(self, parts: list[Outbound]) -> list[Outbound]:
        """One file a bubble."""
        return bubbles.fitted(parts)

    async def send(self, out: Outbound) -> Sent:
        """Say it; its file is brought to Kakao first."""
        if ":" in out.to.value:  # the app's number of somebody who never opened this chat
            raise SendError("window", "she has not begun a chat here, and only she can")
        bubble = await bubbles.compose(out, self.dealer.upload)
        return await self.dealer.say(out.to.value, out.key, bubble)

    async def fetch(self, media: Media) -> AsyncIterator[bytes]:
        """Stream what she sent from where Kakao keeps it."""
        async for part in self.dealer.caller.download(media.ref, self.limits.media_bytes):
            yield part

    async def act(
        self,
        verb: Literal["typing", "read", "react", "edit", "delete", "close", "hide", "unhide"],
        to: Party,
        **more: Any,
    ) -> None:
        """Close ends the session; delete takes a message back, where the dealer can."""
        if verb == "close":
            await self.dealer.end(to.value)
        elif verb == "delete":
            await self.dealer.delete(to.value, str(more.get("about", "")))
        else:
            raise SendError("policy", f"KakaoTalk consultation cannot {verb}")

    def link(self, code: str) -> str:
        """Opens the chat; ``extra`` comes with the first webhook of the session."""
        channel = self._channel()
        return f"{OPEN}/{quote(channel, safe='@')}?extra=MDG-{quote(code)}&bot=false" if channel else ""

    def price(self, part: Outbound) -> Price | None:
        """By the price list of the form, in KRW."""
        amount = thousandths(self.config.settings.get("price"))
        return None if amount is None else Price(amount, "KRW")

    async def check(self) -> None:
        """The addresses, the price, and the keys at the dealer."""
        try:
            proof.networks(self.config.settings.get("source_ips") or ())
        except ValueError:
            raise SetupError(
                marked("One of these is no address or network. Write 203.0.113.7 or 203.0.113.0/24."), "source_ips"
            ) from None
        check_prices(self.config.settings, "price")
        try:
            await self.dealer.check()
        except SendError as error:
            refuse_setup(error, self.dealer.key_field)

    async def close(self) -> None:
        """Let go of the connections to the dealer."""
        await self.dealer.caller.close()

    def _channel(self) -> str:
        """@name, '' when it is not given."""
        name = str(self.config.settings.get("channel_id") or "").strip()
        return f"@{name.lstrip('@')}" if name else ""
