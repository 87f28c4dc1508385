"""KakaoTalk chatbot: what she says comes as a skill call; answers go to its callback, or by the Event API."""

from __future__ import annotations

import hashlib
import hmac
import json
import uuid
from collections import deque
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote, urlsplit

import msgspec

from madang.channels.calling import Caller, read, refuse_setup
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
    Price,
    Reply,
    Request,
    SendError,
    Sent,
    SetupError,
)
from madang.channels.form import check_prices
from madang.connectors.kakao_bot import answers, payload
from madang.lib.language import marked
from madang.lib.money import thousandths

API = "https://bot-api.kakao.com"
CALLBACK = timedelta(minutes=1)  # how long Kakao takes the one answer
SAFE = CALLBACK - timedelta(seconds=3)  # what is sent later may come too late
NEVER = datetime(1970, 1, 1, tzinfo=UTC)  # a fixture without a time
_NOT_POST = Reply(405, b"skills are posted here", headers=(("allow", "POST"),), store=False)
_CAPS = Cap.TEXT | Cap.IMAGE | Cap.BUTTONS


class KakaoBot(Connector):
    """One bot of the chatbot admin centre. With the Event API it may write at any time, to whoever has written."""

    name = "kakao_bot"
    caps = _CAPS
    limits = Limits(text=answers.WHOLE.text, per_second=10, buttons=10, button_text=14)
    streams = True  # pictures go out as links: nothing has to be read

    def __init__(self, config: Config) -> None:
        super().__init__(config)
        self._api = Caller(config, str(config.settings.get("api_url") or API))
        self._used: deque[str] = deque(maxlen=1_000)
        self._event = bool(config.settings.get("bot_id"))
        if self._event:
            self.caps = _CAPS | Cap.INITIATE  # type: ignore[misc]
        else:
            self.limits = replace(KakaoBot.limits, window=CALLBACK)  # type: ignore[misc]

    def verify(self, request: Request) -> Reply:
        """Our secret in a header that the skill's set-up sends along. The answer is what she reads at once."""
        if request.method != "POST":
            return _NOT_POST
        name = str(self.config.settings.get("header") or "X-Madang-Secret").lower()
        secret, said = self.config.secrets.get("skill_secret", ""), request.headers.get(name, "")
        if not secret or not hmac.compare_digest(said.encode(), secret.encode()):
            raise Forged("the skill's secret header is missing or wrong")
        body = payload.load(request.body)
        if (answer := payload.prepared(body)) is not None:  # an event of ours: the block shows what we sent along
            return Reply(body=answer, mime="application/json", store=False)
        words = str(self.config.settings.get("waiting") or "")
        return Reply(
            body=msgspec.json.encode(answers.waiting(words, bool(payload.callback(body)))), mime="application/json"
        )

    def split(self, request: Request) -> Sequence[Delivery]:
        """A skill call has neither an id nor a time: its callback is unique, and Kakao repeats nothing by itself."""
        body = payload.load(request.body)
        who, url = payload.party(body), payload.callback(body)
        key = hashlib.sha256(url.encode()).hexdigest()[:40] if url else uuid.uuid4().hex
        return [Delivery(key, who.value if who else "", request.body, {"at": datetime.now(UTC).isoformat()})]

    def parse(self, delivery: Delivery) -> Sequence[Inbound]:
        """One message, none where nobody can be named."""
        try:
            at = datetime.fromisoformat(delivery.meta["at"]) if "at" in delivery.meta else NEVER
        except ValueError:
            raise Malformed("the time of arrival is no time") from None
        return payload.read(payload.load(delivery.body), delivery.key, at)

    def fit(self, parts: list[Outbound]) -> list[Outbound]:
        """Three bubbles an answer; without the Event API there is one answer only."""
        return answers.fitted(parts, self._event)

    async def send(self, out: Outbound) -> Sent:
        """To the callback within its minute and once, else as an event that costs."""
        url = self._callback(out)
        if url:
            try:
                return await self._call_back(url, out)
            except SendError as error:
                if error.why not in ("invalid", "window", "auth"):
                    raise  # it may have been shown, or can be tried again
        if not self._event:
            raise SendError("window", "KakaoTalk takes an answer of a chatbot for one minute, and one only")
        return await self._start(out)

    async def fetch(self, media: Media) -> AsyncIterator[bytes]:
        """Stream a picture from where Kakao keeps it."""
        async for part in self._api.download(media.ref, self.limits.media_bytes):
            yield part

    def price(self, part: Outbound) -> Price | None:
        """What an event costs; the answer to a callback costs nothing, so this is the most."""
        amount = thousandths(self.config.settings.get("price")) if self._event else None
        return None if amount is None else Price(amount, "KRW")

    async def check(self) -> None:
        """The Event API's key, by asking for a task that does not exist."""
        settings, secrets = self.config.settings, self.config.secrets
        check_prices(settings, "price")
        given = {"bot_id": settings.get("bot_id"), "rest_key": secrets.get("rest_key")}
        missing = [name for name, value in given.items() if not value]
        if len(missing) == 1:
            raise SetupError(marked("The Event API needs both the bot's ID and the REST API key."), missing[0])
        if missing:
            return
        try:
            await self._api.call("GET", "/v1/tasks/madang-check", headers=self._key(), repeat=True)
        except SendError as error:
            if error.why != "invalid":
                refuse_setup(error, "rest_key")

    async def close(self) -> None:
        """Let go of the connections to Kakao."""
        await self._api.close()

    def _key(self) -> dict[str, str]:
        return {"authorization": f"KakaoAK {self.config.secrets.get('rest_key', '')}"}

    def _callback(self, out: Outbound) -> str:
        """Where this answer may still go, ''. Only to Kakao: the address came with a webhook."""
        url = str(out.heard.get("_callback") or "")
        fresh = out.heard_at is not None and datetime.now(UTC) - out.heard_at < SAFE
        return url if url and fresh and url not in self._used and self._of_kakao(url) else ""

    def _of_kakao(self, url: str) -> bool:
        place, ours = urlsplit(url), urlsplit(self._api.base)
        if (place.scheme, place.netloc) == (ours.scheme, ours.netloc):
            return True
        return place.scheme == "https" and (place.hostname or "").endswith(".kakao.com")

    async def _call_back(self, url: str, out: Outbound) -> Sent:
        self._used.append(url)
        try:
            said = read(await self._api.call("POST", url, json=answers.compose(out)))
        except SendError as error:
            if error.why in ("down", "rate"):
                self._used.remove(url)  # not taken: within its minute it may be tried again
            raise
        return Sent(_taken(said) or out.key)

    async def _start(self, out: Outbound) -> Sent:
        """The event's block shows ``event.data.text``, or calls our skill, which answers with what is in params."""
        body: dict[str, Any] = {
            "event": {"name": self._event_name(), "data": {"text": answers.plain(out)}},
            "user": [_user(out.to.value)],
            "params": {payload.OURS: json.dumps(answers.compose(out), ensure_ascii=False)},
        }
        path = f"/v2/bots/{quote(str(self.config.settings.get('bot_id')), safe='!')}/talk"
        said = read(await self._api.call("POST", path, headers=self._key(), json=body))
        return Sent(_taken(said) or out.key)

    def _event_name(self) -> str:
        return str(self.config.settings.get("event_name") or "madang_answer")


def _user(value: str) -> dict[str, str]:
    """Whom an event is for. The house may know her by any of her three keys."""
    space, _, key = value.rpartition(":")
    return {"type": {"plusfriend": "plusfriendUserKey", "app": "appUserId"}.get(space, "botUserKey"), "id": key}


def _taken(said: Any) -> str:
    """The task's id; SendError where Kakao did not take it although it answered 2xx."""
    known = said if isinstance(said, dict) else {}
    status = str(known.get("status", "SUCCESS")).upper()
    if status != "SUCCESS":
        raise SendError("invalid", f"{status} {known.get('message', '')}".strip())
    return str(known.get("taskId") or "")
