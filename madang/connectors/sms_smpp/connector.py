"""Text messages over SMPP 3.4: one listening line in the cluster, and a sending line in each process that sends."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import aclosing
from typing import Any
from urllib.parse import quote

from madang.channels.connector import (
    Cap,
    Config,
    Connector,
    Delivery,
    Inbound,
    Kind,
    Limits,
    Outbound,
    Price,
    Sent,
    SetupError,
)
from madang.channels.form import check_prices, check_region
from madang.connectors.sms_smpp import inbound
from madang.connectors.sms_smpp.account import account_of
from madang.connectors.sms_smpp.listening import Listener
from madang.connectors.sms_smpp.sending import Sender, check, sender_of
from madang.connectors.sms_smpp.statuses import FAILURES, setup_error
from madang.lib import sms, sms_alphabet
from madang.lib.money import thousandths


class Smpp(Connector):
    """One account at an SMSC."""

    name = "sms_smpp"
    caps = Cap.TEXT | Cap.DELIVERED | Cap.INITIATE | Cap.VERIFY
    limits = Limits(text=1_000, per_second=10)
    identity = Kind.PHONE

    def __init__(self, config: Config) -> None:
        super().__init__(config)
        self.account = account_of(config)
        self._sender: Sender | None = None
        self.listener = Listener(self.account)

    def parse(self, delivery: Delivery) -> Sequence[Inbound]:
        """A message of one or more parts and what she wishes by it, or a receipt."""
        return inbound.facts(self.account, delivery)

    async def send(self, out: Outbound) -> Sent:
        """Hand it to the SMSC, in as many parts as it takes."""
        if self._sender is None:
            self._sender = sender_of(self.account, self)
        return await self._sender.send(out.to.value, out.text)

    async def listen(self, cursor: str) -> AsyncIterator[tuple[Sequence[Delivery], str]]:
        """What comes. The cursor holds what is not finished."""
        async with aclosing(self.listener.listen(cursor)) as pairs:
            async for pair in pairs:
                yield pair

    def price(self, part: Outbound) -> Price | None:
        """By the parts on the air."""
        amount = thousandths(self._setting("price_sms"))
        if amount is None:
            return None
        return Price(amount * len(sms_alphabet.parts(part.text)), self._setting("currency").upper() or "KRW")

    def link(self, code: str) -> str:
        """Opens the phone's messages with the code written already."""
        sender = self.account.sender
        number = sms.e164(sender, self.account.region) or sender
        return f"sms:{number}?&body={quote(f'[MDG-{code}]')}" if sender.removeprefix("+").isdecimal() else ""

    def speaks_as(self, heard: Mapping[str, Any]) -> Sequence[str]:
        """The number customers see."""
        return (self._setting("sender"),)

    async def check(self) -> None:
        """Try the form, then bind as sending will."""
        check_region(self.config.settings)
        check_prices(self.config.settings, "price_sms")
        if not 0 < self.account.port < 65_536:
            raise SetupError("This is no port.", "port")
        try:
            await check(self.account)
        except FAILURES as error:
            raise setup_error(error) from error

    async def close(self) -> None:
        """Hang up everywhere."""
        await self.listener.close()
        if self._sender is not None:
            await self._sender.leave(self)

    def _setting(self, name: str) -> str:
        return str(self.config.settings.get(name) or "").strip()
