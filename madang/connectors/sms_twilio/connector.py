"""Text messages by Twilio, or whoever speaks as it does: forms in, forms out, states by callback."""

from __future__ import annotations

import base64
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from madang.channels.calling import Caller, read, refuse_setup
from madang.channels.connector import (
    Cap,
    Config,
    Connector,
    Delivery,
    Forged,
    Inbound,
    Kind,
    Limits,
    Media,
    Outbound,
    Price,
    Reply,
    Request,
    SendError,
    Sent,
    SetupError,
)
from madang.channels.fit import split
from madang.channels.form import check_prices, check_region
from madang.connectors.sms_twilio import inbound
from madang.connectors.sms_twilio.answers import judge
from madang.connectors.sms_twilio.signature import is_signed
from madang.lib import sms_alphabet
from madang.lib.language import marked
from madang.lib.money import thousandths

FORM = {"content-type": "application/x-www-form-urlencoded"}
# Whatever else a webhook answered, Twilio would send it to the customer.
NOTHING = Reply(200, b'<?xml version="1.0" encoding="UTF-8"?><Response></Response>', "text/xml; charset=utf-8")
_NOT_POST = Reply(405, b"webhooks are posted here", headers=(("allow", "POST"),), store=False)


class Twilio(Connector):
    """One Twilio number or messaging service."""

    name = "sms_twilio"
    caps = (
        Cap.TEXT | Cap.IMAGE | Cap.AUDIO | Cap.VIDEO | Cap.FILE | Cap.DELIVERED | Cap.READ | Cap.INITIATE | Cap.VERIFY
    )
    limits = Limits(text=1_600, media_bytes=5 << 20, per_second=10)
    identity = Kind.PHONE
    streams = True  # files go by their address, Twilio fetches them

    def __init__(self, config: Config) -> None:
        super().__init__(config)
        self._api = Caller(config, self._setting("api_url") or "https://api.twilio.com", judge=judge)

    def verify(self, request: Request) -> Reply:
        """Twilio's signature over the address it was given and the form."""
        if request.method != "POST":
            return _NOT_POST
        try:
            good = is_signed(self.config.secrets.get("auth_token", ""), request, self.config.host)
        except (ValueError, UnicodeError):
            good = False
        if not good:
            raise Forged("the signature is missing or not Twilio's")
        return NOTHING

    def split(self, request: Request) -> Sequence[Delivery]:
        """One webhook is one message or one state of one."""
        given = inbound.fields(request.body)
        meta = {"at": str(int(time.time()))}
        return [Delivery(inbound.key(given), inbound.hers(given), request.body, meta)]

    def parse(self, delivery: Delivery) -> Sequence[Inbound]:
        """A message and what she wishes by it, a receipt, or nothing for what is under way."""
        return inbound.facts(delivery.body, inbound.moment(delivery.meta), self._region())

    def fit(self, parts: list[Outbound]) -> list[Outbound]:
        """Files become links unless the number sends MMS."""
        if self._mms() or not any(part.media for part in parts):
            return parts
        links = "".join(f"\n{media.name}: {media.link}" for part in parts for media in part.media)
        made = []
        for part in parts:
            words = part.text + links if part is parts[-1] else part.text
            made += [replace(part, text=one, media=()) for one in split(words.strip(), self.limits)]
        return [replace(one, key=parts[0].key if n == 0 else f"{parts[0].key}.{n}") for n, one in enumerate(made)]

    def price(self, part: Outbound) -> Price | None:
        """An MMS is one; a text costs by its parts on the air."""
        amount = thousandths(self._setting("price_mms" if part.media else "price_sms"))
        if amount is None:
            return None
        count = 1 if part.media else len(sms_alphabet.parts(part.text))
        return Price(amount * count, self._setting("currency").upper() or "USD")

    def link(self, code: str) -> str:
        """Opens the phone's messages with the code written already."""
        sender = self._setting("sender")
        return f"sms:{sender}?&body={quote(f'[MDG-{code}]')}" if sender.startswith("+") else ""

    async def send(self, out: Outbound) -> Sent:
        """Hand it to Twilio. It knows no key of ours, so a cut connection leaves it unsure."""
        sender = self._setting("sender")
        form = [("To", out.to.value), ("MessagingServiceSid" if sender.startswith("MG") else "From", sender)]
        form += [("Body", out.text)] if out.text else []
        form += [("MediaUrl", media.link) for media in out.media]
        if self.config.host:
            form.append(("StatusCallback", f"{self.config.host.rstrip('/')}/hooks/{self.config.key}"))
        body = urlencode(form).encode()
        answer = read(await self._api.call("POST", self._path("/Messages"), headers=self._headers(), content=body))
        sid = str(answer.get("sid") or "") if isinstance(answer, dict) else ""
        if not sid:
            raise SendError("unsure", marked("Twilio took it without giving it a name."))
        return Sent(sid)

    async def fetch(self, media: Media) -> AsyncIterator[bytes]:
        """A file of a message. The keys go to the API's own address and nowhere else."""
        ours = urlsplit(media.ref)[:2] == urlsplit(self._api.base)[:2]
        headers = self._auth() if ours else None
        async for part in self._api.download(media.ref, self.limits.media_bytes, headers):
            yield part

    def speaks_as(self, heard: Mapping[str, Any]) -> Sequence[str]:
        """The number customers see."""
        return (self._setting("sender"),)

    async def check(self) -> None:
        """Try the keys, and whether the number is this account's."""
        check_region(self.config.settings)
        check_prices(self.config.settings, "price_sms", "price_mms")
        try:
            account = read(await self._api.call("GET", self._path(""), headers=self._auth(), repeat=True))
        except SendError as error:
            refuse_setup(error, "auth_token")
        if isinstance(account, dict) and account.get("status") not in (None, "active"):
            raise SetupError("This Twilio account is not active.", "account_sid")
        await self._check_sender()

    async def _check_sender(self) -> None:
        sender = self._setting("sender")
        if not sender.startswith("+"):
            return
        path = f"{self._path('/IncomingPhoneNumbers')}?{urlencode({'PhoneNumber': sender})}"
        try:
            found = read(await self._api.call("GET", path, headers=self._auth(), repeat=True))
        except SendError as error:
            refuse_setup(error, "sender")
        if isinstance(found, dict) and not found.get("incoming_phone_numbers"):
            raise SetupError("This number is not one of this Twilio account.", "sender")

    async def close(self) -> None:
        """Let go of the connections."""
        await self._api.close()

    def _path(self, of: str) -> str:
        return f"/2010-04-01/Accounts/{quote(self._setting('account_sid'), safe='')}{of}.json"

    def _auth(self) -> dict[str, str]:
        keys = f"{self._setting('account_sid')}:{self.config.secrets.get('auth_token', '')}"
        return {"authorization": f"Basic {base64.b64encode(keys.encode()).decode()}"}

    def _headers(self) -> dict[str, str]:
        return self._auth() | FORM

    def _setting(self, name: str) -> str:
        return str(self.config.settings.get(name) or "").strip()

    def _region(self) -> str:
        return self._setting("region").upper()

    def _mms(self) -> bool:
        return bool(self.config.settings.get("mms"))
