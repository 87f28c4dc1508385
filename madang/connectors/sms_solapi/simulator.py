"""Solapi on loopback: takes messages as a Korean network does, and reports on them until the house answers 200."""

from __future__ import annotations

import asyncio
import base64
import binascii
import hashlib
import hmac
import re
import secrets
from collections.abc import Coroutine, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec

from madang.channels.playing import Asked, Bubble, Person, Provider, Refused, Shown, Told, Undelivered, Verb
from madang.lib import sms

KEY, SENDER, ACCOUNT = "NCSHANEUL0000001", "0212345678", "26112200000001"
TRIES = 6  # a report and five repeats
ERRORS = {401: "InvalidAPIKey", 403: "Forbidden", 429: "TooManyRequests", 400: "ValidationError"}
_HEADER = re.compile(
    r"HMAC-SHA256 ApiKey=(?P<key>[^,]+), Date=(?P<date>[^,]+), salt=(?P<salt>[^,]+), signature=(?P<signature>\w+)"
)


class Phone(Person):
    """A customer's phone. It cannot answer: Solapi sends only."""

    verbs = frozenset[Verb]({"block", "unblock"})

    def __init__(self, solapi: Simulator, name: str, number: str) -> None:
        super().__init__(name)
        self.solapi, self.number = solapi, number

    async def say(self, text: str, files: Sequence[Shown] = ()) -> Bubble:
        """An answer goes to the phone that has the number, and not to Solapi."""
        raise NotImplementedError("Solapi takes no messages from customers")

    async def do(self, verb: Verb, bubble: Bubble | None = None, value: str = "") -> None:
        """Opt out by the free 080 number, and in again."""
        if verb not in ("block", "unblock"):
            await super().do(verb, bubble, value)
        (self.solapi.opted_out.add if verb == "block" else self.solapi.opted_out.discard)(self.number)


class Simulator(Provider):
    """One account. ``hook`` is where reports go; ``codes`` are what becomes of each message taken."""

    def __init__(self) -> None:
        super().__init__()
        self.secret, self.hook_secret = secrets.token_hex(16), secrets.token_hex(8)
        self.hook = ""
        self.senders: dict[str, str] = {SENDER: "ACTIVE"}
        self.balance = 10_000.0
        self.codes: tuple[tuple[str, str], ...] = (("3000", "이통사 접수"), ("4000", "수신완료"))
        self.opted_out: set[str] = set()
        self.phones: dict[str, Phone] = {}
        self.pictures: dict[str, Shown] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def form(self) -> dict[str, str]:
        """The set-up form of a channel of this account."""
        given = {"api_key": KEY, "api_secret": self.secret, "sender": "02-1234-5678", "subject": ""}
        return given | {"hook_secret": self.hook_secret, "api_url": self.url}

    def person(self, hook: str, name: str = "미나", **more: Any) -> Phone:
        """A phone; ``number`` gives it one. Reports go to ``hook`` from now on."""
        if hook:
            self.hook = hook if "?" in hook else f"{hook}?s={self.hook_secret}"
        if name not in self.phones:
            number = str(more.get("number") or sms.played(name))
            self.phones[name] = Phone(self, name, number)
        return self.phones[name]

    async def stop(self) -> None:
        """Stop, and report nothing any more."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await super().stop()

    def error(self, status: int) -> Any:
        """An error as Solapi writes it."""
        return _problem(ERRORS.get(status, "InternalError"), f"the simulator was told to answer {status}")

    async def answer(self, asked: Asked) -> Told:
        """One call of the API."""
        self._check_signature(asked.headers.get("authorization", ""))
        if asked.path == "/messages/v4/send-many/detail" and asked.method == "POST":
            return self._send(asked.json())
        if asked.path == "/storage/v1/files" and asked.method == "POST":
            return self._store(asked.json())
        if asked.path == "/senderid/v1/numbers" and asked.method == "GET":
            some = [{"phoneNumber": number, "status": state} for number, state in self.senders.items()]
            return Told({"accountId": ACCOUNT, "limit": 5, "senderIds": some})
        if asked.path == "/cash/v1/balance" and asked.method == "GET":
            return Told({"balance": self.balance, "point": 0.0})
        raise Refused(404, _problem("ResourceNotFound", "존재하지 않는 경로입니다."))

    def _check_signature(self, header: str) -> None:
        found = _HEADER.fullmatch(header)
        if found is None or found["key"] != KEY:
            raise Refused(403, _problem("InvalidAPIKey", "유효한 API Key가 아닙니다."))
        signed = hmac.new(self.secret.encode(), f"{found['date']}{found['salt']}".encode(), hashlib.sha256).hexdigest()
        if not hmac.compare_digest(signed, found["signature"]):
            raise Refused(403, _problem("SignatureDoesNotMatch", "생성한 Signature와 일치하지 않습니다."))
        if abs((datetime.now(UTC) - datetime.fromisoformat(found["date"])).total_seconds()) > 900:
            raise Refused(403, _problem("RequestTimeTooSkewed", "요청 시간이 서버 시간과 15분 이상 차이가 납니다."))

    def _store(self, body: Mapping[str, Any]) -> Told:
        try:
            content = base64.b64decode(str(body.get("file") or ""), validate=True)
        except binascii.Error:
            raise Refused(400, _problem("ValidationError", "file은 base64여야 합니다.")) from None
        if not content.startswith(b"\xff\xd8") or len(content) > 200 << 10:
            raise Refused(400, _problem("ImageSizeLimit", "MMS 이미지는 200KB 이하의 jpg만 가능합니다."))
        name = f"ST01FZ{secrets.token_hex(10)}"
        self.pictures[name] = Shown("picture.jpg", "image/jpeg", content)
        now = _now()
        made = {"fileId": name, "type": "MMS", "name": name, "originalName": "picture.jpg", "url": "", "link": None}
        more = {"accountId": ACCOUNT, "references": [], "dateCreated": now, "dateUpdated": now, "kakao": {}}
        return Told(made | more)

    def _send(self, body: Mapping[str, Any]) -> Told:
        some = body.get("messages")
        if not isinstance(some, list) or not some:
            raise Refused(400, _problem("ValidationError", "messages는 필수값입니다."))
        if self.balance < 10:
            raise Refused(402, _problem("NotEnoughBalance", "잔액이 부족합니다."))
        group = f"G4V{secrets.token_hex(12)}"
        taken: list[dict[str, Any]] = []
        failed: list[dict[str, Any]] = []
        for one in some:
            name = f"M4V{secrets.token_hex(12)}"
            problem = self._problem_of(one)
            entry = {"messageId": name, "statusCode": "2000", "statusMessage": "정상 접수(이통사로 접수 예정)"}
            if problem:
                failed.append(_failed(one, name, *problem))
            else:
                taken.append(entry | {"customFields": {}})
                self._arrive(one, name, group)
        listed = taken if body.get("showMessageList") else None
        made = {"failedMessageList": failed, "groupInfo": _group(group, len(taken), len(failed))}
        return Told(made | {"messageList": listed})

    def _problem_of(self, one: Mapping[str, Any]) -> tuple[str, str] | None:
        """(code, words) of a message that no network takes."""
        text = str(one.get("text") or "")
        if self.senders.get(str(one.get("from") or "")) != "ACTIVE":
            return "1062", "발신번호 미등록"
        if not str(one.get("to") or "").isdecimal():
            return "1012", "수신번호 형식 오류"
        kind, size = one.get("type"), sms.cp949_bytes(text)
        if (kind == "SMS" and size > sms.SMS_BYTES) or size > sms.LMS_BYTES:
            return "1030", "문자 내용 길이 초과"
        if kind == "MMS" and one.get("imageId") not in self.pictures:
            return "1031", "이미지가 없습니다."
        return None

    def _arrive(self, one: Mapping[str, Any], name: str, group: str) -> None:
        number = sms.e164(str(one["to"]), "KR") if one.get("country", "82") == "82" else f"+{one['country']}{one['to']}"
        out = number in self.opted_out
        phone = next((phone for phone in self.phones.values() if phone.number == number), None)
        if phone is not None and not out:
            picture = self.pictures.get(str(one.get("imageId") or ""))
            words = f"[{one['subject']}]\n{one['text']}" if one.get("subject") else str(one["text"])
            files = (picture,) if picture else ()
            phone.bubbles.append(Bubble(name, mine=False, text=words, files=files, kind=str(one["type"])))
        codes = (("3059", "수신거부된 번호입니다. (080)"),) if out else self.codes
        if self.hook:
            self._later(self._report(one, name, group, codes))

    async def _report(self, one: Mapping[str, Any], name: str, group: str, codes: Sequence[tuple[str, str]]) -> None:
        for code, words in codes:
            data = {"messageId": name, "groupId": group, "type": one["type"], "to": one["to"], "from": one["from"]}
            data |= {"statusCode": code, "statusMessage": words, "dateProcessed": _now(), "dateReported": _now()}
            data |= {"dateReceived": _now(), "networkCode": "SKT", "customFields": {}}
            event = f"ED{secrets.token_hex(12)}"
            for retry in range(TRIES):
                body = msgspec.json.encode([{"eventDataId": event, "data": data, "retryCount": retry}])
                try:
                    await self.post(self.hook, body, {"content-type": "application/json"})
                    break
                except (Undelivered, OSError):
                    await asyncio.sleep(0.01 * 2**retry)

    def _later(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _problem(code: str, words: str) -> dict[str, str]:
    return {"errorCode": code, "errorMessage": words}


def _failed(one: Mapping[str, Any], name: str, code: str, words: str) -> dict[str, Any]:
    made = {"to": one.get("to"), "from": one.get("from"), "type": one.get("type") or "SMS", "country": "82"}
    return made | {"messageId": name, "statusCode": code, "statusMessage": words, "accountId": ACCOUNT}


def _group(group: str, taken: int, failed: int) -> dict[str, Any]:
    counts = {"total": taken + failed, "registeredFailed": failed, "registeredSuccess": taken}
    zeros = dict.fromkeys(("sentTotal", "sentSuccess", "sentFailed", "sentPending", "sentReplacement", "refund"), 0)
    cash = {"requested": 0, "replacement": 0, "refund": 0, "sum": 0}
    return {
        "count": zeros | counts,
        "countForCharge": {"sms": {}, "lms": {}, "mms": {}},
        "balance": cash,
        "point": cash,
        "app": {"profit": {}, "appId": None},
        "log": [],
        "status": "SENDING",
        "allowDuplicates": False,
        "isRefunded": False,
        "accountId": ACCOUNT,
        "masterAccountId": None,
        "apiVersion": "4",
        "groupId": group,
        "price": {},
        "dateCreated": _now(),
        "dateUpdated": _now(),
    }
