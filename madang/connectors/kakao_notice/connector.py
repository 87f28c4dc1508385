"""Notices into KakaoTalk by phone number: AlimTalk and BrandMessage, over a dealer. Nobody answers here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from madang.channels.calling import refuse_setup
from madang.channels.connector import (
    Cap,
    Config,
    Connector,
    Delivery,
    Inbound,
    Kind,
    KnownTemplate,
    Limits,
    Outbound,
    Price,
    Reply,
    Request,
    SendError,
    Sent,
    SetupError,
)
from madang.channels.form import check_prices
from madang.connectors.kakao_notice import brand, proof, reports
from madang.connectors.kakao_notice.bizgo import Bizgo
from madang.connectors.kakao_notice.dealer import Dealer
from madang.connectors.kakao_notice.solapi import Solapi
from madang.lib.language import marked
from madang.lib.money import thousandths

LONGEST_NOTICE = 1300  # characters; what Kakao takes at most, of an AlimTalk with all its parts
PRICES = ("price_alimtalk", "price_brand")

WITHOUT_TEMPLATE = marked("Kakao carries only approved templates by this channel. Choose a template.")


class KakaoNotice(Connector):
    """One Kakao channel (발신프로필) at one dealer. Everything it says is an approved template."""

    name = "kakao_notice"
    caps = Cap.TEMPLATE | Cap.INITIATE | Cap.DELIVERED
    limits = Limits(text=LONGEST_NOTICE, media_bytes=0, message_bytes=0, per_second=50)
    identity = Kind.PHONE

    def __init__(self, config: Config) -> None:
        super().__init__(config)
        self._dealer: Dealer = Bizgo(config) if config.settings.get("dealer") == "bizgo" else Solapi(config)

    def verify(self, request: Request) -> Reply:
        """Our secret in the address; Bizgo's signature beside it, where it gave us a secret for that."""
        if request.method != "POST":
            return Reply(405, b"reports are posted here", headers=(("allow", "POST"),), store=False)
        proof.prove(self.config, request)
        return reports.receipt_for(request.body)

    def split(self, request: Request) -> Sequence[Delivery]:
        """One report each: Solapi sends many in one array, Bizgo one at a time."""
        return reports.split(request.body)

    def parse(self, delivery: Delivery) -> Sequence[Inbound]:
        """What became of a notice, whichever dealer says so; what is no report says nothing."""
        return reports.read(delivery, taken_over=bool(self.config.settings.get("dealer_sms")))

    def fit(self, parts: list[Outbound]) -> list[Outbound]:
        """A template is one message, however long: the dealer fills it, its words are never cut."""
        if parts[0].template is None:
            return parts
        return [replace(parts[0], text="\n".join(part.text for part in parts))]

    async def send(self, out: Outbound) -> Sent:
        """Send a filled template. Raises :class:`SendError`."""
        if out.template is None:
            raise SendError("policy", WITHOUT_TEMPLATE)
        if brand.is_brand(out.template):
            brand.refuse_unwanted(out)
        return await self._dealer.send(out, out.template)

    async def templates(self) -> Sequence[KnownTemplate]:
        """All of this Kakao channel, whatever their state. Raises SetupError."""
        try:
            return await self._dealer.templates()
        except SendError as error:
            refuse_setup(error)

    def price(self, part: Outbound) -> Price | None:
        """What the dealer takes, by the price list of the set-up."""
        if part.template is None:
            return None
        won = thousandths(self.config.settings.get(PRICES[brand.is_brand(part.template)]))
        return None if won is None else Price(won, "KRW")

    async def check(self) -> None:
        """The keys and the Kakao channel are the dealer's; prices are numbers."""
        check_prices(self.config.settings, *PRICES)
        if self.config.settings.get("dealer_sms") and not self.config.settings.get("sender_number"):
            raise SetupError(marked("Text messages need a registered sender number."), "sender_number")
        try:
            await self._dealer.check()
        except SendError as error:
            refuse_setup(error, self._dealer.key_field)

    async def close(self) -> None:
        """Let go of the dealer."""
        await self._dealer.close()
