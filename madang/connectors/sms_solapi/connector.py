"""Korean text messages by Solapi: the kind by its length, the sender as registered, reports by webhook."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

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
from madang.channels.form import check_prices
from madang.connectors.sms_solapi import inbound
from madang.connectors.sms_solapi.answers import judge, of_words
from madang.connectors.sms_solapi.picture import fitting
from madang.lib import sms
from madang.lib.language import marked
from madang.lib.money import thousandths

PICTURES = {"image/jpeg", "image/png", "image/gif", "image/webp"}
PRICES = {"SMS": "price_sms", "LMS": "price_lms", "MMS": "price_mms"}
_NOT_POST = Reply(405, b"reports are posted here", headers=(("allow", "POST"),), store=False)


class Solapi(Connector):
    """One registered sender number."""

    name = "sms_solapi"
    caps = Cap.TEXT | Cap.IMAGE | Cap.DELIVERED | Cap.INITIATE | Cap.VERIFY
    limits = Limits(text=sms.LMS_BYTES, media_bytes=10 << 20, message_bytes=20 << 20, per_second=20, encoding="cp949")
    identity = Kind.PHONE

    def __init__(self, config: Config) -> None:
        super().__init__(config)
        self._api = Caller(config, self._setting("api_url") or "https://api.solapi.com", judge=judge)

    def verify(self, request: Request) -> Reply:
        """Solapi signs nothing: our secret stands in the address that only it was given."""
        if request.method != "POST":
            return _NOT_POST
        secret, given = self.config.secrets.get("hook_secret", ""), request.query.get("s", "")
        if not secret or not hmac.compare_digest(secret.encode(), given.encode("utf-8", "replace")):
            raise Forged("the address lacks the secret of this channel (?s=…)")
        return Reply()

    def split(self, request: Request) -> Sequence[Delivery]:
        """One report is one message's."""
        return [inbound.delivery(one, int(time.time())) for one in inbound.reports(request.body)]

    def parse(self, delivery: Delivery) -> Sequence[Inbound]:
        """Receipts and opt-outs; nothing for reports of groups."""
        stamp = delivery.meta.get("at", "0")
        seen = datetime.fromtimestamp(int(stamp) if stamp.isdecimal() else 0, UTC)
        return [fact for one in inbound.reports(delivery.body) for fact in inbound.facts(one, delivery.key, seen)]

    def fit(self, parts: list[Outbound]) -> list[Outbound]:
        """As a Korean network says it: emoji in words, one picture, other files as links, 2,000 bytes a part."""
        made = [piece for part in parts for piece in self._fit(part)]
        return [replace(one, key=parts[0].key if n == 0 else f"{parts[0].key}.{n}") for n, one in enumerate(made)]

    def _fit(self, part: Outbound) -> list[Outbound]:
        picture = next((media for media in part.media if media.mime in PICTURES), None)
        links = "".join(f"\n{media.name}: {media.link}" for media in part.media if media is not picture)
        words, lost = sms.sayable((part.text + links).strip())
        data = {**part.data, "unsayable": lost} if lost else part.data
        texts = split(words, self.limits)
        made = [replace(part, text=text, media=(), data=data) for text in texts]
        made[0] = replace(made[0], media=(picture,) if picture else ())
        return made

    def price(self, part: Outbound) -> Price | None:
        """By its kind."""
        kind = sms.korean_kind(part.text, picture=bool(part.media))
        amount = thousandths(self._setting(PRICES[kind]))
        return Price(amount, "KRW") if amount is not None else None

    async def send(self, out: Outbound) -> Sent:
        """Hand it to Solapi. It knows no key of ours, so a cut connection leaves it unsure."""
        words, lost = sms.sayable(out.text)
        if lost or out.data.get("unsayable"):
            raise SendError("policy", marked("This message has letters that a Korean text message cannot carry."))
        body = {"messages": [await self._message(out, words)], "allowDuplicates": False, "showMessageList": True}
        said = read(await self._api.call("POST", "/messages/v4/send-many/detail", headers=self._auth(), json=body))
        failed = (said.get("failedMessageList") or []) if isinstance(said, dict) else []
        if failed:
            raise of_words(str(failed[0].get("statusCode") or ""), str(failed[0].get("statusMessage") or ""))
        some = (said.get("messageList") or []) if isinstance(said, dict) else []
        name = str(some[0].get("messageId") or "") if some and isinstance(some[0], dict) else ""
        if not name:
            raise SendError("unsure", marked("Solapi took it without giving it a name."))
        return Sent(name)

    async def _message(self, out: Outbound, words: str) -> dict[str, Any]:
        country, to = self._called(out.to.value)
        kind = sms.korean_kind(words, picture=bool(out.media))
        text = words or self._subject(out) or "MMS"  # a picture alone: no message goes without a word
        made = {"to": to, "from": self._sender(), "text": text, "type": kind, "country": country}
        if kind != "SMS" and (subject := self._subject(out)):
            made["subject"] = subject
        if out.media:
            made["imageId"] = await self._upload(out.media[0])
        return made

    async def _upload(self, media: Media) -> str:
        content = await asyncio.to_thread(fitting, media.content or b"")
        body = {"file": base64.b64encode(content).decode(), "type": "MMS", "name": "picture.jpg"}
        said = read(await self._api.call("POST", "/storage/v1/files", headers=self._auth(), json=body, repeat=True))
        name = str(said.get("fileId") or "") if isinstance(said, dict) else ""
        if not name:  # nothing was sent yet
            raise SendError("down", marked("Solapi did not take the picture."))
        return name

    def _called(self, number: str) -> tuple[str, str]:
        """(country, number) as Solapi wants them: dialled as in Korea, or without the country and its zero."""
        try:
            country, inside = sms.national(number)
        except ValueError:
            raise SendError("invalid", marked("This is no phone number.")) from None
        return country, inside if country == "82" else number.removeprefix(f"+{country}")

    def _subject(self, out: Outbound) -> str:
        given = out.subject or self._setting("subject") or str(self.config.brand.get("name") or "")
        return sms.cut(sms.sayable(given)[0], sms.SUBJECT_BYTES)

    def speaks_as(self, heard: Mapping[str, Any]) -> Sequence[str]:
        """The number customers see."""
        return (self._setting("sender"),)

    async def check(self) -> None:
        """Try the keys, and whether the sender number is registered and approved."""
        check_prices(self.config.settings, *PRICES.values())
        try:
            said = read(await self._api.call("GET", "/senderid/v1/numbers", headers=self._auth(), repeat=True))
        except SendError as error:
            refuse_setup(error, "api_secret")
        known = _senders(said)
        if self._sender() not in known:
            raise SetupError("This sender number is not registered at Solapi. Register it in their console.", "sender")
        if known[self._sender()] != "ACTIVE":
            raise SetupError("This sender number is registered at Solapi and not approved yet.", "sender")

    async def close(self) -> None:
        """Let go of the connections."""
        await self._api.close()

    def _auth(self) -> dict[str, str]:
        """HMAC-SHA256 over the time and a salt (Solapi, "Authentication")."""
        date, salt = datetime.now(UTC).isoformat(timespec="milliseconds"), uuid.uuid4().hex
        secret = self.config.secrets.get("api_secret", "")
        signature = hmac.new(secret.encode(), f"{date}{salt}".encode(), hashlib.sha256).hexdigest()
        key = self._setting("api_key")
        given = f"HMAC-SHA256 ApiKey={key}, Date={date}, salt={salt}, signature={signature}"
        return {"authorization": given}

    def _sender(self) -> str:
        given = self._setting("sender")
        return "".join(letter for letter in _home(given) if letter.isdecimal())

    def _setting(self, name: str) -> str:
        return str(self.config.settings.get(name) or "").strip()


def _home(number: str) -> str:
    """A Korean number as it is dialled there."""
    try:
        return sms.national(number)[1] if number.startswith("+82") else number
    except ValueError:
        return number


def _senders(said: Any) -> dict[str, str]:
    """The sender numbers of the account and their states."""
    some = said.get("senderIds") if isinstance(said, dict) else said
    pairs = [one for one in some if isinstance(one, dict)] if isinstance(some, list) else []
    return {str(one.get("phoneNumber") or ""): str(one.get("status") or "") for one in pairs}
