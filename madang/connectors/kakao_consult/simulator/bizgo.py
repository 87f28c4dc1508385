"""Bizgo on loopback. Bizgo's own SDK must be satisfied with it (tests/test_sdk.py)."""

from __future__ import annotations

import hmac
import re
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from typing import Any

from madang.channels.playing import Asked, Refused, Told
from madang.connectors.kakao_consult.simulator.relay import Call, No, Relay, Verb, multipart

KST = timezone(timedelta(hours=9))
PATHS: Mapping[tuple[str, str], Verb] = {
    ("POST", "/api/comm/v1/cstalk/plain"): "plain",
    ("POST", "/api/comm/v1/cstalk/rich"): "rich",
    ("POST", "/api/comm/v1/cstalk/end"): "end",
    ("POST", "/api/comm/v1/center/cstalk/chat/delete"): "delete",
    ("POST", "/api/comm/v1/file/cstalk/image"): "image",
    ("POST", "/api/comm/v1/file/cstalk"): "file",
    ("GET", "/api/comm/v1/center/cstalk/session"): "session",
    ("GET", "/api/comm/v1/center/cstalk/consult/time"): "hours",
}
CODES: Mapping[No, tuple[int, str, str]] = {
    "session": (400, "A821", "세션이 만료되었거나 존재하지 않음"),
    "sender": (400, "A502", "유효하지 않거나 비어있는 필드 (senderKey)"),
    "user": (400, "A507", "유효하지 않거나 비어있는 필드 (userKey)"),
    "size": (400, "A200", "파일 크기 초과"),
    "gone": (400, "A822", "삭제할 수 없는 상태"),
    "form": (400, "A300", "잘못된 메시지 발송 요청"),
}
TYPES = {
    "message": "TEXT",
    "reference": "REFERENCE",
    "expired_session": "SESSION",
    "seen_info": "SEEN",
    "personal_info": "PERSONAL",
    "cert_result": "KAKAO_CERT",
}


class BizgoRelay(Relay):
    """Envelopes of two layers, camelCase, times of Korea."""

    path = "cstalk/"

    def settings(self) -> dict[str, str]:
        """The key goes bare into the Authorization header."""
        return {"dealer": "bizgo", "api_key": self.secret}

    def understand(self, asked: Asked) -> Call:
        """The gateway looks at the key first, as the real one does."""
        if not hmac.compare_digest(asked.headers.get("authorization", ""), self.secret):
            raise Refused(401, _gate("A401", "Unauthorized"))
        verb = PATHS.get((asked.method, asked.path))
        if verb is None:
            raise Refused(404, _gate("A404", "Not Found"))
        if verb in ("image", "file"):
            return Call(verb, _snake(multipart(asked)))
        form = asked.query if asked.method == "GET" else asked.json()
        form = _snake(form.get("cstalk", form) if isinstance(form, dict) else form)
        return Call(verb, form | {"chat_bubble_type": form.get("msg_type", "TEXT")})

    def yes(self, **given: Any) -> Told:
        """A message's key stands beside the code; everything else one deeper."""
        named = {"msgKey": given.pop("key")} if "key" in given else {}
        inner = {name: value for name, value in given.items() if value is not None}
        if "ended" in inner:
            named, inner = {}, {"msgKey": inner["ended"]}
        return Told(_service("A000", "Success", named | ({"data": inner} if inner else {})))

    def no(self, why: No) -> Refused:
        """The service's refusals."""
        status, code, words = CODES[why]
        return Refused(status, _service(code, words, {}))

    def webhook(self, kind: str, user: str, fields: Mapping[str, Any]) -> Mapping[str, Any]:
        """As the SDK's payload classes have it; what is empty is left out."""
        given = dict(fields)
        now = datetime.now(KST).isoformat(timespec="milliseconds")
        common = {
            "msgKey": given.pop("key", None) or secrets.token_hex(10),
            "userKey": user,
            "senderKey": self.sender_key,
            "serviceType": "CSTALK",
            "requestType": kind,
            "sendTime": now,
            "reportTime": now,
        }
        if kind in TYPES:
            common |= {"msgType": str(given.pop("type", "") or TYPES[kind]).upper(), "kakaoTime": now}
        return {name: value for name, value in (common | _camel(given)).items() if value is not None}


def _gate(code: str, words: str) -> dict[str, Any]:
    return {"common": {"authCode": code, "authResult": words, "infobankTrId": secrets.token_hex(8)}}


def _service(code: str, words: str, more: Mapping[str, Any]) -> dict[str, Any]:
    return _gate("A000", "Success") | {"data": {"code": code, "result": words} | dict(more)}


def _snake(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {re.sub(r"[A-Z]", lambda f: "_" + f[0].lower(), key): _snake(one) for key, one in value.items()}
    return [_snake(one) for one in value] if isinstance(value, list) else value


def _camel(given: Mapping[str, Any]) -> dict[str, Any]:
    return {re.sub(r"_([a-z])", lambda f: f[1].upper(), key): value for key, value in given.items()}
