"""Twilio on loopback: takes messages, signs and posts webhooks, keeps who has said STOP."""

from __future__ import annotations

import asyncio
import base64
import hmac
import secrets
from collections.abc import Coroutine, Mapping, Sequence
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode

from madang.channels.playing import Asked, Bubble, Person, Provider, Refused, Shown, Told, Undelivered, Verb
from madang.connectors.sms_twilio.signature import HEADER, sign
from madang.lib import sms

SID = "AC" + "a" * 32
NUMBER = "+15005550006"
STOP, START = {"stop", "stopall", "unsubscribe", "cancel", "end", "quit"}, {"start", "unstop", "yes"}
ERRORS = {401: 20003, 403: 20003, 404: 20404, 429: 20429, 400: 21211}


class Phone(Person):
    """A customer's phone."""

    verbs = frozenset[Verb]({"say", "file", "block", "unblock"})

    def __init__(self, twilio: Simulator, hook: str, name: str, number: str) -> None:
        super().__init__(name)
        self.twilio, self.hook, self.number = twilio, hook, number

    async def say(self, text: str, files: Sequence[Shown] = ()) -> Bubble:
        """Write an SMS, or an MMS when files go with it."""
        sid = ("MM" if files else "SM") + secrets.token_hex(16)
        bubble = Bubble(sid, mine=True, text=text, files=tuple(files), kind="MMS" if files else "SMS")
        self.bubbles.append(bubble)
        if text.strip().lower() in STOP:
            self.twilio.stopped.add(self.number)
        elif text.strip().lower() in START:
            self.twilio.stopped.discard(self.number)
        await self.twilio.hook_post(self.hook, self._form(sid, text, files))
        return bubble

    def _form(self, sid: str, text: str, files: Sequence[Shown]) -> dict[str, str]:
        form = {
            "ToCountry": "US",
            "ToState": "",
            "SmsMessageSid": sid,
            "NumMedia": str(len(files)),
            "ToCity": "",
            "FromZip": "",
            "SmsSid": sid,
            "FromState": "",
            "SmsStatus": "received",
            "FromCity": "",
            "Body": text,
            "FromCountry": "KR",
            "To": NUMBER,
            "ToZip": "",
            "NumSegments": "1",
            "MessageSid": sid,
            "AccountSid": SID,
            "From": self.number,
            "ApiVersion": "2010-04-01",
        }
        for place, file in enumerate(files):
            form[f"MediaUrl{place}"] = self.twilio.keep(sid, file)
            form[f"MediaContentType{place}"] = file.mime
        return form

    async def do(self, verb: Verb, bubble: Bubble | None = None, value: str = "") -> None:
        """Opt out and in by the word."""
        if verb not in ("block", "unblock"):
            await super().do(verb, bubble, value)
        await self.say("STOP" if verb == "block" else "START")


class Simulator(Provider):
    """One account with one number. ``states`` are what becomes of each message taken, in order."""

    def __init__(self) -> None:
        super().__init__()
        self.token = secrets.token_hex(16)
        self.stopped: set[str] = set()
        self.states: tuple[str, ...] = ("sent", "delivered")
        self.failure = ""  # the ErrorCode of a failed state
        self.phones: dict[str, Phone] = {}
        self._kept: dict[str, Shown] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def form(self) -> dict[str, str]:
        """The set-up form of a channel that uses this number."""
        return {"account_sid": SID, "auth_token": self.token, "sender": NUMBER, "region": "KR", "api_url": self.url}

    def person(self, hook: str, name: str = "미나", **more: Any) -> Phone:
        """A phone; ``number`` gives it one."""
        if name not in self.phones:
            number = str(more.get("number") or sms.played(name))
            self.phones[name] = Phone(self, hook, name, number)
        return self.phones[name]

    async def stop(self) -> None:
        """Stop, and tell nothing any more."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await super().stop()

    def keep(self, sid: str, file: Shown) -> str:
        """Where a file of a message can be fetched, with the account's keys."""
        path = f"/2010-04-01/Accounts/{SID}/Messages/{sid}/Media/ME{secrets.token_hex(16)}"
        self._kept[path] = file
        return self.url + path

    async def hook_post(self, hook: str, form: Mapping[str, str]) -> None:
        """A signed webhook."""
        body = urlencode(form).encode()
        headers = {HEADER: sign(self.token, hook, {name: [value] for name, value in form.items()})}
        await self.post(hook, body, headers | {"content-type": "application/x-www-form-urlencoded; charset=utf-8"})

    def error(self, status: int) -> Any:
        """An error as Twilio writes it."""
        return _problem(ERRORS.get(status, 20500), f"the simulator was told to answer {status}", status)

    async def answer(self, asked: Asked) -> Told:
        """One call of the API."""
        self._check_keys(asked)
        if asked.path in self._kept and asked.method == "GET":
            file = self._kept[asked.path]
            return Told(file.content, 200, {"content-type": file.mime})
        base = f"/2010-04-01/Accounts/{SID}"
        if asked.method == "GET" and asked.path == f"{base}.json":
            return Told({"sid": SID, "friendly_name": "Haneul", "status": "active", "type": "Full"})
        if asked.method == "GET" and asked.path == f"{base}/IncomingPhoneNumbers.json":
            same = asked.query.get("PhoneNumber") == NUMBER
            return Told({"incoming_phone_numbers": [{"phone_number": NUMBER}] if same else []})
        if asked.method == "POST" and asked.path == f"{base}/Messages.json":
            return self._message(asked)
        raise Refused(404, _problem(20404, f"The requested resource {asked.path} was not found", 404))

    def _check_keys(self, asked: Asked) -> None:
        keys = base64.b64encode(f"{SID}:{self.token}".encode()).decode()
        if not hmac.compare_digest(asked.headers.get("authorization", ""), f"Basic {keys}"):
            raise Refused(401, _problem(20003, "Authenticate", 401))

    def _message(self, asked: Asked) -> Told:
        form, media = asked.form(), [v for n, v in parse_qsl(asked.body.decode()) if n == "MediaUrl"]
        to = form.get("To", "")
        self._refuse(form, to)
        sid = ("MM" if media else "SM") + secrets.token_hex(16)
        files = tuple(Shown(url.rpartition("/")[2], "", url=url) for url in media)
        phone = next((one for one in self.phones.values() if one.number == to), None)
        if phone is not None:
            text = form.get("Body", "")
            phone.bubbles.append(Bubble(sid, mine=False, text=text, files=files, kind="MMS" if media else "SMS"))
        if form.get("StatusCallback"):
            self._later(self._tell(form["StatusCallback"], sid, to))
        return Told(_taken(sid, form, len(media)), 201)

    def _refuse(self, form: Mapping[str, str], to: str) -> None:
        if not to.startswith("+") or len(to) < 8:
            raise Refused(400, _problem(21211, f"Invalid 'To' Phone Number: {to}", 400))
        if "MessagingServiceSid" not in form and form.get("From") != NUMBER:
            raise Refused(400, _problem(21606, f"The 'From' phone number provided ({form.get('From')}) is not yours"))
        if len(form.get("Body", "")) > 1_600:
            raise Refused(400, _problem(21617, "The concatenated message body exceeds the 1600 character limit"))
        if to in self.stopped:
            raise Refused(400, _problem(21610, "Attempt to send to unsubscribed recipient"))

    async def _tell(self, hook: str, sid: str, to: str) -> None:
        for state in self.states:
            form = {"SmsSid": sid, "SmsStatus": state, "MessageStatus": state, "To": to, "MessageSid": sid}
            form |= {"AccountSid": SID, "From": NUMBER, "ApiVersion": "2010-04-01"}
            if state in ("failed", "undelivered"):
                form["ErrorCode"] = self.failure or "30003"
            try:
                await self.hook_post(hook, form)
            except (Undelivered, OSError):  # Twilio tries a state once
                return

    def _later(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _problem(code: int, message: str, status: int = 400) -> dict[str, Any]:
    more = f"https://www.twilio.com/docs/errors/{code}"
    return {"code": code, "message": message, "more_info": more, "status": status}


def _taken(sid: str, form: Mapping[str, str], media: int) -> dict[str, Any]:
    now = format_datetime(datetime.now(UTC))
    return {
        "account_sid": SID,
        "api_version": "2010-04-01",
        "body": form.get("Body", ""),
        "date_created": now,
        "date_sent": None,
        "date_updated": now,
        "direction": "outbound-api",
        "error_code": None,
        "error_message": None,
        "from": form.get("From"),
        "messaging_service_sid": form.get("MessagingServiceSid"),
        "num_media": str(media),
        "num_segments": "1",
        "price": None,
        "price_unit": "USD",
        "sid": sid,
        "status": "queued",
        "subresource_uris": {"media": f"/2010-04-01/Accounts/{SID}/Messages/{sid}/Media.json"},
        "to": form.get("To"),
        "uri": f"/2010-04-01/Accounts/{SID}/Messages/{sid}.json",
    }
