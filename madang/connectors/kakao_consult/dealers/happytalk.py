"""MBI Solution Happytalk: the KakaoTalk webhook product, v3. Source: Happytalk's developer centre, KakaoWebhook."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from madang.channels.connector import Media, SendError, Sent
from madang.connectors.kakao_consult.body import text
from madang.connectors.kakao_consult.bubbles import Bubble, Shape
from madang.connectors.kakao_consult.dealers.dealer import Dealer, serial
from madang.lib.http import Answer

RELAY = "/kakaoWebhook/v3/bzc"
GOOD = frozenset({"0", "0000", "200"})  # "0" of messages, "0000" of uploads, "200" of the first version's paths
# It names its refusals by exceptions, and documents the numbers of few.
NAMES = {
    "session": "window",
    "block": "blocked",
    "sender": "auth",
    "credential": "auth",
    "unauthorized": "auth",
    "toomany": "rate",
}


class Happytalk(Dealer):
    """The second dealer. It says at once whether Kakao took a message, and sends no result afterwards."""

    name = "Happytalk"
    address = "https://kakao-api.happytalk.io"
    ack: ClassVar[bytes] = b'{"code":"0"}'
    key_field = "client_secret"

    def headers(self) -> dict[str, str]:
        """Both from Happytalk's customer centre."""
        client = str(self.settings.get("client_id") or "")
        return {"ht-client-id": client, "ht-client-secret": self.secrets.get("client_secret", "")}

    def judge(self, answer: Answer) -> SendError | None:
        """Refusals come with HTTP 200, a number and the name of an exception."""
        try:
            said = answer.json()
            code, words = text(said["code"]), text(said.get("message"))
        except (ValueError, KeyError, TypeError, AttributeError):
            return SendError("unsure", "the dealer's answer cannot be read") if answer.ok else None
        if code in GOOD and answer.ok:
            return None
        why: Any = next((why for name, why in NAMES.items() if name in words.lower()), None)
        if why in (None, "rate") and not answer.ok:
            return None  # the common policy
        return SendError(why or "invalid", f"{code} {words}".strip())

    async def say(self, user: str, key: str, bubble: Bubble) -> Sent:
        """The serial number is ours, unique, and the same at every try."""
        number = serial(key)
        who = {"user_key": user, "sender_key": self.sender_key, "serial_number": number}
        await self.post(f"{RELAY}/chat/send/{bubble.way}", who | dict(bubble.form))
        return Sent(number)

    async def upload(self, media: Media, shape: Shape, rich: bool) -> Mapping[str, Any]:
        """Pictures and the rest have a path each."""
        fields = {"sender_key": self.sender_key}
        if shape == "IMAGE":
            more = {"image_type": "rich"} if rich else {}
            return {
                "img_url": _given(await self.send_file(f"{RELAY}/image/upload", "image", media, fields | more), "image")
            }
        fields["file_type"] = shape.lower()
        said = await self.send_file(f"{RELAY}/file/upload", "file", media, fields)
        return {"file_url": _given(said, "file"), "file_name": media.name, "file_size": media.size}

    async def end(self, user: str) -> None:
        """The session is over for her and for us."""
        await self.post("/v1/chat/end", {"user_key": user, "sender_key": self.sender_key})

    async def check(self) -> None:
        """There is no call that only asks. Ending a session with nobody changes nothing: that there is none is good."""
        try:
            await self.end("madang-check")
        except SendError as error:
            if error.why not in ("window", "invalid"):
                raise


def _given(said: Any, name: str) -> str:
    """Where the file is now."""
    if not isinstance(said, Mapping) or not said.get(name):
        raise SendError("down", "the dealer took the file and did not say where it is")
    return str(said[name])
