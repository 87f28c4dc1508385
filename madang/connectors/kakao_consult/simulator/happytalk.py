"""Happytalk on loopback: KakaoWebhook v3, snake_case, refusals as the names of exceptions with HTTP 200."""

from __future__ import annotations

import hmac
import secrets
import time
from collections.abc import Mapping
from typing import Any

from madang.channels.playing import Asked, Refused, Told
from madang.connectors.kakao_consult.simulator.relay import Call, No, Relay, Verb, multipart

PATHS: Mapping[str, Verb] = {
    "/kakaoWebhook/v3/bzc/chat/send/plain": "plain",
    "/kakaoWebhook/v3/bzc/chat/send/rich": "rich",
    "/kakaoWebhook/v3/bzc/image/upload": "image",
    "/kakaoWebhook/v3/bzc/file/upload": "file",
    "/v1/chat/end": "end",
}
WORDS: Mapping[No, tuple[str, str]] = {
    "session": ("-502", "NotExistSessionException"),
    "sender": ("-501", "InvalidSenderException"),
    "user": ("-503", "InvalidUserException"),
    "size": ("-505", "InvalidImageSizeException"),
    "form": ("-500", "InvalidParameterException"),
}
KINDS = {"TEXT": "text", "IMAGE": "photo", "VIDEO": "video", "AUDIO": "audio", "FILE": "file"}


class HappytalkRelay(Relay):
    """Nothing in its webhooks says what they are: their path does."""

    def settings(self) -> dict[str, str]:
        """Two headers."""
        return {"dealer": "happytalk", "client_id": "madang", "client_secret": self.secret}

    def understand(self, asked: Asked) -> Call:
        """Both headers are looked at first."""
        known = asked.headers.get("ht-client-id") == "madang"
        if not known or not hmac.compare_digest(asked.headers.get("ht-client-secret", ""), self.secret):
            raise Refused(401, {"code": "-401", "message": "UnauthorizedException"})
        verb = PATHS.get(asked.path)
        if verb is None or asked.method != "POST":
            raise Refused(404, {"code": "-404", "message": "NotFoundException"})
        return Call(verb, multipart(asked) if verb in ("image", "file") else asked.json())

    def yes(self, **given: Any) -> Told:
        """ "0" for messages, "0000" and the address for files."""
        if "imgUrl" in given:
            return Told({"code": "0000", "image": given["imgUrl"]})
        if "fileUrl" in given:
            return Told(
                {"code": "0000", "file": given["fileUrl"], "name": given["fileName"], "size": int(given["size"])}
            )
        if "ended" in given:
            return Told({"code": "200", "sessionId": given["ended"]})
        return Told({"code": "0", "created_at": str(int(time.time() * 1000))})

    def no(self, why: No) -> Refused:
        """HTTP 200 all the same."""
        code, words = WORDS.get(why, WORDS["form"])
        return Refused(200, {"code": code, "message": words})

    def webhook(self, kind: str, user: str, fields: Mapping[str, Any]) -> Mapping[str, Any]:
        """A message has a serial number, the rest none."""
        given = dict(fields)
        given.pop("key", None)
        body = {"user_key": user, "sender_key": self.sender_key, "time": int(time.time() * 1000)}
        if kind == "message":
            said = str(given.pop("type", "") or "TEXT")
            body |= {"serial_number": secrets.randbits(48), "type": KINDS.get(said, said.lower())}
            if said == "TEXT":
                given["contents"] = [one["comment"] for one in given["contents"]]
        return body | {name: value for name, value in given.items() if value is not None}
