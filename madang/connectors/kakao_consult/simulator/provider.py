"""Kakao with a dealer in front: sessions, bubbles, files that must be uploaded first, results as webhooks."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import PurePath
from typing import Any, Literal

import msgspec

from madang.channels.connector import Button
from madang.channels.playing import Asked, Bubble, Provider, Shown, Told, Undelivered
from madang.connectors.kakao_consult.facts import OURS
from madang.connectors.kakao_consult.simulator.bizgo import BizgoRelay
from madang.connectors.kakao_consult.simulator.happytalk import HappytalkRelay
from madang.connectors.kakao_consult.simulator.phone import Phone
from madang.connectors.kakao_consult.simulator.relay import Call, Relay

MOST = {"IMAGE": 5 << 20, "AUDIO": 10 << 20}
LONGEST = 1_000


class Simulator(Provider):
    """``posted`` is every webhook: (kind, body). ``results``: whether Bizgo tells what became of a message."""

    def __init__(self, dealer: Literal["bizgo", "happytalk"] = "bizgo") -> None:
        super().__init__()
        self.relay: Relay = BizgoRelay() if dealer == "bizgo" else HappytalkRelay()
        self.hook_secret, self.admin_key = secrets.token_urlsafe(16), secrets.token_hex(16)
        self.people: dict[str, Phone] = {}
        self.posted: list[tuple[str, bytes]] = []
        self.results = dealer == "bizgo"
        self._tasks: set[asyncio.Task[None]] = set()

    def form(self) -> dict[str, str]:
        """The set-up form."""
        ours = {"hook_secret": self.hook_secret, "admin_key": self.admin_key, "channel_id": "@haneul"}
        return {"sender_key": self.relay.sender_key, "api_url": self.url, **self.relay.settings(), **ours}

    def person(self, hook: str, name: str = "미나", **more: Any) -> Phone:
        """``extra`` and ``number`` in ``more``."""
        if name not in self.people:
            self.people[name] = Phone(self, hook, name, **more)
        return self.people[name]

    def serve(self, content: bytes, name: str, mime: str) -> str:
        """Kakao's addresses end as the file's name does."""
        ending = PurePath(name).suffix if PurePath(name).suffix.isascii() else ""
        key = super().serve(content, name, mime).rpartition("/")[2]
        self.files[key + ending] = self.files.pop(key)
        return f"{self.url}/played/{key}{ending}"

    async def stop(self) -> None:
        """Results that are still on their way are not waited for."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await super().stop()

    async def tell(self, hook: str, kind: str, user: str, fields: Mapping[str, Any]) -> None:
        """Post one webhook, as the dealer does: its own path behind the address it was given."""
        body = msgspec.json.encode(self.relay.webhook(kind, user, fields))
        place = "result" if kind in ("write", "end", "endwithbot") else kind
        self.posted.append((place, body))
        address = f"{hook}/{self.hook_secret}/{self.relay.path}{place}"
        await self.post(address, body, {"content-type": "application/json"})

    async def friend(self, hook: str, number: int, event: str) -> None:
        """Kakao's own callback about the channel's friends."""
        body = {"event": event, "id": str(number), "id_type": "app_user_id", "channel_public_id": "_ZeUTxl"}
        body |= {"channel_uuid": "@haneul", "updated_at": datetime.now(UTC).isoformat()}
        headers = {
            "authorization": f"KakaoAK {self.admin_key}",
            "x-kakao-resource-id": secrets.token_urlsafe(12),
            "content-type": "application/json",
        }
        await self.post(hook, msgspec.json.encode(body), headers)

    async def answer(self, asked: Asked) -> Told:
        """One call of the dealer's API."""
        call = self.relay.understand(asked)
        if call.verb in ("image", "file"):
            return self._keep(call)
        if call.verb != "session" and call.form.get("sender_key") != self.relay.sender_key:
            raise self.relay.no("sender")
        if call.verb == "hours":
            return self.relay.yes(consultTime={"senderKey": self.relay.sender_key, "weekTimeTable": []})
        return await self._with_her(call)

    async def _with_her(self, call: Call) -> Told:
        user = str(call.form.get("user_key", ""))
        her = next((one for one in self.people.values() if one.key == user), None)
        if call.verb == "session":
            known = {"sessionId": int(her.session)} if her and her.session else None
            return self.relay.yes(session=known)
        if her is None or not her.session or her.blocked:
            raise self.relay.no("session")
        if call.verb == "end":
            return self._end(her)
        if call.verb == "delete":
            return self._delete(her, str(call.form.get("msg_key", "")))
        return self._show(her, call)

    def _show(self, her: Phone, call: Call) -> Told:
        form, part = call.form, call.form.get("attachment") or {}
        if len(str(form.get("message", ""))) > LONGEST or len(part.get("buttons", [])) > 5:
            raise self.relay.no("form")
        key = str(form.get("serial_number") or secrets.token_hex(10))
        if her.find(key) is None:
            her.bubbles.append(self._bubble(key, form))
        if self.results:
            fields = {"key": key, "report_code": "A000", "report_text": "Success", "ref": form.get("ref")}
            self._later(her, "write", fields)
        return self.relay.yes(key=key)

    def _bubble(self, key: str, form: Mapping[str, Any]) -> Bubble:
        part = form.get("attachment") or {}
        cards = (form.get("carousel") or {}).get("list", [])
        words = [str(form.get("header") or ""), str(form.get("message") or "")]
        words += [f"{one['title']}  {one.get('description', '')}" for one in (part.get("item") or {}).get("list", [])]
        words += [f"{one.get('header', '')}\n{one.get('message', '')}" for one in cards]
        parts = [part, *(one.get("attachment", {}) for one in cards)]
        files = tuple(file for one in parts for file in self._files(one))
        buttons = tuple(_button(one) for some in parts for one in some.get("buttons", []))
        kind = str(form.get("chat_bubble_type", ""))
        return Bubble(key, False, "\n".join(filter(None, words)).strip(), files=files, buttons=buttons, kind=kind)

    def _files(self, part: Mapping[str, Any]) -> list[Shown]:
        """Only what lies at Kakao can be shown."""
        urls = [one.get("img_url") or one.get("file_url") for one in (part.get("image"), part.get("file")) if one]
        found = [self.files.get(str(url).rpartition("/")[2]) for url in urls]
        if None in found:
            raise self.relay.no("form")
        return [file for file in found if file is not None]

    def _keep(self, call: Call) -> Told:
        if call.form.get("sender_key") != self.relay.sender_key:
            raise self.relay.no("sender")
        name, mime, content = call.form.get("image") or call.form.get("file") or ("", "", b"")
        kind = "IMAGE" if call.verb == "image" else str(call.form.get("file_type", "file")).upper()
        if not content or len(content) > MOST.get(kind, 300 << 20):
            raise self.relay.no("size")
        url = self.serve(content, name, mime)
        if kind == "IMAGE":
            return self.relay.yes(imgUrl=url)
        return self.relay.yes(fileUrl=url, fileName=name, size=str(len(content)))

    def _end(self, her: Phone) -> Told:
        key, her.session = secrets.token_hex(10), ""
        if self.results:
            self._later(her, "end", {"key": key, "report_code": "A000", "report_text": "Success"})
        return self.relay.yes(ended=key)

    def _delete(self, her: Phone, key: str) -> Told:
        bubble = her.find(key)
        if bubble is None or bubble.gone:
            raise self.relay.no("gone")
        bubble.gone = True
        return self.relay.yes()

    def _later(self, her: Phone, kind: str, fields: dict[str, Any]) -> None:
        async def tell() -> None:
            with contextlib.suppress(Undelivered):
                await her.other(kind, fields)

        task = asyncio.create_task(tell())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def error(self, status: int) -> Any:
        """As each dealer writes it: the gateway's envelope, or a code and an exception."""
        words = {401: "Unauthorized", 429: "TooManyRequests"}.get(status, "InternalServerError")
        if isinstance(self.relay, BizgoRelay):
            return {"common": {"authCode": f"A{status}", "authResult": words, "infobankTrId": "simulated"}}
        return {"code": f"-{status}", "message": f"{words}Exception"}


def _button(given: Mapping[str, Any]) -> Button:
    value = str(given.get("extra") or "").removeprefix(OURS)
    return Button(str(given.get("name", "")), value, str(given.get("url_mobile") or ""))
