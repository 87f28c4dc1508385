"""Infobank Bizgo: /api/comm/v1/cstalk. Source: Bizgo's SDK (bizgo-sdk-comm 1.2), which also judges it in the tests."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar
from urllib.parse import urlencode

from madang.channels.connector import Media, SendError, Sent
from madang.connectors.kakao_consult.bubbles import Bubble, Shape
from madang.connectors.kakao_consult.dealers.dealer import Dealer
from madang.lib.http import Answer

GOOD = "A000"
GATEWAY = {"A401": "auth", "A403": "auth"}
SERVICE = {
    **dict.fromkeys(("A001", "A002", "A100", "A110", "A111", "A502"), "auth"),
    "A020": "rate",
    "A821": "window",  # the session has ended, or there was none
    **dict.fromkeys(("A910", "A920"), "down"),
    "A999": "unsure",  # "unknown error": nobody says that it was not sent
}
REF = 200  # characters that come back with the result


class Bizgo(Dealer):
    """The first dealer."""

    name = "Bizgo"
    address = "https://mars.ibapi.kr"
    ack: ClassVar[bytes] = b'{"code":"A000","result":"Success"}'
    deletes = True

    def headers(self) -> dict[str, str]:
        """The bare key, without a scheme."""
        return {"authorization": self.secrets.get("api_key", "")}

    def judge(self, answer: Answer) -> SendError | None:
        """Both layers say it in the body, sometimes with HTTP 200: the gateway and, behind it, the service."""
        try:
            said = answer.json()
            gate, inner = said["common"]["authCode"], said.get("data") or {}
        except (ValueError, KeyError, TypeError, AttributeError):
            return SendError("unsure", "the dealer's answer cannot be read") if answer.ok else None
        code = str(inner.get("code", gate)) if gate == GOOD else str(gate)
        why: Any = (SERVICE if gate == GOOD else GATEWAY).get(code)
        words = str(inner.get("result", "")) if gate == GOOD else str(said["common"].get("authResult", ""))
        if why == "rate" and not answer.ok:
            return None  # the common policy reads how long to wait
        if why:
            return SendError(why, f"{code} {words}".strip())
        if code != GOOD and answer.ok:  # an error in an answer of 200
            return SendError("invalid", f"{code} {words}".strip())
        return None

    async def say(self, user: str, key: str, bubble: Bubble) -> Sent:
        """The key we are given is what results name. ``ref`` comes back with them."""
        form = camel({**bubble.form, "user_key": user, "sender_key": self.sender_key, "ref": key[:REF]})
        form["msgType"] = form.pop("chatBubbleType")
        return Sent(_named((await self.post(f"/api/comm/v1/cstalk/{bubble.way}", form))["data"]))

    async def upload(self, media: Media, shape: Shape, rich: bool) -> Mapping[str, Any]:
        """Pictures and the rest have a path each."""
        fields = {"senderKey": self.sender_key}
        if shape == "IMAGE":
            more = {"imageType": "rich"} if rich else {}
            said = await self.send_file("/api/comm/v1/file/cstalk/image", "file", media, fields | more)
            return {"img_url": _given(said, "imgUrl")}
        fields["fileType"] = shape.lower()
        said = await self.send_file("/api/comm/v1/file/cstalk", "file", media, fields)
        return {"file_url": _given(said, "fileUrl"), "file_name": media.name, "file_size": str(media.size)}

    async def end(self, user: str) -> None:
        """The session is over for her and for us; a webhook says so too."""
        await self.post("/api/comm/v1/cstalk/end", {"userKey": user, "senderKey": self.sender_key})

    async def delete(self, user: str, name: str) -> None:
        """A822: too late, or deleted before."""
        target = {"senderKey": self.sender_key, "userKey": user, "msgKey": name}
        await self.post("/api/comm/v1/center/cstalk/chat/delete", {"cstalk": target})

    async def check(self) -> None:
        """Our hours of consultation: asked for with this key, of this channel."""
        query = urlencode({"senderKey": self.sender_key})
        path = f"/api/comm/v1/center/cstalk/consult/time?{query}"
        await self.caller.call("GET", path, headers=self.headers(), repeat=True)


def camel(value: Any) -> Any:
    """snake_case names as camelCase, all the way down."""
    if isinstance(value, Mapping):
        return {re.sub(r"_([a-z])", lambda found: found[1].upper(), key): camel(one) for key, one in value.items()}
    return [camel(one) for one in value] if isinstance(value, list) else value


def _named(data: Any) -> str:
    name = data.get("msgKey") if isinstance(data, Mapping) else None
    if not name:
        raise SendError("unsure", "the dealer took it and did not say under what key")
    return str(name)


def _given(said: Any, name: str) -> str:
    """Where the file is now."""
    data = said.get("data") or {}
    inner = data.get("data") if isinstance(data, Mapping) else None
    if not isinstance(inner, Mapping) or not inner.get(name):
        raise SendError("down", "the dealer took the file and did not say where it is")
    return str(inner[name])
